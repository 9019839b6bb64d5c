"""What a trained model is, how good it is, and what it must not be used for: from what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np

from frimcla.bundle import Model
from frimcla.contracts import Array
from frimcla.number import Number
from frimcla.recipes import Recipe
from frimcla.reporting.words import WORDS
from frimcla.saying import amount, told
from frimcla.scoring import confusion_of
from frimcla.stats.proportions import wilson

from .cautions import cautions
from .wording import either, percent

HEATS, MISSES = 9, 3
"""Shades of the confusion matrix."""


@attrs.frozen(kw_only=True)
class Known:
    """A class, and how the model did on images of it that it had not learnt from.

    Attributes:
        label: The class.
        images: That the model was trained on.
        found: How many were recognised while they were held out; None where nobody wrote it down.
        low: Lower end of the 95 % interval of their share (Wilson), 0 to 1.
        high: Upper end.
    """

    label: str
    images: int
    found: int | None = None
    low: float = 0.0
    high: float = 1.0

    @property
    def told(self) -> str:
        """Say how it did: ``92 % (84 to 97 %)``."""
        if self.found is None:
            return "not written down"
        ends = f"{100 * self.low:.0f} to {100 * self.high:.0f} %"
        return f"{percent(self.found / self.images)} ({ends})"


@attrs.frozen(kw_only=True)
class Cell:
    """Images of one class that were taken for another, or for their own."""

    count: int
    look: str


@attrs.frozen(kw_only=True)
class Facts:
    """What the pages say of a model.

    Attributes:
        title: The question that it answers.
        label: Its pair.
        file: What its file is called.
        kind: What images it takes.
        extractor: What describes an image: its name, and what it is.
        classifier: What learns from that, likewise.
        expected: How good it is to be expected.
        promise: The same for people who know no metric; empty where that cannot be said.
        classes: Each of them.
        confusion: Rows are true classes, columns predicted ones; empty where it is not known.
        images: How many it was trained on.
        grouped_by: What groups were called; empty without.
        marks: Whether it marks images unlike those of training.
        limits: What it must not be used for: a title and a sentence each.
        versions: What it was made with.
        notices: What a user should know.
    """

    title: str
    label: str
    file: str
    kind: str
    extractor: tuple[str, str]
    classifier: tuple[str, str]
    expected: Number
    promise: str
    classes: tuple[Known, ...]
    confusion: tuple[tuple[Cell, ...], ...]
    images: int
    grouped_by: str
    marks: bool
    limits: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]

    @property
    def expected_told(self) -> str:
        """Say how good it is to be expected: metric, number and interval."""
        return f"{self.expected.metric} {told(self.expected)}"

    @property
    def number(self) -> str:
        """Write the number alone."""
        return amount(self.expected.value, percent=self.expected.unit == "share")

    @property
    def command(self) -> str:
        """What to type to learn how good it is on other images."""
        return f"frimcla evaluate {self.file} FOLDER"

    @property
    def citable(self) -> str:
        """Say in a sentence what the model is, for a paper or a note."""
        versions = dict(self.versions)
        made = f"FrImCla {versions.get('frimcla', '')}"
        return (
            f"Images were classified by {self.label} ({made}), trained on "
            f" {self.images:,} images of {len(self.classes)} classes; expected on new images: "
            f"{self.expected_told}, {self.expected.method}."
        )

    @property
    def meaning(self) -> str:
        """Say what the metric is; empty where that is not known."""
        return WORDS.get(self.expected.metric, "")


def facts_of(model: Model, file: Path) -> Facts:
    """Gather what the pages say of a model that was loaded from *file*."""
    manifest = model.manifest
    trained = manifest.trained_on
    counts = confusion_of(model.trust.answers) if model.trust else None
    return Facts(
        title=_title(model.classes),
        label=manifest.label,
        file=file.name,
        kind=str(manifest.saw) if manifest.saw else "",
        extractor=_named(manifest.extractor),
        classifier=_named(manifest.classifier),
        expected=manifest.expected,
        promise=_promise(manifest.expected),
        classes=tuple(_known(model, counts)),
        confusion=_confusion(counts),
        images=trained["images"],
        grouped_by=str(trained.get("grouped_by", "")),
        marks=model.trust is not None,
        limits=tuple(cautions(model)),
        versions=tuple(manifest.versions.items()),
        notices=model.notices,
    )


def _named(recipe: Recipe) -> tuple[str, str]:
    return recipe.label, recipe.component.summary


def _title(classes: tuple[str, ...]) -> str:
    if len(classes) > 4 or sum(map(len, classes)) > 60:
        return f"Which of {len(classes)} classes?"
    return f"{either(classes)}?"


def _promise(expected: Number) -> str:
    """Say an accuracy as so many images of a hundred; of other metrics there is no such number."""
    of = {
        "accuracy": "100 new images",
        "balanced accuracy": "100 new images, as many of each class",
    }
    if expected.metric not in of or expected.unit != "share" or not 0 <= expected.value <= 1:
        return ""
    right = f"Of {of[expected.metric]}, expect about {100 * expected.value:.0f} to be right"
    if expected.low is None or expected.high is None:
        return f"{right}."
    ends = f"{100 * expected.low:.0f} and {100 * expected.high:.0f}"
    return f"{right}; between {ends} is likely."


def _known(model: Model, counts: Array | None) -> Iterator[Known]:
    learnt = model.manifest.trained_on["per_class"]
    for number, label in enumerate(model.classes):
        images = int(learnt.get(label, 0))
        if counts is None or not images:
            yield Known(label=label, images=images)
            continue
        found, images = int(counts[number, number]), int(counts[number].sum())
        low, high = wilson(found, images)
        yield Known(label=label, images=images, found=found, low=low, high=high)


def _confusion(counts: Array | None) -> tuple[tuple[Cell, ...], ...]:
    if counts is None:
        return ()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return tuple(
        tuple(
            Cell(count=int(count), look=_look(row == column, shares[row, column]))
            for column, count in enumerate(line)
        )
        for row, line in enumerate(counts)
    )


def _look(right: bool, share: float) -> str:
    if right:
        return f"heat{min(HEATS, int(10 * share))}"
    return f"miss{min(MISSES, 1 + int(4 * share))}" if share else "miss0"
