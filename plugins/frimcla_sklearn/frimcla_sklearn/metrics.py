"""Metrics, of labels and of probabilities, for two and for more classes.

Everything is a formula of counts: of the confusion matrix, or of the levels of a score. That
is many times faster than scikit-learn, with which the tests compare, and silent
where it would warn.

Without `positive`, a metric of one class is averaged over the classes that occur in the
truth, all with the same weight. So it does not depend on names or on the order of classes,
and a class that a small test set lacks does no harm. A share of nothing counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from frimcla.contracts import Array, Scores, ScoresProbabilities

Share = Callable[[Array, Array, Array, Array], Array]
Ranking = Callable[[Array, Array], float]


def accuracy() -> Scores:
    """Make the share of correct predictions; more classes change nothing."""
    return _accuracy


def balanced_accuracy() -> Scores:
    """Make the mean recall of the classes (Brodersen et al., ICPR 2010)."""
    return partial(_of_classes, _recall, "")


def f1(*, positive: str = "") -> Scores:
    """Make the harmonic mean of precision and recall, of the class `positive` if one is given."""
    return partial(_of_classes, _f1, positive)


def precision(*, positive: str = "") -> Scores:
    """Make the share of a class's predictions that is right; `positive` as in `f1`."""
    return partial(_of_classes, _precision, positive)


def recall(*, positive: str = "") -> Scores:
    """Make the share of a class's images that is found; `positive` as in `f1`."""
    return partial(_of_classes, _recall, positive)


def specificity(*, positive: str = "") -> Scores:
    """Make the share of the other images not taken for a class; `positive` as in `f1`."""
    return partial(_of_classes, _specificity, positive)


def cohen_kappa() -> Scores:
    """Make the agreement beyond chance (Cohen 1960); nan where all has one and the same label."""
    return _kappa


def matthews_corrcoef() -> Scores:
    """Make the correlation of truth and prediction; 0 where either has a single label.

    Source: Gorodkin, Comparing two K-category assignments, Comput. Biol. Chem. 28 (2004)
    """
    return _matthews


def auroc(*, positive: str = "") -> ScoresProbabilities:
    """Make the area under the ROC curve, for two classes the ordinary one; `positive` as in `f1`.

    It is nan where the truth has only one class, or lacks the positive one.

    Source: Hanley & McNeil, The area under a ROC curve, Radiology 143 (1982)
    """
    return partial(_of_columns, _area, positive)


def average_precision(*, positive: str = "") -> ScoresProbabilities:
    """Make the precision averaged over recall, in steps; chance gives the share of the class."""
    return partial(_of_columns, _steps, positive)


def log_loss() -> ScoresProbabilities:
    """Make the mean of -ln(probability of the true class), in nats.

    A probability of 0 counts as the smallest step of its type (2e-16 for ``float64``, which
    costs 36), as in `sklearn.metrics`. More classes change nothing.
    """
    return _log_loss


def _accuracy(truth: Array, predicted: Array) -> float:
    return float(np.mean(truth == predicted))


def _confusion(truth: Array, predicted: Array) -> tuple[Array, Array]:
    """Return the k sorted labels of either, and counts (k, k): row truth, column predicted."""
    classes, codes = np.unique(np.concatenate([truth, predicted]), return_inverse=True)
    n, k = len(truth), len(classes)
    counts = np.bincount(codes[:n] * k + codes[n:], minlength=k * k)
    return classes, counts.reshape(k, k)


def _of_classes(share: Share, positive: str, truth: Array, predicted: Array) -> float:
    classes, counts = _confusion(truth, predicted)
    hits, real, claimed = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    values = share(hits, real, claimed, len(truth) - real)
    chosen = _index(positive, classes) if positive else real > 0
    return float(np.mean(values[chosen]))


def _precision(hits: Array, real: Array, claimed: Array, others: Array) -> Array:
    return _ratio(hits, claimed)


def _recall(hits: Array, real: Array, claimed: Array, others: Array) -> Array:
    return _ratio(hits, real)


def _specificity(hits: Array, real: Array, claimed: Array, others: Array) -> Array:
    return _ratio(others - (claimed - hits), others)


def _f1(hits: Array, real: Array, claimed: Array, others: Array) -> Array:
    return _ratio(2 * hits, real + claimed)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _kappa(truth: Array, predicted: Array) -> float:
    agreed, real, claimed = _margins(truth, predicted)
    chance = float(real @ claimed)
    return (agreed - chance) / (1 - chance) if chance < 1 else float("nan")


def _matthews(truth: Array, predicted: Array) -> float:
    agreed, real, claimed = _margins(truth, predicted)
    spread = math.sqrt((1 - real @ real) * (1 - claimed @ claimed))
    return (agreed - float(real @ claimed)) / spread if spread else 0.0


def _margins(truth: Array, predicted: Array) -> tuple[float, Array, Array]:
    """Return the share of agreement, and the shares of each label: truth, predicted (k,)."""
    _, counts = _confusion(truth, predicted)
    n = len(truth)
    return float(counts.trace() / n), counts.sum(axis=1) / n, counts.sum(axis=0) / n


def _of_columns(
    score: Ranking, positive: str, truth: Array, probabilities: Array, classes: Array
) -> float:
    present = np.unique(_columns(truth, classes))
    if np.isnan(probabilities).any():
        return float("nan")
    chosen = [_index(positive, classes)] if positive else present
    levels = (_levels(truth == classes[c], probabilities[:, c]) for c in chosen)
    return float(np.mean([score(*level) for level in levels]))


def _levels(found: Array, scores: Array) -> tuple[Array, Array]:
    """Return the numbers found and in all for each distinct score, the highest first."""
    _, places, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    return np.bincount(places, weights=found), counts


def _area(hits: Array, counts: Array) -> float:
    others = counts - hits
    pairs = hits.sum() * others.sum()
    ordered = others @ (np.cumsum(hits) - hits / 2)  # a tie is half a pair
    return float(ordered / pairs) if pairs else float("nan")


def _steps(hits: Array, counts: Array) -> float:
    precisions = np.cumsum(hits) / np.cumsum(counts)
    return float(hits @ precisions / hits.sum()) if hits.any() else float("nan")


def _log_loss(truth: Array, probabilities: Array, classes: Array) -> float:
    given = probabilities[np.arange(len(truth)), _columns(truth, classes)]
    surprise = np.log(1 / np.maximum(given, np.finfo(given.dtype).eps))
    return float(np.mean(surprise, dtype=np.float64))


def _columns(truth: Array, classes: Array) -> Array:
    """Return the column of each true label; *classes* is sorted."""
    columns = np.searchsorted(classes, truth).clip(max=len(classes) - 1)
    if unknown := sorted(set(truth[classes[columns] != truth])):
        known = ", ".join(classes)
        raise ValueError(f"the truth has {unknown[0]}, which has no column (known: {known})")
    return columns


def _index(positive: str, classes: Array) -> int:
    names = [str(name) for name in classes]
    if positive not in names:
        raise ValueError(f"positive must be one of {', '.join(names)} (got {positive!r})")
    return names.index(positive)
