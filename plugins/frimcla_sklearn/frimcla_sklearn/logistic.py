"""The steps of scikit-learn's logistic regression without its checks, for a search.

With hundreds of images most of the time of a fit goes to looking at its arguments, again for every
candidate and in every step. The steps here are the same to the last bit: the same loss, the same
numbers of 32 bits, the same solver, which stops at the same place. That place matters: a solver
that starts from the last candidate's coefficients, or goes by rotated rows, stops elsewhere, and
where the regularisation is weak that is another classifier.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from sklearn._loss import HalfBinomialLoss, HalfMultinomialLoss
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from frimcla.contracts import Array

Slope = Callable[[Array], tuple[float, Array]]


def fitted(model: LogisticRegression, rows: Array, labels: Array) -> LogisticRegression:
    """Return the model, fitted as by ``model.fit(rows, labels)``.

    Args:
        model: With the solver ``"lbfgs"``, which penalises squares.
        rows: ``float32`` (n, d).
        labels: Strings (n,), of two or more classes.
    """
    classes, codes = np.unique(labels, return_inverse=True)
    weights = None
    if model.class_weight is not None:
        weights = compute_sample_weight(model.class_weight, labels).astype(rows.dtype)
    total = len(rows) if weights is None else float(weights.sum())
    shape = (len(classes) if len(classes) > 2 else 1, rows.shape[1] + 1)
    found = minimize(
        _slope(rows, codes.astype(rows.dtype), weights, total, 1 / (model.C * total)),
        np.zeros(shape[0] * shape[1], rows.dtype),
        method="L-BFGS-B",
        jac=True,
        options={
            "maxiter": model.max_iter,
            "maxls": 50,
            "gtol": model.tol,
            "ftol": 64 * np.finfo(float).eps,
        },
    )
    if found.status:
        return model.fit(rows, labels)  # it did not converge: let scikit-learn say so
    coefficients = found.x.reshape(shape, order="F").astype(rows.dtype)
    model.classes_, model.n_features_in_ = classes, rows.shape[1]
    model.coef_, model.intercept_ = coefficients[:, :-1], coefficients[:, -1]
    return model


def _slope(
    rows: Array, codes: Array, weights: Array | None, total: float, strength: float
) -> Slope:
    """Return the function of the coefficients that is made small, which returns its gradient too.

    Coefficients are those of one class after the other for each feature, the intercepts last.
    """
    several = codes.max() > 1
    loss = HalfMultinomialLoss(n_classes=int(codes.max()) + 1) if several else HalfBinomialLoss()

    def binary(given: Array) -> tuple[float, Array]:
        raw = rows @ given[:-1].astype(rows.dtype) + given[-1:].astype(rows.dtype)
        losses, pull = loss.loss_gradient(codes, raw, weights)
        pull /= total
        gradient = np.empty_like(given)
        gradient[:-1] = rows.T @ pull + strength * given[:-1]
        gradient[-1] = pull.sum()
        penalty = float(0.5 * strength * (given[:-1] @ given[:-1]))
        return float(losses.sum() / total) + penalty, gradient

    def multinomial(given: Array) -> tuple[float, Array]:
        table = given.reshape((loss.n_classes, -1), order="F")
        inner = table[:, :-1]
        raw = rows @ inner.astype(rows.dtype).T + table[:, -1].astype(rows.dtype)
        losses, pull = loss.loss_gradient(codes, raw, weights)
        pull /= total
        gradient = np.empty_like(table, order="F")
        gradient[:, :-1] = pull.T @ rows + strength * inner
        gradient[:, -1] = pull.sum(axis=0)
        flat = inner.ravel(order="K")
        penalty = float(0.5 * strength * (flat @ flat))
        return float(losses.sum() / total) + penalty, gradient.ravel(order="F")

    return multinomial if several else binary
