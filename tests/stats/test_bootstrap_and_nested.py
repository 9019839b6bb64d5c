"""What to expect of the chosen one: brute force over all samples, and formulas written out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from frimcla.stats import bbc, nested

near = pytest.approx


def brute(values, units):
    """Return estimate, number of samples and shares of choice over all U^U draws."""
    names = sorted(set(units))
    found, chosen = [], np.zeros(values.shape[1])
    for draw in product(names, repeat=len(names)):
        inside = [row for unit in draw for row in range(len(units)) if units[row] == unit]
        outside = [row for row in range(len(units)) if units[row] not in draw]
        if outside:
            sums = [sum(values[row, c] for row in inside) for c in range(values.shape[1])]
            best = sums.index(max(sums))
            chosen[best] += 1
            found.append(np.mean([values[row, best] for row in outside]))
    return np.mean(found), chosen / len(found)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("units", [[0, 1, 2, 3, 4], ["b", "a", "b", "c", "a", "d", "d"], [3, 7, 7]])
def test_every_bootstrap_sample_is_gone_through(units, seed) -> None:
    values = np.random.default_rng(seed).integers(0, 2, (len(units), 3))
    found = bbc.bbc_cv(bbc.means(values), values.shape[1], units, bbc.every(len(set(units))))
    estimate, chosen = brute(values, units)

    assert found.estimate == near(estimate)
    assert found.chosen == near(chosen)
    assert found.naive == values.mean(0).max()
    assert found.optimism == near(found.naive - estimate)
    assert found.low <= found.high


@pytest.mark.parametrize("units", range(2, 9))
def test_probabilities_of_all_samples_are_one(units) -> None:
    draws = bbc.every(units)

    assert draws.weights.sum() == near(1)
    counts = np.array(list(draws))
    assert (counts.sum(axis=1) == units).all()
    assert len(np.unique(counts, axis=0)) == len(counts)
    assert draws.weights @ (counts == 0) == near(np.full(units, (1 - 1 / units) ** units))


def test_drawn_samples_come_near_to_all_of_them() -> None:
    values = np.random.default_rng(1).integers(0, 2, (7, 4))
    exact = bbc.bbc_cv(bbc.means(values), values.shape[1], range(7), bbc.every(7))
    drawn = bbc.bbc_cv(
        bbc.means(values), values.shape[1], range(7), bbc.sampled(7, samples=4000, seed=3)
    )
    again = bbc.sampled(7, samples=4000, seed=3)

    assert drawn.estimate == near(exact.estimate, abs=0.02)
    assert drawn.samples < 4000  # some have nothing out of the bag
    once = np.array(list(again))
    assert (once == list(again)).all()
    assert (once == list(bbc.sampled(7, samples=4000, seed=3))).all()
    assert (once != list(bbc.sampled(7, samples=4000, seed=4))).any()


def test_of_equals_the_first_is_chosen_whatever_the_noise_of_sums() -> None:
    column = np.array([0.1, 0.2, 0.3, 0.4, 0.7])
    twins = np.column_stack([column, column + np.array([1, -1, 1, 1, -1]) * 1e-17])
    found = bbc.bbc_cv(
        bbc.means(np.hstack([twins, twins[::-1] * 0])), 2 * twins.shape[1], range(5), bbc.every(5)
    )

    assert found.chosen.tolist() == [near(1), 0, 0, 0]


def test_samples_without_a_score_are_skipped() -> None:
    truth, scores = np.array([0, 1, 0, 1]), np.array([[1, 4], [2, 3], [3, 2], [4, 1]])

    def auc(rows):
        up, down = (scores[rows[truth[rows] == one]] for one in (1, 0))
        if not len(up) or not len(down):
            return np.full(2, np.nan)
        return (up[:, None] > down).mean(axis=(0, 1)) + (up[:, None] == down).mean(axis=(0, 1)) / 2

    found = bbc.bbc_cv(lambda one, rows: auc(rows)[one], 2, range(4), bbc.every(4))
    # Both classes are in and out of the bag only where one of each is drawn twice in all.
    values = [
        auc(np.setdiff1d(range(4), draw))[np.argmax(auc(np.array(draw)))]
        for draw in product(range(4), repeat=4)
        if np.isfinite(auc(np.array(draw))).all()
        and np.isfinite(auc(np.setdiff1d(range(4), draw))).all()
    ]
    assert values
    assert found.estimate == near(np.mean(values))
    assert found.naive == near(0.75)


def test_percentiles_are_weighted() -> None:
    # Two units: of 4 draws (0 0) leaves 1 out and (1 1) leaves 0; (0 1) leaves nothing.
    found = bbc.bbc_cv(bbc.means([[0.2], [0.8]]), 1, [0, 1], bbc.every(2), confidence=0.9)

    assert (found.low, found.high, found.estimate, found.samples) == (0.2, 0.8, near(0.5), 2)


@pytest.mark.parametrize("seed", range(4))
def test_nested_errors_are_combined_as_in_r(seed) -> None:
    rng = np.random.default_rng(seed)
    folds, n, reps = 5, 23, 3
    pivots = np.column_stack(
        [rng.normal(0, 0.1, folds * reps), rng.uniform(0, 0.004, folds * reps)]
    )
    errors, means = rng.integers(0, 2, 20 * 4 * reps).astype(float), rng.uniform(0.3, 0.6, 2)
    found = nested.combine(pivots, errors, n=n, folds=folds, cv_means=means, confidence=0.8)

    sub = n * (folds - 1) // folds  # 18
    mse = np.mean([a * a - b for a, b in pivots])
    sd = np.std(errors, ddof=1)
    inflation = max(1, min(np.sqrt(max(0, mse)) / (sd / np.sqrt(sub)), np.sqrt(folds)))
    bias = (errors.mean() - means.mean()) * (1 + ((folds - 2) / folds) ** 1.5)
    reach = stats.norm.ppf(0.9) * sd / np.sqrt(n) * inflation
    centre = errors.mean() - bias
    expected = (centre, centre - reach, centre + reach, inflation, errors.mean(), bias, sd, mse)
    assert found == near(expected)


@pytest.mark.parametrize(("a", "b", "inflation"), [(0.0, 0.1, 1), (9.0, 0.0, 3**0.5)])
def test_inflation_stays_between_one_and_the_root_of_folds(a, b, inflation) -> None:
    found = nested.combine([[a, b]] * 3, [0, 1, 1, 0], n=4, folds=3)

    assert found.inflation == near(inflation)
    assert found.bias == 0
    assert nested.combine([[a, b]] * 3, [1, 1, 1, 1], n=4, folds=3)[:4] == (1, 1, 1, 1)


def test_pivots_are_means_of_other_folds_less_the_own() -> None:
    rng = np.random.default_rng(5)
    fold = rng.permutation(np.repeat([0, 1, 2], (4, 3, 5)))
    inner, outer = rng.uniform(size=(12, 3)), rng.uniform(size=12)
    inner[np.arange(12), fold] = np.nan  # nobody reads these
    found = nested.pivots_of(inner, outer, fold)

    for f in range(3):
        others = [inner[i, f] for i in range(12) if fold[i] != f]
        own = [outer[i] for i in range(12) if fold[i] == f]
        mean = sum(own) / len(own)
        b = sum((one - mean) ** 2 for one in own) / (len(own) - 1) / len(own)
        assert found[f] == near((sum(others) / len(others) - mean, b))
