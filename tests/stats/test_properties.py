"""What must hold of any scores: order, unit, twins, sides, bounds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from frimcla.stats import (
    aligned,
    all_pairs,
    anova,
    assumptions,
    bayes,
    bbc,
    corrected,
    critical,
    delong,
    effects,
    friedman,
    multiplicity,
    omnibus_effects,
    paired,
    proportions,
    quade,
    wording,
)

near = pytest.approx
quick = settings(deadline=None, derandomize=True, max_examples=25)

percents = st.integers(0, 100).map(lambda one: one / 100)
shapes = st.tuples(st.integers(3, 8), st.integers(2, 5))
tables = shapes.flatmap(lambda shape: arrays(float, shape, elements=percents))
twos = st.integers(3, 9).flatmap(lambda n: arrays(float, (n, 2), elements=percents))
p_vectors = st.sampled_from([1, 3, 6, 10]).flatmap(
    lambda m: arrays(float, m, elements=st.floats(0, 1) | st.sampled_from([0.0, 0.01, 1.0]))
)

OMNIBUS = (
    *(friedman.friedman, friedman.iman_davenport, quade.quade, aligned.aligned),
    *(anova.oneway, anova.repeated, assumptions.brown_forsythe),
)
SQUARES = (friedman.rank_pairs, quade.quade_pairs, aligned.aligned_pairs, anova.pooled_pairs)
PAIRED = (paired.paired_t, paired.independent_t, paired.wilcoxon)
SIZES = (
    *(effects.cohen_d, effects.hedges_g, effects.cohen_dz),
    *(effects.cliff_delta, effects.rank_biserial),
)
WITHIN = (omnibus_effects.partial_eta2, omnibus_effects.eta2, omnibus_effects.concordance)


def close(one, other):
    """Return whether p values agree, where ties are the same up to noise."""
    return np.asarray(one) == near(np.asarray(other), rel=1e-6, abs=1e-12)


@quick
@given(tables, st.randoms(use_true_random=False))
def test_candidates_may_stand_in_any_order(scores, random) -> None:
    order = random.sample(range(scores.shape[1]), scores.shape[1])
    for test in OMNIBUS:
        assert close(test(scores[:, order]).p, test(scores).p)
    for pairs in SQUARES:
        assert close(pairs(scores[:, order]), pairs(scores)[np.ix_(order, order)])
    assert close(friedman.mean_ranks(scores[:, order]), friedman.mean_ranks(scores)[order])


@quick
@given(tables, st.sampled_from([1e-30, 0.37, 100.0, 1e30]), st.sampled_from([0.0, 0.25, -3.0]))
def test_unit_and_zero_of_scores_do_not_matter(scores, factor, shift) -> None:
    other = (scores + shift) * factor
    for test in (*OMNIBUS, assumptions.shapiro):
        assert close(test(other).p, test(scores).p)
    for pairs in SQUARES:
        assert close(pairs(other), pairs(scores))
    for test in PAIRED:
        assert close(test(*other[:, :2].T).p, test(*scores[:, :2].T).p)
    gaps = (scores[:, 0] - scores[:, 1]).round(9)
    assert close(
        corrected.corrected_t(gaps * factor, ratio=0.1).p, corrected.corrected_t(gaps, ratio=0.1).p
    )


@quick
@given(tables)
def test_twins_are_not_told_apart(scores) -> None:
    twins = np.column_stack([scores, scores[:, 0]])
    for test in OMNIBUS:
        assert 0 <= test(twins).p <= 1
        assert not np.isnan(test(twins).statistic)
    for pairs in SQUARES:
        found = pairs(twins)
        assert found[0, -1] == 1
        assert ((found >= 0) & (found <= 1)).all()
    for test in PAIRED:
        assert test(twins[:, 0], twins[:, -1]).p == 1
    assert all(0 <= p <= 1 for p in anova.repeated(twins)[4:6])


@quick
@given(twos)
def test_sides_may_be_swapped(scores) -> None:
    x, y = scores.T
    for test in PAIRED:
        assert test(x, y).p == near(test(y, x).p)
    for size in SIZES:
        there, back = size(x, y), size(y, x)
        assert there.value == near(-back.value)
        if np.isfinite(there.low):
            assert (there.low, there.high) == near((-back.high, -back.low), abs=1e-6)
    d = (x - y).round(9)
    one, other = (bayes.correlated_t(s * d, rho=0.1) for s in (1, -1))
    assert one[:3] == near(other[2::-1], abs=1e-12)
    assert bayes.sign(d)[:3] == near(bayes.sign(-d)[2::-1], abs=1e-9)
    assert sum(one[:3]) == near(1)
    assert sum(bayes.sign(d)[:3]) == near(1)
    assert all(0 <= p <= 1 for p in (*one[:3], *bayes.sign(d)[:3]))


@quick
@given(p_vectors)
def test_adjusted_p_are_ordered(raw) -> None:
    procedures = (
        *(multiplicity.bonferroni, multiplicity.holm, multiplicity.hochberg),
        *(multiplicity.benjamini_hochberg, multiplicity.finner, multiplicity.li),
        *(all_pairs.shaffer, all_pairs.bergmann_hommel),
    )
    found = {one.__name__: one(raw) for one in procedures}
    order = np.argsort(raw)
    for name, p in found.items():
        assert (p >= raw * (1 - 1e-12)).all(), name
        assert (p <= 1).all(), name
        if name != "bergmann_hommel":  # it is not a procedure of steps
            assert (np.diff(p[order]) >= -1e-15).all(), name
    for smaller, larger in (
        ("holm", "bonferroni"),
        ("hochberg", "holm"),
        ("benjamini_hochberg", "hochberg"),
        ("shaffer", "holm"),
        ("bergmann_hommel", "shaffer"),
    ):
        assert (found[smaller] <= found[larger] + 1e-15).all(), (smaller, larger)


@quick
@given(tables, st.floats(0.8, 0.9), st.floats(1.01, 1.09))
def test_intervals_hold_the_estimate_and_grow(scores, confidence, more) -> None:
    x, y = scores[:, :2].T
    d = (x - y).round(9)
    found = [(size, (x, y)) for size in SIZES] + [(size, (scores,)) for size in WITHIN]
    for size, given_ in found:
        small, large = (size(*given_, confidence=one) for one in (confidence, confidence * more))
        if np.isfinite(small.low):
            assert small.low - 1e-9 <= small.value <= small.high + 1e-9, size
            assert large.low - 1e-9 <= small.low <= small.high <= large.high + 1e-9, size
    for bound in (
        lambda level: corrected.corrected_t(d, ratio=0.1, confidence=level)[-3:-1],
        lambda level: bayes.correlated_t(d, rho=0.1, confidence=level)[-2:],
        lambda level: proportions.wilson(3, len(d), confidence=level),
        lambda level: proportions.clopper_pearson(3, len(d), confidence=level),
    ):
        (low, high), (lower, higher) = bound(confidence), bound(confidence * more)
        assert lower <= low <= high <= higher


@quick
@given(st.integers(2, 8), st.integers(2, 30), st.floats(0.001, 0.2))
def test_a_critical_difference_has_its_p(k, n, alpha) -> None:
    assert critical.nemenyi_p(critical.nemenyi(k, n, alpha=alpha), k, n) == near(alpha, rel=1e-3)
    assert critical.bonferroni_dunn(k, n, alpha=alpha) <= critical.nemenyi(k, n, alpha=alpha) + 1e-3


@quick
@given(st.integers(2, 5).flatmap(lambda n: arrays(np.int64, (n, 3), elements=st.integers(0, 1))))
def test_the_bootstrap_estimate_is_a_score_and_its_choices_are_shares(right) -> None:
    found = bbc.bbc_cv(bbc.means(right), right.shape[1], range(len(right)), bbc.every(len(right)))

    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.estimate <= 1
    assert found.chosen.sum() == near(1)


@quick
@given(arrays(float, (2, 9), elements=st.integers(-3, 3).map(float)), st.integers(2, 7))
def test_areas_only_see_the_order_of_scores(scores, positives) -> None:
    truth = np.arange(9) < positives
    one, other = delong.delong(truth, *scores), delong.delong(truth, *np.exp(scores))

    assert one == other
    assert 0 <= one.p <= 1
    back = delong.delong(~truth, *scores)
    assert back.auc == near(tuple(1 - area for area in one.auc))
    assert back.p == near(one.p)


names = st.text("ABCxyz09_- ", min_size=1, max_size=6).map(str.strip).filter(bool)


@quick
@given(
    st.dictionaries(names, st.tuples(percents, st.booleans()), min_size=1, max_size=7),
    st.randoms(use_true_random=False),
)
def test_the_text_of_an_ordering_can_be_read_back(candidates, random) -> None:
    winner, *others = candidates
    assume(not any(sign in name for name in candidates for sign in ("; ", ", ")))
    told = [(name, *candidates[name]) for name in others]
    random.shuffle(told)
    text = wording.ordering(winner, told)

    read = {"≃": [], ">": []}
    for part in text.split("; ") if others else []:
        assert part.startswith(f"{winner} ")
        sign, rest = part.removeprefix(f"{winner} ").split(" ", 1)
        read[sign] = rest.split(", ")
    ranked = sorted(told, key=lambda one: (-one[1], one[0]))
    assert read["≃"] == [name for name, _, worse in ranked if not worse]
    assert read[">"] == [name for name, _, worse in ranked if worse]
    assert others or text == winner


@quick
@given(tables)
def test_no_statistic_is_nan(scores) -> None:
    for test in OMNIBUS:
        assert not np.isnan(np.hstack([np.ravel(one) for one in test(scores)[:2]])).any()
    gg, hf = assumptions.epsilons(scores)
    assert 1 / (scores.shape[1] - 1) <= gg * (1 + 1e-12)
    assert gg <= hf <= 1
    for a, b in combinations(range(scores.shape[1]), 2):
        for test in PAIRED:
            assert not np.isnan(test(scores[:, a], scores[:, b])).any()
