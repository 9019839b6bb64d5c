"""Faults that the conformance kit must find, one to a thing."""

import itertools
from functools import partial
from typing import Any

import attrs
import numpy as np
import toys

import frimcla

COUNT = itertools.count()


@attrs.frozen
class Helpless:
    x: int = frimcla.param(1, "")


@attrs.frozen
class Sorts:
    words: tuple = frimcla.param(("a", "b"), "strings")
    flags: tuple = frimcla.param((True, False), "booleans")
    counts: tuple = frimcla.param((1, 2), "integers", between=(1, 2))
    shares: tuple = frimcla.param((0.5,), "numbers", length=2)
    word: str = frimcla.param("a", "a string")
    flag: bool = frimcla.param(True, "a boolean")
    count: int = frimcla.param(1, "an integer")
    depth: int = frimcla.param(1, "an integer or none", optional=True)
    share: float = frimcla.param(0.5, "a number", between=(0, 1))


def means(images: Any) -> np.ndarray:
    return np.array([image.mean(axis=(0, 1)) for image in images], np.float32)


def batch_statistics() -> Any:
    return lambda images: means(images) - means(images).mean(axis=0)


def nan_on_flat() -> Any:
    return lambda images: np.array(
        [[image.std() or np.nan, image.mean()] for image in images], np.float32
    )


def double() -> Any:
    return lambda images: means(images).astype(float)


def changing_width() -> Any:
    return lambda images: np.resize(means(images), (len(images), images[0].shape[1]))


def blind() -> Any:
    return lambda images: np.ones((len(images), 3), np.float32)


def moody() -> Any:
    mood = next(COUNT)
    return lambda images: means(images) + np.float32(mood)


class Moody(toys.NearestMean):
    """One row of its answer depends on how many were made before."""

    def __init__(self, shrink: float, seed: int) -> None:
        super().__init__(shrink, seed)
        self.mood = next(COUNT) % 20

    def predict(self, features):
        labels = super().predict(features)
        labels[self.mood] = self.classes_[-1]
        return labels


class Unpicklable(toys.NearestMean):
    def __reduce__(self):
        raise TypeError("stays here")


class Unsure(toys.NearestMean):
    def predict_proba(self, features):
        return super().predict_proba(features) / 2


class Fickle(toys.NearestMean):
    """Answers otherwise where probabilities are wanted."""

    def __init__(self, shrink: float, seed: int, probabilities: bool = True) -> None:
        super().__init__(shrink, seed)
        self.wanted = int(probabilities)

    def predict(self, features):
        labels = super().predict(features)
        labels[: self.wanted] = self.classes_[-1]
        return labels


def share_of_a() -> Any:
    return lambda truth, predicted: float(np.mean((truth == predicted) * (1 + (truth == "a"))))


def whole() -> Any:
    return lambda truth, predicted: int(np.sum(truth == predicted))


def patient(**_: Any) -> Any:
    return toys.accuracy()


def owed(values):
    return -1.0


def endless(values):
    return float("inf")


def little(values):
    return 0.5


def in_turn(features: Any, labels: Any, candidates: Any) -> Any:
    return [partial(model.fit, features, labels) for model in candidates]


def backwards(features: Any, labels: Any, candidates: Any) -> Any:
    return in_turn(features, labels, candidates[::-1])


def all_but_one(features: Any, labels: Any, candidates: Any) -> Any:
    return in_turn(features, labels, candidates[1:])


def refusing(features: Any, labels: Any, candidates: Any) -> Any:
    return [partial(int, "nothing") for _ in candidates]
