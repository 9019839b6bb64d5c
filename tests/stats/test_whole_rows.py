"""A row of the table: `strict` and `classic` put together anew from scipy, branch by branch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from stats.made import long, smooth, tied
from statsmodels.stats.anova import AnovaRM

from frimcla.stats import anova, friedman, multiplicity, quade, wording
from frimcla.stats.classic import classic
from frimcla.stats.strict import strict

near = pytest.approx
NAMES = "ABCDEFGH"
skewed = np.round(1 - np.random.default_rng(5).exponential(0.02, (10, 5)), 3)
skewed[:, 1] -= 0.1
uneven = skewed[:, :4].copy()
few = smooth(4, 10, 2)


def folds_of(scores, name):
    return scores[:, NAMES.index(name)]


def nadeau_bengio(x, y, ratio):
    d = x - y
    t = d.mean() / ((1 / len(d) + ratio) * d.var(ddof=1)) ** 0.5
    return 2 * stats.t.sf(abs(t), len(d) - 1)


@pytest.mark.parametrize("scores", [smooth(1), tied(1), skewed, uneven, few, tied(3, 30, 4)])
@pytest.mark.parametrize("repeats", [1, 2])
def test_a_strict_row_from_its_parts(scores, repeats) -> None:
    scores = np.vstack([scores, scores[::-1] + 0.001])[: len(scores) * repeats]
    n, k = len(scores) // repeats, scores.shape[1]
    once, names = scores[:n], NAMES[:k]
    row = strict(scores, names, ratio=1 / 9, repeats=repeats, rope=0.02)

    assert row.winner == names[np.argmax(scores.mean(0))]
    left = once - once.mean(1)[:, None] - once.mean(0) + once.mean()
    assert row.shapiro_p == near(stats.shapiro(left.ravel()).pvalue)
    assert row.levene_p == near(stats.levene(*once.T).pvalue)
    assert row.parametric == (min(row.shapiro_p, row.levene_p) >= 0.05)
    both = {one.test: one for one in (row.omnibus, row.other_omnibus)}
    if k == 2:
        assert both["paired t"].p == near(stats.ttest_rel(*once.T).pvalue)
        assert both["exact Wilcoxon"].p == near(stats.wilcoxon(*once.T).pvalue)
        assert row.omnibus.test == ("paired t" if row.parametric else "exact Wilcoxon")
    else:
        (line,) = AnovaRM(long(once), "score", "block", ["candidate"]).fit().anova_table.values
        rm = both["RM-ANOVA (Greenhouse-Geisser)"]
        gg = row.sphericity.greenhouse_geisser
        assert (rm.statistic, *rm.df) == near((line[0], (k - 1) * gg, (k - 1) * (n - 1) * gg))
        assert rm.p == near(stats.f.sf(line[0], *rm.df))
        ranked = both["Friedman (Iman-Davenport, tie-corrected)"]
        assert ranked.size.value == near(stats.friedmanchisquare(*once.T).statistic / (n * (k - 1)))
        assert row.omnibus is (rm if row.parametric else ranked)
    best = folds_of(scores, row.winner)
    raw = [nadeau_bengio(best, folds_of(scores, one), 1 / 9) for one in row.against]
    assert [one.p for one in row.against.values()] == near(list(multiplicity.holm(raw)))
    for (name, one), p in zip(row.against.items(), raw, strict=True):
        assert one.difference.mean == near((best - folds_of(scores, name)).mean())
        assert one.difference.p == near(p)
        assert one.worse == (row.omnibus.p < 0.05 and one.p < 0.05)
        assert sum(one.posterior[:3]) == near(1)
    told = [(m, folds_of(scores, m).mean(), one.worse) for m, one in row.against.items()]
    assert row.order == wording.ordering(row.winner, told)
    assert row.wilcoxon_can == (2.0 ** (1 - n) * (k - 1) < 0.05)
    assert list(row.mean_ranks.values()) == near(stats.rankdata(-once.round(9), axis=1).mean(0))
    assert row.stars == wording.stars(row.omnibus.p)


def test_both_branches_and_both_verdicts_are_among_these() -> None:
    rows = [
        strict(one, NAMES[: one.shape[1]], ratio=1 / 9) for one in (smooth(1), skewed, uneven, few)
    ]

    assert {row.parametric for row in rows} == {True, False}
    assert {one.worse for row in rows for one in row.against.values()} == {True, False}


def test_nothing_is_worse_without_an_omnibus_effect() -> None:
    rng = np.random.default_rng(11)
    scores = rng.normal(0.8, 0.05, (10, 6))
    row = strict(scores, NAMES[:6], ratio=0, alpha=0.2)
    assert row.omnibus.p >= 0.2

    assert not any(one.worse for one in row.against.values())
    assert ">" not in row.order + row.order_wilcoxon


def test_noise_of_floating_point_tells_no_twins_apart() -> None:
    scores = np.column_stack([np.full(5, 0.1 + 0.2), np.full(5, 0.3), np.arange(5) / 50])
    row = strict(scores, "ABC", ratio=1 / 4)

    assert row.winner == "A"
    assert row.against["B"].p == row.against["B"].p_wilcoxon == 1
    assert row.against["B"].posterior.equivalent == 1


def test_three_folds_cannot_be_significant_by_ranks() -> None:
    row = strict(smooth(0, 3, 3), "ABC", ratio=1 / 2)

    assert not row.wilcoxon_can
    assert row.order_wilcoxon.startswith(f"{row.winner} ≃ ")


def test_one_candidate_wins_without_a_test() -> None:
    old, new = classic(smooth(1, 5, 1), ["A"]), strict(smooth(1, 5, 1), ["A"], ratio=0.25)

    assert old.order == new.order == new.order_wilcoxon == old.winner == "A"
    assert (old.p, old.stars, new.omnibus.p, new.other_omnibus) == (1, "", 1, None)
    assert new.shapiro_p == near(old.shapiro_pooled.p)
    assert strict(np.full((4, 1), 0.1), ["A"], ratio=0.25).shapiro_p == 1


@pytest.mark.parametrize("scores", [smooth(2, 10, 4), skewed, uneven, few, skewed[:, :2], tied(1)])
def test_a_classic_row_from_its_parts(scores) -> None:
    k, names = scores.shape[1], NAMES[: scores.shape[1]]
    row = classic(scores, names)
    assert row.shapiro_pooled == near(tuple(stats.shapiro(scores.ravel())))
    assert row.levene == near(tuple(stats.levene(*scores.T)))
    assert row.parametric == (min(row.shapiro_pooled.p, row.levene.p) >= 0.05)

    by_rank = not row.parametric and k > 2
    if row.parametric:
        test = stats.f_oneway(*scores.T) if k > 2 else stats.ttest_ind(*scores.T)
        assert (row.statistic, row.p) == near((test.statistic, test.pvalue))
    elif k == 2:
        assert row.p == near(stats.wilcoxon(*scores.T).pvalue)
    elif k < 5:
        assert (row.statistic, row.p) == near(quade.quade(scores)[:2])
    else:
        assert (row.statistic, row.p) == near(friedman.iman_davenport(scores, ties=False)[:2])
    significant = row.p < 0.05
    leading = -friedman.mean_ranks(scores) if by_rank and significant else scores.mean(0)
    first = int(np.argmax(leading))
    assert row.winner == names[first]
    others = [one for one in range(k) if one != first]
    if by_rank:
        pairs = quade.quade_pairs(scores) if k < 5 else friedman.rank_pairs(scores)
        adjusted = multiplicity.holm(pairs[first][others])
    elif k > 2:
        adjusted = anova.pooled_pairs(scores, one_sided=True)[first][others]
    else:
        adjusted = [row.p]
    assert list(row.adjusted.values()) == near(list(adjusted))
    told = [
        (names[one], scores[:, one].mean(), significant and p < 0.05)
        for one, p in zip(others, adjusted, strict=True)
    ]
    assert row.order == wording.ordering(row.winner, told)
    assert row.cells["A"] == f"{100 * scores[:, 0].mean():.1f} ({100 * scores[:, 0].std():.1f})"


def test_all_branches_of_2019_are_among_these() -> None:
    tables = (smooth(2, 10, 4), skewed, uneven, few, skewed[:, :2])
    found = [classic(one, NAMES[: one.shape[1]]).test for one in tables]

    assert len(set(found)) == 5, found


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    st.tuples(st.integers(3, 8), st.integers(2, 5)).flatmap(
        lambda shape: arrays(float, shape, elements=st.integers(0, 50).map(lambda one: one / 50))
    ),
    st.randoms(use_true_random=False),
)
def test_columns_may_stand_in_any_order(scores, random) -> None:
    order = random.sample(range(scores.shape[1]), scores.shape[1])
    names = NAMES[: scores.shape[1]]
    moved, labels = scores[:, order], [names[one] for one in order]
    old, other = classic(scores, names), classic(moved, labels)
    new, another = strict(scores, names, ratio=0.2), strict(moved, labels, ratio=0.2)

    assert (old.winner, old.order, old.cells) == (other.winner, other.order, other.cells)
    assert (old.p, old.adjusted) == (near(other.p), near(dict(other.adjusted)))
    assert (new.winner, new.order) == (another.winner, another.order)
    assert (new.order_wilcoxon, new.parametric) == (another.order_wilcoxon, another.parametric)
    for name, one in new.against.items():
        same = another.against[name]
        assert (one.p, one.p_wilcoxon) == near((same.p, same.p_wilcoxon), abs=1e-9)
        assert one.posterior == near(same.posterior, abs=1e-9)
    assert new.mean_ranks == near(dict(another.mean_ranks))


def test_words() -> None:
    assert [wording.stars(p) for p in (0.05, 0.049, 0.01, 0.0099, 0.0009)] == [
        "",
        "*",
        "*",
        "**",
        "***",
    ]
    assert wording.cell([0.98, 0.99, 0.985]) == "98.5 (0.4)"
    assert wording.best("BA", np.array([0.1 + 0.2, 0.3])) == 1
