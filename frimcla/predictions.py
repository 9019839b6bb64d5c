"""The out-of-fold table: what every score, table and plot is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .shards import Arrays, read_arrays, write_arrays


@attrs.frozen(kw_only=True, eq=False)
class PairPredictions:
    """What one pair said of every image while it was held out.

    Attributes:
        predicted: Class numbers, ``int16`` (r, n), from the classifier's own `predict`.
        probabilities: ``float32`` (r, n, k), rows sum to 1; nan where it offers none.
        chosen: Per repeat and fold, the hyper-parameters that the inner search took.
    """

    predicted: Array
    probabilities: Array
    chosen: tuple[tuple[Mapping[str, Any], ...], ...]


@attrs.frozen(kw_only=True, eq=False)
class Predictions:
    """The predictions of every pair for every image, out of fold.

    Attributes:
        images: Keys of n images, in the order of the dataset.
        names: Their names, for people.
        classes: The k classes, sorted.
        truth: Class numbers, ``int16`` (n,).
        folds: Which fold held each image out, ``int16`` (r, n).
        pairs: By (extractor label, classifier label), in the order of the study.
        failed: One sentence for each pair that could not be fitted.
    """

    images: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    truth: Array
    folds: Array
    pairs: Mapping[tuple[str, str], PairPredictions]
    failed: Mapping[tuple[str, str], str] = attrs.field(factory=dict)

    @property
    def labels(self) -> Array:
        """The true classes by name, (n,)."""
        return np.array(self.classes)[self.truth]


def write_predictions(path: Path, table: Predictions) -> None:
    """Write ``predictions.h5``."""
    arrays = {"truth": table.truth, "folds": table.folds}
    pairs = []
    for number, ((extractor, classifier), pair) in enumerate(table.pairs.items()):
        arrays[f"pairs/{number:04}/predicted"] = pair.predicted
        arrays[f"pairs/{number:04}/probabilities"] = pair.probabilities
        chosen = [[dict(fold) for fold in repeat] for repeat in pair.chosen]
        pairs.append({"extractor": extractor, "classifier": classifier, "chosen": chosen})
    failed = [[*labels, reason] for labels, reason in table.failed.items()]
    facts = {
        "images": table.images,
        "names": table.names,
        "classes": table.classes,
        "pairs": pairs,
        "failed": failed,
    }
    write_arrays(path, Arrays(arrays=arrays, facts=facts))


def read_predictions(path: Path) -> Predictions:
    """Read ``predictions.h5`` back, verified.

    Raises:
        frimcla.shards.DamagedError: It is not what was written.
        OSError: It cannot be opened.
    """
    content = read_arrays(path)
    facts = content.facts
    pairs = {}
    for number, pair in enumerate(facts["pairs"]):
        pairs[pair["extractor"], pair["classifier"]] = PairPredictions(
            predicted=content.arrays[f"pairs/{number:04}/predicted"],
            probabilities=content.arrays[f"pairs/{number:04}/probabilities"],
            chosen=tuple(tuple(repeat) for repeat in pair["chosen"]),
        )
    return Predictions(
        images=tuple(facts["images"]),
        names=tuple(facts["names"]),
        classes=tuple(facts["classes"]),
        truth=content.arrays["truth"],
        folds=content.arrays["folds"],
        pairs=pairs,
        failed={(extractor, classifier): why for extractor, classifier, why in facts["failed"]},
    )
