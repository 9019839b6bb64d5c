"""Images whose class is decided by one corner, and a real plugin that can see it.

Importable by its name, so that worker processes find it too.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

import frimcla

CORNER = (slice(8, 16), slice(40, 50))
"""Rows and columns of the planted patch; images have 48 rows and 60 columns."""


def planted(folder, *, count=50, dark=40):
    """Write noise; in the class "lit" the corner is bright, in "unlit" it is dark."""
    for number in range(2 * count):
        label, level = (("lit", 200), ("unlit", dark))[number % 2]
        rng = np.random.default_rng(number)
        pixels = rng.normal(120, 40, (48, 60, 3))
        pixels[CORNER] = rng.normal(level, 40, (8, 10, 3))
        path = folder / label / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return folder


def _blocks(image):
    """Mean of each of 6 x 6 blocks (36,)."""
    grey = np.asarray(image, float).mean(axis=2)
    rows = np.array_split(grey, 6, axis=0)
    return np.array([block.mean() for row in rows for block in np.array_split(row, 6, axis=1)])


blocks = frimcla.per_image(_blocks)


@frimcla.per_image
def corner(image):
    """Mean of the corner only (1,): whatever is learnt, there is nothing else to look at."""
    return np.array([np.asarray(image, float)[CORNER].mean()])


class Network:
    """Describes as `blocks` does, but not in workers."""

    batch = 5

    def prepare(self, image):
        return np.asarray(image)[::1].copy()

    def __call__(self, images):
        assert len(images) <= self.batch
        return np.stack([_blocks(image) for image in images]).astype(np.float32)


def logistic(seed):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(random_state=seed))


def ridge(seed):
    """Make a classifier without probabilities."""
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeClassifier(random_state=seed))


class Picturesque:
    """The plugin."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        summary = "for tests"
        yield frimcla.Extractor(name="blocks", factory="picturesque:blocks", summary=summary)
        yield frimcla.Extractor(name="corner", factory="picturesque:corner", summary=summary)
        yield frimcla.Extractor(name="network", factory="picturesque:Network", summary=summary)
        yield frimcla.Extractor(
            name="deep", factory="picturesque:blocks", sees="float", summary=summary
        )

    @frimcla.hookimpl
    def frimcla_classifiers(self):
        yield frimcla.Classifier(name="logistic", factory="picturesque:logistic", summary="LR")
        yield frimcla.Classifier(name="ridge", factory="picturesque:ridge", summary="ridge")
