"""Predictions to a choice: how good each pair is, which is best, what to expect of it.

Everything here is a function of the table of predictions; nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import numpy as np

from .contracts import Array
from .errors import PluginError
from .number import Number
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, score_or_nan, unit_of
from .stats.checked import settled
from .stopping import Rule, standings


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

    @property
    def std_2019(self) -> float:
        """The same as the 2019 papers have it (ddof = 0)."""
        return float(np.std(self.scores))


@attrs.frozen(kw_only=True, eq=False)
class Stopped:
    """A pair that did not go through all folds.

    Attributes:
        scores: Of those that it went through, in their order, (n,); perhaps none.
        folds: How many there are.
        late: Whether time was out; else it was far behind (`frimcla.stopping`).
    """

    scores: Array
    folds: int
    late: bool

    @property
    def mean(self) -> float:
        """Mean over the folds it went through; nan where there is none."""
        return float(np.mean(self.scores)) if self.scores.size else float("nan")

    @property
    def told(self) -> str:
        """What became of it, in words: ``stopped after 3 of 10 folds``."""
        what = "out of time" if self.late else "stopped"
        return f"{what} after {len(self.scores)} of {self.folds} folds"


@attrs.frozen(kw_only=True, eq=False)
class Selection:
    """Who is best under the deciding metric.

    Attributes:
        judge: The metric.
        cells: Every pair that could be judged in all folds, in the order of the study.
        failed: One sentence for each that could not be fitted, or not be judged.
        stopped: The others, which did not go through all folds.
        rule: What made them stop; None where nothing does.
        baseline: Score of the answer without skill: always the most frequent class, or, where
            probabilities are judged, the shares of the classes.
    """

    judge: Judge
    cells: Mapping[Labels, Cell]
    failed: Mapping[Labels, str]
    baseline: float
    stopped: Mapping[Labels, Stopped] = attrs.field(factory=dict)
    rule: Rule | None = None

    @property
    def pairs(self) -> tuple[Labels, ...]:
        """All pairs, in the order of the study; those without all folds last."""
        return (*self.cells, *self.stopped, *self.failed)

    @property
    def behind(self) -> Mapping[Labels, Stopped]:
        """Those that stopped for they were far behind."""
        return {pair: one for pair, one in self.stopped.items() if not one.late}

    @property
    def out_of_time(self) -> Mapping[Labels, Stopped]:
        """Those that still ran when time was out."""
        return {pair: one for pair, one in self.stopped.items() if one.late}

    @property
    def judged(self) -> int:
        """How many pairs the best was chosen among, those that stopped included."""
        return len(self.cells) + len(self.stopped)

    @property
    def extractors(self) -> tuple[str, ...]:
        """Labels of the extractors, in the order of `pairs`."""
        return tuple(dict.fromkeys(extractor for extractor, _ in self.pairs))

    @property
    def classifiers(self) -> tuple[str, ...]:
        """Labels of the classifiers, in the order of `pairs`."""
        return tuple(dict.fromkeys(classifier for _, classifier in self.pairs))

    @property
    def ranking(self) -> tuple[Labels, ...]:
        """Pairs from best to worst mean; equals by name."""
        pairs = list(self.cells)
        means = settled(self.judge.sign * np.array([self.cells[pair].mean for pair in pairs]))
        order = sorted(range(len(pairs)), key=lambda one: (-means[one], told_pair(pairs[one])))
        return tuple(pairs[one] for one in order)

    @property
    def winner(self) -> Labels:
        """The best pair."""
        return self.ranking[0]

    def best_of(self, extractor: str) -> Labels | None:
        """Return the best pair of one extractor; None where none went through all folds."""
        return next((pair for pair in self.ranking if pair[0] == extractor), None)

    def naive_of(self, pair: Labels) -> Number:
        """Return the mean of a pair, which is optimistic of the best of many."""
        cell, count = self.cells[pair], self.judged
        place = self.ranking.index(pair) + 1
        chosen = "the best" if place == 1 else f"number {place}"
        warning = f", {chosen} of {count} pairs: optimistic" if count > 1 else ""
        return Number(
            value=cell.mean,
            unit=unit_of(self.judge),
            metric=self.judge.recipe.label,
            method=f"mean of {cell.scores.size} folds{warning}",
        )


def told_pair(pair: Labels) -> str:
    """Return how tables call a pair: ``LAB444 + SVM``."""
    return " + ".join(pair)


def select(table: Predictions, judge: Judge, rule: Rule | None = None) -> Selection:
    """Judge every pair of *table*.

    Args:
        table: The predictions.
        judge: The deciding metric.
        rule: What made pairs stop; None where nothing did.

    Raises:
        PluginError: No pair could be judged.
    """
    scores, failed = {}, dict(table.failed)
    for pair in table.everything:
        found = fold_scores(table, pair, judge)
        if np.isnan(found[table.gone_through(pair)]).any():
            failed[pair] = f"{judge.recipe.label} cannot be computed from its predictions"
        else:
            scores[pair] = found
    if not scores:
        raise every_pair_failed(failed)
    rows = judge.sign * np.stack([found.ravel() for found in scores.values()], axis=1)
    stands = standings(rows, ~np.isnan(rows), rule)
    arrived = stands.running & ~np.isnan(rows).any(axis=0)
    cells = {
        pair: Cell(scores=scores[pair]) for pair, one in zip(scores, arrived, strict=True) if one
    }
    stopped = {
        pair: _stopped(found, int(folds), late=bool(late))
        for (pair, found), folds, late in zip(
            scores.items(), stands.folds, stands.running, strict=True
        )
        if pair not in cells
    }
    return Selection(
        judge=judge,
        cells=cells,
        failed=failed,
        stopped=stopped,
        rule=rule,
        baseline=_baseline(table, judge),
    )


def _stopped(scores: Array, folds: int, *, late: bool) -> Stopped:
    """Return a pair that was stopped after so many folds, or did not come further."""
    lacking = np.flatnonzero(np.isnan(scores))
    last = int(lacking[0]) if late else folds
    return Stopped(scores=scores.ravel()[:last], folds=scores.size, late=late)


def every_pair_failed(failed: Mapping[Labels, str]) -> PluginError:
    """Return the error of a study that has nothing to choose from."""
    reasons = [f"{' + '.join(pair)}: {why}" for pair, why in failed.items()]
    return PluginError("\n  ".join(["every pair failed", *reasons[:20]]))


def fold_scores(table: Predictions, pair: Labels, judge: Judge) -> Array:
    """Return the score of a pair in every fold, (r, f); nan where it cannot be computed."""
    through = table.gone_through(pair)
    scores = np.full(through.shape, np.nan)
    for repeat, folds in enumerate(table.folds):
        answers = table.answers(pair, repeat)
        for fold in np.flatnonzero(through[repeat]):
            scores[repeat, fold] = score_or_nan(judge, answers.at(folds == fold))
    return scores


def reported(table: Predictions, pair: Labels, judges: Iterable[Judge]) -> tuple[Number, ...]:
    """Return the mean of a pair over all folds under each metric, with its deviation."""
    found = []
    for judge in judges:
        cell = Cell(scores=fold_scores(table, pair, judge))
        found.append(
            Number(
                value=cell.mean,
                unit=unit_of(judge),
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
