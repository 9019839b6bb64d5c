"""A small real plugin for the core's tests: no test of the core sees what is installed.

Importable by its name, so that worker processes find it too.
"""

from __future__ import annotations

import itertools
import json
import os

import attrs
import numpy as np
from PIL import Image

import frimcla

_COUNTER = itertools.count()


@frimcla.per_image
def mean_colour(image):
    """Mean of each channel (3,)."""
    return image.mean(axis=(0, 1))


@frimcla.per_image
def edges(image):
    """Mean absolute step to the right, at four distances (4,)."""
    grey = image.astype(float).mean(axis=2)
    return np.array([np.abs(np.roll(grey, step, axis=1) - grey).mean() for step in (1, 2, 4, 6)])


class NearestMean:
    """Class of the nearest class mean, on standardised features."""

    def __init__(self, shrink: float, seed: int) -> None:
        self.shrink = shrink
        self.seed = seed

    def fit(self, features, labels):
        self.scale = features.std(axis=0) + 1e-9
        self.classes_ = np.unique(labels)
        means = np.array([features[labels == label].mean(axis=0) for label in self.classes_])
        self.means = (1 - self.shrink) * means + self.shrink * means.mean(axis=0)
        return self

    def predict(self, features):
        return self.classes_[self._distances(features).argmin(axis=1)]

    def predict_proba(self, features):
        distances = self._distances(features)
        closeness = np.exp(distances.min(axis=1, keepdims=True) - distances)
        return closeness / closeness.sum(axis=1, keepdims=True)

    def _distances(self, features):
        steps = (features[:, None] - self.means) / self.scale
        return np.sqrt((steps**2).mean(axis=2))


@frimcla.per_image
def number(image):
    """The number that `numbered_dataset` wrote into the first pixel, and noise (2,)."""
    red, green, blue = (int(level) for level in image[0, 0])
    return np.array([red * 65536 + green * 256 + blue, image.mean()])


def numbered_dataset(folder, counts):
    """Write images that carry their number in the first pixel; return labels by number."""
    labels = {}
    for label, count in counts.items():
        for _ in range(count):
            value = len(labels)
            pixels = np.random.default_rng(value).integers(0, 256, (8, 8, 3), np.uint8)
            pixels[0, 0] = value // 65536, value // 256 % 256, value % 256
            path = folder / label / f"image_{value:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
            labels[value] = label
    return labels


class Spy(NearestMean):
    """Logs the numbers of the rows of every fit and of what it predicts afterwards.

    One JSON line per event in the file that ``FRIMCLA_SPY`` names, so that it can be read
    whatever process it ran in.
    """

    def fit(self, features, labels):
        self.identity = f"{os.getpid()}-{next(_COUNTER)}"
        self._log("fit", features)
        return super().fit(features, labels)

    def predict(self, features):
        self._log("predict", features)
        return super().predict(features)

    def _log(self, event, features):
        line = {"model": self.identity, "event": event, "rows": features[:, 0].astype(int).tolist()}
        with open(os.environ["FRIMCLA_SPY"], "a") as file:
            file.write(json.dumps(line) + "\n")


class Stubborn:
    """Cannot be fitted."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def fit(self, features, labels):
        raise ValueError("this classifier refuses to learn")


@attrs.frozen
class Shrink:
    shrink: float = frimcla.param(0.0, "share of the common mean", between=(0, 1))


def accuracy():
    return lambda truth, predicted: float(np.mean(truth == predicted))


def brier():
    def score(truth, probabilities, classes):
        return float(((probabilities - (truth[:, None] == classes)) ** 2).sum(axis=1).mean())

    return score


class Toys:
    """The plugin."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        yield frimcla.Extractor(
            name="mean_colour",
            suggested=True,
            factory="toys:mean_colour",
            label="MEAN",
            summary="mean colour",
        )
        yield frimcla.Extractor(
            name="edges",
            suggested=True,
            factory="toys:edges",
            label="EDGES",
            summary="steps between pixels",
        )

        yield frimcla.Extractor(name="number", factory="toys:number", summary="the image's number")

    @frimcla.hookimpl
    def frimcla_classifiers(self):
        yield frimcla.Classifier(
            name="nearest_mean",
            suggested=True,
            factory="toys:NearestMean",
            params=Shrink,
            label="NM",
            search={"shrink": (0.0, 0.5)},
            trusted=("toys.NearestMean",),
            summary="class of the nearest mean",
        )
        yield frimcla.Classifier(
            name="spy",
            factory="toys:Spy",
            params=Shrink,
            search={"shrink": (0.0, 0.25, 0.5)},
            trusted=("toys.Spy",),
            summary="writes down what it sees",
        )
        yield frimcla.Classifier(name="stubborn", factory="toys:Stubborn", summary="never learns")

    @frimcla.hookimpl
    def frimcla_metrics(self):
        yield frimcla.Metric(
            name="accuracy", factory="toys:accuracy", binomial=True, summary="share, 0 to 1"
        )
        yield frimcla.Metric(
            name="balanced_accuracy", factory="toys:accuracy", summary="a stand-in, 0 to 1"
        )
        yield frimcla.Metric(
            name="brier",
            factory="toys:brier",
            needs_probabilities=True,
            greater_is_better=False,
            share=False,
            summary="squared distance from the truth, 0 to 2",
        )
