"""Which pairs would have arrived, had the images been a bootstrap sample of them.

A study whose pairs may stop chooses among those that arrive. Where its choice is repeated on
bootstrap samples (`frimcla.stats.bbc`), the race is repeated on what is in the bag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np

from .contracts import Array
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, cells_of, metric_of, score_or_nan
from .selection import Selection
from .stats.bbc import Score
from .stopping import Rule, race


def arriving(
    table: Predictions,
    selection: Selection,
    pairs: Sequence[Labels],
    rows: Array,
    samples: Iterable[Array],
) -> Array:
    """Say which pairs arrive in each sample.

    Pairs that stopped in truth race as far as they went. Folds of which nothing was drawn, or of
    which no pair has a score, are passed over.

    Args:
        table: Out-of-fold predictions; those of the first repeat are used.
        selection: Who stopped in truth, and by which rule.
        pairs: The pairs that could be chosen, C.
        rows: The images by which they were, (m,).
        samples: How often each of these was drawn, (m,), B times.

    Returns:
        ``bool`` (B, C); of a sample in which nobody would have arrived, all.
    """
    assert selection.rule is not None
    others = [pair for pair in selection.stopped if pair not in pairs]
    racing = (*pairs, *others)
    answers = [table.answers(pair).at(rows) for pair in racing]
    held, judge = table.folds[0][rows], selection.judge
    folds = [np.flatnonzero(held == fold) for fold in np.unique(held)]
    there = np.stack([table.gone_through(pair)[0][np.unique(held)] for pair in racing], axis=1)
    by_fold = (
        _right(answers, folds)
        if metric_of(judge.recipe).binomial
        else _judged(judge, answers, folds)
    )
    scores = np.stack([np.where(there, by_fold(counts), np.nan) for counts in samples])
    return arrived(scores, selection.rule, len(pairs))


def arrived(scores: Array, rule: Rule, candidates: int) -> Array:
    """Say which of the first pairs arrive in each sample.

    Args:
        scores: In the bag, higher is better, (B, f, P); nan where there is none.
        rule: What makes a pair stop.
        candidates: How many of the P could be chosen, C.

    Returns:
        ``bool`` (B, C); of a sample in which nobody would have arrived, all.
    """
    found = np.ones((len(scores), candidates), bool)
    for sample, by_fold in enumerate(scores):
        judged = by_fold[~np.isnan(by_fold).all(axis=1)]
        some = race(judged, rule)[:candidates]
        if some.any():
            found[sample] = some
    return found


def _right(answers: Sequence[Answers], folds: Sequence[Array]) -> Callable[[Array], Array]:
    """Return what judges samples by the share that is right: (m,) to (f, P)."""
    right = np.stack([one.predicted == one.truth for one in answers], axis=1).astype(np.float32)
    by_fold = [right[mine] for mine in folds]

    def scores(counts: Array) -> Array:
        with np.errstate(invalid="ignore"):  # nothing drawn: no score
            return np.stack(
                [
                    counts[mine] @ some / counts[mine].sum()
                    for mine, some in zip(folds, by_fold, strict=True)
                ]
            )

    return scores


def _judged(
    judge: Judge, answers: Sequence[Answers], folds: Sequence[Array]
) -> Callable[[Array], Array]:
    """Return what judges samples by any metric, higher is better: (m,) to (f, P)."""
    score = scored(judge, answers)

    def scores(counts: Array) -> Array:
        found = np.full((len(folds), len(answers)), np.nan)
        for place, mine in enumerate(folds):
            if len(bag := np.repeat(mine, counts[mine])):
                found[place] = [score(one, bag) for one in range(len(answers))]
        return found

    return scores


def scored(judge: Judge, answers: Sequence[Answers]) -> Score:
    """Return how good each of several pairs is on rows.

    By their confusion matrices where the metric needs no more: thousands of samples of many
    images are then judged in milliseconds each.
    """
    if not judge.counts:
        return lambda one, rows: judge.sign * score_or_nan(judge, answers[one].at(rows))
    classes = answers[0].classes
    k, cells = len(classes), [cells_of(one) for one in answers]

    @lru_cache(maxsize=20_000)  # in few images of few classes the same ones come again and again
    def of(counts: bytes) -> float:
        return judge.of_counts(np.frombuffer(counts, np.int64).reshape(k, k), classes)

    def score(one: int, rows: Array) -> float:
        counts = np.bincount(cells[one][rows], minlength=k * k).astype(np.int64)
        return judge.sign * of(counts.tobytes())

    return score
