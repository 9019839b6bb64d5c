"""Where the model looks: what covering one place after the other changes in what it says.

Occlusion sensitivity through the whole frozen pipeline, extractor and trained classifier, so that
it says the same of every pair (Zeiler & Fergus, Visualizing and understanding convolutional
networks, ECCV 2014, section 4.2). A map is a drop of probability, not a proof: what lies in two
places at once is missed, for the other one is still there.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from frimcla.bundle import Model
from frimcla.chance import shuffled
from frimcla.contracts import Array, Progress
from frimcla.keys import seed_of
from frimcla.opening import Opened
from frimcla.parallel import alone
from frimcla.parts import predictions_of
from frimcla.predictions import Predictions
from frimcla.search import made

from .album import Map
from .checking import MapsCheck, similarity
from .choosing import Choice
from .occluding import Described, covered
from .thumbs import Size, fitted
from .windows import Windows

SHUFFLINGS = 3
"""Classifiers that learn shuffled classes: one alone may look where the model does by chance."""
BUDGET = 300_000
"""Bytes of all pictures of maps; as much again is drawn over them."""
SIZES = (
    *(Size(192, 85), Size(192, 75), Size(192, 60, False), Size(128, 70, False)),
    *(Size(128, 50, False), Size(96, 50, False), Size(64, 50, False), Size(32, 40, False)),
)
"""Of pictures of maps, the best first."""

Says = Callable[[Array], tuple[Array, Array]]
"""Features (n, d) -> class numbers (n,) and probabilities (n, k)."""


def explain(
    opened: Opened,
    table: Predictions,
    model: Model,
    chosen: Sequence[Choice],
    progress: Progress | None = None,
) -> tuple[tuple[Map, ...], MapsCheck]:
    """Return maps of where the model looks in images, and whether they show what was learnt.

    Args:
        opened: The study and its images.
        table: Out-of-fold predictions, for the classes and for what belongs together.
        model: The trained pair.
        chosen: Which images. Those that cannot be read any more have no map.
        progress: Called with ``"explain"``, windows done, windows in all.
    """
    known = {image.key: image for image in opened.dataset.images}
    others = alone(_taught_nothing, (opened, table, model))
    found: dict[str, tuple[Described, Array, list[Array], int, float]] = {}
    described = covered(
        [known[one.key] for one in chosen],
        model.manifest.space,
        opened.opener,
        n_jobs=opened.study.n_jobs,
        progress=progress,
    )
    for one in described:
        grid, predicted, probability = drops(model.answers, one)
        grids = [drops(other, one)[0] for other in others]
        found[one.key] = (one, grid, grids, predicted, probability)
    files = fitted({key: found[key][0].copy for key in sorted(found)}, SIZES, BUDGET)
    maps = tuple(_maps(chosen, found, files, model.classes))
    alike = [one.similarity for one in maps if one.decisive]
    compared = [one for one in alike if one is not None]
    return maps, MapsCheck(
        images=len(maps),
        decisive=sum(one.decisive for one in maps),
        everywhere=sum(one.everywhere for one in maps),
        similarity=float(np.mean(compared)) if compared else None,
        compared=len(compared),
        shufflings=len(others),
        measure="decision" if any(one.probability is None for one in maps) else "probability",
    )


def _maps(
    chosen: Sequence[Choice],
    found: Mapping[str, tuple[Described, Array, list[Array], int, float]],
    files: Mapping[str, Any],
    classes: Sequence[str],
) -> Iterator[Map]:
    for choice in chosen:
        if choice.key not in found:
            continue
        one, grid, grids, predicted, probability = found[choice.key]
        yield Map(
            key=choice.key,
            label=choice.label,
            held_out=choice.held_out,
            predicted=classes[predicted],
            probability=None if np.isnan(probability) else probability,
            grid=grid,
            shuffled=grids[0] if grids else np.zeros_like(grid),
            similarity=similarity(grid, grids),
            sides=one.sides,
            picture=files[choice.key],
            views=len(one.copy.views),
        )


def drops(says: Says, one: Described) -> tuple[Array, int, float]:
    """Return what covering each place takes from the class that is predicted.

    Args:
        says: The classifier.
        one: An image, as it is and covered.

    Returns:
        The drop of the class's probability by place, ``float32`` (rows, columns), or 1 where the
        decision changes and 0 elsewhere if there are no probabilities; the class; its
        probability or nan.
    """
    predicted, probabilities = says(one.rows)
    first = int(predicted[0])
    own = probabilities[:, first].astype(np.float64)
    change = predicted[1:] != first if np.isnan(own[0]) else own[0] - own[1:]
    return (
        change.astype(np.float32).reshape(Windows(*one.sides).shape),
        first,
        float(own[0]),
    )


def _taught_nothing(task: tuple[Opened, Predictions, Model]) -> list[Says]:
    """Train the model's classifier on shuffled classes: units exchanged, as in `chance`."""
    opened, table, model = task
    recipe = model.manifest.classifier
    features = opened.store.matrix(model.manifest.space, table.images)
    classes = np.array(table.classes)
    found: list[Says] = []
    for number in range(SHUFFLINGS):
        seed = seed_of(opened.study.seed, "maps", number)
        labels = shuffled(table.labels, table.units, np.random.default_rng(seed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters was said of the true classes
            try:
                fitted = made(recipe, {}, seed).fit(features, labels)
            except Exception:  # whatever a classifier raises: then nothing is compared
                return []
        found.append(_Learnt(classifier=fitted, classes=classes))
    return found


@attrs.frozen(kw_only=True, eq=False)
class _Learnt:
    """A classifier that learnt something."""

    classifier: Any
    classes: Array

    def __call__(self, features: Array) -> tuple[Array, Array]:
        """Return class numbers (n,) and probabilities (n, k)."""
        return predictions_of(self.classifier, features, self.classes)
