"""Analysis of variance and its assumptions against scipy, statsmodels and plain formulas."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from stats.made import SEEDS, long, smooth, tied
from statsmodels.stats.anova import AnovaRM

from frimcla.stats import anova, assumptions

near = pytest.approx
both = pytest.mark.parametrize("make", [smooth, tied])
seeds = pytest.mark.parametrize("seed", SEEDS)


@both
@seeds
def test_one_way_is_that_of_scipy(make, seed) -> None:
    scores = make(seed)
    found, f = anova.oneway(scores), stats.f_oneway(*scores.T)

    assert (found.statistic, found.p) == near((f.statistic, f.pvalue))
    again = anova.oneway_of_summary(scores.mean(0), scores.std(0), len(scores), ddof=0)
    assert (*again[:2], *again[3:]) == near((*found[:2], *found[3:]))


@seeds
def test_shares_of_variance_are_sums_of_squares(seed) -> None:
    scores = tied(seed)
    (n, k), whole = scores.shape, scores.mean()
    between = sum(n * (column.mean() - whole) ** 2 for column in scores.T)
    within = sum(((column - column.mean()) ** 2).sum() for column in scores.T)
    blocks = sum(k * (row.mean() - whole) ** 2 for row in scores)
    error = within / (k * (n - 1))
    one, rm = anova.oneway(scores), anova.repeated(scores)

    assert one.eta2 == near(between / (between + within))
    assert one.omega2 == near((between - (k - 1) * error) / (between + within + error))
    assert rm.partial_eta2 == near(between / (between + within - blocks))
    assert rm.generalized_eta2 == near(between / (between + within))


@both
@seeds
def test_repeated_measures_are_those_of_statsmodels(make, seed) -> None:
    scores = make(seed)
    (line,) = AnovaRM(long(scores), "score", "block", ["candidate"]).fit().anova_table.values
    found = anova.repeated(scores)

    assert (found.statistic, *found.df[::-1], found.p) == near((line[0], line[2], line[1], line[3]))


@both
@seeds
def test_epsilon_is_that_of_the_eigenvalues_of_box(make, seed) -> None:
    scores = make(seed)
    n, k = scores.shape
    centre = np.eye(k) - 1 / k
    roots = np.linalg.eigvalsh(centre @ np.cov(scores.T) @ centre)
    gg = roots.sum() ** 2 / ((k - 1) * (roots**2).sum())
    hf = (n * (k - 1) * gg - 2) / ((k - 1) * (n - 1 - (k - 1) * gg))
    found = anova.repeated(scores)

    assert found.epsilons == near((gg, min(1, hf)))
    for p, eps in zip(
        (found.p_greenhouse_geisser, found.p_huynh_feldt), found.epsilons, strict=True
    ):
        assert p == near(stats.f.sf(found.statistic, (k - 1) * eps, (k - 1) * (n - 1) * eps))
    assert found.df_greenhouse_geisser == near(((k - 1) * gg, (k - 1) * (n - 1) * gg))


def test_epsilon_at_its_ends() -> None:
    rng = np.random.default_rng(3)
    two = anova.repeated(rng.normal(size=(2, 4)))  # HF is 0 / 0 there
    sphere = np.linalg.qr(rng.normal(size=(5, 5)))[0][:, 1:]

    assert two.epsilons == near((1 / 3, 1 / 3))
    assert two.p_huynh_feldt == two.p_greenhouse_geisser
    assert assumptions.epsilons(rng.normal(size=(9, 2))) == (1, 1)
    assert assumptions.epsilons(np.vstack([sphere, -sphere])) == near((1, 1))
    assert assumptions.epsilons(np.full((4, 3), 0.1)) == (1, 1)


def test_two_candidates_are_a_paired_t() -> None:
    scores = smooth(1, 9, 2)
    t, found = stats.ttest_rel(*scores.T), anova.repeated(scores)

    assert (found.statistic, found.p) == near((t.statistic**2, t.pvalue))


@both
@seeds
def test_pooled_pairs_are_a_t_with_the_mean_variance(make, seed) -> None:
    scores = make(seed)
    n, k = scores.shape
    pooled = np.mean([np.var(column, ddof=1) for column in scores.T])
    found, half = anova.pooled_pairs(scores), anova.pooled_pairs(scores, one_sided=True)

    assert (found == found.T).all()
    assert (np.diag(found) == 1).all()
    for a, b in combinations(range(k), 2):
        t = abs(scores[:, a].mean() - scores[:, b].mean()) / (2 * pooled / n) ** 0.5
        p = 2 * stats.t.sf(t, k * (n - 1)) * k * (k - 1) / 2
        assert found[a, b] == near(min(1, p))
        assert half[a, b] == near(min(1, p / 2))


@both
@seeds
def test_assumptions_are_those_of_scipy(make, seed) -> None:
    scores = make(seed)
    left = scores - scores.mean(1)[:, None] - scores.mean(0)[None] + scores.mean()

    assert assumptions.brown_forsythe(scores) == near(tuple(stats.levene(*scores.T)))
    assert assumptions.shapiro(scores) == near(tuple(stats.shapiro(scores.ravel())))
    assert assumptions.residuals(scores) == near(left, abs=1e-12)
    assert assumptions.shapiro(left) == near(tuple(stats.shapiro(left.ravel())))
    assert assumptions.within_residuals(scores) == near(scores - scores.mean(0), abs=1e-12)


def test_many_values_and_small_ones_are_told_without_a_warning() -> None:
    many, few = np.random.default_rng(0).normal(size=(2, 5001)), smooth(1)

    assert 0 <= assumptions.shapiro(many).p <= 1
    assert assumptions.shapiro(few * 1e-30) == near(assumptions.shapiro(few))


@pytest.mark.parametrize("value", [0.0, 0.1, -3e50])
def test_no_spread_at_all_speaks_against_nothing(value) -> None:
    flat = np.full((4, 3), value)

    assert assumptions.shapiro(flat) == (1, 1)
    assert assumptions.brown_forsythe(flat) == (0, 1)
    assert anova.oneway(flat)[:2] == anova.repeated(flat)[:2] == (0, 1)
    assert anova.repeated(flat)[-2:] == (0, 0)
    assert (anova.pooled_pairs(flat) == 1).all()


def test_an_effect_without_error_is_certain() -> None:
    steps = np.tile([0.1, 0.2, 0.3], (4, 1))
    found = anova.repeated(steps + np.arange(4)[:, None] / 7)

    assert anova.oneway(steps)[:2] == (np.inf, 0)
    assert (found.statistic, found.p, found.p_greenhouse_geisser) == (np.inf, 0, 0)
    assert (anova.pooled_pairs(steps)[np.triu_indices(3, 1)] == 0).all()
    # Each column has two distances from its median, and they are 0.1 and 0.4 in turn.
    assert assumptions.brown_forsythe([[1, 1], [1, 1], [2, 5], [2, 5]]) == (np.inf, 0)
