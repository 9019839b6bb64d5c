"""Which pairs may still turn out best, whatever is not yet known of them: arithmetic, no guess.

A choice takes the pair with the best mean over folds, and a share is 1 at the most. Once a pair has
gone through all folds, another one that would stay behind it with the best possible scores in all
folds that it lacks cannot be chosen any more: fitting it further would change nothing. The choice
is then that of a full comparison, to the last bit. One thing can differ: a classifier that fails in
one split and not in others is left out of a study, and where it was not asked, nobody knows.
"""

from __future__ import annotations

import numpy as np

from .contracts import Array

SURELY = 1e-6
"""Means nearer than this may be called equal."""


def within_reach(scores: Array, there: Array, best: float) -> Array:
    """Say which pairs may still have the best mean.

    Args:
        scores: By fold and pair, higher is better, (F, C); nan where there is none.
        there: Which folds pairs have gone through, with a score or without, (F, C).
        best: The best score there can be. If one is better, nobody is out of reach.

    Returns:
        ``bool`` (C,); not those that lack a score of a fold that they went through.
    """
    judged = np.asarray(~(there & np.isnan(scores)).any(axis=0))
    finished = judged & there.all(axis=0)
    known = np.where(there & judged, scores, best)
    if not finished.any() or known.max() > best:
        return judged
    means = known.mean(axis=0)
    return np.asarray(judged & (means >= means[finished].max() - SURELY))


def next_of(there: Array, apart: Array) -> Array:
    """Say which folds a pair goes through next: of those that it lacks, the nearest.

    Args:
        there: Which folds it has gone through, (F,).
        apart: How far each is from the fold that is out of sight, (F,). Two folds are as far from
            each other as seen from either, so that what is fitted without both serves both.

    Returns:
        ``bool`` (F,).
    """
    lacking = ~there
    return np.asarray(lacking & (apart == apart[lacking].min())) if lacking.any() else lacking
