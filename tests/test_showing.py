"""Numbers behind the plots of a pair, against scikit-learn and by hand, with ties and groups."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve
from toys import Toys

import frimcla
from frimcla.contracts import Array
from frimcla.per_class import per_class
from frimcla.predictions import PairPredictions, Predictions
from frimcla.scoring import Answers
from frimcla.showing import tracing
from frimcla.showing.classes import of_classes
from frimcla.showing.curves import Ranked, ranked, shown_class
from frimcla.showing.reliability import reliability
from frimcla.showing.resampling import Draws, ends, share
from frimcla.showing.slices import sliced
from frimcla.stats.proportions import wilson

REGISTRY = frimcla.Registry.of(toys=Toys())
PAIR = ("E", "C")


def made_up(n: int, k: int, seed: int = 0, *, digits: int = 2) -> Answers:
    """Answers that are often right; probabilities of few digits, so that many are equal."""
    rng = np.random.default_rng(seed)
    classes = np.array(list("abcdefghijkl"[:k]))
    truth = rng.integers(0, k, n)
    truth[:k] = np.arange(k)
    weights = rng.gamma(0.6, size=(n, k))
    weights[np.arange(n), truth] += rng.gamma(1.0, size=n)
    probabilities = np.round(weights / weights.sum(axis=1, keepdims=True), digits)
    predicted = probabilities.argmax(axis=1)
    predicted[: n // 20] = rng.integers(0, k, n // 20)  # not always the most probable
    return Answers(
        truth=classes[truth],
        predicted=classes[predicted],
        probabilities=probabilities.astype(np.float32),
        classes=classes,
    )


def of(answers: Answers, units: Array | None = None, seed: int = 0, draws: int = 200) -> Draws:
    units = np.arange(len(answers.truth)) if units is None else units
    return Draws.of(answers.truth, units, seed, draws=draws)


def curves(answers: Answers, draws: Draws, label: str = "") -> Ranked:
    found = ranked(answers, draws, label)
    assert found is not None
    return found


class TestCurves:
    @pytest.mark.parametrize("digits", [1, 2, 7], ids=["many ties", "ties", "none"])
    @pytest.mark.parametrize("k", [2, 5])
    def test_are_those_of_scikit_learn(self, k: int, digits: int) -> None:
        said = made_up(150, k, digits=digits)
        grid = np.linspace(0, 1, 101)

        for place, label in enumerate(said.classes):
            found = curves(said, of(said), label)

            true, scores = said.truth == label, said.probabilities[:, place]
            false, right, _ = metrics.roc_curve(true, scores, drop_intermediate=False)
            precision, recall, _ = metrics.precision_recall_curve(true, scores)
            steps = [max(precision[:-1][recall[:-1] >= r][-1:]) for r in grid[1:] - 1e-12]
            np.testing.assert_allclose(found.roc.value, np.interp(grid, false, right), atol=1e-12)
            np.testing.assert_allclose(found.recall.value[1:], steps, atol=1e-12)
            assert found.roc.area.value == pytest.approx(metrics.roc_auc_score(true, scores))
            average = metrics.average_precision_score(true, scores)
            assert found.recall.area.value == pytest.approx(average)
            assert found.share == true.mean()

    def test_of_every_sample_are_those_of_scikit_learn_with_weights(self) -> None:
        said = made_up(80, 3, digits=1)
        draws = of(said, np.arange(80) // 4, draws=25)
        true, scores = said.truth == "b", said.probabilities[:, 1]

        found = curves(said, draws, "b")

        for area, score in (
            (found.roc.area, metrics.roc_auc_score),
            (found.recall.area, metrics.average_precision_score),
        ):
            values = [score(true, scores, sample_weight=row) for row in draws.counts[1:]]
            assert (area.low, area.high) == pytest.approx(np.percentile(values, [2.5, 97.5]))

    def test_of_all_classes_are_their_mean(self) -> None:
        said = made_up(200, 4)
        single = [curves(said, of(said), label) for label in said.classes]

        found = curves(said, of(said))

        for kind in ("roc", "recall"):
            lines = [getattr(one, kind) for one in single]
            line = getattr(found, kind)
            np.testing.assert_allclose(line.value, np.mean([one.value for one in lines], axis=0))
            assert line.area.value == pytest.approx(np.mean([one.area.value for one in lines]))
            assert (line.low <= line.value).mean() > 0.95
            assert (line.value <= line.high).mean() > 0.95
        macro = (
            metrics.roc_auc_score(said.truth, said.probabilities, multi_class="ovr")
            if np.allclose(said.probabilities.sum(axis=1), 1)
            else None
        )
        assert macro is None or found.roc.area.value == pytest.approx(macro)

    def test_hold_the_truth_about_as_often_as_they_say(self) -> None:
        """Scores are normal with means 0 and 1: the AUROC is .760."""
        inside = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            truth = np.repeat(["a", "b"], 60)
            scores = rng.normal((truth == "b").astype(float), 1)
            p = 1 / (1 + np.exp(-scores))
            said = Answers(
                truth=truth,
                predicted=np.where(p > 0.5, "b", "a"),
                probabilities=np.stack([1 - p, p], axis=1),
                classes=np.array(["a", "b"]),
            )
            area = curves(said, of(said, seed=seed), "b").roc.area
            inside += area.low <= 0.7602 <= area.high
        assert inside >= 52

    def test_need_probabilities_and_two_sides(self) -> None:
        said = made_up(30, 2)
        unknown = attrs.evolve(said, probabilities=np.full((30, 2), np.nan))
        lonely = attrs.evolve(said, truth=np.repeat("a", 30))

        assert ranked(unknown, of(said)) is None
        assert ranked(attrs.evolve(said, probabilities=None), of(said)) is None
        assert ranked(lonely, of(lonely), "a") is None

    def test_leave_out_a_class_that_has_no_images(self) -> None:
        said = made_up(60, 3)
        rows = said.truth != "c"
        some = said.at(rows)

        found = curves(some, of(some))

        single = [curves(some, of(some), label) for label in "ab"]
        assert ranked(some, of(some), "c") is None
        assert found.roc.area.value == pytest.approx(np.mean([s.roc.area.value for s in single]))

    def test_show_the_positive_class_or_the_second_or_all(self) -> None:
        assert shown_class(["a", "b"]) == "b"
        assert shown_class(["a", "b"], ["a"]) == "a"
        assert shown_class(["a", "b", "c"]) == ""
        assert shown_class(["a", "b", "c"], ["c", "a"]) == "c"


class TestDraws:
    def test_keep_classes_or_whole_units(self) -> None:
        said = made_up(60, 3)
        units = np.arange(60) // 5

        single, grouped = of(said).counts, of(said, units).counts

        assert (single[0] == 1).all()
        assert (grouped[0] == 1).all()
        for label in said.classes:
            rows = said.truth == label
            assert (single[:, rows].sum(axis=1) == rows.sum()).all()
        assert (grouped.reshape(-1, 12, 5) == grouped.reshape(-1, 12, 5)[..., :1]).all()
        assert (grouped.sum(axis=1) == 60).all()

    def test_do_not_hang_on_what_units_are_called(self) -> None:
        said = made_up(60, 3)
        units = np.arange(60) // 5

        renamed = 100 - units * 7 % 97

        assert np.array_equal(of(said, units).counts, of(said, renamed).counts)
        assert not np.array_equal(of(said, units).counts, of(said, units, seed=1).counts)

    def test_that_cannot_be_judged_are_left_out(self) -> None:
        low, high = ends(np.array([1.0, np.nan, 3.0]))

        assert (low, high) == (pytest.approx(1.05), pytest.approx(2.95))
        assert np.isnan(ends(np.array([np.nan, np.nan]))).all()


class TestShares:
    RIGHT = np.repeat([True, True, True, False], 30)
    EVERY = np.ones(120, bool)

    def draws(self, units: Array) -> Draws:
        return Draws.of(np.repeat("a", 120), units, 0)

    def test_of_single_images_have_wilsons_interval(self) -> None:
        found = share(self.RIGHT, self.EVERY, self.draws(np.arange(120)))

        assert (found.value, found.low, found.high) == (0.75, *wilson(90, 120))

    def test_of_groups_are_as_wide_as_if_groups_were_images(self) -> None:
        """Twelve groups of ten, all right or all wrong."""
        found = share(self.RIGHT, self.EVERY, self.draws(np.arange(120) // 10))

        assert found.value == 0.75
        assert (found.low, found.high) == pytest.approx((0.5, 1.0), abs=0.09)

    @pytest.mark.parametrize("right", [RIGHT, EVERY], ids=["few groups", "all right"])
    def test_without_spread_fall_back_on_groups_as_images(self, right: Array) -> None:
        count = 4 if right is self.RIGHT else 12
        units = np.arange(120) // (120 // count)

        found = share(right, self.EVERY, self.draws(units))

        assert (found.low, found.high) == wilson(right.mean() * count, count)

    def test_of_nothing_are_nan(self) -> None:
        found = share(self.RIGHT, ~self.EVERY, self.draws(np.arange(120)))

        assert np.isnan([found.value, found.low, found.high]).all()


class TestClasses:
    def test_have_the_numbers_of_the_table_and_wilsons_interval(self) -> None:
        said = made_up(150, 4)

        found = of_classes(said, of(said))

        for one, plain in zip(found, per_class(said), strict=True):
            for name in ("precision", "sensitivity", "specificity", "f1"):
                estimate = getattr(one, name)
                assert estimate.value == getattr(plain, name)
                assert estimate.low < estimate.value < estimate.high
            true, taken = said.truth == one.label, said.predicted == one.label
            hits, rest = (true & taken).sum(), (~true & ~taken).sum()
            assert one.images == true.sum()
            assert (one.sensitivity.low, one.sensitivity.high) == wilson(hits, true.sum())
            assert (one.precision.low, one.precision.high) == wilson(hits, taken.sum())
            assert (one.specificity.low, one.specificity.high) == wilson(rest, (~true).sum())

    def test_of_every_sample_have_the_f1_of_scikit_learn(self) -> None:
        said = made_up(90, 3)
        draws = of(said, np.arange(90) // 3, draws=25)

        found = of_classes(said, draws)

        values = [
            metrics.f1_score(said.truth, said.predicted, average=None, sample_weight=row)
            for row in draws.counts[1:]
        ]
        low, high = np.percentile(values, [2.5, 97.5], axis=0)
        np.testing.assert_allclose([one.f1.low for one in found], low)
        np.testing.assert_allclose([one.f1.high for one in found], high)

    def test_of_groups_have_wider_intervals(self) -> None:
        said = made_up(200, 2, digits=1)
        order = np.argsort(said.truth == said.predicted)  # groups all right, or all wrong
        said = said.at(order)

        single, grouped = (of_classes(said, of(said, u)) for u in (None, np.arange(200) // 8))

        for one, other in zip(single, grouped, strict=True):
            for name in ("precision", "sensitivity", "f1"):
                widths = [getattr(x, name).high - getattr(x, name).low for x in (one, other)]
                assert widths[1] > 1.5 * widths[0]

    def test_without_images_or_predictions_say_so(self) -> None:
        said = Answers(
            truth=np.array(list("aabb")),
            predicted=np.array(list("aacc")),
            probabilities=None,
            classes=np.array(list("abc")),
        )

        _, never, nobody = of_classes(said, of(said))

        assert (never.precision.value, never.f1.value) == (0, 0)
        assert np.isnan([never.precision.low, never.f1.low]).all()
        assert never.sensitivity.low == 0
        missing = (nobody.precision, nobody.sensitivity, nobody.f1)
        assert np.isnan([(one.value, one.low, one.high) for one in missing]).all()
        assert nobody.specificity.value == 0.5


class TestReliability:
    def test_is_that_of_scikit_learn(self) -> None:
        said = made_up(400, 2, digits=7)
        said = attrs.evolve(said, predicted=said.classes[said.probabilities.argmax(axis=1)])

        found = reliability(said, of(said))

        right = said.truth == said.predicted
        top = said.probabilities.max(axis=1)
        shares, means = calibration_curve(right, top, n_bins=10, strategy="quantile")
        np.testing.assert_allclose([one.share.value for one in found.bins], shares)
        np.testing.assert_allclose([one.confidence for one in found.bins], means, rtol=1e-6)
        assert [one.images for one in found.bins] == [40] * 10
        assert found.ece == pytest.approx(np.abs(shares - means).mean(), rel=1e-5)
        brier = metrics.brier_score_loss(said.truth, said.probabilities[:, 1], pos_label="b")
        assert found.brier == pytest.approx(2 * brier, rel=1e-5)
        for one in found.bins:
            assert (one.share.low, one.share.high) == wilson(one.right, one.images)

    def test_keeps_equal_probabilities_together(self) -> None:
        said = made_up(100, 2)
        p = np.repeat([0.6, 0.9, 1.0], [25, 15, 60])
        said = attrs.evolve(
            said,
            predicted=np.repeat("b", 100),
            probabilities=np.stack([1 - p, p], axis=1),
        )

        found = reliability(said, of(said))

        assert [one.images for one in found.bins] == [25, 15, 60]
        assert [one.confidence for one in found.bins] == pytest.approx([0.6, 0.9, 1.0])
        told = [(one.right, one.images, one.confidence) for one in found.bins]
        assert found.ece == pytest.approx(sum(abs(r - n * c) for r, n, c in told) / 100)

    def test_asks_about_the_predicted_class_not_the_most_probable(self) -> None:
        said = Answers(
            truth=np.array(["a", "b"]),
            predicted=np.array(["a", "b"]),
            probabilities=np.array([[0.4, 0.6], [0.5, 0.5]]),
            classes=np.array(["a", "b"]),
        )

        assert [one.confidence for one in reliability(said, of(said)).bins] == [0.4, 0.5]

    def test_needs_probabilities(self) -> None:
        said = made_up(30, 2)

        assert reliability(attrs.evolve(said, probabilities=None), of(said)) is None
        unknown = attrs.evolve(said, probabilities=np.full((30, 2), np.nan))
        assert reliability(unknown, of(said)) is None


def table(columns: dict[str, Sequence[str]], groups: Sequence[str] = ()) -> Predictions:
    said = made_up(120, 2)
    codes = np.searchsorted(said.classes, said.predicted).astype(np.int16)
    units = np.unique(groups, return_inverse=True)[1] if groups else np.arange(120)
    return Predictions(
        images=tuple(f"{n:064}" for n in range(120)),
        names=tuple(map(str, range(120))),
        classes=("a", "b"),
        truth=np.searchsorted(said.classes, said.truth).astype(np.int16),
        folds=np.zeros((1, 120), np.int16),
        pairs={
            PAIR: PairPredictions(
                predicted=codes[None], probabilities=said.probabilities[None], chosen=(({},),)
            )
        },
        groups=tuple(groups),
        units=units,
        columns={name: tuple(cells) for name, cells in columns.items()},
    )


class TestSlices:
    def of(self, made: Predictions):
        return sliced(made, PAIR, Draws.of(made.labels, made.units, 0))

    def test_are_counted_and_judged_worst_first(self) -> None:
        lamp = ["", "old", "new"] * 40
        made = table({"lamp": lamp})
        answers = made.answers(PAIR)

        (column,) = self.of(made).columns

        assert {one.value for one in column.slices} == {"", "old", "new"}
        shares = [one.share.value for one in column.slices]
        assert shares == sorted(shares)
        for one in column.slices:
            rows = np.array(lamp) == one.value
            right = (answers.truth == answers.predicted)[rows].sum()
            assert (one.images, one.right) == (40, right)
            assert (one.share.low, one.share.high) == wilson(right, 40)

    def test_of_pointless_columns_are_left_out_with_a_reason(self) -> None:
        numbers = [str(n) for n in range(120)]
        labels = table({}).labels
        plates = [f"p{n % 6}" for n in range(120)]

        found = self.of(
            table(
                {
                    "same": ["x"] * 120,
                    "number": numbers,
                    "kind": [f"kind {label}" for label in labels],
                    "plate": [f"number {plate}" for plate in plates],
                    "many": [f"{n % 21}" for n in range(120)],
                    "few": [f"{n % 20}" for n in range(120)],
                },
                plates,
            )
        )

        assert [one.name for one in found.columns] == ["group", "few"]
        assert found.left_out == {
            "same": "one value only",
            "number": "another value for every image",
            "kind": "the same parts as the classes",
            "plate": "the same parts as the groups",
            "many": "21 values, more than 20",
        }

    def test_of_groups_are_the_worst_twenty_of_those_that_say_something(self) -> None:
        groups = [f"g{n % 23:02}" for n in range(115)] + ["small"] * 5
        groups[115] = "tiny"

        (column,) = self.of(table({}, groups)).columns

        assert (len(column.slices), column.more) == (20, 5)
        assert all(one.images == 5 for one in column.slices)
        for one in column.slices:  # of its own images: the group is what is asked about
            assert (one.share.low, one.share.high) == wilson(one.right, one.images)


@pytest.mark.parametrize("at_once", [1, 1000])
def test_samples_are_traced_a_few_at_a_time(monkeypatch, at_once: int) -> None:
    said = made_up(60, 3)
    draws = of(said, np.arange(60) // 2)
    whole, alone = curves(said, draws), of_classes(said, draws)

    monkeypatch.setattr(tracing, "AT_ONCE", at_once)  # a sample each, or 16

    again = curves(said, draws)
    for line, other in ((again.roc, whole.roc), (again.recall, whole.recall)):
        for name in ("value", "low", "high"):
            assert (getattr(line, name) == getattr(other, name)).all()
        assert line.area == other.area
    assert of_classes(said, draws) == alone


def test_all_of_it_is_quick() -> None:
    """A pair of twelve classes and 800 images takes a small part of a second."""
    import time

    said = made_up(800, 12)
    draws = of(said, np.arange(800) // 2)

    start = time.process_time()
    curves(said, draws)
    of_classes(said, draws)
    reliability(said, draws)

    assert time.process_time() - start < 1.5
