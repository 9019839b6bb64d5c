"""A row of the table as the 2019 papers made it: reproduced, not recommended.

One-way tests for folds that are paired, one-sided post-hoc p values, a choice of the test by
scores pooled over classifiers: compatible with the 2019 papers; not the inference. `strict` is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .anova import oneway, pooled_pairs
from .assumptions import Check, brown_forsythe, shapiro
from .checked import Array, share
from .friedman import iman_davenport, mean_ranks, rank_pairs
from .multiplicity import holm
from .paired import independent_t, wilcoxon
from .quade import quade, quade_pairs
from .rows import Classic, labelled
from .wording import best, cell, ordering, stars

FEW = 5
"""Candidates below which Quade's test stood in for Friedman's."""


class _Omnibus(NamedTuple):
    name: str
    statistic: float
    df: tuple[int, ...]
    p: float
    by_rank: bool
    against: Array
    """Adjusted p of all pairs, (k, k); raw where the winner's column is adjusted by Holm."""
    stepwise: bool


def classic(scores: ArrayLike, names: Sequence[str], *, alpha: float = 0.05) -> Classic:
    """Compare k candidates of (n, k) as FrImCla did in 2019 (Spec A).

    Agrees with: the code of STAC that the old program called, run on the same scores.

    Args:
        scores: Folds x candidates, (n, k), n of 2 or more; higher is better.
        names: Labels of the candidates, all different.
        alpha: Level of all tests.

    Raises:
        ValueError: Shapes differ, names repeat, or alpha is no level.
    """
    values, labels = labelled(scores, names)
    share(alpha, "alpha")
    few = len(values) < 3  # two folds say nothing of either
    normal = Check(1.0, 1.0) if few else shapiro(values)
    spread = Check(0.0, 1.0) if few or values.shape[1] < 2 else brown_forsythe(values)
    parametric = normal.p >= alpha and spread.p >= alpha
    test = _omnibus(values, parametric)
    standing = -mean_ranks(values) if test.by_rank and test.p < alpha else values.mean(axis=0)
    first = best(labels, standing)
    others = [one for one in range(len(labels)) if one != first]
    against = test.against[first][others]
    adjusted = holm(against) if test.stepwise and others else against
    told = [
        (labels[one], float(values[:, one].mean()), bool(test.p < alpha and p < alpha))
        for one, p in zip(others, adjusted, strict=True)
    ]
    return Classic(
        normal,
        spread,
        parametric,
        test.name,
        test.statistic,
        test.df,
        test.p,
        stars(test.p),
        labels[first],
        {labels[one]: float(p) for one, p in zip(others, adjusted, strict=True)},
        ordering(labels[first], told),
        {label: cell(column) for label, column in zip(labels, values.T, strict=True)},
    )


def _omnibus(values: Array, parametric: bool) -> _Omnibus:
    k = values.shape[1]
    if k == 1:
        return _Omnibus("none: one candidate", 0.0, (0,), 1.0, False, np.ones((1, 1)), False)
    if k == 2:
        return _two(values, parametric)
    if parametric:
        test = oneway(values)
        pairs = pooled_pairs(values, one_sided=True)
        return _Omnibus("ANOVA one-way", test.statistic, test.df, test.p, False, pairs, False)
    if k < FEW:
        weighted = quade(values)
        return _Omnibus("Quade", *_flat(weighted), True, quade_pairs(values), True)
    name = "Friedman (Iman-Davenport, no tie correction)"
    ranked = iman_davenport(values, ties=False)
    return _Omnibus(name, *_flat(ranked), True, rank_pairs(values), True)


def _two(values: Array, parametric: bool) -> _Omnibus:
    one, other = values.T
    if parametric:
        t = independent_t(one, other)
        pairs = np.full((2, 2), t.p)
        return _Omnibus("unpaired t", t.statistic, (t.df,), t.p, False, pairs, False)
    test = wilcoxon(one, other)
    pairs = np.full((2, 2), test.p)
    smaller = min(test.plus, test.minus)
    return _Omnibus("Wilcoxon", smaller, (test.n,), test.p, False, pairs, False)


def _flat(test: tuple[float, float, tuple[int, int]]) -> tuple[float, tuple[int, int], float]:
    return test[0], test[2], test[1]
