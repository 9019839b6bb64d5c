"""The power law of a learning curve: fitted to many curves at once, without a search that fails."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array

POWERS = np.geomspace(0.05, 2, 60)
"""Exponents that are tried: (0, 2], close enough that none between fits visibly better."""


@attrs.frozen(kw_only=True, eq=False)
class Laws:
    """Curves ``limit - scale n ** -power``, higher is better.

    Attributes:
        limit: What is reached with images without end, (b,).
        scale: 0 or more, (b,).
        power: One of `POWERS`, (b,).
    """

    limit: Array
    scale: Array
    power: Array

    def at(self, sizes: Array) -> Array:
        """Return the scores of all curves at some numbers of images (m,): (b, m)."""
        falls = np.asarray(sizes, np.float64)[None] ** -self.power[:, None]
        return np.asarray(self.limit[:, None] - self.scale[:, None] * falls)


def fitted(sizes: Array, scores: Array, top: float) -> Laws:
    """Fit a power law to each of b curves by weighted least squares.

    For each exponent the best limit and scale are known in closed form, within their bounds; the
    exponent with the least rest is taken. Weights grow with the number of images, as those of
    Figueroa, Zeng-Treitler, Kandula & Ngo (BMC Medical Informatics and Decision Making 12:8, 2012),
    who fit the same law; with its cube, since few images often follow another law than many. In
    six simulations of 40 studies, 95 % intervals of the gain of twice the images held the truth in
    85 to 100 %; in 72 % where a strong penalty, which more images would make weaker, held the
    classifier back: there the law says too little, for four times the images (40 %) even more so.

    Args:
        sizes: Images learnt from, ascending, (s,), s of 3 or more.
        scores: Higher is better, (b, s).
        top: What no limit is above; ``inf`` where nothing is known.
    """
    n = np.asarray(sizes, np.float64)
    weights = n**3 / (n**3).sum()
    x = (n / n[-1])[None] ** -POWERS[:, None]  # (c, s); from 1 upwards, so that nothing is lost
    limit, scale = _settled(x, scores, weights, top)  # (b, c)
    gaps = scores[:, None] - (limit[..., None] - scale[..., None] * x)
    rest = (weights * gaps**2).sum(axis=2)
    best = (np.arange(len(scores)), rest.argmin(axis=1))
    power = POWERS[best[1]]
    return Laws(limit=limit[best], scale=scale[best] * n[-1] ** power, power=power)


def _settled(x: Array, scores: Array, weights: Array, top: float) -> tuple[Array, Array]:
    """Return limit and scale for every curve and exponent, (b, c): of ``limit - scale x``."""
    middle, mean = x @ weights, scores @ weights
    around = (x - middle[:, None]) * weights
    spread = (around * x).sum(axis=1)
    scale = np.maximum(-(scores @ around.T) / spread, 0)
    limit = mean[:, None] + scale * middle
    # Where the bound is met, the best scale for it.
    bound = (
        np.maximum((top - scores) @ (x * weights).T / (x**2 @ weights), 0) if top < np.inf else 0
    )
    over = limit > top
    return np.where(over, top, limit), np.where(over, bound, scale)
