"""All that the page shows of one pair, as numbers with the keys by which they can be checked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import attrs

from frimcla.evidence import count
from frimcla.number import Number
from frimcla.scoring import Answers
from frimcla.showing.classes import ClassEstimates, of_classes
from frimcla.showing.curves import Ranked, ranked, shown_class
from frimcla.showing.reliability import Reliability, reliability
from frimcla.showing.resampling import Draws, Estimate

from .galleries import SHOWN, Galleries, galleries_of
from .story import Story


@attrs.frozen(kw_only=True)
class ClassRow:
    """A class with its numbers by name, in the order of `HEADS`."""

    label: str
    numbers: tuple[tuple[str, Number], ...]


HEADS = {
    "images": "images",
    "precision": "precision",
    "sensitivity": "recall (sensitivity)",
    "specificity": "specificity",
    "f1": "F1",
    "auc": "AUC",
}
"""Columns of the table of classes, by the name of the number."""


@attrs.frozen(kw_only=True, eq=False)
class Detail:
    """One pair, looked at closely.

    Attributes:
        name: What tables call it.
        standing: Beside the winner.
        mean: Over folds, with its interval.
        galleries: What it said of each image.
        classes: Each with its numbers.
        curves: ROC and precision-recall; None without probabilities.
        others: The same curves of single classes, where `curves` are their mean.
        reliability: None without probabilities.
        positive: The class that the curves are of; empty where they are a mean over classes.
    """

    name: str
    standing: str
    mean: Number
    galleries: Galleries
    classes: tuple[ClassRow, ...]
    curves: Ranked | None
    others: tuple[Ranked, ...]
    reliability: Reliability | None
    positive: str

    @property
    def probable(self) -> bool:
        """Whether it gives probabilities, and there is something to tell apart by them."""
        return self.curves is not None and self.reliability is not None

    @property
    def auc(self) -> Number:
        """Area under the ROC curve."""
        assert self.curves
        return number(self.curves.roc.area, "area under the ROC curve", share=False)

    @property
    def average_precision(self) -> Number:
        """Average precision."""
        assert self.curves
        return number(self.curves.recall.area, "average precision", share=False)

    @property
    def ece(self) -> Number:
        """Expected calibration error."""
        assert self.reliability
        return Number(value=self.reliability.ece, unit="", metric="", method="over equal bins")

    @property
    def brier(self) -> Number:
        """Brier score."""
        assert self.reliability
        what = "mean squared distance of probabilities and truth, over classes"
        return Number(value=self.reliability.brier, unit="", metric="", method=what)

    @property
    def votes_told(self) -> str:
        """Say where the classifier decided against its own probabilities."""
        odd = self.galleries.against
        if not odd:
            return ""
        what = "1 prediction is" if odd == 1 else f"{odd:,} predictions are"
        return (
            f"{what} not the most probable class: the classifier decides by other means, and "
            "estimates its probabilities apart."
        )

    @property
    def errors_told(self) -> str:
        """Say how many images are wrong, and which of them are shown."""
        wrong = int((self.galleries.truth != self.galleries.said).sum())
        if not wrong:
            return "No image was predicted wrongly."
        shown = f", the {SHOWN} surest shown" if wrong > SHOWN else ", the surest first"
        what = "1 image was" if wrong == 1 else f"{wrong:,} images were"
        return f"{what} predicted wrongly{shown if wrong > 1 else ''}."


def detail_of(story: Story, name: str, draws: Draws) -> Detail:
    """Look at a pair.

    Args:
        story: The study.
        name: What tables call the pair.
        draws: Of the images, the same for all pairs.
    """
    pair = story.pairs[name]
    answers = story.table.answers(pair)
    positive = shown_class(story.table.classes, positives_of(story))
    alone = [ranked(answers, draws, label) for label in story.table.classes]
    curves = ranked(answers, draws, positive)
    return Detail(
        name=name,
        standing=story.standing[name],
        mean=story.numbers[f"mean.{name}"],
        galleries=galleries_of(story.table, pair),
        classes=tuple(_rows(answers, draws, alone)),
        curves=curves,
        others=() if positive else tuple(one for one in alone if one),
        reliability=reliability(answers, draws),
        positive=positive,
    )


def positives_of(story: Story) -> tuple[str, ...]:
    """Return the classes that metrics of the study name as positive."""
    others = story.settings.get("metrics")
    written = [story.settings.get("metric"), *(others if isinstance(others, list) else ())]
    named = [one.get("positive") for one in written if isinstance(one, dict)]
    return tuple(label for label in named if label in story.table.classes)


def draws_of(story: Story) -> Draws:
    """Return the bootstrap samples behind all intervals that ``verdict.json`` does not have."""
    table = story.table
    return Draws.of(table.truth, table.units, int(story.numbers["seed"].value))


def number(estimate: Estimate, method: str, *, share: bool = True) -> Number:
    """Return an estimate as a number that is told to people."""
    there = not math.isnan(estimate.low)
    return Number(
        value=estimate.value,
        unit="share" if share else "",
        metric="",
        method=method,
        low=estimate.low if there else None,
        high=estimate.high if there else None,
    )


def _rows(answers: Answers, draws: Draws, alone: Sequence[Ranked | None]) -> Iterator[ClassRow]:
    for one, curve in zip(of_classes(answers, draws), alone, strict=True):
        yield ClassRow(label=one.label, numbers=tuple(_numbers(one, curve)))


def _numbers(one: ClassEstimates, curve: Ranked | None) -> Iterator[tuple[str, Number]]:
    yield "images", count(one.images, "images of the class")
    for name in ("precision", "sensitivity", "specificity", "f1"):
        yield name, number(getattr(one, name), f"{HEADS[name]}, out of fold")
    missing = Estimate(value=float("nan"))
    yield "auc", number(curve.roc.area if curve else missing, "of its ROC curve", share=False)
