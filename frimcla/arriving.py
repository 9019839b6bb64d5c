"""Which pairs would have arrived, had the images been a bootstrap sample of them.

A study whose pairs may stop chooses among those that arrive. Where its choice is repeated on
bootstrap samples (`frimcla.stats.bbc`), the race is repeated on what is in the bag.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .contracts import Array
from .predictions import Labels, Predictions
from .scoring import metric_of, score_or_nan
from .selection import Selection
from .stopping import Rule, race


def arriving(
    table: Predictions,
    selection: Selection,
    pairs: Sequence[Labels],
    rows: Array,
    counts: Array,
) -> Array:
    """Say which pairs arrive in each sample.

    Pairs that stopped in truth race as far as they went. Folds of which nothing was drawn, or of
    which no pair has a score, are passed over.

    Args:
        table: Out-of-fold predictions; those of the first repeat are used.
        selection: Who stopped in truth, and by which rule.
        pairs: The pairs that could be chosen, C.
        rows: The images by which they were, (m,).
        counts: How often each of these was drawn, (B, m).

    Returns:
        ``bool`` (B, C); of a sample in which nobody would have arrived, all.
    """
    assert selection.rule is not None
    others = [pair for pair in selection.stopped if pair not in pairs]
    scores = _scores(table, selection, [*pairs, *others], rows, counts)
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


def _scores(
    table: Predictions,
    selection: Selection,
    pairs: Sequence[Labels],
    rows: Array,
    counts: Array,
) -> Array:
    """Return scores of folds in the bag, higher is better, (B, f, P); nan where there is none."""
    judge, held = selection.judge, table.folds[0][rows]
    folds = np.unique(held)
    found = np.full((len(counts), len(folds), len(pairs)), np.nan)
    for number, pair in enumerate(pairs):
        answers = table.answers(pair).at(rows)
        through = table.gone_through(pair)[0]
        for place, fold in enumerate(folds):
            mine = np.flatnonzero(held == fold)
            if not through[fold]:
                continue
            if metric_of(judge.recipe).binomial:  # a mean over images: all samples at once
                right = answers.predicted[mine] == answers.truth[mine]
                drawn = counts[:, mine].sum(axis=1)
                with np.errstate(invalid="ignore"):
                    found[:, place, number] = counts[:, mine] @ right / drawn
                continue
            for sample, some in enumerate(counts[:, mine]):
                bag = np.repeat(mine, some)
                if len(bag):
                    score = score_or_nan(judge, answers.at(bag))
                    found[sample, place, number] = judge.sign * score
    return found
