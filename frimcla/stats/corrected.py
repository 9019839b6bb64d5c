"""Nadeau and Bengio's corrected t: two candidates on the same, overlapping folds."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike
from scipy import stats

from .checked import constant, denoised, largest, share, vector
from .paired import t_of


class Corrected(NamedTuple):
    """Corrected resampled t of a mean difference.

    Attributes:
        mean: Mean difference, in the unit of the scores.
        variance: Of the differences (ddof = 1).
        statistic: t.
        p: Two-sided.
        df: n - 1.
        low: Lower end of the interval of the mean.
        high: Its upper end.
        degenerate: All differences are equal, so that p is 0 or 1 and the interval a point.
    """

    mean: float
    variance: float
    statistic: float
    p: float
    df: int
    low: float
    high: float
    degenerate: bool

    @property
    def p_greater(self) -> float:
        """One-sided p of "the first is better"."""
        return self.p / 2 if self.statistic > 0 else 1 - self.p / 2


def corrected_t(differences: ArrayLike, *, ratio: float, confidence: float = 0.95) -> Corrected:
    """Test and bound a mean of fold differences (Nadeau & Bengio, Mach. Learn. 52, 2003, eq. 9).

    ``t = mean(d) / sqrt((1 / n + n_test / n_train) var(d))`` on n - 1 degrees of freedom; for
    R repeats of K folds n = K R (Bouckaert & Frank, PAKDD 2004) and n_test / n_train is
    1 / (K - 1). The second term stands for the overlap of training sets, for which no unbiased
    estimator exists (Bengio & Grandvalet, JMLR 5, 2004). Conservative on one repeat, near its
    level on 10 x 10, still liberal with unstable learners. Agrees with: baycomp, the gallery of
    scikit-learn; not with hidimstat (it divides by all images).

    A vector of scores in place of differences gives the interval of a mean score.

    Args:
        differences: First less second in every fold, (n,), n of 2 or more.
        ratio: Test images over training images of a fold; 0 is the ordinary paired t.
        confidence: Of the interval.

    Raises:
        ValueError: Fewer than two, not finite, or a ratio below 0.
    """
    d = vector(differences, least=2, name="differences")
    if not 0 <= ratio < float("inf"):
        raise ValueError(f"ratio: test over training images, 0 or more, is asked, not {ratio:g}")
    n, same = len(d), constant(d)
    mean, variance = (float(d[0]), 0.0) if same else (float(d.mean()), float(d.var(ddof=1)))
    error = float(((1 / n + ratio) * variance) ** 0.5)
    test = t_of(float(denoised(mean, scale=largest(d))), error, n - 1)
    reach = float(stats.t.isf((1 - share(confidence, "confidence")) / 2, n - 1)) * error
    return Corrected(
        mean,
        variance,
        test.statistic,
        test.p,
        n - 1,
        mean - reach,
        mean + reach,
        degenerate=same,
    )
