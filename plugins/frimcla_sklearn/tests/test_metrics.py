"""Numbers worked out by hand, published, or computed without scikit-learn."""

import math

import numpy as np
import pytest

from frimcla.scoring import Answers, confusion_of
from frimcla_sklearn import metrics, plugin

RNG = np.random.default_rng(0)
CLASSES = np.array(["a", "b", "c"])
TRUTH = RNG.choice(CLASSES, 200, p=[0.6, 0.3, 0.1])
PREDICTED = np.where(RNG.random(200) < 0.7, TRUTH, RNG.choice(CLASSES, 200))
PROBABILITIES = RNG.dirichlet(np.ones(3), 200) + 0.3 * (TRUTH[:, None] == CLASSES)
PROBABILITIES /= PROBABILITIES.sum(axis=1, keepdims=True)


def expand(counts: list[list[int]], names: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the labels of a confusion matrix: rows truth, columns predicted."""
    pairs = [
        (true, guess)
        for true, row in zip(names, counts, strict=True)
        for guess, count in zip(names, row, strict=True)
        for _ in range(count)
    ]
    truth, predicted = zip(*pairs, strict=True)
    return np.array(truth), np.array(predicted)


# Three classes by hand. Recall: 8/10, 3/6, 4/4. Precision: 8/11, 3/5, 4/4.
# Specificity: 1 - 3/10, 1 - 2/14, 16/16. F1: 16/21, 6/11, 8/8.
BY_HAND = expand([[8, 2, 0], [3, 3, 0], [0, 0, 4]], "pqr")


@pytest.mark.parametrize(
    ("score", "value"),
    [
        (metrics.accuracy(), 15 / 20),
        (metrics.balanced_accuracy(), (0.8 + 0.5 + 1) / 3),
        (metrics.recall(), (0.8 + 0.5 + 1) / 3),
        (metrics.recall(positive="q"), 0.5),
        (metrics.sensitivity(), (0.8 + 0.5 + 1) / 3),
        (metrics.sensitivity(positive="q"), 0.5),
        (metrics.precision(), (8 / 11 + 3 / 5 + 1) / 3),
        (metrics.precision(positive="p"), 8 / 11),
        (metrics.specificity(), (0.7 + 12 / 14 + 1) / 3),
        (metrics.specificity(positive="p"), 0.7),
        (metrics.f1(), (16 / 21 + 6 / 11 + 1) / 3),
        (metrics.f1(positive="q"), 6 / 11),
    ],
)
def test_metrics_of_classes_are_those_worked_out_by_hand(score, value):
    assert score(*BY_HAND) == pytest.approx(value, abs=1e-12)


LABELLED = [one.name for one in plugin.frimcla_metrics() if not one.needs_probabilities]


@pytest.mark.parametrize("name", LABELLED)
def test_a_confusion_matrix_is_judged_as_its_images_are(name):
    """Cells of the matrix, with how often each occurs, in place of all images."""
    score = next(one for one in plugin.frimcla_metrics() if one.name == name).recipe().build()
    judged = Answers(truth=TRUTH, predicted=PREDICTED, probabilities=None, classes=CLASSES)
    counts = confusion_of(judged)
    rows, columns = np.nonzero(counts)
    found = score(CLASSES[rows], CLASSES[columns], sample_weight=counts[rows, columns])
    assert found == pytest.approx(score(TRUTH, PREDICTED), abs=1e-12)
    assert found != score(TRUTH, TRUTH)


def test_kappa_by_hand():
    """50 proposals, two readers: they agree on 35, by chance on 25; (0.7 - 0.5) / (1 - 0.5)."""
    assert metrics.cohen_kappa()(*expand([[20, 5], [10, 15]], "yn")) == pytest.approx(0.4)


def test_matthews_of_two_classes_by_the_usual_formula():
    """(TP TN - FP FN) / sqrt((TP + FP)(TP + FN)(TN + FP)(TN + FN))."""
    value = metrics.matthews_corrcoef()(*expand([[6, 2], [1, 3]], "yn"))

    assert value == pytest.approx((6 * 3 - 1 * 2) / math.sqrt(7 * 8 * 4 * 5))


def test_auroc_of_the_published_ratings():
    """Hanley & McNeil 1982, Table I: 109 CT images rated 1 to 5; the area is 0.893."""
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    scores = np.concatenate([np.repeat(range(5), normal), np.repeat(range(5), abnormal)]) / 4
    truth = np.repeat(["normal", "abnormal"], [58, 51])
    columns = np.column_stack([scores, 1 - scores])

    value = metrics.auroc()(truth, columns, np.array(["abnormal", "normal"]))

    assert value == pytest.approx(0.893, abs=5e-4)


def rank_sum(found: np.ndarray, scores: np.ndarray) -> float:
    """Return the share of pairs in the right order, ties counting half."""
    above = scores[found][:, None] - scores[~found]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def test_auroc_is_the_share_of_pairs_in_order():
    ties = np.round(PROBABILITIES, 1)
    areas = [rank_sum(name == TRUTH, ties[:, i]) for i, name in enumerate(CLASSES)]

    assert metrics.auroc()(TRUTH, ties, CLASSES) == pytest.approx(np.mean(areas))
    assert metrics.auroc(positive="b")(TRUTH, ties, CLASSES) == pytest.approx(areas[1])


def test_average_precision_by_hand():
    """Ranks 1, 3 and 4 of five are found: (1/1 + 2/3 + 3/4) / 3."""
    truth = np.array(["y", "n", "y", "y", "n"])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    score = metrics.average_precision(positive="y")

    value = score(truth, np.column_stack([1 - scores, scores]), np.array(["n", "y"]))

    assert value == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_log_loss_by_hand():
    """-(ln 1/2 + ln 1/4) / 2 = 1.5 ln 2."""
    given = np.array([[0.5, 0.3, 0.2], [0.25, 0.75, 0.0]])

    assert metrics.log_loss()(np.array(["a", "a"]), given, CLASSES) == pytest.approx(
        1.5 * math.log(2)
    )


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_certain_mistake_costs_the_same_in_any_type(kind):
    value = metrics.log_loss()(np.array(["b"]), np.array([[1, 0, 0]], kind), CLASSES)

    assert value == pytest.approx(52 * math.log(2))  # the step of 64 bits is 2 ** -52


def test_rows_that_rounding_moved_away_from_one_are_no_warning():
    """The first has 1/2 of 1.001, the second 1/4 of 0.999."""
    given = np.array([[0.5, 0.5, 0], [0.25, 0.75, 0]]) * [[1.001], [0.999]]
    score, truth = metrics.log_loss(), np.array(["a", "a"])

    assert score(truth, given, CLASSES) == pytest.approx(1.5 * math.log(2))
    assert score(TRUTH, PROBABILITIES.astype(np.float32), CLASSES) == pytest.approx(
        score(TRUTH, PROBABILITIES, CLASSES), rel=1e-6
    )


def test_kappa_and_matthews_of_three_classes_by_hand():
    """Truth has 10, 6, 4 of 20, the predictions 11, 5, 4; 15 agree."""
    agreed, chance = 15 * 20, 10 * 11 + 6 * 5 + 4 * 4
    spread = (400 - 100 - 36 - 16) * (400 - 121 - 25 - 16)

    assert metrics.cohen_kappa()(*BY_HAND) == pytest.approx((agreed - chance) / (400 - chance))
    assert metrics.matthews_corrcoef()(*BY_HAND) == pytest.approx(
        (agreed - chance) / math.sqrt(spread)
    )


def test_average_precision_of_ties_and_of_the_mean_by_hand():
    """One y comes first, the other ties with the n: (1/1 + 2/3) / 2. The n is found there: 1/2."""
    truth = np.array(["y", "y", "n"])
    scores = np.array([0.9, 0.6, 0.6])
    columns, classes = np.column_stack([1 - scores, scores]), np.array(["n", "y"])

    of_y = metrics.average_precision(positive="y")(truth, columns, classes)
    mean = metrics.average_precision()(truth, columns, classes)

    assert of_y == pytest.approx((1 + 2 / 3) / 2)
    assert mean == pytest.approx((5 / 6 + 1 / 2) / 2)


def test_auroc_of_two_classes_is_the_ordinary_one():
    scores = PROBABILITIES[:, 0]
    truth = np.where(TRUTH == "a", "a", "b")
    columns = np.column_stack([scores, 1 - scores])

    value = metrics.auroc()(truth, columns, CLASSES[:2])

    assert value == pytest.approx(rank_sum(truth == "a", scores))


def test_an_absent_class_does_not_count():
    """`c` is predicted but never true: recall is the mean of a and b, as without `c`."""
    truth, predicted = np.array(["a", "a", "b", "b"]), np.array(["a", "c", "b", "b"])
    columns = np.array([[0.8, 0.1, 0.1], [0.3, 0.1, 0.6], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1]])

    assert metrics.recall()(truth, predicted) == 0.75
    assert metrics.balanced_accuracy()(truth, predicted) == 0.75
    assert metrics.precision()(truth, predicted) == 1
    assert metrics.f1()(truth, predicted) == pytest.approx((2 / 3 + 1) / 2)
    assert metrics.specificity()(truth, predicted) == 1
    assert metrics.auroc()(truth, columns, CLASSES) == 1
    assert metrics.average_precision()(truth, columns, CLASSES) == 1


def test_a_single_class_is_no_error():
    truth = np.array(["a", "a"])
    columns = np.array([[0.5, 0.5], [1.0, 0.0]])

    assert metrics.recall()(truth, truth) == 1
    assert metrics.specificity()(truth, truth) == 0
    assert metrics.matthews_corrcoef()(truth, truth) == 0
    assert math.isnan(metrics.cohen_kappa()(truth, truth))
    assert math.isnan(metrics.auroc()(truth, columns, CLASSES[:2]))
    assert metrics.average_precision()(truth, columns, CLASSES[:2]) == 1
    assert math.isnan(metrics.average_precision(positive="b")(truth, columns, CLASSES[:2]))


@pytest.mark.parametrize("name", ["auroc", "average_precision", "log_loss"])
def test_nothing_is_made_of_missing_probabilities(name):
    assert math.isnan(getattr(metrics, name)()(TRUTH, PROBABILITIES * np.nan, CLASSES))


def test_only_accuracy_has_the_interval_of_a_share_of_images():
    assert [metric.name for metric in plugin.frimcla_metrics() if metric.binomial] == ["accuracy"]


def test_matthews_is_exactly_zero_without_variance():
    truth, predicted = expand([[1, 2, 7], [0, 0, 0], [0, 0, 0]], "abc")

    assert metrics.matthews_corrcoef()(truth, predicted) == 0


def test_nothing_found_is_zero_without_a_warning():
    truth, predicted = np.array(["a", "b"]), np.array(["b", "b"])

    assert metrics.precision(positive="a")(truth, predicted) == 0
    assert metrics.f1(positive="a")(truth, predicted) == 0


def test_many_small_classes_are_no_warning():
    """scikit-learn 1.7 warns where more than half of the labels are unique, but not all."""
    classes = np.array([f"class {i:02}" for i in range(25)])
    truth = np.append(classes, classes[:5])
    columns = 0.01 + 0.75 * (truth[:, None] == classes)

    assert metrics.cohen_kappa()(truth, truth) == 1
    assert metrics.matthews_corrcoef()(truth, truth) == 1
    assert metrics.f1()(truth, truth) == 1
    assert metrics.specificity()(truth, truth) == 1
    assert metrics.auroc()(truth, columns, classes) == 1
    assert metrics.log_loss()(truth, columns, classes) == pytest.approx(-math.log(0.76))


@pytest.mark.parametrize("name", ["f1", "precision", "recall", "sensitivity", "specificity"])
def test_an_unknown_positive_class_is_named(name):
    score = getattr(metrics, name)(positive="sick")

    with pytest.raises(ValueError, match=r"^positive must be one of a, b, c \(got 'sick'\)$"):
        score(TRUTH, PREDICTED)


@pytest.mark.parametrize("name", ["auroc", "average_precision"])
def test_an_unknown_positive_class_is_named_for_probabilities(name):
    score = getattr(metrics, name)(positive="sick")

    with pytest.raises(ValueError, match=r"^positive must be one of a, b, c \(got 'sick'\)$"):
        score(TRUTH, PROBABILITIES, CLASSES)


@pytest.mark.parametrize("name", ["auroc", "average_precision", "log_loss"])
def test_a_label_without_a_column_is_named(name):
    truth = np.where(np.arange(200) < 5, "z", TRUTH)

    with pytest.raises(
        ValueError, match=r"^the truth has z, which has no column \(known: a, b, c\)$"
    ):
        getattr(metrics, name)()(truth, PROBABILITIES, CLASSES)
