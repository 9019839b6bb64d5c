"""Finished models on one set of independent test images: who is right where the other is wrong?"""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q as _cochrans_q
from statsmodels.stats.contingency_tables import mcnemar as _mcnemar

from .checked import binary
from .friedman import ChiSquare


class McNemar(NamedTuple):
    """McNemar's test in its four forms; ``p_mid`` is the one to use."""

    p_exact: float
    p_mid: float
    chi2: float
    p_chi2: float
    chi2_corrected: float
    p_corrected: float


def mcnemar(only_first: int, only_second: int) -> McNemar:
    """Compare two models by the images that exactly one of them gets right (McNemar 1947).

    Under the null each of ``n = b + c`` falls to either side like a coin. ``p_exact`` is its
    binomial p; ``p_mid = p_exact - P(X = min(b, c))`` is closer to its level and never far above
    (Fagerland, Lydersen & Laake, BMC Med. Res. Methodol. 13:91, 2013; b = c: 1 - P / 2);
    ``chi2 = (b - c)^2 / n``, corrected ``(|b - c| - 1)^2 / n``. Assumes independent images: for
    groups use a bootstrap of groups. Agrees with: statsmodels mcnemar (no mid-p there), R exact2x2.

    Args:
        only_first: Images that only the first model gets right, b.
        only_second: Images that only the second gets right, c.

    Raises:
        ValueError: Not whole numbers of 0 or more.
    """
    for count in (only_first, only_second):
        if not 0 <= count < float("inf") or count != int(count):
            raise ValueError(f"McNemar: whole counts of 0 or more are asked, not {count}")
    n = int(only_first + only_second)
    if n == 0:
        return McNemar(1.0, 1.0, 0.0, 1.0, 0.0, 1.0)
    cells = [[0, int(only_first)], [int(only_second), 0]]
    exact = min(1.0, float(_mcnemar(cells, exact=True).pvalue))
    point = float(stats.binom.pmf(min(only_first, only_second), n, 0.5))
    mid = 1 - point / 2 if only_first == only_second else exact - point
    plain = _mcnemar(cells, exact=False, correction=False)
    # statsmodels' own correction makes (|0| - 1)^2 of equal counts.
    corrected = max(0, abs(only_first - only_second) - 1) ** 2 / n
    return McNemar(
        exact,
        mid,
        float(plain.statistic),
        float(plain.pvalue),
        corrected,
        float(stats.chi2.sf(corrected, 1)),
    )


def discordant(first: ArrayLike, second: ArrayLike) -> tuple[int, int]:
    """Count images that only the first, and only the second model gets right.

    Args:
        first: Whether the first model is right on each of n images, (n,) of 0 and 1.
        second: The same of the second.
    """
    one, other = binary(first, axes=1, name="first"), binary(second, axes=1, name="second")
    if len(one) != len(other):
        raise ValueError(f"McNemar: both on the same images, not {len(one)} and {len(other)}")
    return int((one & ~other).sum()), int((~one & other).sum())


def cochrans_q(correct: ArrayLike) -> ChiSquare:
    """Test whether k models are right equally often (Cochran, Biometrika 37, 1950, 256).

    ``Q = k (k - 1) sum (C_j - mean C)^2 / (k sum R_i - sum R_i^2)``, C_j images that model j gets
    right, R_i models that are right on image i; chi-squared, k - 1. For k = 2 it is McNemar's.
    Agrees with: statsmodels cochrans_q (nan where every image is judged alike by all: p = 1 here).

    Args:
        correct: Images x models of 0 and 1, (n, k), k of 2 or more.
    """
    right = binary(correct, axes=2, name="correct")
    k = right.shape[1]
    if k < 2:
        raise ValueError(f"Cochran's Q: 2 models or more are asked, there is {k}")
    if (right == right[:, :1]).all():
        return ChiSquare(0.0, 1.0, k - 1)
    found = _cochrans_q(right.astype(int))
    return ChiSquare(float(found.statistic), float(found.pvalue), k - 1)
