"""The trained pair on images that nothing has seen: its score, and an interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .contracts import Array
from .keys import seed_of
from .number import Number
from .scoring import Answers, Judge, metric_of, score_or_nan, unit_of
from .stats.matched import discordant, mcnemar
from .stats.proportions import wilson

FEWEST_GROUPS, FEW_GROUPS = 10, 20
"""Groups below which there is no interval, and below which it is too narrow: in simulations of
grouped images, nominal 95 % held the truth in 85 % with 5 groups, 90 % with 10, 93 % with 20."""
RESAMPLES = 1000
"""Bootstrap samples behind an interval."""


def tested(
    judge: Judge,
    answers: Answers,
    seed: int,
    groups: Array | None = None,  # noqa: PT028 (no test, but a score)
) -> Number:
    """Return the score on images that nothing has seen, with a 95 % interval.

    Wilson's interval where the metric is a share of independent images; else the percentile
    bootstrap (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13), within classes
    or, where images belong together, of whole groups (Davison & Hinkley, Bootstrap Methods and
    their Application, 1997, 3.8: only groups are independent).

    Args:
        judge: The metric.
        answers: What the model said of n images.
        seed: The study's.
        groups: The group of each image (n,), or None where each stands for itself.
    """
    value, n = score_or_nan(judge, answers), len(answers.truth)
    low, high, how = _interval(judge, answers, value, seed, groups)
    known = low < high  # two images that are both wrong say nothing about the spread
    return Number(
        value=value,
        unit=unit_of(judge),
        metric=judge.recipe.label,
        method=f"{n} test images, {how if known else _no_interval(groups)}",
        low=low if known else None,
        high=high if known else None,
    )


def against_runner_up(
    judge: Judge,
    answers: Answers,
    other: Answers,
    seed: int,
    groups: Array | None = None,
) -> Number:
    """Compare two trained pairs on the same test images.

    McNemar's mid-p over single images (Fagerland, Lydersen & Laake 2013): which of the two is
    right where the other is wrong, whatever the metric. Images that belong together are not
    independent: then the difference in the metric, with a bootstrap interval of whole groups.

    Args:
        judge: The deciding metric.
        answers: What the trained pair said of n images.
        other: What the runner-up said of them.
        seed: The study's.
        groups: The group of each image (n,), or None where each stands for itself.
    """
    if groups is None:
        only = discordant(answers.predicted == answers.truth, other.predicted == other.truth)
        return Number(
            value=mcnemar(*only).p_mid,
            unit="p",
            metric="right or wrong",
            method=f"McNemar, mid-p; right alone: {only[0]} images, the runner-up {only[1]}",
        )

    def gap(rows: Array) -> float:
        mine, theirs = (score_or_nan(judge, said.at(rows)) for said in (answers, other))
        return judge.sign * (mine - theirs)

    low, high, drawn = _bootstrap(gap, seed, _members(groups), together=True)
    known = len(np.unique(groups)) >= FEWEST_GROUPS and low < high
    return Number(
        value=gap(np.arange(len(groups))),
        unit=unit_of(judge),
        metric=f"{judge.recipe.label}, difference",
        method=f"bootstrap of groups, {drawn} resamples" if known else _no_interval(groups),
        low=low if known else None,
        high=high if known else None,
    )


def _no_interval(groups: Array | None) -> str:
    if groups is None:
        return "too few for an interval"
    count = len(np.unique(groups))
    told = "1 group" if count == 1 else f"{count} groups"
    few = count < FEWEST_GROUPS
    return f"in {told}: {'too few' if few else 'too much alike'} for an interval"


def _interval(
    judge: Judge, answers: Answers, value: float, seed: int, groups: Array | None
) -> tuple[float, float, str]:
    """Return both ends of an interval, nan where there is none, and how it was made."""

    def score(rows: Array) -> float:
        return score_or_nan(judge, answers.at(rows))

    if groups is not None:
        members = _members(groups)
        few = ", few groups: rather too narrow" if len(members) < FEW_GROUPS else ""
        if len(members) < FEWEST_GROUPS:
            return np.nan, np.nan, ""
        low, high, drawn = _bootstrap(score, seed, members, together=True)
        return low, high, f"bootstrap of {len(members)} groups, {drawn} resamples{few}"
    if metric_of(judge.recipe).binomial:
        n = len(answers.truth)
        return (*wilson(round(value * n), n), "Wilson")
    low, high, drawn = _bootstrap(score, seed, _members(answers.truth))
    return low, high, f"bootstrap within classes, {drawn} resamples"


def _members(values: Array) -> list[Array]:
    """Return the rows of each distinct value."""
    return [np.flatnonzero(values == one) for one in np.unique(values)]


def _bootstrap(
    score: Callable[[Array], float], seed: int, members: list[Array], *, together: bool = False
) -> tuple[float, float, int]:
    """Resample within each class, so that no class is ever missing; or whole groups.

    Returns:
        Both ends, and how many resamples could be judged.
    """
    rng = np.random.default_rng(seed_of(seed, "bootstrap"))
    scores = []
    for _ in range(RESAMPLES):
        if together:
            drawn = [members[one] for one in rng.integers(0, len(members), len(members))]
        else:
            drawn = [rows[rng.integers(0, len(rows), len(rows))] for rows in members]
        scores.append(score(np.concatenate(drawn)))
    judged = [score for score in scores if not np.isnan(score)]
    low, high = np.percentile(judged, [2.5, 97.5]) if judged else (np.nan, np.nan)
    return float(low), float(high), len(judged)
