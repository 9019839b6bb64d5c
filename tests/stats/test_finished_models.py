"""Finished models on one test set, shares of images, and choosing the best of many."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import contingency_tables

from frimcla.stats import delong, matched, proportions, selecting

near = pytest.approx


@pytest.mark.parametrize(("b", "c"), [(6, 16), (25, 15), (0, 5), (1, 0), (7, 7), (300, 340)])
def test_mcnemar_is_that_of_statsmodels_and_of_binomials(b, c) -> None:
    found, table = matched.mcnemar(b, c), [[5, b], [c, 9]]
    exact = contingency_tables.mcnemar(table, exact=True)
    plain = contingency_tables.mcnemar(table, exact=False, correction=False)
    beyond = [stats.binom.pmf(i, b + c, 0.5) for i in range(min(b, c))]
    point = stats.binom.pmf(min(b, c), b + c, 0.5)
    mid = 2 * sum(beyond) + point if b != c else 1 - point / 2

    assert found.p_exact == near(exact.pvalue) == near(stats.binomtest(b, b + c).pvalue)
    assert (found.chi2, found.p_chi2) == near((plain.statistic, plain.pvalue))
    assert found.p_mid == near(mid)
    if b != c:
        known = contingency_tables.mcnemar(table, exact=False, correction=True)
        assert (found.chi2_corrected, found.p_corrected) == near((known.statistic, known.pvalue))
    else:
        assert (found.chi2_corrected, found.p_corrected) == (0, 1)


def test_models_that_never_differ_are_not_told_apart() -> None:
    alike = np.repeat([[1], [0], [1]], 3, axis=1)

    assert matched.mcnemar(0, 0) == (1, 1, 0, 1, 0, 1)
    assert matched.cochrans_q(alike) == (0, 1, 2)
    assert matched.discordant([1, 1, 0, 0, 1], [1, 0, 1, 0, 0]) == (2, 1)
    assert matched.discordant([True, False], [False, False]) == (1, 0)


@pytest.mark.parametrize("seed", range(5))
def test_cochran_is_that_of_statsmodels_and_of_mcnemar_for_two(seed) -> None:
    right = np.random.default_rng(seed).integers(0, 2, (20, 2 + seed))
    known = contingency_tables.cochrans_q(right)
    found = matched.cochrans_q(right)

    assert found == near((known.statistic, known.pvalue, known.df))
    two = matched.mcnemar(*matched.discordant(right[:, 0], right[:, 1]))
    assert matched.cochrans_q(right[:, :2])[:2] == near((two.chi2, two.p_chi2))


def literal(truth, one, other):
    """Return areas, their covariance, z, as DeLong et al. write them: pair by pair."""
    ups, downs = np.flatnonzero(truth), np.flatnonzero(np.equal(truth, 0))
    m, n = len(ups), len(downs)
    psi = [[[(s[i] > s[j]) + (s[i] == s[j]) / 2 for j in downs] for i in ups] for s in (one, other)]
    auc = [sum(map(sum, square)) / (m * n) for square in psi]
    v10 = [[sum(row) / n for row in square] for square in psi]
    v01 = [[sum(row[j] for row in square) / m for j in range(n)] for square in psi]
    cov = np.empty((2, 2))
    for r, s in product(range(2), repeat=2):
        s10 = sum((v10[r][i] - auc[r]) * (v10[s][i] - auc[s]) for i in range(m)) / (m - 1)
        s01 = sum((v01[r][j] - auc[r]) * (v01[s][j] - auc[s]) for j in range(n)) / (n - 1)
        cov[r, s] = s10 / m + s01 / n
    return auc, cov, (auc[0] - auc[1]) / (cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]) ** 0.5


@pytest.mark.parametrize("seed", range(6))
def test_delong_goes_pair_by_pair(seed) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.permutation([0, 0, 0, 1, 1, *rng.integers(0, 2, 15)])
    one = truth + rng.normal(0, 1, 20)
    other = np.round(truth + rng.normal(0, 1.5, 20))  # with ties
    auc, cov, z = literal(truth, one, other)
    found = delong.delong(truth, one, other, confidence=0.9)

    assert found.auc == near(auc)
    assert found.errors == near(np.sqrt(np.diag(cov)))
    assert found.covariance == near(cov[0, 1])
    assert (found.statistic, found.p) == near((z, 2 * stats.norm.sf(abs(z))))
    for (low, high), area, error in zip(found.intervals, auc, found.errors, strict=True):
        assert (low, high) == near((area - 1.6448536 * error, area + 1.6448536 * error))
    back = delong.delong(truth, other, one)
    assert (back.statistic, back.p) == near((-z, found.p))


def test_delong_of_equals_and_of_opposites() -> None:
    truth, scores = [0, 0, 1, 1, 1], [0.1, 0.6, 0.5, 0.8, 0.8]

    assert delong.delong(truth, scores, scores)[3:5] == (0, 1)
    assert delong.delong(truth, scores, np.exp(scores))[3:5] == (0, 1)  # the same order
    assert delong.delong(truth, truth, np.subtract(1, truth))[3:5] == (np.inf, 0)
    assert delong.delong(truth, np.zeros(5), np.zeros(5)).auc == (0.5, 0.5)


def test_one_image_more_in_order_is_no_certainty_on_a_large_test_set() -> None:
    truth = np.repeat([0, 1], 20_000)
    scores = np.concatenate([np.arange(20_000), np.arange(20_000) + 5_000.5])
    other = scores.copy()
    other[-1:] = scores[0] - 1  # one positive image at the very bottom
    other[20_000] = scores[20_000] + 1
    nearly = scores.copy()
    nearly[20_000] += 1  # one positive image passes one negative image

    # One of m changes by 1 / n: mean 1 / (m n), variance 1 / (m n)^2 but for 1 / m.
    assert delong.delong(truth, scores, nearly).statistic == near(-(2**-0.5), rel=1e-3)
    assert delong.delong(truth, scores, nearly).p == near(0.4795, abs=1e-3)
    assert delong.delong(truth, scores, other).p == near(2 * stats.norm.sf(1), rel=0.01)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(("right", "n"), [(0, 7), (7, 7), (1, 1), (0, 1), (96, 100), (333, 1000)])
def test_intervals_of_shares_are_those_of_scipy(right, n, confidence) -> None:
    test = stats.binomtest(right, n)
    for found, method in ((proportions.wilson, "wilson"), (proportions.clopper_pearson, "exact")):
        low, high = found(right, n, confidence=confidence)
        assert (low, high) == near(tuple(test.proportion_ci(confidence, method)), abs=1e-9)
        assert low <= right / n <= high


def test_the_best_of_many_coins() -> None:
    for n, candidates, p in ((3, 2, 0.5), (2, 3, 0.3), (4, 2, 0.9)):
        mean = sum(
            max(best) / n * np.prod([stats.binom.pmf(x, n, p) for x in best])
            for best in product(range(n + 1), repeat=candidates)
        )
        assert selecting.expected_maximum(n, candidates, p=p) == near(mean)
    assert selecting.expected_maximum(100, 1, p=0.3) == near(0.3)
    assert selecting.expected_maximum(10, 5, p=0) == 0
    assert selecting.expected_maximum(10, 5, p=1) == 1


def test_the_cheapest_within_one_standard_error() -> None:
    means, errors = [0.95, 0.97, 0.96, 0.9], [0.02, 0.01, 0.5, 0.9]

    found = selecting.one_standard_error(means, errors, [2, 9, 2, 1])
    assert found == (1, near(0.96), (1, 2), 2)  # .96 is .97 - .01, up to noise
    assert selecting.one_standard_error(means, errors, [2, 2, 2, 1]).chosen == 1
    assert selecting.one_standard_error([0.9, 0.9], [0, 0], [1, 1]).chosen == 0
    assert selecting.one_standard_error([0.0, 0.0], [0, 0], [2, 1]) == (0, 0, (0, 1), 1)
