"""What is said of one image, in words for people who know images and no statistics."""

from __future__ import annotations

import math

import attrs

from frimcla.bundle import Model
from frimcla.trust import FALSE_ALARMS

from .items import Item
from .views import sure, undecided
from .wording import begun, either, percent

SHOWN = 6
"""Bars of a card; the others are folded away."""
UNLIKE = (
    "It lies further from the images of the study than nearly all of them lie from each other, so "
    f"its class may mean nothing. Of ordinary images {100 * FALSE_ALARMS:.0f} % are marked as well."
)
"""What it means to be unlike anything in training."""


@attrs.frozen(kw_only=True)
class Bar:
    """The probability of a class.

    Attributes:
        label: The class.
        share: 0 to 1.
        candidate: Whether the image may well be of it.
    """

    label: str
    share: float
    candidate: bool

    @property
    def told(self) -> str:
        """Write it."""
        return percent(self.share)


@attrs.frozen(kw_only=True)
class Card:
    """An image and what is said of it.

    Attributes:
        item: The image.
        sure: How sure the model is, and what that means here; a sentence each.
        fits: Which other classes fit; empty where that is none.
        unlike: What it means that the image is unlike anything in training; empty where it is not.
        bars: The most probable classes.
        more: The others.
    """

    item: Item
    sure: tuple[str, ...] = ()
    fits: str = ""
    unlike: str = ""
    bars: tuple[Bar, ...] = ()
    more: tuple[Bar, ...] = ()


def card_of(item: Item, coverage: float, images: int) -> Card:
    """Say what there is to say of an image that has an answer.

    Args:
        item: The image.
        coverage: How often the candidates hold the true class.
        images: Of the study.
    """
    assert item.said
    if item.said["problem"]:
        return Card(item=item)
    bars = _bars(item)
    return Card(
        item=item,
        sure=tuple(_sure(item, images)),
        fits=_fits(item, coverage),
        unlike=UNLIKE if item.said["unlike_training"] else "",
        bars=bars[:SHOWN],
        more=bars[SHOWN:],
    )


def images_of(model: Model) -> int:
    """Return how many images the study had."""
    return int(model.manifest.trained_on["images"])


def _bars(item: Item) -> tuple[Bar, ...]:
    assert item.said
    candidates = item.said["candidates"] or ()
    known = {label: s for label, s in item.said["scores"].items() if s is not None}
    return tuple(
        Bar(label=label, share=known[label], candidate=label in candidates)
        for label in sorted(known, key=lambda label: (-known[label], label))
    )


def _sure(item: Item, images: int) -> list[str]:
    """Say how sure the model is, and how often it was right when it was about as sure."""
    assert item.said
    certainty, right = sure(item), item.said["right"]
    if math.isnan(certainty):
        return ["This model does not say how sure it is."]
    told = begun(percent(certainty))
    if item.said["unlike_training"]:
        return [f"{told} sure, which means little for such an image."]
    said = [f"{told} sure."]
    if right:
        count = round(right["share"] * right["images"])
        ends = f"{100 * right['low']:.0f} to {100 * right['high']:.0f} %"
        where = f"{right['images']:,} images of the study where it was about as sure"
        if right["images"] >= images:  # too small a study to tell more
            where = f"all {right['images']:,} images of the study, however sure it was"
        said.append(f"Of {where}, {count:,} were right ({ends}).")
    return said


def _fits(item: Item, coverage: float) -> str:
    """Say which classes fit, where it is not just the one that is predicted."""
    assert item.said
    if not undecided(item) or item.said["unlike_training"]:  # it holds of images like training
        return ""
    candidates, predicted = item.said["candidates"], item.said["predicted"]
    if not candidates:
        return "Fits no class well: most images of the study had higher scores for their class."
    others = [label for label in candidates if label != predicted]
    if predicted not in candidates:
        return (
            f"A doubtful {predicted}: most images of that class score higher. "
            f"It could be {either(others)}."
        )
    among = "these two" if len(candidates) == 2 else "these"
    return (
        f"Could also be {either(others)}: the true class is among {among} "
        f"for {percent(coverage)} of images."
    )
