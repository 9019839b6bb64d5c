"""What the candidates of a search have in common is computed once: `frimcla.contracts.FitsMany`.

Every function here takes the pipelines that the factory of one classifier made, a
`StandardScaler` and what comes after it, and says the same of new rows as each of them alone.
Only what they would all compute is shared. What one fit could hand on to the next is not: see
`frimcla_sklearn.logistic`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from frimcla.contracts import Array

from .calibrated import Calibrated
from .products import ByProducts, products

Fits = list[Callable[[], Any]]
MOST_PRODUCTS = 4000
"""Training rows up to which all inner products are kept: 128 MB."""


class Once:
    """A function of new rows that remembers what it said of the array it was asked about last."""

    def __init__(self, function: Callable[[Array], Any]) -> None:
        self._function = function
        self._asked: Array | None = None
        self._said: Any = None

    def __call__(self, features: Array) -> Any:
        """Return what the function says of *features*, (m, d)."""
        if features is not self._asked:
            self._asked, self._said = features, self._function(features)
        return self._said


@attrs.frozen(eq=False)
class Through:
    """A fitted model that is asked about what became of the features.

    Attributes:
        model: Learnt from what *way* makes of training rows.
        way: Makes of new rows (m, d) what the model takes.
    """

    model: Any
    way: Once

    @property
    def classes_(self) -> Array:
        """The classes in the order of `predict_proba`."""
        return self.model.classes_  # type: ignore[no-any-return]

    def predict(self, features: Array) -> Array:
        """Return labels, strings (m,)."""
        return self.model.predict(self.way(features))  # type: ignore[no-any-return]

    @property
    def predict_proba(self) -> Callable[[Array], Array]:
        """What returns probabilities (m, k); `AttributeError` where the model has none."""
        ask = self.model.predict_proba
        return lambda features: ask(self.way(features))


def scaled(features: Array, labels: Array, candidates: Sequence[Pipeline]) -> Fits:
    """Standardise once; bit by bit what each candidate says alone."""
    scaler = candidates[0][0]
    rows, way = scaler.fit_transform(features), Once(scaler.transform)
    return [partial(_fitted, one[-1], rows, labels, way) for one in candidates]


def logistic(features: Array, labels: Array, candidates: Sequence[Pipeline]) -> Fits:
    """Standardise once, and take the steps of every candidate without its checks."""
    try:
        from .logistic import fitted
    except ImportError:  # its parts are scikit-learn's own, and may be called otherwise one day
        return scaled(features, labels, candidates)
    if len(candidates) == 1:  # nothing to share, and what it warns of is to be heard
        return scaled(features, labels, candidates)
    scaler = candidates[0][0]
    rows, way = scaler.fit_transform(features), Once(scaler.transform)

    def fit(model: BaseEstimator) -> Through:
        return Through(fitted(model, rows, labels), way)

    return [partial(fit, one[-1]) for one in candidates]


def neighbours(features: Array, labels: Array, candidates: Sequence[Pipeline]) -> Fits:
    """Measure the distances once for every number of neighbours.

    The nearest of the largest number are found as scikit-learn finds them, in their order; the
    first k of them vote. Only where the k-th and the next are equally far is it open which of
    them scikit-learn would take: there it is asked.
    """
    scaler = candidates[0][0]
    rows, way = scaler.fit_transform(features), Once(scaler.transform)
    counts = [one[-1].n_neighbors for one in candidates if _votes(one[-1], len(rows))]
    most = min(max(counts, default=0) + 1, len(rows))  # one more, which shows equal distances
    largest = KNeighborsClassifier(most, algorithm="brute").fit(rows, labels)
    classes, codes = np.unique(labels, return_inverse=True)

    def nearest(new: Array) -> tuple[Array, Array]:
        distances, found = largest.kneighbors(way(new))
        return distances, codes[found]

    def fit(model: KNeighborsClassifier, nearest: Once) -> Any:
        alone = partial(_fitted, model, rows, labels, way)
        if not _votes(model, len(rows)):
            return alone()
        return Votes(alone=alone, k=model.n_neighbors, nearest=nearest, classes_=classes)

    shared = Once(nearest)
    return [partial(fit, one[-1], shared) for one in candidates]


@attrs.frozen(kw_only=True, eq=False)
class Votes:
    """The vote of the first k of neighbours that were found for more.

    Attributes:
        alone: Fits scikit-learn's own classifier, for rows where distances are equal.
        k: How many vote, all with the same weight.
        nearest: New rows -> distances of neighbours, ascending, and their classes by number.
        classes_: The classes in the order of `predict_proba`.
    """

    alone: Callable[[], Any]
    k: int
    nearest: Once
    classes_: Array

    def predict(self, features: Array) -> Array:
        """Return labels, strings (m,); of equal votes the first class."""
        return self.classes_[self.predict_proba(features).argmax(axis=1)]  # type: ignore[no-any-return]

    def predict_proba(self, features: Array) -> Array:
        """Return shares of the votes, ``float64`` (m, number of classes)."""
        distances, codes = self.nearest(features)
        if (distances[:, self.k - 1 : self.k] == distances[:, self.k : self.k + 1]).any():
            return self.alone().predict_proba(features)  # type: ignore[no-any-return]
        counts = np.zeros((len(codes), len(self.classes_)))
        for column in codes[:, : self.k].T:
            counts[np.arange(len(codes)), column] += 1
        return counts / self.k


def machines(features: Array, labels: Array, candidates: Sequence[Pipeline]) -> Fits:
    """Multiply all pairs of training rows once, for every kernel, C and calibration.

    Decision values are within 1e-6 of scikit-learn's own. With more than `MOST_PRODUCTS` rows
    only the scaling is shared.
    """
    if len(features) > MOST_PRODUCTS:
        return scaled(features, labels, candidates)
    scaler = candidates[0][0]
    rows = scaler.fit_transform(features).astype(np.float64)
    way = Once(lambda new: products(scaler.transform(new).astype(np.float64), rows))
    table = products(rows, rows)
    width = features.shape[1]
    return [
        partial(_fitted, _by_products(one[-1], width), table, labels, way) for one in candidates
    ]


def _fitted(model: BaseEstimator, rows: Array, labels: Array, way: Once) -> Through:
    return Through(model.fit(rows, labels), way)


def _votes(model: KNeighborsClassifier, rows: int) -> bool:
    """Say whether neighbours found for a larger number serve a model, too."""
    return bool(model.weights == "uniform" and model.n_neighbors <= rows)


def _by_products(model: BaseEstimator, width: int) -> BaseEstimator:
    if isinstance(model, Calibrated):
        return Calibrated(ByProducts(model.estimator, width))
    return ByProducts(model, width)
