"""Probabilities for a classifier that has only scores, without touching its labels."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV

from frimcla.contracts import Array

FOLDS = 5


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Adds calibrated probabilities to a classifier that has a `decision_function`.

    `predict` is the classifier's own. The class of the largest probability may be another
    one near the border, because each class is calibrated on its own.

    Args:
        estimator: What gives labels and scores, not yet fitted.

    Source: Platt, Probabilistic outputs for support vector machines, in Advances in Large
        Margin Classifiers (2000); `sklearn.calibration` with ``ensemble=False``
    """

    def __init__(self, estimator: BaseEstimator) -> None:
        self.estimator = estimator

    def fit(self, features: Array, labels: Array) -> Calibrated:
        """Fit the classifier on everything, and the sigmoids on scores out of fold.

        Args:
            features: Shape (n, d).
            labels: Strings (n,), at least two of each class. Folds are taken in the order
                of the rows, so nothing is drawn.

        Raises:
            ValueError: A class has fewer than two images.
        """
        classes, counts = np.unique(labels, return_counts=True)
        if counts.min() < 2:
            raise ValueError(
                f"calibrated probabilities need at least 2 images of every class "
                f"({classes[counts.argmin()]} has 1)"
            )
        folds = int(min(FOLDS, counts.min()))
        # An integer rather than a splitter: the model keeps it, and skops would have to trust it.
        calibration = CalibratedClassifierCV(self.estimator, ensemble=False, cv=folds)
        self.calibration_ = calibration.fit(features, labels)
        self.classes_ = self.calibration_.classes_
        return self

    def predict(self, features: Array) -> Array:
        """Return the labels of the classifier itself, strings (n,)."""
        predicted: Array = self.calibration_.calibrated_classifiers_[0].estimator.predict(features)
        return predicted

    def predict_proba(self, features: Array) -> Array:
        """Return calibrated probabilities (n, k), columns as in `classes_`."""
        probabilities: Array = self.calibration_.predict_proba(features)
        return probabilities
