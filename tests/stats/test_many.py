"""Adjusted p values against statsmodels, published formulas, and all sets of true hypotheses."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from frimcla.stats import all_pairs, multiplicity

near = pytest.approx
LIBRARY = {
    multiplicity.bonferroni: "bonferroni",
    multiplicity.holm: "holm",
    multiplicity.hochberg: "simes-hochberg",
    multiplicity.benjamini_hochberg: "fdr_bh",
}


def raws(m: int):
    """Yield p values: small, tied, at both ends."""
    rng = np.random.default_rng(m)
    yield rng.uniform(size=m) ** 4
    yield np.round(rng.uniform(size=m), 1)
    yield rng.integers(0, 2, m).astype(float)
    yield np.zeros(m)
    yield np.ones(m)
    yield np.full(m, 0.03) * rng.integers(1, 4, m)
    yield np.append(rng.uniform(0.03, 0.2, m - 1), 0.03)
    yield rng.uniform(size=m) * 1e-20


def truths(k: int) -> set[frozenset[int]]:
    """Return all sets of pairs that can be the equal ones: candidates are given any values."""
    pairs = list(combinations(range(k), 2))
    return {
        frozenset(number for number, (a, b) in enumerate(pairs) if values[a] == values[b])
        for values in product(range(k), repeat=k)
    }


@pytest.mark.parametrize("m", [1, 2, 5, 15])
@pytest.mark.parametrize("adjust", LIBRARY)
def test_steps_are_those_of_statsmodels_and_of_the_formulas(adjust, m) -> None:
    for raw in raws(m):
        found, order = adjust(raw), np.argsort(raw, kind="stable")
        if adjust is not multiplicity.holm or raw.min() == 0.03:  # statsmodels' Holm is slow
            assert found == near(multipletests(raw, method=LIBRARY[adjust])[1])
        p, left = raw[order], m - np.arange(m)
        literal = {
            "bonferroni": m * p,
            "holm": [max(left[: i + 1] * p[: i + 1]) for i in range(m)],
            "simes-hochberg": [min(left[i:] * p[i:]) for i in range(m)],
            "fdr_bh": [min(m * p[i:] / (1 + np.arange(i, m))) for i in range(m)],
        }[LIBRARY[adjust]]
        assert found[order] == near(np.minimum(literal, 1))


@pytest.mark.parametrize("m", [1, 2, 5, 15])
def test_finner_and_li_follow_their_formulas(m) -> None:
    for raw in raws(m):
        order = np.argsort(raw, kind="stable")
        p, j = raw[order], np.arange(1, m + 1)
        finner = [max(1 - (1 - p[: i + 1]) ** (m / j[: i + 1])) for i in range(m)]
        assert multiplicity.finner(raw)[order] == near(np.minimum(finner, 1), abs=1e-15)
        for one, adjusted in zip(raw, multiplicity.li(raw), strict=True):
            below = one + (1 - raw.max())
            assert adjusted == near(min(1, one / below) if below else one)


def test_small_p_values_are_not_lost_beside_large_ones() -> None:
    assert multiplicity.finner([1e-20, 0.5])[0] == near(2e-20, rel=1e-9, abs=0)
    assert multiplicity.li([1e-20, 0.5])[0] == near(2e-20, rel=1e-9, abs=0)
    assert multiplicity.li([1e-20, 1])[0] == 1  # weak where the largest is 1


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_shaffer_counts_what_can_be_true_together(k) -> None:
    m, sizes = k * (k - 1) // 2, {len(one) for one in truths(k)}
    for raw in raws(m):
        expected, most = np.empty(m), 0.0
        for step, place in enumerate(np.argsort(raw, kind="stable")):
            factor = max(size for size in sizes if size <= m - step)
            most = max(most, factor * raw[place])
            expected[place] = min(1, most)
        assert all_pairs.shaffer(raw) == near(expected)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_bergmann_hommel_goes_through_all_that_can_be_true(k) -> None:
    m, exhaustive = k * (k - 1) // 2, truths(k)
    for raw in raws(m):
        expected = [
            min(1, max(len(one) * min(raw[j] for j in one) for one in exhaustive if place in one))
            for place in range(m)
        ]
        assert all_pairs.bergmann_hommel(raw) == near(expected)


def test_all_pairs_of_ten_are_possible_and_of_eleven_refused() -> None:
    raw = np.random.default_rng(0).uniform(size=55)

    assert (all_pairs.shaffer(raw) >= raw).all()
    with pytest.raises(ValueError, match=r"Bergmann-Hommel: 10 candidates at most, not 11: use sh"):
        all_pairs.bergmann_hommel(raw)
    assert len(all_pairs.bergmann_hommel(raw[:45])) == 45
