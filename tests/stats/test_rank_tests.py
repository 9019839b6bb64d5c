"""Friedman, Quade, aligned ranks and critical differences against other implementations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import scikit_posthocs
from scipy import stats
from stats.made import SEEDS, long, smooth, tied
from statsmodels.stats.anova import AnovaRM

from frimcla.stats import aligned, checked, critical, friedman, quade

near = pytest.approx
both = pytest.mark.parametrize("make", [smooth, tied])
seeds = pytest.mark.parametrize("seed", SEEDS)


def f_of(table) -> tuple[float, float]:
    """Return F and p of repeated measures, by statsmodels."""
    (line,) = AnovaRM(long(table), "score", "block", ["candidate"]).fit().anova_table.values
    return line[0], line[3]


@both
@seeds
def test_friedman_is_that_of_scipy(make, seed) -> None:
    scores = make(seed)
    q = stats.friedmanchisquare(*scores.T)
    n, k = scores.shape

    assert friedman.friedman(scores)[:2] == near((q.statistic, q.pvalue))
    assert friedman.kendalls_w(scores) == near(q.statistic / (n * (k - 1)))


@both
@seeds
def test_iman_davenport_is_an_analysis_of_variance_of_ranks(make, seed) -> None:
    scores = make(seed)

    assert friedman.iman_davenport(scores)[:2] == near(f_of(stats.rankdata(scores, axis=1)))


@seeds
def test_without_ties_both_forms_agree_and_with_them_the_plain_one_is_demsars(seed) -> None:
    scores = smooth(seed)
    assert friedman.friedman(scores, ties=False) == near(friedman.friedman(scores))

    scores = tied(seed)
    (n, k), means = scores.shape, stats.rankdata(-scores, axis=1).mean(0)
    q = 12 * n / (k * (k + 1)) * ((means**2).sum() - k * (k + 1) ** 2 / 4)
    found = friedman.iman_davenport(scores, ties=False)
    assert friedman.friedman(scores, ties=False).statistic == near(q)
    assert found.statistic == near((n - 1) * q / (n * (k - 1) - q))
    assert found.p == near(stats.f.sf(found.statistic, k - 1, (k - 1) * (n - 1)))


@both
@seeds
def test_quade_is_an_analysis_of_variance_of_weighted_ranks(make, seed) -> None:
    scores = make(seed)
    ranges = stats.rankdata([round(max(row) - min(row), 10) for row in scores])
    centred = stats.rankdata(-scores, axis=1) - (scores.shape[1] + 1) / 2

    assert quade.quade(scores)[:2] == near(f_of(ranges[:, None] * centred))


@both
@seeds
def test_pairs_of_quade_follow_the_formula_of_garcia(make, seed) -> None:
    scores = make(seed)
    n, k = scores.shape
    q = stats.rankdata([round(max(row) - min(row), 10) for row in scores])
    w = stats.rankdata(scores, axis=1)
    t = [sum(q[i] * w[i, j] for i in range(n)) / (n * (n + 1) / 2) for j in range(k)]
    found = quade.quade_pairs(scores)

    for a, b in combinations(range(k), 2):
        z = (t[a] - t[b]) / (k * (k + 1) * (2 * n + 1) * (k - 1) / (18 * n * (n + 1))) ** 0.5
        assert found[a, b] == found[b, a] == near(2 * stats.norm.sf(abs(z)))


@seeds
def test_aligned_ranks_compare_with_their_spread_within_blocks(seed) -> None:
    scores = smooth(seed)
    n, k = scores.shape
    ranked = stats.rankdata((scores.mean(1)[:, None] - scores).ravel()).reshape(n, k)
    within = ((ranked - ranked.mean(1)[:, None]) ** 2).sum()
    t = n * n * (k - 1) * ((ranked.mean(0) - (n * k + 1) / 2) ** 2).sum() / within
    pairs = aligned.aligned_pairs(scores)
    z = (ranked[:, 0].mean() - ranked[:, 1].mean()) / (k * (k * n + 1) / 6) ** 0.5

    assert aligned.aligned(scores) == near((t, stats.chi2.sf(t, k - 1), k - 1))
    assert pairs[0, 1] == pairs[1, 0] == near(2 * stats.norm.sf(abs(z)))


@seeds
def test_pairs_of_mean_ranks_are_those_of_scikit_posthocs(seed) -> None:
    scores = tied(seed)
    ranks, (n, k) = friedman.mean_ranks(scores), scores.shape
    siegel = scikit_posthocs.posthoc_siegel_friedman(smooth(seed)).to_numpy()
    nemenyi = scikit_posthocs.posthoc_nemenyi_friedman(scores).to_numpy()

    assert friedman.rank_pairs(smooth(seed)) == near(siegel)
    for a, b in combinations(range(k), 2):
        assert critical.nemenyi_p(ranks[a] - ranks[b], k, n) == near(nemenyi[a, b], abs=1e-6)


def test_critical_differences_are_those_of_demsar() -> None:
    # His Table 5: q of .05, and of .05 against a control, for 2 to 7 classifiers.
    for k, all_pairs, control in zip(
        range(2, 8),
        (1.960, 2.343, 2.569, 2.728, 2.850, 2.949),
        (1.960, 2.241, 2.394, 2.498, 2.576, 2.638),
        strict=True,
    ):
        error = (k * (k + 1) / (6 * 30)) ** 0.5
        assert critical.nemenyi(k, 30) / error == near(all_pairs, abs=0.001)
        assert critical.bonferroni_dunn(k, 30) / error == near(control, abs=0.001)
        assert critical.nemenyi_p(critical.nemenyi(k, 30, alpha=0.1), k, 30) == near(0.1)
    assert critical.nemenyi_p(0.0, 4, 10) == near(1)


def test_rank_1_is_best_and_equals_share() -> None:
    assert friedman.ranks([[3, 1, 2], [5, 5, 9]]).tolist() == [[1, 3, 2], [2.5, 2.5, 1]]
    assert friedman.ranks([[3, 1], [5, 5]], higher_is_better=False).tolist() == [[2, 1], [1.5, 1.5]]
    assert friedman.ranks([[0.1 + 0.2, 0.3], [1, 2]])[0].tolist() == [1.5, 1.5]


def test_equals_stay_equal_half_way_between_two_roundings() -> None:
    # 1 / 5,120 less noise, and more: nine digits of it end half-way.
    half = np.array([1, 3, 7, 11, 501]) / 5120
    below, above = checked.settled(half - 1e-16, scale=1), checked.settled(half + 1e-16, scale=1)

    assert (below == above).all()
    rng = np.random.default_rng(0)
    counts = rng.integers(990, 1024, (40, 5))
    whole = stats.rankdata(-(5 * counts - counts.sum(1)[:, None]).ravel()).reshape(40, 5)
    assert (aligned.aligned_ranks(counts / 1024) == whole).all()


def test_no_difference_and_perfect_order() -> None:
    flat, steps = np.full((4, 3), 0.7), np.tile([0.1, 0.2, 0.3], (4, 1)) + np.arange(4)[:, None] / 7
    for test in (friedman.friedman, friedman.iman_davenport, quade.quade, aligned.aligned):
        assert test(flat)[:2] == (0, 1)
    for pairs in (friedman.rank_pairs, quade.quade_pairs, aligned.aligned_pairs):
        assert (pairs(flat) == 1).all()

    assert friedman.kendalls_w(steps) == near(1)
    assert friedman.iman_davenport(steps)[:2] == (np.inf, 0)
    assert quade.quade(steps)[:2] == (np.inf, near(1 / 6**3))  # of 3! orders in each other block
