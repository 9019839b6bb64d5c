"""How far an image lies from all that a model has learnt from, in the space of its features.

It keeps no image: means of classes, a few directions, and how far images spread along them.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from .contracts import Array

MOST = 32
"""Directions that are kept."""
PER_DIRECTION = 4
"""Images that a direction takes: with fewer, its spread is as good as made up."""
SMALLEST = 1e-5
"""The least spread of images of length 1: so much may numbers of two machines differ."""
BLOCK = 1024
"""Images that are looked at at once, to spare memory."""


@attrs.frozen(kw_only=True, eq=False)
class Novelty:
    """Gaussians around the k classes, alike but for their means; fitted to features.

    Features are divided by the root of their standard deviation (Pareto scaling: van den Berg et
    al., BMC Genomics 7, 2006, 142), so that large ones drown no small ones and noise is not blown
    up, and each image is brought to length 1 (Mueller & Hein, Mahalanobis++, ICML 2025), with the
    logarithm of its length as one more feature: e = d + 1 in all, less their mean.

    The distance from a class is Mahalanobis's, with one covariance for all classes (Lee et al.,
    NeurIPS 2018) of the shape of probabilistic PCA (Tipping & Bishop, J. R. Stat. Soc. B 61, 1999,
    611): along c directions of large spread it counts in units of that spread, along all others
    in units of what is left over. So there may be fewer images than features.

    Attributes:
        scale: Roots of the standard deviations of the features, ``float64`` (d,), positive.
        mean: Of the images, ``float64`` (e,).
        centres: Means of the classes, less that of all, ``float64`` (k, e).
        directions: Of the largest spread within classes, of length 1, ``float64`` (c, e).
        spread: Standard deviations along them, ``float64`` (c,), positive.
        rest: Standard deviation along each other direction, ``float64`` (1,), positive.
    """

    scale: Array
    mean: Array
    centres: Array
    directions: Array
    spread: Array
    rest: Array

    @classmethod
    def fit(cls, features: Array, labels: Array) -> Novelty:
        """Fit to n images; the same images, the same numbers.

        Args:
            features: ``float32`` (n, d), n of 2 or more.
            labels: Their classes (n,).
        """
        from sklearn.decomposition import PCA

        scale = np.sqrt(features.std(axis=0, dtype=np.float64))
        scale = np.where(scale > 0, scale, 1)
        points = _unit(features / scale)
        mean = points.mean(axis=0)
        points -= mean
        names, classes = np.unique(labels, return_inverse=True)
        centres = np.stack([points[classes == one].mean(axis=0) for one in range(len(names))])
        count = max(1, min(MOST, len(points) // PER_DIRECTION, points.shape[1] - 1))
        within = points - centres[classes]
        with np.errstate(invalid="ignore"):  # where all are alike, shares of nothing
            found = PCA(count, random_state=0).fit(within)
        # Of all other directions there are, not only of those that n images can fill: a fit to a
        # few images more would find all images farther away.
        left = (within**2).sum() / (len(points) - 1) - found.explained_variance_.sum()
        rest = left / max(points.shape[1] - count, 1)
        return cls(
            scale=scale,
            mean=mean,
            centres=centres,
            directions=np.asarray(found.components_),
            spread=_deviation(found.explained_variance_),
            rest=_deviation(np.array([rest])),
        )

    def points(self, features: Array) -> Array:
        """Return images as points, ``float64`` (m, e): scaled, of length 1, less the mean."""
        return np.asarray(_unit(features / self.scale) - self.mean)

    def lengths(self, steps: Array) -> Array:
        """Return how far steps (m, e) from one point to another lead, 0 or more (m,)."""
        along = steps @ self.directions.T
        across = np.maximum((steps**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        squares = ((along / self.spread) ** 2).sum(axis=1) + across / float(self.rest[0]) ** 2
        return np.asarray(np.sqrt(squares))

    def distances(self, features: Array) -> Array:
        """Return how far images lie from the nearest class, ``float32`` (m,), 0 or more.

        Args:
            features: ``float32`` (m, d).
        """
        return np.fromiter(self._distances(features), np.float32, len(features))

    def _distances(self, features: Array) -> Iterator[float]:
        for start in range(0, len(features), BLOCK):
            points = self.points(features[start : start + BLOCK])
            yield from np.min([self.lengths(points - one) for one in self.centres], axis=0)


def held_out(features: Array, labels: Array, folds: Array) -> Array:
    """Return how far each image lies from the classes as all other folds have them, (n,).

    Args:
        features: ``float32`` (n, d).
        labels: Their classes (n,).
        folds: Which fold holds each image out (n,): images that belong together share one.
    """
    found = np.empty(len(features), np.float32)
    for fold in np.unique(folds):
        out = folds == fold
        found[out] = Novelty.fit(features[~out], labels[~out]).distances(features[out])
    return found


def _unit(features: Array) -> Array:
    """Return images of length 1 (n, d + 1), the last column the logarithm of what it was."""
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), SMALLEST)
    return np.hstack([features / lengths, np.log(lengths)])


def _deviation(variances: Array) -> Array:
    return np.maximum(np.sqrt(np.maximum(variances, 0)), SMALLEST)
