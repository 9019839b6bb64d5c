"""Wrong labels: planted ones are found, clean sets give few, and what cannot be judged says so."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold

from frimcla.auditing import labels
from frimcla.auditing.findings import Severity
from frimcla.contracts import Array
from frimcla.predictions import PairPredictions, Predictions
from frimcla.scoring import Answers

CLASSES = np.array(["bee", "cat", "dog"])
SURE = ([0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9])
FIRST, SECOND, BARE = ("E", "C"), ("E", "D"), ("E", "no probabilities")


def answers(truth: str, probabilities: Sequence[Sequence[float]], predicted: str = "") -> Answers:
    given = np.array(probabilities)
    names = {name[0]: name for name in CLASSES}
    said = CLASSES[given.argmax(axis=1)]
    return Answers(
        truth=np.array([names[letter] for letter in truth]),
        predicted=np.array([names[letter] for letter in predicted]) if predicted else said,
        probabilities=given,
        classes=CLASSES,
    )


def blobs(seed: int, *, gap: float = 3.0, n: int = 300) -> tuple[Array, Array]:
    """Points of three classes; neighbours overlap the more the smaller the gap is."""
    rng = np.random.default_rng(seed)
    places = rng.integers(0, 3, n)
    points = rng.normal(size=(n, 12))
    points[np.arange(n), places] += gap
    return points, CLASSES[places]


def flipped(truth: Array, seed: int, share: float = 0.05) -> tuple[Array, Array]:
    """Return classes with some of them wrong, and which."""
    rng = np.random.default_rng(seed + 1000)
    rows = rng.choice(len(truth), round(share * len(truth)), replace=False)
    places = np.searchsorted(CLASSES, truth)
    places[rows] = (places[rows] + rng.integers(1, 3, len(rows))) % 3
    return CLASSES[places], rows


def out_of_fold(points: Array, truth: Array, seed: int) -> Answers:
    given = np.empty((len(truth), 3))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(points, truth):
        model = LinearDiscriminantAnalysis().fit(points[train], truth[train])
        given[test] = model.predict_proba(points[test])
    return Answers(
        truth=truth,
        predicted=CLASSES[given.argmax(axis=1)],
        probabilities=given,
        classes=CLASSES,
    )


class TestPlanted:
    @pytest.mark.parametrize("seed", range(20))
    def test_half_of_the_flipped_lie_in_the_top_tenth(self, seed: int) -> None:
        points, truth = blobs(seed, gap=2.5)
        wrong, rows = flipped(truth, seed)

        found = labels.doubts(out_of_fold(points, wrong, seed))

        top = np.argsort(-found, kind="stable")[: len(truth) // 10]
        assert np.isin(rows, top).mean() >= 0.5

    @pytest.mark.parametrize("seed", range(5))
    def test_most_suspects_are_wrong_and_their_true_class_is_named(self, seed: int) -> None:
        points, truth = blobs(seed)
        wrong, rows = flipped(truth, seed)

        found = labels.suspected(out_of_fold(points, wrong, seed))

        planted = [doubt for doubt in found if doubt.row in rows]
        assert len(planted) >= 0.6 * len(rows)
        assert len(planted) >= 0.7 * len(found)
        assert [doubt.label for doubt in planted] == [wrong[doubt.row] for doubt in planted]
        named = [doubt.better == truth[doubt.row] for doubt in planted]
        assert np.mean(named) >= 0.9

    @pytest.mark.parametrize(
        ("gap", "right", "most"),
        [(1.0, 0.6, 0.15), (2.5, 0.9, 0.035), (5.0, 1.0, 0.001)],
        ids=["overlap", "some overlap", "apart"],
    )
    def test_clean_sets_have_few_suspects(self, gap: float, right: float, most: float) -> None:
        shares, agree = [], []
        for seed in range(5):
            points, truth = blobs(seed, gap=gap)
            said = out_of_fold(points, truth, seed)
            shares.append(len(labels.suspected(said)) / len(truth))
            agree.append(np.mean(said.predicted == truth))

        assert np.mean(agree) == pytest.approx(right, abs=0.05)
        assert np.mean(shares) < most

    def test_overlapping_classes_are_no_more_than_a_note(self) -> None:
        """Classifiers are wrong in four images of ten: what they say proves little."""
        for seed in range(5):
            points, truth = blobs(seed, gap=1.0)
            found = labels.finding(table(out_of_fold(points, truth, seed)), [FIRST])
            assert found.severity == Severity.NOTE

    def test_random_answers_suspect_few(self) -> None:
        rng = np.random.default_rng(0)
        said = answers("bcd" * 100, rng.dirichlet([20, 20, 20], 300).tolist())

        assert len(labels.suspected(said)) < 3


class TestRules:
    def test_a_suspect_is_told_with_what_it_looks_like(self) -> None:
        said = answers("bcdbcdb", [*SURE, *SURE, [0.02, 0.03, 0.95]])

        (found,) = labels.suspected(said)

        assert (found.row, found.label, found.better) == (6, "bee", "dog")
        assert found.confidence == 0.95
        assert found.margin == labels.doubts(said).max() == labels.doubts(said)[6]

    def test_what_is_usual_for_a_class_is_no_reason(self) -> None:
        """All dogs look half like cats: of them none is suspected for it."""
        rows = [[0.9, 0.05, 0.05]] * 10 + [[0.05, 0.9, 0.05]] * 10 + [[0.1, 0.5, 0.4]] * 10

        assert labels.suspected(answers("b" * 10 + "c" * 10 + "d" * 10, rows)) == ()

    def test_a_prediction_that_agrees_with_the_label_is_not_doubted(self) -> None:
        rows = [*SURE, *SURE, [0.02, 0.03, 0.95]]

        assert labels.suspected(answers("bcdbcdb", rows, predicted="bcdbcdb")) == ()
        assert len(labels.suspected(answers("bcdbcdb", rows, predicted="bcdbcdc"))) == 1

    def test_without_probabilities_there_is_nothing(self) -> None:
        said = answers("bcd", SURE)

        for missing in (None, np.full((3, 3), np.nan)):
            without = attrs.evolve(said, probabilities=missing)
            assert labels.suspected(without) == ()
            assert np.isnan(labels.doubts(without)).all()
            assert labels.doubts(without).shape == (3,)

    def test_a_class_of_one_image_that_nobody_recognises_takes_no_others(self) -> None:
        """Its image gets .001 for it; others get .002, twice what is usual."""
        rows = [[0.9, 0.098, 0.002]] * 20 + [[0.098, 0.9, 0.002]] * 20 + [[0.5, 0.499, 0.001]]
        said = answers("b" * 20 + "c" * 20 + "d", rows)

        assert (labels.doubts(said)[:40] < 0).all()
        assert [doubt.row for doubt in labels.suspected(said)] in ([], [40])

    def test_a_class_without_images_is_never_better(self) -> None:
        rows = [[0.9, 0.1, 0.0]] * 5 + [[0.1, 0.9, 0.0]] * 5 + [[0.05, 0.05, 0.9]]
        said = answers("b" * 5 + "c" * 5 + "b", rows)

        assert labels.suspected(said) == ()
        assert np.isfinite(labels.doubts(said)).all()

    def test_doubts_are_between_minus_one_and_one(self) -> None:
        rng = np.random.default_rng(3)
        given = rng.dirichlet([0.1, 0.1, 0.1], 200)
        given[:10] = [1, 0, 0]

        found = labels.doubts(answers("bcdb" * 50, given.tolist()))

        assert -1 <= found.min() < 0 < found.max() <= 1


def table(said: Answers, *more: Array) -> Predictions:
    """A table of two repeats by one pair; of one by another where its probabilities are given."""
    n = len(said.truth)
    given = [np.stack([said.probabilities] * 2), *(np.stack([one, one]) for one in more)]
    return Predictions(
        images=tuple(f"{number:064}" for number in range(n)),
        names=tuple(f"image {number}" for number in range(n)),
        classes=tuple(CLASSES.tolist()),
        truth=np.searchsorted(CLASSES, said.truth).astype(np.int16),
        folds=np.zeros((2, n), np.int16),
        pairs={
            pair: PairPredictions(
                predicted=np.zeros((2, n), np.int16),
                probabilities=one.astype(np.float32),
                chosen=(({},), ({},)),
            )
            for pair, one in zip((FIRST, SECOND), given, strict=False)
        }
        | {
            BARE: PairPredictions(
                predicted=np.ones((2, n), np.int16),
                probabilities=np.full((2, n, 3), np.nan, np.float32),
                chosen=(({},), ({},)),
            )
        },
    )


class TestFinding:
    def test_pairs_and_repeats_are_averaged_those_without_probabilities_left_out(self) -> None:
        said = answers("bcd", SURE)
        other = np.array([[0.1, 0.8, 0.1], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]])
        made = table(said, other)
        made.pairs[FIRST].probabilities[1] = 1 / 3

        found = labels.averaged(made, [FIRST, BARE, SECOND, FIRST])

        mean = ((said.probabilities + 1 / 3) / 2 + other) / 2
        np.testing.assert_allclose(found.probabilities, mean, atol=1e-7)
        assert found.predicted.tolist() == CLASSES[mean.argmax(axis=1)].tolist()
        assert np.isnan(labels.averaged(made, [BARE]).probabilities).all()
        assert labels.finding(made, [BARE]) is None

    def test_tells_counts_and_names_no_file(self) -> None:
        points, truth = blobs(0)
        wrong, _ = flipped(truth, 0)
        said = out_of_fold(points, wrong, 0)

        found = labels.finding(table(said), [FIRST])

        suspects = labels.suspected(said)
        assert (found.code, found.severity) == ("FRM301", Severity.WARNING)
        assert found.numbers["label_errors"].value == len(suspects)
        assert found.numbers["label_errors_share"].value == len(suspects) / 300
        assert found.sentence.startswith(f"{len(suspects)} images look like another class")
        assert "image " not in found.sentence
        assert [one.name for one in found.suspects] == [f"image {one.row}" for one in suspects]
        first, told = suspects[0], found.suspects[0].told
        assert told.startswith(f'says "{first.label}", looks like "{first.better}" (p ')

    def test_is_a_note_where_suspects_are_few_and_none_where_there_are_none(self) -> None:
        rows = [SURE[n % 3] for n in range(99)]
        clean = answers("bcd" * 33, rows)
        one = answers("c" + ("bcd" * 33)[1:], rows)

        found = labels.finding(table(one), [FIRST])

        assert labels.finding(table(clean), [FIRST]) is None
        assert (found.severity, len(found.suspects)) == (Severity.NOTE, 1)
        assert found.sentence.startswith("1 image looks like another class")
        assert found.suspects[0].told == 'says "cat", looks like "bee" (p = .90)'

    def test_names_forty_at_most(self) -> None:
        points, truth = blobs(1, n=2000)
        wrong, _ = flipped(truth, 1)

        found = labels.finding(table(out_of_fold(points, wrong, 1)), [FIRST])

        assert found.numbers["label_errors"].value > 40
        assert len(found.suspects) == 40
