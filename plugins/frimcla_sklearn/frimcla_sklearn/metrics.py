"""Metrics of `sklearn.metrics`, of labels and of probabilities, for two and for more classes.

Without `positive`, a metric of one class is averaged over the classes that occur in the truth,
all with the same weight: names and order do not matter, and a class that a small test set lacks
does no harm. A share of nothing is 0. What scikit-learn would warn of is checked before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from sklearn import metrics

from frimcla.contracts import Array, Scores, ScoresProbabilities

Score = Callable[..., float]


def accuracy() -> Scores:
    """Make the share of correct predictions; more classes change nothing."""
    return _accuracy


def balanced_accuracy() -> Scores:
    """Make the mean recall of the classes (Brodersen et al., ICPR 2010)."""
    return recall()


def f1(*, positive: str = "") -> Scores:
    """Make the harmonic mean of precision and recall, of the class `positive` if one is given."""
    return partial(_if_present, positive, _macro(metrics.f1_score, positive))


def precision(*, positive: str = "") -> Scores:
    """Make the share of a class's predictions that is right; `positive` as in `f1`."""
    return _macro(metrics.precision_score, positive)


def recall(*, positive: str = "") -> Scores:
    """Make the share of a class's images that is found; `positive` as in `f1`."""
    return partial(_if_present, positive, _macro(metrics.recall_score, positive))


def sensitivity(*, positive: str = "") -> Scores:
    """Make what `recall` makes: medicine calls it so."""
    return recall(positive=positive)


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

    A probability of 0 counts as 2e-16, which costs 36. More classes change nothing.
    """
    return _log_loss


def _accuracy(truth: Array, predicted: Array, *, sample_weight: Array | None = None) -> float:
    # scikit-learn takes a hundred times as long to find out what kind of labels these are.
    return float(np.average(truth == predicted, weights=sample_weight))


def _macro(score: Score, positive: str) -> Scores:
    return partial(_of_classes, partial(score, average="macro", zero_division=0), positive)


def _if_present(
    positive: str,
    score: Score,
    truth: Array,
    predicted: Array,
    sample_weight: Array | None = None,
) -> float:
    """Return nan instead of 0 where nothing of the class was there to be found."""
    value = float(score(truth, predicted, sample_weight=sample_weight))
    return value if not positive or positive in truth else float("nan")


def _of_classes(
    score: Score,
    positive: str,
    truth: Array,
    predicted: Array,
    sample_weight: Array | None = None,
) -> float:
    judged = _judged(positive, truth, np.union1d(truth, predicted))
    return float(score(truth, predicted, labels=judged, sample_weight=sample_weight))


def _specificity(
    truth: Array, predicted: Array, labels: Array, sample_weight: Array | None
) -> float:
    counts = metrics.multilabel_confusion_matrix(
        truth, predicted, labels=labels, sample_weight=sample_weight
    )
    others = counts[:, 0]
    return float(np.mean(others[:, 0] / np.maximum(others.sum(axis=1), 1)))


def _kappa(truth: Array, predicted: Array, sample_weight: Array | None = None) -> float:
    if len(classes := np.union1d(truth, predicted)) == 1:
        return float("nan")
    found = metrics.cohen_kappa_score(truth, predicted, labels=classes, sample_weight=sample_weight)
    return float(found)


def _matthews(truth: Array, predicted: Array, sample_weight: Array | None = None) -> float:
    if len(np.union1d(truth, predicted)) == 1:
        return 0.0
    return float(metrics.matthews_corrcoef(truth, predicted, sample_weight=sample_weight))


def _of_columns(score: Score, positive: str, truth: Array, given: Array, classes: Array) -> float:
    _check(truth, classes)
    judged = _judged(positive, truth, classes)
    if np.isnan(given).any():
        return float("nan")
    return score(truth[:, None] == judged, given[:, np.searchsorted(classes, judged)])


def _area(found: Array, scores: Array) -> float:
    defined = (found.any(axis=0) & ~found.all(axis=0)).all()
    return float(metrics.roc_auc_score(found, scores)) if defined else float("nan")


def _steps(found: Array, scores: Array) -> float:
    defined = found.any(axis=0).all()
    return float(metrics.average_precision_score(found, scores)) if defined else float("nan")


def _log_loss(truth: Array, probabilities: Array, classes: Array) -> float:
    _check(truth, classes)
    if np.isnan(probabilities).any():
        return float("nan")
    # Rows of 32 bits rarely sum to 1 as closely as scikit-learn asks, which would warn.
    rows = probabilities / probabilities.sum(axis=1, keepdims=True, dtype=np.float64)
    return float(metrics.log_loss(truth, rows, labels=classes))


def _judged(positive: str, truth: Array, classes: Array) -> Array:
    """Return the classes to average over: those in the truth, or the positive one alone."""
    if positive and positive not in classes:
        raise ValueError(f"positive must be one of {', '.join(classes)} (got {positive!r})")
    return np.array([positive]) if positive else np.unique(truth)


def _check(truth: Array, classes: Array) -> None:
    if len(unknown := np.setdiff1d(truth, classes)):
        known = ", ".join(classes)
        raise ValueError(f"the truth has {unknown[0]}, which has no column (known: {known})")
