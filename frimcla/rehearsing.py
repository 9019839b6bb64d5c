"""How long a study will take on this machine: a little of it is done, and timed."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from .contracts import Array
from .dataset import Dataset
from .decoding import joined, rows_of, seen
from .intake import Opener
from .keys import seed_of
from .pictures import Picture
from .planning import Cost, cost_of, splits_inside
from .recipes import Recipe
from .search import candidates, fits_of, made
from .spaces import Space
from .study import Study

REHEARSED = 8
"""Images of a rehearsal."""

Keys = tuple[str, str]
"""Of an extractor and a classifier."""


@attrs.frozen(kw_only=True)
class Rehearsal:
    """Seconds on one core, by the keys of recipes: those of several studies can be joined.

    Attributes:
        describing: Of one image, by extractor.
        fitting: Of all fits in one split, search included, by pair.
    """

    describing: Mapping[str, float] = attrs.field(factory=dict)
    fitting: Mapping[Keys, float] = attrs.field(factory=dict)

    def __or__(self, other: Rehearsal) -> Rehearsal:
        return Rehearsal(
            describing={**self.describing, **other.describing},
            fitting={**self.fitting, **other.fitting},
        )

    def cost(self, study: Study, dataset: Dataset) -> Cost:
        """Return what a settled study costs whose pairs were all rehearsed."""
        from joblib import effective_n_jobs

        cores = int(effective_n_jobs(study.n_jobs))
        describing = sum(self.describing[one.key] for one in study.extractors)
        per_split = sum(self.fitting[keys_of(one.extractor, one.classifier)] for one in study.pairs)
        assert study.folds is not None
        inside = splits_inside(study)
        fitting = per_split * (study.repeats * study.folds + inside)
        return attrs.evolve(
            cost_of(study, dataset),
            seconds=(describing * len(dataset.images) + fitting) / cores,
            nested_seconds=per_split * inside / cores,
        )


def rehearse(study: Study, dataset: Dataset, spaces: Sequence[Space], opener: Opener) -> Rehearsal:
    """Time a settled study: `REHEARSED` images, and one inner fold.

    Every extractor describes the images; every candidate of every classifier is fitted once, on
    as many rows as it will see, drawn from those images with noise.
    """
    step = max(1, len(dataset.images) // REHEARSED)
    drawn = dataset.images[::step][:REHEARSED]
    pictures = [opener.picture(image) for image in drawn]
    describing: dict[str, float] = {}
    fitting: dict[Keys, float] = {}
    for space in spaces:
        found = [_described(part, pictures) for part in space.parts]
        describing[space.recipe.key] = sum(seconds for _, seconds in found) / len(drawn)
        features = np.hstack([rows for rows, _ in found])
        for recipe in study.classifiers:
            seconds = _fit_seconds(study, recipe, features, dataset)
            fitting[keys_of(space.recipe, recipe)] = seconds
    return Rehearsal(describing=describing, fitting=fitting)


def _described(space: Space, pictures: Sequence[Picture]) -> tuple[Array, float]:
    """Return the features (n, d) of n pictures, and the seconds that they took."""
    pixels = seen(pictures, space.sees)
    extractor = space.build()
    rows_of(space, extractor, pixels[:1])  # what is imported and loaded once does not count
    start = time.perf_counter()
    features = rows_of(space, extractor, pixels)
    return joined(features, len(pictures)), time.perf_counter() - start


def keys_of(extractor: Recipe, classifier: Recipe) -> Keys:
    """Return what a pair's seconds are known by."""
    return extractor.key, classifier.key


def _fit_seconds(study: Study, recipe: Recipe, features: Array, dataset: Dataset) -> float:
    """Return the seconds that all fits of a classifier take in one split of one extractor."""
    assert study.folds is not None
    rng = np.random.default_rng(seed_of(study.seed, "rehearsal"))
    rows = len(dataset.images) * (study.folds - 1) // study.folds
    rows = max(2 * len(dataset.classes), rows * (study.inner_folds - 1) // study.inner_folds)
    spread = features.std(axis=0) + 1e-6
    drawn = features[rng.integers(0, len(features), rows)] + spread * rng.normal(
        size=(rows, features.shape[1])
    )
    labels = np.resize(np.array(dataset.classes), rows)
    tried = candidates(recipe)
    seconds = [_one_fit(recipe, values, drawn.astype(np.float32), labels) for values in tried]
    return float(np.mean(seconds)) * fits_of(recipe, study.inner_folds, halving=study.halving)


def _one_fit(recipe: Recipe, values: dict[str, object], rows: Array, labels: Array) -> float:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made(recipe, values, 0, probabilities=False).fit(rows, labels)
        except Exception:  # too few rows for one candidate says nothing about time
            return 0.0
    return time.perf_counter() - start
