"""Classifiers that are equally good by construction, and what studies see of them.

A candidate is a learner on its own set of features. All sets describe the same images, are equally
informative and enter the joint distribution alike: exchanging two candidates changes nothing. So
both have the same expected score at any number of images, and who finds one better errs.

Numpy alone, so that a test can load this file by its path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Learner: TypeAlias = Callable[[Array, Array, Array], Array]

CANDIDATES = 6
"""The first two of them stand for a pair."""
FOLDS, REPEATS = 10, 10
DATA_SETS = 30
DISTANCE = 1.7
"""Between the classes, in standard deviations: the best rule is right on 80 % of images."""
PENALTY = 1.0


class Column(NamedTuple):
    """What is studied.

    Attributes:
        name: For the table.
        learner: Of all candidates.
        images: In a data set.
        features: In the set of each candidate.
        shared: Share of the noise that is the same in all sets, for they show the same images.
    """

    name: str
    learner: Learner
    images: int
    features: int
    shared: float = 0.5


class Study(NamedTuple):
    """What the tests are given; k candidates.

    Attributes:
        right: Whether test images are classified rightly, repeats x folds of 10 x 10: (100, m, k).
        halves: Differences of the first two candidates over 5 x 2 folds, (5, 2).
        truth: Labels of n further images, -1 and 1.
        ideal: Scores there of the best rule on each set of features: equally good exactly, (2, n).
        fitted: Scores there of two candidates trained on all images: different models, (2, n).
        data_sets: Mean scores of one 10-fold cross-validation on 30 further data sets, (30, k).
    """

    right: Array
    halves: Array
    truth: Array
    ideal: Array
    fitted: Array
    data_sets: Array

    @property
    def folds(self) -> Array:
        """Accuracy of every fold, (100, k); the first ten are one cross-validation."""
        return np.asarray(self.right.mean(axis=1))


def study(column: Column, draw: np.random.Generator) -> Study:
    """Draw a data set, and everything that is measured on it and beside it."""
    n, learner = column.images, column.learner
    x, truth = drawn(draw, column, 2 * n)
    known, fresh = truth[:n], np.arange(n, 2 * n)
    right = judged(learner, x[:, :n], known, split(known, draw))
    halves = judged(learner, x[:2, :n], known, split(known, draw, folds=2, repeats=5))
    gaps = halves.mean(axis=1) @ [1.0, -1.0]
    fitted = np.stack([learner(one, truth, fresh[None])[0] for one in x[:2]])  # on the first n
    data_sets = np.stack([_data_set(column, draw) for _ in range(DATA_SETS)])
    ideal = x[:2, fresh].sum(axis=2)
    return Study(right, gaps.reshape(5, 2), truth[fresh], ideal, fitted, data_sets)


def drawn(
    draw: np.random.Generator, column: Column, images: int, *, candidates: int = CANDIDATES
) -> tuple[Array, Array]:
    """Draw normal features, (candidates, images, features), and labels -1, 1, -1, 1 ..."""
    truth = np.tile([-1.0, 1.0], images // 2)
    own = draw.standard_normal((candidates, images, column.features))
    common = draw.standard_normal((images, column.features))
    noise = column.shared**0.5 * common + (1 - column.shared) ** 0.5 * own
    return noise + DISTANCE / 2 / column.features**0.5 * truth[:, None], truth


def split(
    truth: Array, draw: np.random.Generator, *, folds: int = FOLDS, repeats: int = REPEATS
) -> Array:
    """Return stratified folds as places of test images, (repeats x folds, images / folds)."""

    def once() -> Array:
        members = [np.flatnonzero(truth == label) for label in (-1, 1)]
        return np.hstack([draw.permutation(one).reshape(folds, -1) for one in members])

    return np.concatenate([once() for _ in range(repeats)])


def judged(learner: Learner, x: Array, truth: Array, folds: Array) -> Array:
    """Return whether candidates are right out of fold, (folds, test images, candidates)."""
    scores = np.stack([learner(one, truth, folds) for one in x], axis=2)
    return np.asarray(scores * truth[folds][..., None] > 0)


def ridge(x: Array, truth: Array, folds: Array) -> Array:
    """Return ridge scores of the test images of all folds, each trained on the others.

    Normal equations of all images less those of a fold: no image is seen twice.
    """
    a = np.column_stack([np.ones(len(x)), x])
    test = a[folds]
    turned = test.transpose(0, 2, 1)
    penalty = PENALTY * np.diag([0.0] + [1.0] * x.shape[1])  # the intercept goes free
    left = a.T @ a + penalty - turned @ test
    right = (a.T @ truth)[:, None] - turned @ truth[folds][..., None]
    return np.asarray((test @ np.linalg.solve(left, right))[..., 0])


def nearest(x: Array, truth: Array, folds: Array) -> Array:
    """Return the label of the nearest image outside its fold, for test images of all folds."""
    square = (x**2).sum(axis=1)
    distances = (square[:, None] + square - 2 * x @ x.T)[folds]
    distances[np.arange(len(folds))[:, None], :, folds] = np.inf
    return np.asarray(truth[distances.argmin(axis=2)])


def _data_set(column: Column, draw: np.random.Generator) -> Array:
    x, truth = drawn(draw, column, column.images)
    right = judged(column.learner, x, truth, split(truth, draw, repeats=1))
    return np.asarray(right.mean(axis=(0, 1)))


COLUMNS = (
    Column("ridge, N = 200", ridge, 200, 10),
    Column("ridge, N = 600", ridge, 600, 10),
    Column("1-NN, N = 100", nearest, 100, 2),
)
