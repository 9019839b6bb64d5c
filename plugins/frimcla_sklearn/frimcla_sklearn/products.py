"""A support vector machine on inner products, which are all that it needs of its rows."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.svm import SVC

from frimcla.contracts import Array

_SUM, _LENGTH, _NUMBER = -3, -2, -1
"""Columns after the inner products: sum of a row, its squared length, its number."""


def products(rows: Array, training: Array) -> Array:
    """Return what stands for each row: its inner products with all training rows, and its sum.

    Its squared length and its own number, if it is a training row, follow.

    Args:
        rows: ``float64`` (m, d).
        training: ``float64`` (n, d).

    Returns:
        ``float64`` (m, n + 3).
    """
    inner = rows @ training.T
    # The length as the product says it: a row is then at a distance of just 0 from itself, and
    # the solver, which breaks ties by the last bits, takes the same steps as with the rows.
    lengths = inner.diagonal() if rows is training else np.einsum("ij,ij->i", rows, rows)
    return np.column_stack([inner, rows.sum(axis=1), lengths, np.arange(len(rows))])


class ByProducts(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Does what an `SVC` does, with its kernel from inner products that were computed before.

    It can be fitted on some of the training rows, as calibration does: what a kernel takes from
    its rows (``gamma="scale"`` the variance of their numbers) is that of those rows.

    Args:
        machine: The machine, not fitted; its kernel is ``"rbf"`` or ``"linear"``.
        width: Number of features, d.
    """

    def __init__(self, machine: SVC, width: int) -> None:
        self.machine = machine
        self.width = width

    def fit(self, rows: Array, labels: Array) -> ByProducts:
        """Learn from rows of `products`, (m, n + 3), and labels (m,)."""
        self.columns_ = rows[:, _NUMBER].astype(np.intp)
        self.lengths_ = rows[:, _LENGTH].copy()
        self.gamma_ = self._gamma(rows)
        # It would work out a gamma of its own from the kernel if it were not told.
        machine = clone(self.machine).set_params(kernel="precomputed", gamma="auto")
        self.machine_ = machine.fit(self._kernel(rows), labels)
        self.classes_ = self.machine_.classes_
        return self

    def predict(self, rows: Array) -> Array:
        """Return labels (m,)."""
        return self.machine_.predict(self._kernel(rows))  # type: ignore[no-any-return]

    def decision_function(self, rows: Array) -> Array:
        """Return scores, as an `SVC` does."""
        return self.machine_.decision_function(self._kernel(rows))  # type: ignore[no-any-return]

    def _gamma(self, rows: Array) -> float:
        gamma = self.machine.gamma
        if gamma == "auto":
            return 1 / self.width
        if gamma != "scale":
            return float(gamma)
        count = len(rows) * self.width
        variance = rows[:, _LENGTH].sum() / count - (rows[:, _SUM].sum() / count) ** 2
        return float(1 / (self.width * variance)) if variance > 0 else 1.0

    def _kernel(self, rows: Array) -> Array:
        inner = rows[:, self.columns_]
        if self.machine.kernel == "linear":
            return inner
        inner *= -2
        inner += rows[:, [_LENGTH]]
        inner += self.lengths_
        return np.exp(-self.gamma_ * np.maximum(inner, 0))
