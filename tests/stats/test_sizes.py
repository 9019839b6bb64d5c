"""Effect sizes: loops over pairs, sums of squares, and intervals by their tails."""

from __future__ import annotations

from math import gamma

import numpy as np
import pytest
from scipy import stats
from stats.made import SEEDS, smooth, tied

from frimcla.stats import effects, omnibus_effects, tails

near = pytest.approx
both = pytest.mark.parametrize("make", [smooth, tied])
seeds = pytest.mark.parametrize("seed", SEEDS)


@both
@seeds
def test_standardised_differences_by_hand(make, seed) -> None:
    x, y = make(seed, 9, 2).T
    gap, (a, b) = x.mean() - y.mean(), (np.var(x, ddof=1), np.var(y, ddof=1))
    d = gap / ((a + b) / 2) ** 0.5

    assert effects.cohen_d(x, y).value == near(d)
    assert effects.cohen_dav(x, y) == near(d)
    assert effects.hedges_g(x, y).value == near(d * gamma(8) / (8**0.5 * gamma(7.5)))
    assert effects.cohen_dz(x, y).value == near(gap / np.std(x - y, ddof=1))
    unequal = ((7 * np.var(x[1:], ddof=1) + 8 * b) / 15) ** 0.5
    assert effects.cohen_d(x[1:], y).value == near((x[1:].mean() - y.mean()) / unequal)


@both
@seeds
def test_dominance_is_counted_over_all_pairs(make, seed) -> None:
    x, y = make(seed, 9, 2).T
    y = y[:7]
    more = np.mean([[a > b + 1e-9 for b in y] for a in x])
    less = np.mean([[a < b - 1e-9 for b in y] for a in x])
    delta = effects.cliff_delta(x, y)

    assert delta.value == near(more - less)
    assert effects.a12(x, y).value == near(more + (1 - more - less) / 2)
    assert delta.value == near(2 * stats.mannwhitneyu(np.round(x, 9), np.round(y, 9))[0] / 63 - 1)
    assert -1 <= delta.low <= delta.value <= delta.high <= 1


def test_the_variance_of_dominance_is_consistent() -> None:
    # Cliff 1993: s^2 over rows, over columns, and of cells, put together by loops.
    x, y = smooth(2, 8, 2).T
    d = [[float(np.sign(a - b)) for b in y] for a in x]
    n, m, delta = 8, 8, np.mean(d)
    rows = sum((np.mean(row) - delta) ** 2 for row in d)
    columns = sum((np.mean([row[j] for row in d]) - delta) ** 2 for j in range(m))
    cells = sum((one - delta) ** 2 for row in d for one in row)
    variance = (m * m * rows + n * n * columns - cells) / (n * m * (n - 1) * (m - 1))
    z, free = 1.959963985, 1 - delta**2
    reach = z * variance**0.5 * (free**2 + z**2 * variance) ** 0.5
    ends = [(delta - delta**3 + sign * reach) / (free + z**2 * variance) for sign in (-1, 1)]

    assert effects.cliff_delta(x, y) == near((delta, *ends))


@both
@seeds
def test_rank_biserial_is_favourable_less_unfavourable(make, seed) -> None:
    x, y = make(seed, 9, 2).T
    d = np.round(x - y, 9)
    d = d[d != 0]
    ranks, n = stats.rankdata(abs(d)), len(d)
    r = (ranks[d > 0].sum() - ranks[d < 0].sum()) / ranks.sum()
    found = effects.rank_biserial(x, y)

    assert found.value == near(r)
    if abs(r) < 1:
        error = ((2 * n**3 + 3 * n**2 + n) / 6) ** 0.5 / (n * (n + 1) / 2)
        assert np.arctanh(found.low) == near(np.arctanh(r) - 1.959964 * error)
        assert np.arctanh(found.high) == near(np.arctanh(r) + 1.959964 * error)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@seeds
def test_ends_of_noncentral_intervals_have_their_tails(seed, confidence) -> None:
    scores = smooth(seed, 8, 4)
    x, y = scores[:, :2].T
    tail = (1 - confidence) / 2
    dz = effects.cohen_dz(x, y, confidence=confidence)
    t = dz.value * 8**0.5
    assert stats.nct.cdf(t, 7, dz.low * 8**0.5) == near(1 - tail)
    assert stats.nct.cdf(t, 7, dz.high * 8**0.5) == near(tail)
    d, root = effects.cohen_d(x, y, confidence=confidence), (2 / 8) ** -0.5
    assert stats.nct.cdf(d.value * root, 14, d.high * root) == near(tail)

    for found, df in (
        (omnibus_effects.partial_eta2(scores, confidence=confidence), (3, 21)),
        (omnibus_effects.eta2(scores, confidence=confidence), (3, 28)),
    ):
        f = found.value / (1 - found.value) * df[1] / df[0]
        cells = sum(df) + 1
        for end, level in ((found.low, 1 - tail), (found.high, tail)):
            if 0 < end != found.value:
                assert stats.ncf.cdf(f, *df, end / (1 - end) * cells) == near(level)
    w = omnibus_effects.concordance(scores, confidence=confidence)
    for end, level in ((w.low, 1 - tail), (w.high, tail)):
        if 0 < end < 1 and end != w.value:
            assert stats.ncx2.cdf(w.value * 24, 3, end * 24) == near(level)


def test_noncentral_t_is_that_of_scipy_and_its_limit() -> None:
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(300):
        t, df = rng.choice([-1, 1]) * 10 ** rng.uniform(-3, 3), int(rng.integers(1, 100))
        c = t + rng.normal() * (1 + abs(t) / (2 * df) ** 0.5)
        known = stats.nct.cdf(t, df, c)
        if np.isfinite(known):  # not everywhere, which is why there is another
            seen += 1
            assert tails.noncentral_t(t, df, c) == near(known, abs=1e-9)
    assert seen > 200
    assert tails.noncentral_t(0.0, 5, 1.2) == near(stats.norm.cdf(-1.2))
    for df in (1, 9):  # Z is nothing beside t
        assert tails.noncentral_t(1e9, df, 0.9e9) == near(stats.chi2.sf(df * 0.81, df))
        f, below = (3, 9), tails.noncentral_f(0.999e7 / 3, (3, 9), 0.9e7)
        assert tails.noncentral_f(1.001e7 / 3, f, 0.9e7 * 1.001 / 0.999) == near(below, rel=1e-3)


def test_certain_effects_have_intervals_and_no_warnings() -> None:
    steps = np.arange(3) + np.random.default_rng(1).normal(0, 1e-9, (6, 3))
    x, y = steps[:, 2], steps[:, 0]
    found = [effects.cohen_d(x, y), effects.cohen_dz(x, y), omnibus_effects.eta2(steps)]

    for one in found:
        assert 0 < one.low < one.value * (1 + 1e-12)
        assert one.value <= one.high < np.inf
    assert effects.cliff_delta(x, y) == effects.rank_biserial(x, y) == (1, 1, 1)
    assert effects.a12(y, x) == (0, 0, 0)


def test_no_spread_is_no_effect_or_an_infinite_one() -> None:
    flat = np.full(10, 0.1)
    for size in (effects.cohen_d, effects.hedges_g, effects.cohen_dz):
        assert size(flat, flat).value == 0
        assert size(flat + 0.2, flat).value == np.inf
        assert size(flat, flat + 0.2).value == -np.inf
    assert effects.cohen_dav(flat, flat + 0.2) == -np.inf
    assert effects.rank_biserial(flat, flat).value == effects.cliff_delta(flat, flat).value == 0
    assert omnibus_effects.partial_eta2(np.tile(flat[:3], (4, 1))) == (0, 0, 0)
    assert omnibus_effects.eta2(np.tile([0.1, 0.2], (4, 1))) == (1, 1, 1)
    assert omnibus_effects.concordance(np.tile(flat[:3], (4, 1))) == (0, 0, 0)


def test_words_of_cohen() -> None:
    sizes = (0, -0.19, 0.2, 0.49, 0.5, -0.79, 0.8, np.inf)
    words = ("negligible",) * 2 + ("small",) * 2 + ("medium",) * 2 + ("large",) * 2

    assert tuple(map(effects.cohen_label, sizes)) == words
