"""The nested cross-validation interval of Bates, Hastie and Tibshirani.

A naive interval of cross-validation takes errors for independent, and is too narrow. This one
measures by how much: errors of folds that two models left out are compared with errors of folds
that one model left out (JASA 119, 2024, 1434; arXiv:2104.00673, Algorithm 1 and sec. 4.3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, finite, share, table, vector


class Nested(NamedTuple):
    """Estimate of a mean error, with an interval that cross-validation earns.

    Attributes:
        estimate: Mean error over what was left out, less the bias.
        low: Lower end of the interval.
        high: Upper end.
        inflation: Factor of the standard error, 1 to sqrt(K).
        raw_mean: Mean error before the bias is taken off.
        bias: By how much models of K - 2 folds are worse than models of all data.
        deviation: Standard deviation of the errors (ddof = 1).
        mse: Estimated mean squared error of the cross-validation mean; may be below 0.
    """

    estimate: float
    low: float
    high: float
    inflation: float
    raw_mean: float
    bias: float
    deviation: float
    mse: float


def combine(
    pivots: ArrayLike,
    errors: ArrayLike,
    *,
    n: int,
    folds: int,
    cv_means: ArrayLike = (),
    confidence: float = 0.9,
) -> Nested:
    """Combine the pivots of all repeats into one estimate and interval.

    ``MSE = mean(a^2 - b)``, ``inflation = sqrt(max(MSE, 0)) / (sd / sqrt(floor(n (K - 1) / K)))``
    within 1 and sqrt(K), ``bias = (mean error - mean CV) (1 + ((K - 2) / K)^1.5)``, interval
    ``mean - bias +- z sd / sqrt(n) inflation``. Agrees with: nested_cv of the authors' R package
    nestedcv (GitHub; the package of that name on CRAN is another).

    Args:
        pivots: For each repeat and fold f, (m, 2): a, the mean error of all folds but f under
            models that saw neither them nor f, less that of f under the model without f; and b,
            the variance of the latter over the size of f.
        errors: Errors of all images under all models of K - 2 folds, of all repeats.
        n: Images.
        folds: K.
        cv_means: Mean errors of ordinary cross-validations, for the bias; none: no correction.
        confidence: Of the interval.

    Raises:
        ValueError: Wrong shapes, or fewer than 3 folds.
    """
    ab, err = table(pivots, rows=1), vector(errors, least=2, name="errors")
    if ab.shape[1] != 2 or folds < 3 or n < folds:
        raise ValueError(
            f"nested CV: pivots (m, 2), 3 folds or more and as many images are asked, "
            f"not {ab.shape}, {folds} and {n}"
        )
    raw, deviation = float(err.mean()), float(err.std(ddof=1))
    mse = float(np.mean(ab[:, 0] ** 2 - ab[:, 1]))
    inflation = _inflation(mse, deviation / np.sqrt(n * (folds - 1) // folds), folds)
    plain = finite(np.asarray(cv_means, dtype=np.float64), "cv_means")
    bias = 0.0
    if plain.size:
        bias = (raw - float(plain.mean())) * (1 + ((folds - 2) / folds) ** 1.5)
    z = float(stats.norm.isf((1 - share(confidence, "confidence")) / 2))
    reach = z * deviation / n**0.5 * inflation
    centre = raw - bias
    return Nested(centre, centre - reach, centre + reach, inflation, raw, bias, deviation, mse)


def pivots_of(inner: ArrayLike, outer: ArrayLike, fold_of: ArrayLike) -> Array:
    """Return (a, b) of every fold of one repeat, (K, 2).

    Args:
        inner: Errors of n images, (n, K): column f under the model that saw neither the image's
            own fold nor fold f; nothing is read where f is its own.
        outer: Errors of the n images under the models without their fold, (n,).
        fold_of: Fold of each image, 0 to K - 1, (n,).

    Raises:
        ValueError: Shapes differ, or a fold of fewer than 2 images.
    """
    left, own = np.asarray(inner, dtype=np.float64), vector(outer, name="outer")
    fold = np.asarray(fold_of)
    if left.ndim != 2 or not len(left) == len(own) == len(fold) or fold.max() >= left.shape[1]:
        raise ValueError(
            f"nested CV: inner (n, K), outer (n,) and folds (n,) of 0 to K - 1 are asked, "
            f"not {left.shape}, {own.shape} and {fold.shape} to {fold.max(initial=-1)}"
        )
    found = []
    for one in range(left.shape[1]):
        mine = fold == one
        if mine.sum() < 2:
            raise ValueError(f"nested CV: fold {one} has {mine.sum()} images, 2 or more are asked")
        a = finite(left[~mine, one], f"inner errors without fold {one}").mean() - own[mine].mean()
        found.append((a, own[mine].var(ddof=1) / mine.sum()))
    return np.array(found)


def _inflation(mse: float, error: float, folds: int) -> float:
    if error == 0:
        return 1.0
    return float(np.clip(np.sqrt(max(mse, 0.0)) / error, 1.0, folds**0.5))
