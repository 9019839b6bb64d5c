"""The out-of-fold table: what every score, table and plot is computed from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .scoring import Answers
from .shards import Arrays, read_arrays, text, words, write_arrays

Labels = tuple[str, str]
"""Label of an extractor and label of a classifier."""


@attrs.frozen(eq=False)
class Inside:
    """What one pair said while fold f was out of sight, of the images of the other folds.

    Each image was held out as well, so that its own fold has not taught the model either. What is
    chosen by these has not seen fold f, and can be judged on it.

    Attributes:
        predicted: Class numbers, ``int16`` (f, n); -1 for the images of fold f.
        probabilities: ``float32`` (f, n, k); nan likewise.
    """

    predicted: Array
    probabilities: Array


@attrs.frozen(kw_only=True, eq=False)
class PairPredictions:
    """What one pair said of every image while it was held out.

    Attributes:
        predicted: Class numbers, ``int16`` (r, n), from the classifier's own `predict`; -1 in
            folds that it did not go through.
        probabilities: ``float32`` (r, n, k), rows sum to 1; nan where it offers none.
        chosen: Per repeat and fold, the hyper-parameters that the inner search took; empty in
            folds that it did not go through.
        inside: What it said in the first repeat while another fold was out of sight, too; None
            where the study is not nested.
    """

    predicted: Array
    probabilities: Array
    chosen: tuple[tuple[Mapping[str, Any], ...], ...]
    inside: Inside | None = None

    @property
    def complete(self) -> bool:
        """Whether it went through all folds."""
        return bool((self.predicted >= 0).all())


@attrs.frozen(kw_only=True, eq=False)
class Predictions:
    """The predictions of every pair for every image, out of fold.

    Attributes:
        images: Keys of n images, in the order of the dataset.
        names: Their names, for people.
        classes: The k classes, sorted.
        truth: Class numbers, ``int16`` (n,).
        folds: Which fold held each image out, ``int16`` (r, n).
        groups: The group of each, (n,); empty where none are declared.
        units: What is independent, a number per image, ``int64`` (n,): groups, with all that share
            a copy; every image by itself where none are declared.
        columns: What else names or a manifest say of each image, by column, (n,).
        pairs: By label of extractor and classifier, in the order of the study.
        partial: Likewise, those that did not go through all folds: -1 and nan where they lack.
        failed: One sentence for each pair that could not be fitted.
    """

    images: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    truth: Array
    folds: Array
    pairs: Mapping[Labels, PairPredictions]
    partial: Mapping[Labels, PairPredictions] = attrs.field(factory=dict)
    failed: Mapping[Labels, str] = attrs.field(factory=dict)
    groups: tuple[str, ...] = ()
    units: Array = attrs.field(
        default=attrs.Factory(lambda self: np.arange(len(self.images)), takes_self=True)
    )
    columns: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def everything(self) -> Mapping[Labels, PairPredictions]:
        """All pairs that could be fitted, those that did not go through all folds last."""
        return {**self.pairs, **self.partial}

    @property
    def labels(self) -> Array:
        """The true classes by name, (n,)."""
        return np.array(self.classes)[self.truth]

    def answers(self, pair: Labels, repeat: int = 0) -> Answers:
        """Return what a pair said of all images in one repeat.

        Of a pair that did not go through all folds, read only images of those that it did.
        """
        found = self.everything[pair]
        return self._answers(found.predicted[repeat], found.probabilities[repeat])

    def gone_through(self, pair: Labels) -> Array:
        """Return which folds a pair went through, ``bool`` (r, f)."""
        predicted, folds = self.everything[pair].predicted, range(int(self.folds.max()) + 1)
        return np.array(
            [
                [bool((said[held == fold] >= 0).all()) for fold in folds]
                for said, held in zip(predicted, self.folds, strict=True)
            ]
        )

    def inside(self, pair: Labels, fold: int) -> Answers:
        """Return what a pair said while *fold* was out of sight; read only images of others."""
        found = self.everything[pair].inside
        assert found is not None, "the study is not nested"
        return self._answers(found.predicted[fold], found.probabilities[fold])

    @property
    def nested(self) -> bool:
        """Whether there is anything `inside`."""
        return any(found.inside is not None for found in self.pairs.values())

    def _answers(self, predicted: Array, probabilities: Array) -> Answers:
        classes = np.array(self.classes)
        return Answers(
            truth=self.labels,
            predicted=classes[predicted],
            probabilities=probabilities,
            classes=classes,
        )


def write_predictions(path: Path, table: Predictions) -> None:
    """Write ``predictions.h5``; `docs/output.md` describes it for other programs.

    The table holds at least one pair: a study in which all failed ends before.
    """
    named, pairs = table.everything.keys(), table.everything.values()
    arrays = {
        "images": text(table.images),
        "names": text(table.names),
        "classes": text(table.classes),
        "truth": table.truth,
        "folds": table.folds,
        "extractors": text(extractor for extractor, _ in named),
        "classifiers": text(classifier for _, classifier in named),
        "predicted": np.stack([pair.predicted for pair in pairs]),
        "probabilities": np.stack([pair.probabilities for pair in pairs]),
        "chosen": text(json.dumps(pair.chosen, sort_keys=True) for pair in pairs),
        "groups": text(table.groups),
        "units": table.units,
    }
    if table.nested:
        found = [pair.inside for pair in pairs if pair.inside is not None]
        arrays["inside_predicted"] = np.stack([one.predicted for one in found])
        arrays["inside_probabilities"] = np.stack([one.probabilities for one in found])
    failed = [[*labels, reason] for labels, reason in table.failed.items()]
    facts = {"failed": failed, "columns": dict(table.columns)}
    write_arrays(path, Arrays(arrays=arrays, facts=facts))


def read_predictions(path: Path) -> Predictions:
    """Read ``predictions.h5`` back, verified.

    Raises:
        frimcla.shards.DamagedError: It is not what was written.
        OSError: It cannot be opened.
    """
    content = read_arrays(path)
    found = content.arrays
    labels = zip(words(found["extractors"]), words(found["classifiers"]), strict=True)
    chosen = [json.loads(line) for line in words(found["chosen"])]
    pairs = {
        pair: PairPredictions(
            predicted=found["predicted"][number],
            probabilities=found["probabilities"][number],
            chosen=tuple(tuple(repeat) for repeat in chosen[number]),
            inside=_inside(found, number),
        )
        for number, pair in enumerate(labels)
    }
    complete = {pair: said for pair, said in pairs.items() if said.complete}
    return Predictions(
        images=words(found["images"]),
        names=words(found["names"]),
        classes=words(found["classes"]),
        truth=found["truth"],
        folds=found["folds"],
        groups=words(found["groups"]),
        units=found["units"],
        columns={name: tuple(cells) for name, cells in content.facts["columns"].items()},
        pairs=complete,
        partial={pair: said for pair, said in pairs.items() if pair not in complete},
        failed={
            (extractor, classifier): why for extractor, classifier, why in content.facts["failed"]
        },
    )


def _inside(found: Mapping[str, Array], number: int) -> Inside | None:
    if "inside_predicted" not in found:
        return None
    return Inside(found["inside_predicted"][number], found["inside_probabilities"][number])
