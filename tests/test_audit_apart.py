"""Do a few numbers tell classes apart? On arrays made by hand, against slow oracles."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from frimcla.auditing.apart import FIRST, MORE, shufflings, tells_apart
from frimcla.auditing.smoothing import RIDGE, Numbers, areas_of, encoded, scores_of, smoothers_of
from frimcla.folds import fold_of
from frimcla.parallel import one_thread


@pytest.fixture(autouse=True)
def calm():
    with one_thread():
        yield


def drawn(n=120, k=3, seed=0, d=4):
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % k
    folds = fold_of(classes, np.arange(n), np.arange(n), 5, seed)
    return rng.normal(size=(n, d)), classes, np.arange(n), folds


def asked(values, classes, units, folds, *, binned=False, enough=0.7):
    numbers = Numbers(values=values, binned=binned)
    return tells_apart(numbers, classes, units, folds, seed=0, enough=enough)


def test_areas_are_those_of_ridge_regression_in_scikit_learn():
    values, classes, _, folds = drawn()
    values[classes == 1, 0] += 1
    right = pairs = 0
    for fold in range(5):
        train, test = folds != fold, folds == fold
        scale = values[train].std(axis=0)
        model = Ridge(alpha=RIDGE * train.sum())
        model.fit((values[train] - values[train].mean(axis=0)) / scale, classes[train] == 1)
        said = model.predict((values[test] - values[train].mean(axis=0)) / scale)
        count = (classes[test] == 1).sum() * (classes[test] != 1).sum()
        right += count * roc_auc_score(classes[test] == 1, said)
        pairs += count

    found = areas_of(tuple(smoothers_of(Numbers(values=values), folds)), classes[None])

    assert found.shape == (1, 3)
    assert found[0, 1] == pytest.approx(right / pairs, abs=1e-6)


def test_ties_count_half():
    values, classes, _, folds = drawn(k=2, d=1)
    kinds = (values[:, :1] > 0).astype(float)
    smoothers = tuple(smoothers_of(Numbers(values=kinds), folds))
    scores = scores_of(smoothers, classes == 0)
    areas = [roc_auc_score(classes[folds == f] == 0, scores[folds == f]) for f in range(5)]
    sizes = [np.prod(np.bincount(classes[folds == f])) for f in range(5)]

    assert areas_of(smoothers, classes[None])[0, 0] == pytest.approx(
        np.average(areas, weights=sizes)
    )


def test_scales_and_ranges_are_learnt_from_training_rows_only():
    values, _, _, folds = drawn()
    train, test = np.flatnonzero(folds), np.flatnonzero(folds == 0)
    changed = values.copy()
    changed[test] *= 100

    for binned in (False, True):
        before, _ = encoded(Numbers(values=values, binned=binned), train, test)
        after, _ = encoded(Numbers(values=changed, binned=binned), train, test)
        assert np.array_equal(before, after)
        assert before.std(axis=0) == pytest.approx(1)


def test_a_class_in_the_middle_of_a_range_is_found_by_bins():
    values, classes, units, folds = drawn(k=2, d=1)
    values[classes == 0] *= 0.1

    assert asked(values, classes, units, folds).excess < 0.7
    found = asked(values, classes, units, folds, binned=True)
    assert found.area > 0.9
    assert (found.shufflings, found.p) == (MORE, 1 / (1 + MORE))


def test_what_marks_six_in_ten_of_one_class_of_four_is_found():
    values, classes, units, folds = drawn(n=200, k=4, d=60)
    marked = (classes == 2) & (np.random.default_rng(1).random(200) < 0.6)
    values[marked, 7] += 20

    found = asked(values, classes, units, folds)

    assert found.best == 2
    assert found.excess > 0.7
    assert found.p == 1 / (1 + MORE)
    told = np.argsort(-found.scores)[:10]
    assert marked[told].all()


def test_noise_stops_after_the_first_shufflings():
    values, classes, units, folds = drawn()

    found = asked(values, classes, units, folds)

    assert found.shufflings == FIRST
    assert found.p > 0.01
    assert found.chance == pytest.approx(0.5, abs=0.02)


def test_p_values_of_noise_are_not_too_small():
    few = 0
    for seed in range(60):
        values, classes, units, folds = drawn(n=40, k=2, seed=seed, d=2)
        few += asked(values, classes, units, folds, binned=True).p <= 0.1
    assert few <= 13  # of 60, 6 are due; more than 13 by chance once in 400


def test_units_of_one_class_change_their_classes_as_wholes():
    units = np.repeat(np.arange(8), 3)
    classes = np.repeat([0, 0, 0, 1, 1, 1, 2, 2], 3)

    found = shufflings(classes, units, 50, np.random.default_rng(0))

    assert found.shape == (50, 24)
    assert (found.reshape(50, 8, 3) == found.reshape(50, 8, 3)[..., :1]).all()
    assert (np.sort(found, axis=1) == np.sort(classes)).all()
    assert len(np.unique(found, axis=0)) > 40


def test_classes_change_places_inside_units_of_several():
    units = np.tile(np.arange(4), 6)
    classes = np.arange(24) % 3

    found = shufflings(classes, units, 50, np.random.default_rng(0))

    for unit in range(4):
        inside = np.sort(found[:, units == unit], axis=1)
        assert (inside == np.sort(classes[units == unit])).all()
    assert len(np.unique(found, axis=0)) > 40


def test_what_groups_alone_tell_is_no_shortcut():
    """Each unit has a look, and its own mixture of classes: the look tells the mixture only."""
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(20), 10)
    classes = (rng.random(200) < np.where(units < 10, 0.1, 0.9)).astype(int)
    values = np.where(units < 10, 0.0, 5.0)[:, None] + rng.normal(size=(200, 1))
    folds = fold_of(classes, units, np.arange(200), 5, 0)

    found = asked(values, classes, units, folds)

    assert found.area > 0.8
    assert found.chance > 0.8
    assert found.excess < 0.6
