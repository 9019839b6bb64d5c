"""How far an image lies from all that a model has learnt from, in the space of its features.

It keeps no image: a mean, a few directions and how far images spread along them.
"""

from __future__ import annotations

import attrs
import numpy as np

from .contracts import Array

MOST = 64
"""Directions that are kept."""
PER_DIRECTION = 4
"""Images that a direction takes: with fewer, its spread is as good as made up."""
TINY = 1e-6
"""The least spread: where all images were alike, a difference counts much, and stays a number."""


@attrs.frozen(kw_only=True, eq=False)
class Novelty:
    """A Gaussian with c directions of its own and equal noise along all others, fitted to features.

    Its Mahalanobis distance is that of probabilistic PCA (Tipping & Bishop, J. R. Stat. Soc. B 61,
    1999, 611): along directions of large spread it counts in units of that spread, along all
    others in units of what is left over. So there may be fewer images than features.

    Attributes:
        mean: Of the features, ``float32`` (d,).
        scale: Their standard deviations, ``float32`` (d,), positive.
        directions: Of the largest spread, of length 1, ``float32`` (c, d).
        spread: Standard deviations along them, ``float32`` (c,), positive.
        rest: Standard deviation along each other direction, ``float32`` (1,), positive.
    """

    mean: Array
    scale: Array
    directions: Array
    spread: Array
    rest: Array

    @classmethod
    def fit(cls, features: Array) -> Novelty:
        """Fit to ``float32`` (n, d), n of 2 or more; the same features, the same numbers."""
        from sklearn.decomposition import PCA

        n, d = features.shape
        mean, scale = features.mean(axis=0), features.std(axis=0)
        scale = np.where(scale > TINY, scale, 1)
        count = max(1, min(MOST, n // PER_DIRECTION, d - 1))
        found = PCA(count, random_state=0).fit((features - mean) / scale)
        return cls(
            mean=np.asarray(mean, np.float32),
            scale=np.asarray(scale, np.float32),
            directions=np.asarray(found.components_, np.float32),
            spread=np.sqrt(np.maximum(found.explained_variance_, TINY)).astype(np.float32),
            rest=np.array([max(float(found.noise_variance_), TINY) ** 0.5], np.float32),
        )

    def places(self, features: Array) -> Array:
        """Return where images lie along the directions, in units of the spread, (m, c)."""
        return np.asarray(self._scaled(features) @ self.directions.T / self.spread)

    def distances(self, features: Array) -> Array:
        """Return how far images lie from the middle of all, ``float32`` (m,), 0 or more.

        Args:
            features: ``float32`` (m, d).
        """
        scaled, places = self._scaled(features), self.places(features)
        along = ((places * self.spread) ** 2).sum(axis=1)
        across = np.maximum((scaled**2).sum(axis=1) - along, 0) / self.rest[0] ** 2
        return np.asarray(np.sqrt((places**2).sum(axis=1) + across), np.float32)

    def _scaled(self, features: Array) -> Array:
        return (features.astype(np.float64) - self.mean) / self.scale


def held_out(features: Array, folds: Array) -> Array:
    """Return how far each image lies from those of all other folds, ``float32`` (n,).

    Args:
        features: ``float32`` (n, d).
        folds: Which fold holds each image out (n,): images that belong together share one.
    """
    found = np.empty(len(features), np.float32)
    for fold in np.unique(folds):
        out = folds == fold
        found[out] = Novelty.fit(features[~out]).distances(features[out])
    return found
