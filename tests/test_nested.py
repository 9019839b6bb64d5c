"""The nested study: the whole choice inside every fold, and no fit done twice."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from test_evaluation import _by_model, _numbers, spied, study
from toys import NearestMean, Toys, numbered_dataset

import frimcla
from frimcla.errors import ConfigError
from frimcla.expecting import expect
from frimcla.predictions import Inside, PairPredictions, Predictions
from frimcla.scoring import Judge
from frimcla.selection import select
from frimcla.stopping import Rule

assert spied  # the fixture
REGISTRY = frimcla.Registry.of(toys=Toys())
ACCURACY = Judge.of(REGISTRY.find(frimcla.Metric, "accuracy").recipe())
A, B = ("A", "C"), ("B", "C")
TWINS = ["spy", "nearest_mean"]
"""They say the same, so that either may be chosen, and the spy goes through all folds."""


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_two_folds_are_out_of_sight_of_the_models_that_choose(spied, n_jobs):
    result, log = spied(nested=True, n_jobs=n_jobs, classifiers=TWINS)
    numbers = _numbers(result)
    folds = [
        {
            numbers[key]
            for key, f in zip(result.table.images, result.table.folds[0], strict=True)
            if f == fold
        }
        for fold in range(4)
    ]
    twos = [folds[i] | folds[j] for i in range(4) for j in range(i)]
    everything = set.union(*folds)
    fits, judged = _by_model(log)

    outer = [model for model in fits if judged[model] in folds + twos]

    assert sorted(map(sorted, (judged[model] for model in outer))) == sorted(
        map(sorted, folds + twos)
    )
    assert all(fits[model] == everything - judged[model] for model in outer)
    assert len(fits) == (4 + 6) * (1 + 3 * 3)  # no fit twice: splits x (last + candidates x inner)
    for model in fits.keys() - set(outer):  # searches stay inside what their split learns from
        assert not fits[model] & judged[model]
        assert any(not (fits[model] | judged[model]) & two for two in folds + twos)


def test_what_is_inside_comes_from_the_models_without_both_folds(spied):
    result, _ = spied(nested=True, classifiers=[{"name": name, "shrink": 0.25} for name in TWINS])
    table = result.table
    space = result.opened.spaces["number"]
    features = result.opened.store.matrix(space, table.images)
    found = next(iter(table.pairs.values())).inside

    for one in range(4):
        for other in {0, 1, 2, 3} - {one}:
            learnt = ~np.isin(table.folds[0], (one, other))
            rows = table.folds[0] == other
            model = NearestMean(0.25, 0).fit(features[learnt], table.labels[learnt])
            said = np.array(table.classes)[found.predicted[one, rows]]
            assert said.tolist() == model.predict(features[rows]).tolist()
        assert (found.predicted[one, table.folds[0] == one] == -1).all()


def test_a_nested_study_uses_what_a_plain_one_has_fitted(spied):
    plain, _ = spied(nested=False, classifiers=TWINS)
    nested, _ = spied(nested=True, classifiers=TWINS)
    more, _ = spied(nested=True, repeats=2, classifiers=TWINS)

    assert (plain.evaluated.fitted, plain.evaluated.reused) == (8, 0)
    assert (nested.evaluated.fitted, nested.evaluated.reused) == (12, 8)
    assert (more.evaluated.fitted, more.evaluated.reused) == (8, 20)
    np.testing.assert_array_equal(plain.table.folds[0], more.table.folds[0])
    assert (more.table.folds[1] != more.table.folds[0]).any()


def table(right, inside, folds=3, size=10):
    """Make a table of two classes: which share of fold j is right, out of fold and inside."""
    rows = np.repeat(np.arange(folds), size)
    truth = np.arange(folds * size) % 2

    def said(share, seed):
        wrong = np.zeros(len(rows), bool)
        for fold, value in enumerate(share):
            mine = np.flatnonzero(rows == fold)
            wrong[mine[: round((1 - value) * size)]] = True
        return np.where(wrong, 1 - truth, truth).astype(np.int16)

    pairs = {}
    for pair, shares in right.items():
        nothing = np.full((1, len(rows), 2), np.nan, np.float32)
        within = np.stack([said(inside[pair][fold], fold) for fold in range(folds)])
        pairs[pair] = PairPredictions(
            predicted=said(shares, 0)[None],
            probabilities=nothing,
            chosen=((),),
            inside=Inside(within, np.repeat(nothing, folds, axis=0)),
        )
    names = tuple(f"{n:03}" for n in range(len(rows)))
    return Predictions(
        images=names,
        names=names,
        classes=("no", "yes"),
        truth=truth.astype(np.int16),
        folds=rows[None].astype(np.int16),
        pairs=pairs,
    )


def test_a_pair_that_went_on_alone_is_judged_where_it_was_not_chosen():
    """Two folds chose A, all right there; of the other four it has three quarters."""
    right = {A: (1, 1, 0.7, 0.8, 0.7, 0.8), B: (0.9, 0.9, 0, 0, 0, 0)}
    made = table(right, {pair: np.zeros((6, 6)) for pair in right}, folds=6)
    lacking = np.where(made.folds < 2, made.pairs[B].predicted, -1).astype(np.int16)
    alone = attrs.evolve(
        made,
        pairs={A: attrs.evolve(made.pairs[A], inside=None)},
        partial={B: attrs.evolve(made.pairs[B], predicted=lacking, inside=None)},
    )
    selection = select(alone, ACCURACY, Rule(margin=0.05, ratio=1 / 5))

    found = expect(alone, selection, [ACCURACY], np.arange(60), seed=0)

    assert selection.out_of_time.keys() == {B}
    assert found.chosen.keys() == {A}
    assert found.numbers[0].value == pytest.approx(0.75)
    assert "the 40 images in folds that had no part in the choice" in found.numbers[0].method


def test_each_fold_is_judged_by_the_pair_that_the_others_chose():
    """B is best out of fold; but without fold 0 A is chosen, which fold 0 does not like."""
    found = table(
        {A: (0.2, 0.9, 0.8), B: (1.0, 0.7, 1.0)},
        {
            A: [(0, 0.9, 0.9), (0.5, 0, 0.5), (0.5, 0.5, 0)],
            B: [(0, 0.8, 0.9), (0.6, 0, 0.6), (0.6, 0.6, 0)],
        },
    )

    chosen = expect(found, select(found, ACCURACY), [ACCURACY], np.arange(30), seed=0)

    (number,) = chosen.numbers
    assert number.value == pytest.approx((0.2 + 0.7 + 1.0) / 3)
    assert dict(chosen.chosen) == {B: 2, A: 1}
    assert number.low < number.value < number.high
    assert number.method == "nested, mean of 3 outer folds, corrected t"


def test_what_a_fold_says_of_itself_is_never_asked_when_it_is_out_of_sight():
    right = {A: (0.2, 0.9, 0.8), B: (1.0, 0.7, 1.0)}
    inside = {
        A: [(0, 0.9, 0.9), (0.5, 0, 0.5), (0.5, 0.5, 0)],
        B: [(1, 0.8, 0.8), (0.6, 1, 0.6), (0.6, 0.6, 1)],
    }
    other = {
        pair: [
            tuple(1 - x if n == f else x for n, x in enumerate(row)) for f, row in enumerate(rows)
        ]
        for pair, rows in inside.items()
    }

    one, two = (
        expect(found, select(found, ACCURACY), [ACCURACY], np.arange(30), seed=0)
        for found in (table(right, inside), table(right, other))
    )

    assert one.numbers == two.numbers
    assert one.chosen == two.chosen


def test_folds_that_are_all_alike_have_wilson_or_no_interval():
    perfect = table({A: (1, 1, 1)}, {A: [(1, 1, 1)] * 3})
    selection = select(perfect, ACCURACY)

    (alone,) = expect(perfect, selection, [ACCURACY], np.arange(30), seed=0).numbers
    (grouped,) = expect(perfect, selection, [ACCURACY], np.arange(30) // 5, seed=0).numbers

    assert alone.method.endswith("Wilson")
    assert (round(alone.low, 3), alone.high) == (0.886, 1.0)
    assert (grouped.low, grouped.high) == (None, None)
    assert grouped.method.endswith("all alike: no interval")


@pytest.mark.parametrize("groups", [30, 6])
def test_without_nesting_the_choice_is_repeated_on_bootstrap_samples(groups):
    found = table(
        {A: (0.2, 0.9, 0.8), B: (1.0, 0.7, 1.0)}, {A: [(1, 1, 1)] * 3, B: [(1, 1, 1)] * 3}
    )
    plain = Predictions(
        **{
            **{
                name: getattr(found, name)
                for name in ("images", "names", "classes", "truth", "folds")
            },
            "pairs": {
                pair: PairPredictions(
                    predicted=one.predicted, probabilities=one.probabilities, chosen=one.chosen
                )
                for pair, one in found.pairs.items()
            },
        }
    )
    units = np.arange(30) * groups // 30

    told = expect(plain, select(plain, ACCURACY), [ACCURACY], units, seed=0)

    (number,) = told.numbers
    assert not told.nested
    assert number.low <= number.value <= number.high
    assert number.value < 0.9 + 0.01  # B, 27 of 30
    how = "Wilson" if groups == 30 else "bootstrap of 6 groups"
    assert number.method == f"BBC-CV, 1000 samples, {how}"
    assert sum(told.chosen.values()) == pytest.approx(1)

    counted = attrs.evolve(ACCURACY, score=_weighed)  # judges confusion matrices, not 30 images
    again = expect(plain, select(plain, counted), [counted], units, seed=0)
    assert (again.numbers, again.chosen) == (told.numbers, told.chosen)


def _weighed(truth, predicted, sample_weight=None):
    return float(np.average(truth == predicted, weights=sample_weight))


def test_a_class_that_two_folds_can_take_away_makes_the_study_plain(tmp_path):
    """Three groups of a class, in three folds: without two of them it is still learnt; two not."""
    numbered_dataset(tmp_path / "cells", {"a": 4, "b": 4})
    path = study(tmp_path, folds=2, nested=True, extractors=["edges"], classifiers=["nearest_mean"])

    result = frimcla.compare(path, registry=REGISTRY)

    assert not result.study.nested
    assert result.verdict.expectation.numbers[0].method.startswith("BBC-CV")


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("repeats", 0, "repeats  must be an integer between 1 and 100 (got 0)"),
        ("nested", "yes", "nested  must be true or false (got 'yes')"),
        ("statistics", "bayes", "statistics  must be one of strict, classic (got 'bayes')"),
        ("alpha", 1.5, "alpha  must be a number between 0.0001 and 0.5 (got 1.5)"),
        ("rope", -1, "rope  must be a number between 0 and 0.5 (got -1)"),
    ],
)
def test_settings_are_checked(tmp_path, setting, value, said):
    numbered_dataset(tmp_path / "cells", {"a": 4, "b": 4})
    path = study(tmp_path, **{setting: value})

    with pytest.raises(ConfigError) as caught:
        frimcla.read_study(path, REGISTRY)

    assert said in str(caught.value)
