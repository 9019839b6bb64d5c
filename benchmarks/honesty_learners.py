"""Six cheap learners on every extractor, for all pairs of held-out folds at once.

A nested study asks for models that saw neither fold i nor fold j. One of them predicts both folds:
it is an inner model of outer fold i and of outer fold j. So 10 folds take 45 + 10 fits and one on
all images, and nothing is fitted twice. Centroids, ridge and naive Bayes need sums only, which are
taken once per fold; neighbours need distances only, which are taken once.
"""

from typing import NamedTuple

import numpy as np
from honesty_data import Cases

RIDGE = (1.0, 100.0)
NEIGHBOURS = (5, 15)
LEARNERS = ("centroid", "ridge 1", "ridge 100", "naive Bayes", "5-NN", "15-NN")
LINEAR = 4
"""How many of them are linear in the features and their squares."""


class Scaling(NamedTuple):
    """How features are scaled before centroids and ridge.

    Attributes:
        leaks: The scale is learnt once from all images, not from those a model is fitted to.
        looks: It looks at labels: what tells the classes apart is made large, the rest small.
    """

    leaks: bool = False
    looks: bool = False


class Sums(NamedTuple):
    """What centroids, ridge and naive Bayes need to know of some images, over masks M.

    Attributes:
        counts: Images of each class, (M, 2).
        first: Sums of features, (E, M, 2, D).
        second: Sums of their squares, (E, M, 2, D).
        products: Sums of their products, (E, M, D, D).
    """

    counts: np.ndarray
    first: np.ndarray
    second: np.ndarray
    products: np.ndarray


def pairs(folds: int) -> np.ndarray:
    """Return which folds are held out: two, one, and at last none; bool (M, K)."""
    held = [(i, j) for i in range(folds) for j in range(i, folds)]
    masks = np.zeros((len(held) + 1, folds), bool)
    for row, both in zip(masks, held, strict=False):
        row[list(both)] = True
    return masks


def sums(cases: Cases, fold: np.ndarray, held: np.ndarray) -> Sums:
    """Sum over the images that each mask leaves for fitting."""
    features, folds = cases.features, held.shape[1]
    member = fold == np.arange(folds)[:, None]
    sides = np.stack([cases.classes < 0, cases.classes > 0])
    parts = (member[:, None] & sides).astype(float)  # (K, 2, n)
    products = np.stack([features[:, m].swapaxes(1, 2) @ features[:, m] for m in member], axis=1)
    kept = (~held).astype(float)
    return Sums(
        kept @ parts.sum(axis=2),
        np.einsum("mk,ekcd->emcd", kept, np.einsum("kcn,end->ekcd", parts, features)),
        np.einsum("mk,ekcd->emcd", kept, np.einsum("kcn,end->ekcd", parts, features**2)),
        np.einsum("mk,ekab->emab", kept, products),
    )


def linear(known: Sums, scaling: Scaling) -> np.ndarray:
    """Fit centroid, two ridges and naive Bayes: weights of squares, features, 1, (E, M, 4, 2D+1).

    A feature divided by its scale is a feature whose square in a distance, or in the penalty of
    ridge, is weighted by it; so scales (variances) enter there and nothing is divided.
    """
    means = known.first / known.counts[..., None]
    within = known.second / known.counts[..., None] - means**2
    n = known.counts.sum(axis=1)[:, None]
    centre = known.first.sum(axis=2) / n
    spread = known.second.sum(axis=2) / n - centre**2
    scale = spread
    if scaling.looks:
        gap = means[:, :, 1] - means[:, :, 0]
        scale = spread * within.mean(axis=2) / np.maximum(gap**2, 1e-6)
    if scaling.leaks:
        scale = np.broadcast_to(scale[:, -1:], scale.shape)  # the last mask holds out nothing
    found = [_centroid(means, scale)]
    found += [_ridge(known, centre, scale, penalty) for penalty in RIDGE]
    return np.stack([*found, _bayes(known.counts, means, within)], axis=2)


def _centroid(means: np.ndarray, scale: np.ndarray) -> np.ndarray:
    low, high = means[:, :, 0], means[:, :, 1]
    constant = -((high**2 - low**2) / scale).sum(axis=2, keepdims=True) / 2
    return np.concatenate([np.zeros_like(low), (high - low) / scale, constant], axis=2)


def _ridge(known: Sums, centre: np.ndarray, scale: np.ndarray, penalty: float) -> np.ndarray:
    """Return ridge regression of -1 and 1 on centred, scaled features."""
    low, high = known.counts.T[..., None]
    n = low + high
    scatter = known.products - n[..., None] * centre[..., :, None] * centre[..., None, :]
    target = known.first[:, :, 1] - known.first[:, :, 0] - (high - low) * centre
    matrix = scatter + penalty * scale[..., None] * np.eye(scale.shape[-1])
    weights = np.linalg.solve(matrix, target[..., None])[..., 0]
    constant = (high - low) / n - (weights * centre).sum(axis=2, keepdims=True)
    return np.concatenate([np.zeros_like(weights), weights, constant], axis=2)


def _bayes(counts: np.ndarray, means: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return the log odds of Gaussian naive Bayes, which are quadratic."""
    inverse = 1 / within
    squares = (inverse[:, :, 0] - inverse[:, :, 1]) / 2
    slopes = means * inverse
    sides = -(np.log(within) + means**2 * inverse).sum(axis=3) / 2 + np.log(counts)
    constant = (sides[..., 1] - sides[..., 0])[..., None]
    return np.concatenate([squares, slopes[:, :, 1] - slopes[:, :, 0], constant], axis=2)


def expanded(features: np.ndarray) -> np.ndarray:
    """Return squares, features and 1, (..., 2D + 1)."""
    return np.concatenate([features**2, features, np.ones((*features.shape[:-1], 1))], axis=-1)


def held_out(cases: Cases, fold: np.ndarray, held: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return scores of class 1, (C, n, K), of all candidates, learner after learner.

    Column f holds what models say that saw neither the image's own fold nor fold f; in the column
    of its own fold are the models of an ordinary cross-validation.
    """
    extractors, n, _ = cases.features.shape
    found = np.empty((len(LEARNERS), extractors, n, held.shape[1]))
    wide = expanded(cases.features)
    labels, places = _neighbours(cases, fold)
    for number, mask in enumerate(held[:-1]):
        rows = np.flatnonzero(mask[fold])
        straight = wide[:, rows] @ weights[:, number].swapaxes(1, 2)
        near = _votes(labels[:, rows], ~mask[places[:, rows]])
        scores = np.concatenate([straight, near], axis=2).transpose(2, 0, 1)
        ends = np.flatnonzero(mask)
        other = np.where(fold[rows] == ends[0], ends[-1], ends[0])
        found[:, :, rows, other] = scores
    return found.reshape(-1, n, held.shape[1])


def _neighbours(cases: Cases, fold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes and the folds of the nearest images of each, as many as may be asked."""
    features = cases.features
    lengths = (features**2).sum(axis=2)
    distances = lengths[:, None] - 2 * features @ features.swapaxes(1, 2)  # up to a constant
    order = np.argsort(distances, axis=2)
    enough = max(NEIGHBOURS) + 2 * int(np.bincount(fold).max())
    order = order[:, :, :enough]
    return cases.classes[order], fold[order]


def _votes(labels: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Return mean classes of the nearest allowed images, (E, rows, 2)."""
    rank = np.cumsum(allowed, axis=2)
    votes = labels * allowed
    return np.stack([(votes * (rank <= k)).sum(axis=2) / k for k in NEIGHBOURS], axis=2)


def fresh_scores(
    candidate: int, cases: Cases, rows: np.ndarray, weights: np.ndarray, fresh: np.ndarray
) -> np.ndarray:
    """Return what one candidate, fitted to *rows* (a mask), says of fresh cases.

    Args:
        candidate: Learner x extractors + extractor.
        cases: What it was chosen on.
        rows: To which images it is fitted.
        weights: Of the linear learners fitted to them, (E, 4, 2D + 1).
        fresh: New cases, as its extractor sees them, (m, D).
    """
    learner, extractor = divmod(candidate, len(cases.features))
    if learner < LINEAR:
        return expanded(fresh) @ weights[extractor, learner]
    old, k = cases.features[extractor][rows], NEIGHBOURS[learner - LINEAR]
    near = np.argpartition((old**2).sum(axis=1) - 2 * fresh @ old.T, k - 1, axis=1)[:, :k]
    return cases.classes[rows][near].mean(axis=1)
