"""DeLong's test: two models on the same test images by the area under the ROC curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .checked import Array, binary, share, vector


class DeLong(NamedTuple):
    """Areas of both models, and their comparison.

    Attributes:
        auc: Areas, 0 to 1.
        errors: Their standard errors.
        covariance: Of both areas.
        statistic: z of the difference.
        p: Two-sided.
        intervals: (low, high) of each area, by normal theory: not cut at 0 and 1, and beyond
            them the theory is at its end.
    """

    auc: tuple[float, float]
    errors: tuple[float, float]
    covariance: float
    statistic: float
    p: float
    intervals: tuple[tuple[float, float], tuple[float, float]]


def delong(
    truth: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> DeLong:
    """Compare two areas on the same n images (DeLong, DeLong & Clarke-Pearson 1988).

    Biometrics 44, 837. The area is the share of pairs of a positive and a negative image that
    are in order (ties half). Its variance comes from what each image alone contributes
    ("placements", by mid-ranks: Sun & Xu, IEEE Signal Process. Lett. 21, 2014, 1389). Assumes
    independent images. Agrees with: R pROC roc.test(method = "delong"). Equal areas: z = 0,
    p = 1. No variance (one model is right on all pairs, the other on none): z is infinite, p = 0.

    Args:
        truth: 1 for positive images, (n,); two of each at least.
        first: Scores of the first model, higher is more positive, (n,).
        second: Scores of the second.
        confidence: Of the intervals.

    Raises:
        ValueError: Lengths differ, or fewer than two images of a class.
    """
    positive = binary(truth, axes=1, name="truth")
    one, other = vector(first, name="first"), vector(second, name="second")
    if not len(one) == len(other) == len(positive):
        raise ValueError(
            f"DeLong: {len(positive)} images have scores of {len(one)} and {len(other)}"
        )
    scores = np.stack([one, other])
    m, n = int(positive.sum()), int((~positive).sum())
    if min(m, n) < 2:
        raise ValueError(
            f"DeLong: 2 images of either class or more are asked, "
            f"there are {m} positive and {n} negative"
        )
    ups, downs = _placements(scores, positive)
    auc = ups.mean(axis=1) / n
    cov = np.cov(ups) / (n * n * m) + np.cov(downs) / (m * m * n)
    errors = np.sqrt(np.diag(cov))
    # Of the differences themselves: whole and half numbers, so that 0 is 0 however many images.
    apart, back = ups[0] - ups[1], downs[0] - downs[1]
    variance = float(apart.var(ddof=1) / (n * n * m) + back.var(ddof=1) / (m * m * n))
    z, p = _compared(float(apart.sum()) / (m * n), variance)
    reach = float(stats.norm.isf((1 - share(confidence, "confidence")) / 2)) * errors
    (low1, low2), (high1, high2) = (auc - reach).tolist(), (auc + reach).tolist()
    return DeLong(
        (float(auc[0]), float(auc[1])),
        (float(errors[0]), float(errors[1])),
        float(cov[0, 1]),
        z,
        p,
        ((low1, high1), (low2, high2)),
    )


def _placements(scores: Array, positive: Array) -> tuple[Array, Array]:
    """Return the negatives below each positive, (2, m), and positives above each negative.

    Those with the same score count half.
    """
    together = stats.rankdata(scores, axis=1)
    ups = together[:, positive] - stats.rankdata(scores[:, positive], axis=1)
    below = together[:, ~positive] - stats.rankdata(scores[:, ~positive], axis=1)
    return ups, positive.sum() - below


def _compared(gap: float, variance: float) -> tuple[float, float]:
    if gap == 0:
        return 0.0, 1.0
    if variance == 0:
        return float(np.copysign(np.inf, gap)), 0.0
    z = gap / variance**0.5
    return z, float(2 * stats.norm.sf(abs(z)))
