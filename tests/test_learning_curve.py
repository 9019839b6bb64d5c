"""The learning curve: its parts, its law, what it says of more images, against known truths."""

from __future__ import annotations

import json
import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from made_up import dataset, image
from scipy.stats import norm
from toys import Toys

import frimcla
from frimcla.auditing.findings import Severity
from frimcla.auditing.learning import curve_of
from frimcla.auditing.learning_ahead import drawn
from frimcla.auditing.learning_curve import Curve, finding
from frimcla.auditing.learning_law import POWERS, fitted
from frimcla.auditing.learning_sets import parts
from frimcla.contracts import Array
from frimcla.evaluation import evaluate
from frimcla.folds import Plan, Split
from frimcla.predictions import Predictions
from frimcla.recipes import Pair, Recipe
from frimcla.scoring import Judge

REGISTRY = frimcla.Registry.of(toys=Toys())
ACCURACY, BRIER = (
    Judge.of(REGISTRY.find(frimcla.Metric, name).recipe()) for name in ("accuracy", "brier")
)
NEAREST = REGISTRY.find(frimcla.Classifier, "nearest_mean").recipe()
PAIR = Pair(extractor=REGISTRY.find(frimcla.Extractor, "edges").recipe(), classifier=NEAREST)
LABELS = (PAIR.extractor.label, PAIR.classifier.label)
SIDES, GAP = 40, 1.4
"""Of the points of the two classes: how many numbers, and how far apart in all."""


def planned(
    n: int = 200, *, group: int = 1, folds: int = 10, seed: int = 0, classes: str = "ab"
) -> tuple[Plan, Array]:
    """Plan the folds of n images, in groups of one class or by themselves; and what is one unit."""
    images = [
        image(label, f"{label}{number // group}", f"{seed} {number}")
        for label in classes
        for number in range(n // len(classes))
    ]
    made = dataset(images, grouped_by="group" if group > 1 else "")
    plan = Plan.of(made, folds=folds, inner_folds=2, seed=seed)
    return plan, np.unique(made.blocks, return_inverse=True)[1]


def points(plan: Plan, gap: float = GAP) -> Array:
    """Points of two classes, normal around two places."""
    rng = np.random.default_rng(plan.seed + 7)
    second = np.array(plan.labels) == "b"
    found = rng.normal(size=(len(second), SIDES)) + gap / SIDES**0.5 * second[:, None]
    return found.astype(np.float32)


def truth(n: float, gap: float = GAP) -> float:
    """Return the accuracy to be expected of the nearest mean, learnt from n / 2 points of each.

    With means m1, m2 that were learnt, a point of the first is right with probability
    Phi((|x - m2|^2 - |x - m1|^2) / (2 |m1 - m2|)) at its mean; averaged over what is learnt.
    """
    rng = np.random.default_rng(1)
    noise = (2 / n) ** 0.5
    first = noise * rng.normal(size=(4000, SIDES))
    second = noise * rng.normal(size=(4000, SIDES)) + gap / SIDES**0.5
    apart = second - first
    length = np.linalg.norm(apart, axis=1)
    middle = ((first + second) / 2 * apart).sum(axis=1) / length
    there = gap / SIDES**0.5 * apart.sum(axis=1) / length
    return float(np.mean(norm.cdf(middle) + norm.cdf(there - middle)) / 2)


def studied(
    plan: Plan, units: Array, features: Array, folder: Path, classifier: Recipe = NEAREST
) -> Predictions:
    """Cross-validate the pair for real."""
    pair = attrs.evolve(PAIR, classifier=classifier)
    judge = ACCURACY.recipe
    found = evaluate({pair: "space"}, lambda _: features, plan, judge, folder / "parts")
    assert not found.failed
    classes, places = np.unique(plan.labels, return_inverse=True)
    return Predictions(
        images=tuple(f"{n:064}" for n in range(len(places))),
        names=tuple(map(str, range(len(places)))),
        classes=tuple(classes.tolist()),
        truth=places.astype(np.int16),
        folds=plan.folds,
        pairs={LABELS: found.pairs[pair]},
        units=units,
    )


def curve(
    plan: Plan, units: Array, features: Array, folder: Path, judge: Judge = ACCURACY, **how: object
) -> tuple[Curve | None, str]:
    table = studied(plan, units, features, folder)
    return curve_of(features, plan, NEAREST, judge, table=table, pair=LABELS, folder=folder, **how)


class TestParts:
    @pytest.mark.parametrize("group", [1, 4], ids=["images", "groups"])
    def test_are_nested_whole_stratified_and_never_held_out(self, group: int) -> None:
        plan, units = planned(240, group=group)
        labels = np.array(plan.labels)

        found = parts(plan, units, range(plan.count))

        assert len(found) == 4
        for fold in range(plan.count):
            train, _ = plan.train_test(Split(0, (fold,)))
            before: set[int] = set()
            for rows in (*(size[fold] for size in found), train):
                assert before < set(rows.tolist()) <= set(train.tolist())
                before = set(rows.tolist())
                assert np.mean(labels[rows] == "a") == pytest.approx(0.5, abs=0.08)
                inside = np.isin(units[train], units[rows])
                assert set(train[inside].tolist()) == before
        sizes = [np.mean([len(rows) for rows in size]) for size in found]
        assert sizes == pytest.approx(216 * np.geomspace(1 / 8, 1, 5)[:-1], abs=2 * group)

    def test_keep_two_units_of_a_rare_class(self) -> None:
        rare = [image("b", f"b{n}", n) for n in range(12)]
        made = dataset([*rare, *(image("a", f"a{n}", n) for n in range(300))])
        plan = Plan.of(made, folds=4, inner_folds=2, seed=0)

        found = parts(plan, np.arange(312), range(4))

        smallest = [(np.array(plan.labels)[rows] == "b").sum() for rows in found[0]]
        assert smallest == [2, 2, 2, 2]

    def test_of_units_that_hold_all_classes_hold_all_classes(self) -> None:
        images = [
            image(label, f"g{group}", f"{group} {n}")
            for group in range(30)
            for label in "abc"
            for n in range(1 + group % 3)
        ]
        made = dataset(images)
        plan = Plan.of(made, folds=5, inner_folds=2, seed=3)
        units = np.unique(made.blocks, return_inverse=True)[1]

        found = parts(plan, units, range(5))

        assert len(found) >= 3
        for rows in (one for size in found for one in size):
            pairs = set(zip(np.array(plan.labels)[rows], units[rows].tolist(), strict=True))
            assert min(sum(label == one for one, _ in pairs) for label in "abc") >= 2

    def test_hang_on_the_seed_alone_not_on_what_units_are_called(self) -> None:
        plan, units = planned(120, group=2)

        first, renamed = (parts(plan, u, range(3)) for u in (units, 1000 - 7 * units))
        other = parts(attrs.evolve(plan, seed=1), units, range(3))

        def flat(found: list[list[Array]]) -> list[list[int]]:
            return [rows.tolist() for size in found for rows in size]

        assert flat(first) == flat(renamed)
        assert flat(first) != flat(other)

    def test_of_very_few_there_are_none(self) -> None:
        plan, units = planned(10, folds=5)

        assert parts(plan, units, range(5)) == []


class TestLaw:
    SIZES = np.array([20.0, 40, 80, 160, 320])

    @pytest.mark.parametrize("power", POWERS[[5, 30, 50]])
    def test_is_found_again(self, power: float) -> None:
        scores = 0.9 - 1.5 * self.SIZES[None] ** -power

        found = fitted(self.SIZES, scores, 1.0)

        assert found.power[0] == power
        assert (found.limit[0], found.scale[0]) == pytest.approx((0.9, 1.5))
        expected = 0.9 - 1.5 * 640.0**-power
        assert found.at(np.array([640]))[0, 0] == pytest.approx(expected)

    def test_keeps_its_bounds(self) -> None:
        rng = np.random.default_rng(0)
        scores = np.sort(rng.uniform(0.2, 1, (200, 5)), axis=1)
        scores[100:] = scores[100:, ::-1]

        found = fitted(self.SIZES, scores, 1.0)

        assert found.limit.max() <= 1
        assert found.scale.min() >= 0
        assert set(found.power) <= set(POWERS)
        assert (found.scale[100:] == 0).all()  # worse with more images: a flat line
        weights = self.SIZES**3 / (self.SIZES**3).sum()
        np.testing.assert_allclose(found.limit[100:], scores[100:] @ weights)

    def test_is_the_best_within_its_bounds(self) -> None:
        from scipy.optimize import minimize

        rng = np.random.default_rng(1)
        weights = self.SIZES**3 / (self.SIZES**3).sum()
        for _ in range(10):
            scores = np.sort(rng.uniform(0.8, 1, 5))
            found = fitted(self.SIZES, scores[None], 1.0)
            power = found.power[0]

            def rest(law: Array, power: float = power, scores: Array = scores) -> float:
                said = law[0] - law[1] * (self.SIZES / 320) ** -power
                return 1e4 * float((weights * (scores - said) ** 2).sum())

            best = minimize(rest, [0.9, 0.1], bounds=[(None, 1), (0, None)])
            ours = rest(np.array([found.limit[0], found.scale[0] * 320**-power]))
            assert ours <= best.fun + 1e-6


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Curve:
    plan, units = planned()
    found, why = curve(plan, units, points(plan), tmp_path_factory.mktemp("curve"))
    assert why == ""
    assert found is not None
    return found


class TestCurves:
    def test_end_at_what_the_table_says(self, found: Curve, tmp_path: Path) -> None:
        plan, units = planned()
        table = studied(plan, units, points(plan), tmp_path)
        answers = table.answers(LABELS)
        scores = [ACCURACY(answers.at(table.folds[0] == fold)) for fold in range(10)]

        assert found.scores[-1] == pytest.approx(np.mean(scores))
        assert (found.sizes[-1], found.images, found.folds) == (180, 200, 10)
        assert found.low[-1] < found.scores[-1] < found.high[-1]

    def test_rise_as_the_truth_does(self, found: Curve) -> None:
        assert len(found.sizes) == 5
        for size, score, low, high in zip(
            found.sizes, found.scores, found.low, found.high, strict=True
        ):
            assert score == pytest.approx(truth(size), abs=0.08)
            assert low <= score <= high
        assert found.scores[0] < found.scores[-1]
        assert found.twice.images == 400

    def test_go_to_json_and_back(self, found: Curve) -> None:
        content = json.loads(json.dumps(found.as_dict(), allow_nan=False))

        assert Curve.of(content) == found
        assert content["sentence"] == found.sentence

    def test_are_told(self, found: Curve) -> None:
        told = finding(found)

        assert (told.code, told.severity, told.sentence) == (
            "FRM401",
            Severity.NOTE,
            found.sentence,
        )
        ahead = found.twice
        assert (
            f"With twice the images (400 instead of 200) expect accuracy about "
            f"{100 * ahead.gain:.1f} points higher "
            f"({100 * ahead.gain_low:.1f} to {100 * ahead.gain_high:.1f});" in found.sentence
        )
        gain = told.numbers["gain_of_twice"]
        assert (gain.value, gain.low, gain.high) == (ahead.gain, ahead.gain_low, ahead.gain_high)

    @pytest.mark.slow
    def test_do_not_hang_on_the_number_of_workers(self, found: Curve, tmp_path: Path) -> None:
        plan, units = planned()
        steps: list[tuple[str, int, int]] = []

        again, _ = curve(
            plan,
            units,
            points(plan),
            tmp_path,
            n_jobs=2,
            progress=lambda *step: steps.append(step),
        )

        assert again == found
        assert steps == [("learn", n, 40) for n in range(1, 41)]
        assert [path.name for path in tmp_path.iterdir()] == ["parts"]

    def test_learn_with_what_the_search_chose(self, tmp_path: Path) -> None:
        """Fitted on the whole training fold, a lesson says what stands in the table."""
        from frimcla.auditing import learning

        plan, units = planned(60, folds=3)
        features = points(plan)
        table = studied(plan, units, features, tmp_path)
        whole = [[plan.train_test(Split(0, (fold,)))[0] for fold in range(3)]]
        np.save(tmp_path / "x.npy", features)

        lessons = learning._lessons(plan, NEAREST, table, LABELS, whole)

        for fold, lesson in enumerate(lessons):
            place, said = learning.learnt((tmp_path / "x.npy", lesson))
            stored = table.answers(LABELS).at(table.folds[0] == fold)
            assert place == (fold, 0)
            np.testing.assert_array_equal(said.predicted, stored.predicted)
            np.testing.assert_array_equal(said.probabilities, stored.probabilities)

    def test_of_losses_are_mirrored(self, tmp_path: Path) -> None:
        plan, units = planned()

        found, _ = curve(plan, units, points(plan), tmp_path, BRIER)

        assert found.scores[0] > found.scores[-1]
        assert found.scale < 0
        assert found.limit >= 0
        assert found.twice.gain >= 0
        assert found.twice.score < found.scores[-1]
        assert found.twice.low <= found.twice.score <= found.twice.high
        assert not found.greater_is_better
        assert " lower (" in found.sentence
        assert "points" not in found.sentence


class TestAgainstTheTruth:
    @pytest.mark.slow
    def test_what_is_ahead_holds_it_mostly(self, tmp_path: Path) -> None:
        """Of 95 % intervals; the curve of the nearest mean is no power law exactly."""
        gains = {factor: truth(200 * factor) - truth(200) for factor in (2, 4)}
        held: dict[float, list[bool]] = {2: [], 4: []}
        levels: list[bool] = []
        for seed in range(12):
            plan, units = planned(seed=seed)
            folder = tmp_path / str(seed)
            found, _ = curve(plan, units, points(plan), folder)
            for one in found.ahead:
                if one.factor in held:
                    held[one.factor].append(one.gain_low <= gains[one.factor] <= one.gain_high)
                    levels.append(one.low <= truth(one.images) <= one.high)

        assert gains[2] > 0.015
        assert sum(held[2]) >= 10
        assert sum(held[4]) >= 10
        assert np.mean(levels) >= 0.85

    def test_a_power_law_is_looked_along(self) -> None:
        """Scores that follow the law, with the noise of folds of 20 images."""
        sizes = np.geomspace(45, 360, 5)
        inside = []
        for seed in range(60):
            rng = np.random.default_rng(seed)
            p = 0.95 - 1.2 * sizes**-0.5
            shared = rng.normal(0, 0.02, (10, 1))
            scores = rng.binomial(40, np.clip(p + shared, 0, 1), (10, 5)) / 40
            found = drawn(sizes, scores, ACCURACY, images=400, ratio=1 / 9, rope=0.01, seed=seed)
            gain = 1.2 * (400**-0.5 - 800**-0.5)
            inside.append(found.twice.gain_low <= gain <= found.twice.gain_high)
        assert np.mean(inside) >= 0.9

    def test_flat_curves_say_so(self) -> None:
        sizes = np.geomspace(100, 800, 5)
        rng = np.random.default_rng(0)
        fold = rng.normal(0.9, 0.03, (10, 1))
        flat = np.clip(fold + rng.normal(0, 0.002, (10, 5)), 0, 1)

        found = drawn(sizes, flat, ACCURACY, images=900, ratio=1 / 9, rope=0.01, seed=0)

        assert found.sentence.endswith("more images are hardly worth it.")
        assert found.twice.gain_high < 0.01

    def test_steep_curves_say_so(self) -> None:
        sizes = np.geomspace(50, 400, 5)
        rng = np.random.default_rng(0)
        steep = 0.98 - 2 * sizes**-0.4 + rng.normal(0, 0.01, (10, 5))

        found = drawn(sizes, steep, ACCURACY, images=450, ratio=1 / 9, rope=0.01, seed=0)

        assert found.sentence.endswith("; more images are worth it.")

    def test_perfect_scores_stay_perfect(self) -> None:
        found = drawn(
            np.geomspace(50, 400, 5),
            np.ones((10, 5)),
            ACCURACY,
            images=450,
            ratio=1 / 9,
            rope=0.01,
            seed=0,
        )

        assert found.low == found.high == (None,) * 5
        assert {(one.score, one.low, one.high, one.gain_high) for one in found.ahead} == {
            (1.0, 1.0, 1.0, 0.0)
        }
        json.dumps(found.as_dict(), allow_nan=False)


class TestReasons:
    def test_too_few_images(self, tmp_path: Path) -> None:
        plan, units = planned(8, folds=2)

        found, why = curve(plan, units, points(plan), tmp_path)

        assert found is None
        assert why == "too few independent images of a class to learn from a half of them"

    def test_a_metric_that_has_nothing_to_judge(self, tmp_path: Path) -> None:
        plan, units = planned(60, folds=3)
        features = points(plan)
        table = studied(plan, units, features, tmp_path)
        table.pairs[LABELS].probabilities[:] = np.nan

        found, why = curve_of(
            features, plan, NEAREST, BRIER, table=table, pair=LABELS, folder=tmp_path
        )

        assert (found, why) == (None, "brier cannot be computed in every fold")

    def test_a_classifier_that_cannot_learn_from_less(self, tmp_path: Path) -> None:
        plan, units = planned(60, folds=3)
        features = points(plan)
        table = studied(plan, units, features, tmp_path)
        stubborn = REGISTRY.find(frimcla.Classifier, "stubborn").recipe()
        table = attrs.evolve(
            table,
            pairs={LABELS: attrs.evolve(table.pairs[LABELS], chosen=(({}, {}, {}),))},
        )

        found, why = curve_of(
            features, plan, stubborn, ACCURACY, table=table, pair=LABELS, folder=tmp_path
        )

        assert found is None
        assert why == "the classifier cannot learn, or be judged, from a part of the images"

    def test_many_folds_are_drawn_from(self, tmp_path: Path) -> None:
        plan, units = planned(60, folds=12)

        found, _ = curve(plan, units, points(plan), tmp_path)

        assert found.folds == 10
        assert not math.isnan(found.twice.gain)
