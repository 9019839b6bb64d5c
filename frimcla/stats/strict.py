"""A row of the table that a referee accepts: what "A is better than B" rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .anova import repeated
from .assumptions import Epsilons, brown_forsythe, epsilons, residuals, shapiro
from .bayes import correlated_t
from .checked import Array, denoised, largest, share
from .corrected import corrected_t
from .effects import Effect
from .friedman import iman_davenport, mean_ranks
from .multiplicity import holm
from .omnibus_effects import concordance, partial_eta2
from .paired import paired_t, smallest_p, wilcoxon
from .rows import EXACT, Against, Omnibus, Strict, labelled
from .wording import best, ordering, stars


def strict(
    scores: ArrayLike,
    names: Sequence[str],
    *,
    ratio: float,
    repeats: int = 1,
    alpha: float = 0.05,
    rope: float = 0.01,
) -> Strict:
    """Compare k candidates of (n, k) on the same folds (Spec B).

    The omnibus is repeated-measures analysis of variance with Greenhouse-Geisser's correction
    where residuals pass Shapiro-Wilk and Brown-Forsythe, else Iman-Davenport's F with ties; for
    two candidates the paired t, or exact signed ranks. Pairs are told apart by the corrected t
    (Nadeau & Bengio) with Holm over all others, in either branch. Tests that take folds for
    independent see the folds of the first repeat alone: over 10 x 10 folds they reject equals in
    half of all studies.

    Args:
        scores: Folds x candidates, repeats one after the other, (repeats x folds, k); n of 2 or
            more in a repeat; higher is better.
        names: Labels of the candidates, all different.
        ratio: Test images over training images of a fold: 1 / (K - 1).
        repeats: Of the whole cross-validation.
        alpha: Level of all tests.
        rope: Half width of the region where a difference does not matter, in the unit of scores.

    Raises:
        ValueError: Shapes differ, names repeat, or a number is out of range.
    """
    values, labels = labelled(scores, names)
    share(alpha, "alpha")
    if repeats < 1 or len(values) % repeats:
        raise ValueError(f"repeats: {len(values)} folds are not {repeats} equal repeats")
    once = values[: len(values) // repeats]
    if len(once) < 2:
        raise ValueError(f"repeats: 2 folds or more in each are asked, there are {len(once)}")
    first = best(labels, values.mean(axis=0))
    if len(labels) == 1:
        return _alone(once, labels)
    normal = spread = 1.0  # two folds say nothing of either
    if len(once) > 2:
        normal, spread = shapiro(residuals(once)).p, brown_forsythe(once).p
    parametric = normal >= alpha and spread >= alpha
    omnibus, other = _omnibus(once)[:: 1 if parametric else -1]
    others = [one for one in range(len(labels)) if one != first]
    level = alpha if omnibus.p < alpha else 0.0  # without an omnibus effect nothing is worse
    ranked = holm([wilcoxon(once[:, first], once[:, one]).p for one in others])
    gaps = denoised(values[:, [first]] - values[:, others], scale=largest(values))
    against = _against(gaps, ranked, level, ratio=ratio, rope=rope)
    means = [float(values[:, one].mean()) for one in others]
    names_of = [labels[one] for one in others]
    by_rank = [one.p_wilcoxon < level for one in against]
    return Strict(
        normal,
        spread,
        epsilons(once),
        parametric,
        omnibus,
        other,
        stars(omnibus.p),
        labels[first],
        dict(zip(labels, map(float, mean_ranks(once)), strict=True)),
        dict(zip(names_of, against, strict=True)),
        ordering(labels[first], zip(names_of, means, [a.worse for a in against], strict=True)),
        ordering(labels[first], zip(names_of, means, by_rank, strict=True)),
        wilcoxon_can=smallest_p(len(once)) * len(others) < alpha,
    )


def _omnibus(once: Array) -> tuple[Omnibus, Omnibus]:
    """Return the parametric test and the one of ranks."""
    eta, w = partial_eta2(once), concordance(once)
    if once.shape[1] == 2:
        t, ranked = paired_t(*once.T), wilcoxon(*once.T)
        smaller = min(ranked.plus, ranked.minus)
        return (
            Omnibus("paired t", t.statistic, (t.df,), t.p, "partial_eta2", eta),
            Omnibus(EXACT, smaller, (ranked.n,), ranked.p, "kendall_W", w),
        )
    f, rank = repeated(once), iman_davenport(once)
    return (
        Omnibus(
            "RM-ANOVA (Greenhouse-Geisser)",
            f.statistic,
            f.df_greenhouse_geisser,
            f.p_greenhouse_geisser,
            "partial_eta2",
            eta,
        ),
        Omnibus(
            "Friedman (Iman-Davenport, tie-corrected)",
            rank.statistic,
            rank.df,
            rank.p,
            "kendall_W",
            w,
        ),
    )


def _against(
    gaps: Array, ranked: Array, level: float, *, ratio: float, rope: float
) -> list[Against]:
    """Compare the winner with every other; *gaps* (n, others), *ranked* p of the first repeat."""
    tests = [corrected_t(gap, ratio=ratio) for gap in gaps.T]
    adjusted = holm([test.p for test in tests])
    rho = ratio / (1 + ratio)
    return [
        Against(
            test,
            float(p),
            float(by_rank),
            correlated_t(gap, rho=rho, rope=rope),
            worse=bool(p < level),
        )
        for gap, test, p, by_rank in zip(gaps.T, tests, adjusted, ranked, strict=True)
    ]


def _alone(once: Array, labels: Sequence[str]) -> Strict:
    """Return the row of one candidate, which nothing is compared with."""
    none = Omnibus("none: one candidate", 0.0, (0,), 1.0, "none", Effect(0.0, np.nan, np.nan))
    (name,) = labels
    return Strict(
        shapiro(once).p if len(once) > 2 else 1.0,
        1.0,
        Epsilons(1.0, 1.0),
        True,
        none,
        None,
        "",
        name,
        {name: 1.0},
        {},
        name,
        name,
        wilcoxon_can=False,
    )
