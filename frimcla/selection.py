"""Predictions to a choice: how good each pair is, which is best, what to expect of it.

Everything here is a function of the table of predictions; nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import numpy as np

from .contracts import Array
from .errors import PluginError
from .keys import seed_of
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, metric_of
from .stats.proportions import wilson

FEWEST_GROUPS, FEW_GROUPS = 10, 20
"""Groups below which there is no interval, and below which it is too narrow: in simulations of
grouped images, nominal 95 % held the truth in 85 % with 5 groups, 90 % with 10, 93 % with 20."""
RESAMPLES = 1000
"""Bootstrap samples behind an interval."""


@attrs.frozen(kw_only=True)
class Number:
    """A number that is told to people, with all it takes to understand it.

    Attributes:
        value: The number itself.
        unit: ``"share"`` (shown in percent) or ``""``.
        metric: What was measured.
        method: How, in words.
        low: Lower end of the interval, where there is one.
        high: Upper end.
        level: Confidence of the interval.
    """

    value: float
    unit: str
    metric: str
    method: str
    low: float | None = None
    high: float | None = None
    level: float = 0.95


@attrs.frozen(kw_only=True, eq=False)
class Cell:
    """One pair under the deciding metric.

    Attributes:
        scores: One per repeat and fold, (r, f).
    """

    scores: Array

    @property
    def mean(self) -> float:
        """Mean over all folds."""
        return float(np.mean(self.scores))

    @property
    def std(self) -> float:
        """Standard deviation over all folds (ddof = 1)."""
        return float(np.std(self.scores, ddof=1))


@attrs.frozen(kw_only=True, eq=False)
class Selection:
    """Who is best under the deciding metric.

    Attributes:
        judge: The metric.
        cells: Every pair that could be judged, in the order of the study.
        failed: One sentence for each of the others.
        baseline: Score of the answer without skill: always the most frequent class, or, where
            probabilities are judged, the shares of the classes.
    """

    judge: Judge
    cells: Mapping[Labels, Cell]
    failed: Mapping[Labels, str]
    baseline: float

    @property
    def extractors(self) -> tuple[str, ...]:
        """Labels of the extractors, in the order of the study."""
        return tuple(dict.fromkeys(extractor for extractor, _ in (*self.cells, *self.failed)))

    @property
    def classifiers(self) -> tuple[str, ...]:
        """Labels of the classifiers, in the order of the study."""
        return tuple(dict.fromkeys(classifier for _, classifier in (*self.cells, *self.failed)))

    @property
    def ranking(self) -> tuple[Labels, ...]:
        """Pairs from best to worst mean; equals by label."""
        sign = self.judge.sign
        return tuple(sorted(self.cells, key=lambda pair: (-sign * self.cells[pair].mean, pair)))

    @property
    def winner(self) -> Labels:
        """The best pair."""
        return self.ranking[0]

    def best_of(self, extractor: str) -> Labels | None:
        """Return the best pair of one extractor, or None where all of its pairs failed."""
        return next((pair for pair in self.ranking if pair[0] == extractor), None)

    def naive_of(self, pair: Labels) -> Number:
        """Return the mean of a pair, which is optimistic of the best of many."""
        cell, count = self.cells[pair], len(self.cells)
        place = self.ranking.index(pair) + 1
        chosen = "the best" if place == 1 else f"number {place}"
        warning = f", {chosen} of {count} pairs: optimistic" if count > 1 else ""
        return Number(
            value=cell.mean,
            unit=_unit(self.judge),
            metric=self.judge.recipe.label,
            method=f"mean of {cell.scores.size} folds{warning}",
        )


def select(table: Predictions, judge: Judge) -> Selection:
    """Judge every pair of *table*.

    Raises:
        PluginError: No pair could be judged.
    """
    cells, failed = {}, dict(table.failed)
    for pair in table.pairs:
        scores = fold_scores(table, pair, judge)
        if np.isnan(scores).any():
            failed[pair] = f"{judge.recipe.label} cannot be computed from its predictions"
        else:
            cells[pair] = Cell(scores=scores)
    if not cells:
        raise every_pair_failed(failed)
    return Selection(judge=judge, cells=cells, failed=failed, baseline=_baseline(table, judge))


def every_pair_failed(failed: Mapping[Labels, str]) -> PluginError:
    """Return the error of a study that has nothing to choose from."""
    reasons = [f"{' + '.join(pair)}: {why}" for pair, why in failed.items()]
    return PluginError("\n  ".join(["every pair failed", *reasons[:20]]))


def fold_scores(table: Predictions, pair: Labels, judge: Judge) -> Array:
    """Return the score of a pair in every fold, (r, f); nan where it cannot be computed."""
    repeats, folds = len(table.folds), int(table.folds.max()) + 1
    scores = np.empty((repeats, folds))
    for repeat in range(repeats):
        answers = table.answers(pair, repeat)
        for fold in range(folds):
            scores[repeat, fold] = judge(answers.at(table.folds[repeat] == fold))
    return scores


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
    value, n = _or_nan(judge, answers), len(answers.truth)
    low, high, how = _interval(judge, answers, value, seed, groups)
    known = low < high  # two images that are both wrong say nothing about the spread
    return Number(
        value=value,
        unit=_unit(judge),
        metric=judge.recipe.label,
        method=f"{n} test images, {how if known else _no_interval(groups)}",
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
    if groups is not None:
        members = _members(groups)
        few = ", few groups: rather too narrow" if len(members) < FEW_GROUPS else ""
        if len(members) < FEWEST_GROUPS:
            return np.nan, np.nan, ""
        low, high, drawn = _bootstrap(judge, answers, seed, members, together=True)
        return low, high, f"bootstrap of {len(members)} groups, {drawn} resamples{few}"
    if metric_of(judge.recipe).binomial:
        n = len(answers.truth)
        return (*wilson(round(value * n), n), "Wilson")
    low, high, drawn = _bootstrap(judge, answers, seed, _members(answers.truth))
    return low, high, f"bootstrap within classes, {drawn} resamples"


def reported(table: Predictions, pair: Labels, judges: Iterable[Judge]) -> tuple[Number, ...]:
    """Return the mean of a pair over all folds under each metric, with its deviation."""
    found = []
    for judge in judges:
        cell = Cell(scores=fold_scores(table, pair, judge))
        found.append(
            Number(
                value=cell.mean,
                unit=_unit(judge),
                metric=judge.recipe.label,
                method=f"mean of {cell.scores.size} folds, SD {cell.std:.3f}",
            )
        )
    return tuple(found)


def _baseline(table: Predictions, judge: Judge) -> float:
    truth = table.labels
    classes, counts = np.unique(truth, return_counts=True)
    return judge(
        Answers(
            truth=truth,
            predicted=np.full(len(truth), classes[counts.argmax()]),
            probabilities=np.tile(counts / counts.sum(), (len(truth), 1)),
            classes=classes,
        )
    )


def _members(values: Array) -> list[Array]:
    """Return the rows of each distinct value."""
    return [np.flatnonzero(values == one) for one in np.unique(values)]


def _bootstrap(
    judge: Judge, answers: Answers, seed: int, members: list[Array], *, together: bool = False
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
        scores.append(_or_nan(judge, answers.at(np.concatenate(drawn))))
    judged = [score for score in scores if not np.isnan(score)]
    low, high = np.percentile(judged, [2.5, 97.5]) if judged else (np.nan, np.nan)
    return float(low), float(high), len(judged)


def _or_nan(judge: Judge, answers: Answers) -> float:
    """Judge images that may lack a class the metric asks for; then there is no score."""
    try:
        return judge(answers)
    except ValueError:
        return float("nan")


def _unit(judge: Judge) -> str:
    return "share" if metric_of(judge.recipe).share else ""
