"""Every pairwise test of `frimcla.stats`, asked about candidates that are equally good."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations

import numpy as np
from exchangeable import CANDIDATES, DATA_SETS, FOLDS, REPEATS, Array, Study

from frimcla.stats.aligned import aligned_pairs
from frimcla.stats.all_pairs import bergmann_hommel, shaffer
from frimcla.stats.anova import pooled_pairs
from frimcla.stats.bayes import correlated_t, sign
from frimcla.stats.classic import classic
from frimcla.stats.corrected import corrected_t
from frimcla.stats.critical import bonferroni_dunn, nemenyi
from frimcla.stats.delong import delong
from frimcla.stats.five_by_two import alpaydin_f, dietterich_t
from frimcla.stats.friedman import mean_ranks, rank_pairs
from frimcla.stats.matched import McNemar, discordant, mcnemar
from frimcla.stats.multiplicity import holm
from frimcla.stats.paired import independent_t, paired_t, wilcoxon, wilcoxon_normal
from frimcla.stats.quade import quade_pairs
from frimcla.stats.strict import strict

ALPHA = 0.05
RATIO = 1 / (FOLDS - 1)
NAMES = "ABCDEF"[:CANDIDATES]
Alarms = dict[str, bool]


def alarms(study: Study) -> dict[str, Alarms]:
    """Return which tests reject in a study, below what they are told of it."""
    once, all_folds = study.folds[:FOLDS], study.folds
    headline, by_wilcoxon = _strict(all_folds, REPEATS)
    return {
        "Two candidates, one 10-fold cross-validation": {
            **_pair(once),
            "unpaired t": independent_t(*once[:, :2].T).p < ALPHA,
            "`classic`: unpaired t or Wilcoxon": " > " in classic(once[:, :2], NAMES[:2]).order,
            **_pooled(study.right[:FOLDS]),
        },
        "Two candidates, 10 x 10 folds": {
            **_pair(all_folds),
            "`strict`, headline": _strict(all_folds[:, :2], REPEATS)[0],
        },
        "Two candidates, 5 x 2 folds": {
            "5x2cv t": dietterich_t(study.halves).p < ALPHA,
            "5x2cv F": alpaydin_f(study.halves).p < ALPHA,
        },
        "Two finished models, equally good, on N new images": _finished(study.truth, study.ideal),
        "Two trained candidates on N new images (their null is not true)": {
            name: found
            for name, found in _finished(study.truth, study.fitted).items()
            if name in ("McNemar, mid-p", "DeLong")
        },
        "Two candidates, 30 data sets": _over_data_sets(study.data_sets[:, :2]),
        "Six candidates, one 10-fold: any false `>`": {
            "`classic`": " > " in classic(once, NAMES).order,
            "`strict`, headline": _strict(once, 1)[0],
            "pooled t, Bonferroni, all pairs": bool((pooled_pairs(once) < ALPHA).any()),
        },
        "Six candidates, 10 x 10 folds: any false `>`": {
            "`strict`, headline": headline,
            "`strict`, order by Wilcoxon": by_wilcoxon,
        },
        "Six candidates, 30 data sets: any false pair of 15": _all_pairs(study.data_sets),
    }


def _pair(folds: Array) -> Alarms:
    """Ask the tests of fold scores (n, k) about the first two candidates."""
    first, second = folds[:, 0], folds[:, 1]
    gaps = first - second
    plain, roped = (correlated_t(gaps, rho=1 / FOLDS, rope=rope) for rope in (0.0, 0.01))
    return {
        "paired t": paired_t(first, second).p < ALPHA,
        "exact Wilcoxon": wilcoxon(first, second).p < ALPHA,
        "Nadeau-Bengio": corrected_t(gaps, ratio=RATIO).p < ALPHA,
        "Bayesian correlated t, no rope, P >= .975": max(plain.worse, plain.better) >= 0.975,
        "Bayesian correlated t, rope .01, P >= .95": max(roped.worse, roped.better) >= 0.95,
    }


def _mcnemar(first: Array, second: Array) -> McNemar:
    return mcnemar(*discordant(first, second))


def _pooled(right: Array) -> Alarms:
    """Ask McNemar about out-of-fold predictions, as if one model had made them all."""
    found = _mcnemar(right[..., 0].ravel(), right[..., 1].ravel())
    return {
        "McNemar, exact, pooled out of fold": found.p_exact < ALPHA,
        "McNemar, mid-p, pooled out of fold": found.p_mid < ALPHA,
    }


def _finished(truth: Array, scores: Array) -> Alarms:
    found = _mcnemar(*(scores * truth > 0))
    return {
        "McNemar, exact": found.p_exact < ALPHA,
        "McNemar, mid-p": found.p_mid < ALPHA,
        "McNemar, chi-squared": found.p_chi2 < ALPHA,
        "McNemar, chi-squared corrected": found.p_corrected < ALPHA,
        "DeLong": delong(truth > 0, *scores).p < ALPHA,
    }


def _strict(folds: Array, repeats: int) -> tuple[bool, bool]:
    """Return whether the headline, and the order by Wilcoxon, call any candidate worse."""
    found = strict(folds, NAMES[: folds.shape[1]], ratio=RATIO, repeats=repeats, alpha=ALPHA)
    return " > " in found.order, " > " in found.order_wilcoxon


def _over_data_sets(means: Array) -> Alarms:
    first, second = means.T
    return {
        "paired t": paired_t(first, second).p < ALPHA,
        "exact Wilcoxon": wilcoxon(first, second).p < ALPHA,
        "Wilcoxon, normal (Demsar)": wilcoxon_normal(first, second)[0].p < ALPHA,
        "Bayesian sign, no rope, P >= .975": _sign(first - second, rope=0.0) >= 0.975,
        "Bayesian sign, rope .01, P >= .95": _sign(first - second, rope=0.01) >= 0.95,
    }


def _sign(gaps: Array, *, rope: float) -> float:
    """Return the larger of P(worse) and P(better)."""
    noise = 1e-9  # a gap of .01 lies within the rope, whatever its last bit
    below, above = int((gaps < -rope - noise).sum()), int((gaps > rope + noise).sum())
    return _of_counts(min(below, above), max(below, above), len(gaps))


@cache
def _of_counts(fewer: int, more: int, count: int) -> float:
    """Ask about counts, which are all that the sign test sees: it takes a third of a second."""
    gaps = np.repeat([-1.0, 0.0, 1.0], [fewer, count - fewer - more, more])
    found = sign(gaps, rope=0.0)
    return max(found.worse, found.better)


def _all_pairs(means: Array) -> Alarms:
    """Ask the tests of ranks, with blocks that are independent: data sets."""
    upper = np.triu_indices(CANDIDATES, 1)
    ranked = rank_pairs(means)[upper]
    places = mean_ranks(means)
    adjusted = {
        "Friedman ranks, Holm": holm(ranked),
        "Friedman ranks, Shaffer": shaffer(ranked),
        "Friedman ranks, Bergmann-Hommel": bergmann_hommel(ranked),
        "Quade, Holm": holm(quade_pairs(means)[upper]),
        "aligned ranks, Holm": holm(aligned_pairs(means)[upper]),
        "exact Wilcoxon, Holm": holm(
            [wilcoxon(*pair).p for pair in combinations(means.T, 2)],
        ),
    }
    found = {name: bool((p < ALPHA).any()) for name, p in adjusted.items()}
    return {
        "Friedman ranks, Bonferroni-Dunn, A against all": bool(
            np.abs(places - places[0]).max() > _critical(bonferroni_dunn)
        ),
        "Friedman ranks, Nemenyi": bool(np.ptp(places) > _critical(nemenyi)),
        **found,
    }


@cache
def _critical(difference: Callable[..., float]) -> float:
    return difference(CANDIDATES, DATA_SETS, alpha=ALPHA)
