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
from .scoring import Answers, Judge, unit_of
from .stats.checked import settled


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
            unit=unit_of(self.judge),
            metric=self.judge.recipe.label,
            method=f"mean of {cell.scores.size} folds{warning}",
        )


def told_pair(pair: Labels) -> str:
    """Return how tables call a pair: ``LAB444 + SVM``."""
    return " + ".join(pair)


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
