"""Two candidates on the same folds: second implementations, brute force, degenerate folds."""

from __future__ import annotations

from itertools import product

import baycomp
import numpy as np
import pytest
from scipy import integrate, special, stats
from stats.made import SEEDS, smooth, tied

from frimcla.stats import bayes, checked, corrected, five_by_two, paired

near = pytest.approx
both = pytest.mark.parametrize("make", [smooth, tied])
seeds = pytest.mark.parametrize("seed", SEEDS)


@both
@seeds
def test_t_tests_are_those_of_scipy(make, seed) -> None:
    x, y = make(seed, 9, 2).T
    t, apart = stats.ttest_rel(x, y), stats.ttest_ind(x, y[1:])

    assert paired.paired_t(x, y) == near((t.statistic, t.pvalue, t.df))
    assert paired.independent_t(x, y[1:]) == near((apart.statistic, apart.pvalue, apart.df))
    plain = corrected.corrected_t(x - y, ratio=0)
    assert (plain.statistic, plain.p, plain.df) == near((t.statistic, t.pvalue, t.df))
    assert (plain.low, plain.high) == near(tuple(t.confidence_interval()))


@both
@pytest.mark.parametrize("n", [2, 3, 6, 10])
def test_wilcoxon_is_exact_over_all_signs(make, n) -> None:
    for seed in range(8):
        x, y = make(seed, n, 2).T
        d = np.round(x - y, 9)
        d = d[d != 0]
        ranks = stats.rankdata(abs(d))
        plus, minus = ranks[d > 0].sum(), ranks[d < 0].sum()
        sums = [np.dot(signs, ranks) for signs in product((0, 1), repeat=len(d))]
        p = min(1, 2 * np.mean([one <= min(plus, minus) + 1e-9 for one in sums]))

        assert paired.wilcoxon(x, y) == near((plus, minus, len(d), p))


def test_wilcoxon_is_that_of_scipy_where_it_is_exact() -> None:
    for n in (5, 12, 30, 50):
        x, y = smooth(n, n, 2).T
        found = paired.wilcoxon(x, y)
        other = stats.wilcoxon(x, y, method="exact")
        assert (min(found[:2]), found.p) == near((other.statistic, other.pvalue))
    x, y = tied(5, 11, 2).T  # ties, and a zero
    d = np.round(x - y, 9)
    assert paired.wilcoxon(x, y).p == near(stats.wilcoxon(d[d != 0]).pvalue)


def test_wilcoxon_does_not_see_noise_of_floating_point() -> None:
    x, y = np.array([0.3, 0.9, 0.8, 0.7, 0.6]), np.array([0.1 + 0.2, 0.8, 0.9, 0.6, 0.5])

    assert paired.wilcoxon(x, y) == (7.5, 2.5, 4, near(0.625))


@both
@seeds
def test_normal_wilcoxon_splits_the_ranks_of_zeros(make, seed) -> None:
    x, y = make(seed, 12, 2).T
    d = np.round(x - y, 9)
    ranks = stats.rankdata(abs(d))
    plus = ranks[d > 0].sum() + ranks[d == 0].sum() / 2
    z = (min(plus, 78 - plus) - 12 * 13 / 4) / (12 * 13 * 25 / 24) ** 0.5
    test, found = paired.wilcoxon_normal(x, y)

    assert found == near(z)
    assert test == near((plus, 78 - plus, 12, 2 * stats.norm.cdf(z)))


def test_the_smallest_p_is_reached_where_all_agree() -> None:
    for n in (2, 5, 10):
        assert paired.wilcoxon(np.arange(1, n + 1), np.zeros(n)).p == near(paired.smallest_p(n))
    assert [paired.smallest_p(n) for n in (0, 1, 5)] == [1, 1, 0.0625]


@seeds
def test_corrected_t_is_the_posterior_of_baycomp_seen_from_the_other_side(seed) -> None:
    x, y = smooth(seed, 30, 2).T  # 3 repeats of 10 folds
    left, rope, right = baycomp.CorrelatedTTest.probs(x, y, rope=0.02, runs=3)
    found = bayes.correlated_t(x - y, rho=0.1, rope=0.02)
    test = corrected.corrected_t(x - y, ratio=1 / 9)

    # There "left" is that the first is better.
    assert (found.worse, found.equivalent, found.better) == near((right, rope, left), abs=1e-9)
    assert bayes.correlated_t(x - y, rho=0.1, rope=0).worse == near(test.p_greater)
    assert (found.low, found.high) == near((test.low, test.high))


def test_corrected_t_by_hand() -> None:
    # Mean 2, variance 1, three folds of 2: (1 / 3 + 1 / 2) 1 is 5 / 6 below the root.
    test = corrected.corrected_t([1, 2, 3], ratio=0.5, confidence=0.9)

    assert test.statistic == near(2 / (5 / 6) ** 0.5)
    assert test.p == near(2 * stats.t.sf(test.statistic, 2))
    assert (test.low, test.high) == near(
        (2 - 2.919986 * (5 / 6) ** 0.5, 2 + 2.919986 * (5 / 6) ** 0.5)
    )
    assert corrected.corrected_t([-1, -2, -3], ratio=0.5).p_greater == near(1 - test.p / 2)


@pytest.mark.parametrize(("value", "p"), [(0.0, 1), (0.02, 0), (-0.02, 0)])
def test_equal_differences_are_no_nan(value, p) -> None:
    d, flat = np.full(10, value), np.full(10, 0.3)
    test, posterior = corrected.corrected_t(d, ratio=1 / 9), bayes.correlated_t(d, rho=0.1)

    assert (test.p, test.degenerate, test.low, test.high) == (p, True, value, value)
    assert posterior[:3] == (value < 0, value == 0, value > 0)
    assert paired.paired_t(flat + value, flat).p == p  # up to noise
    assert paired.independent_t(flat + value, flat).p == p
    assert np.sign(paired.paired_t(flat + value, flat).statistic) == np.sign(value)


def test_a_difference_of_the_rope_is_within_it() -> None:
    step = 0.96 - 0.95  # a bit more than .01
    assert step > 0.01

    assert bayes.correlated_t([step, step], rho=0.1, rope=0.01).equivalent == 1
    assert bayes.sign([step] * 9, rope=0.01).equivalent == near(1)
    assert bayes.sign([-2 / 3] * 9, rope=2 / 3).equivalent == near(1)


def test_five_by_two_by_its_sums() -> None:
    d = np.random.default_rng(2).normal(0.02, 0.03, (5, 2))
    spread = sum((a - (a + b) / 2) ** 2 + (b - (a + b) / 2) ** 2 for a, b in d)
    t, f = d[0, 0] / (spread / 5) ** 0.5, sum(x**2 for x in d.ravel()) / (2 * spread)

    assert five_by_two.dietterich_t(d) == near((t, 2 * stats.t.sf(abs(t), 5)))
    assert five_by_two.alpaydin_f(d) == near((f, stats.f.sf(f, 10, 5)))
    assert five_by_two.dietterich_t(np.zeros((5, 2))) == (0, 1)
    assert five_by_two.alpaydin_f(np.zeros((5, 2))) == (0, 1)
    assert five_by_two.dietterich_t(np.full((5, 2), -0.1)) == (-np.inf, 0)
    assert five_by_two.alpaydin_f(np.full((5, 2), -0.1)) == (np.inf, 0)


@pytest.mark.parametrize("strength", [0.5, 1.0])
@pytest.mark.parametrize("place", bayes.PLACES)
def test_signs_are_those_that_baycomp_draws(place, strength) -> None:
    # In its words "left" is that the first is better.
    there = {"worse": "right", "equivalent": "rope", "better": "left"}[place]
    d = np.random.default_rng(4).normal(0.01, 0.03, 15)
    prior = (strength, {"left": 0, "rope": 1, "right": 2}[there])
    left, rope, right = baycomp.SignTest.probs(
        d, np.zeros(15), rope=0.01, prior=prior, nsamples=200_000, random_state=0
    )
    found = bayes.sign(d, rope=0.01, prior_strength=strength, prior_place=place)

    assert found[:3] == near((right, rope, left), abs=0.005)
    assert sum(found[:3]) == near(1)


@pytest.mark.parametrize(("worse", "better"), [(3, 5), (20, 20), (0, 1), (700, 650)])
def test_signs_without_a_rope_are_a_beta_distribution(worse, better) -> None:
    d = np.repeat([-1.0, 1.0], (worse, better))
    found = bayes.sign(d, rope=0, prior_strength=0)

    exact = special.betainc(worse + bayes.FAINT, better + bayes.FAINT, 0.5)
    assert found.better == near(exact, abs=2e-4)  # the faint third place has the rest


def test_signs_of_three_places_by_adaptive_quadrature() -> None:
    for counts in ((4, 2, 3), (20, 1, 20), (1, 20, 20), (0, 300, 20)):
        d = np.repeat([-1.0, 0, 1.0], counts)
        alpha = np.array(counts) + bayes.FAINT

        def density(x: float, of=alpha) -> float:
            return stats.gamma.pdf(x, of[1]) * stats.gamma.cdf(x, of[0]) * stats.gamma.cdf(x, of[2])

        exact = integrate.quad(density, 0, alpha[1] + 40 * alpha[1] ** 0.5 + 40, points=[alpha[1]])[
            0
        ]
        assert bayes.sign(d, prior_strength=0).equivalent == near(exact, abs=1e-6)


def test_ties_of_both_signs_are_settled_alike() -> None:
    values = np.array([0.3, -0.3, 0.1 + 0.2, -(0.1 + 0.2)])

    assert set(np.abs(checked.settled(values))) == {0.3}
