"""What is worth a second look: the rules for single images, in one table."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from frimcla.policy import Kind, Policy

from .facts import ImageFacts
from .words import times


@attrs.frozen(kw_only=True)
class Rule:
    """When an image is marked.

    Attributes:
        name: In a word or two, as the mark says it.
        threshold: Beyond which it is marked.
        when: The rule in words.
        why: Why that matters.
    """

    name: str
    threshold: float
    when: str
    why: str


@attrs.frozen(kw_only=True)
class Mark:
    """That a rule holds of an image.

    Attributes:
        rule: Which one.
        told: With the number that says so.
        weight: The larger, the worse; compared within a rule.
    """

    rule: Rule
    told: str
    weight: float = 0


EMPTY = Rule(
    name="empty",
    threshold=1,
    when="what is seen deviates from its mean by less than 1 of 255 levels",
    why="there is no structure to describe: a blank field, a closed shutter, a crushed range",
)
NARROW = Rule(
    name="unused range",
    threshold=32,
    when="what is seen spans fewer than 32 of 256 levels (0.1th to 99.9th percentile)",
    why="rounding to 256 levels leaves little of the image; of 16 bits, 1/8 of the range is such",
)
SATURATED = Rule(
    name="saturated",
    threshold=0.05,
    when="more than 5 % of the values are white (255): the top of the type or of the range",
    why="what was brighter is lost; exposure or range may be wrong. A white background is harmless",
)
SMALL = Rule(
    name="very small",
    threshold=32,
    when="a side is shorter than 32 pixels",
    why="textures have no room, and networks see an image blown up seven times and more",
)
STRANGE = Rule(
    name="another kind",
    threshold=0,
    when="its type, bits or channels differ from those of most images",
    why="a study refuses it: nothing says what of it compares with the others",
)
RULES = (EMPTY, NARROW, SATURATED, STRANGE, SMALL)
"""In the order in which they are shown."""


def marks_of(facts: ImageFacts, policy: Policy, kind: Kind | None) -> tuple[Mark, ...]:
    """Return what is worth a look about an image, in the order of `RULES`.

    Args:
        facts: Of the image.
        policy: What extractors see.
        kind: What most images are of.
    """
    found = list(_of_channels(facts))
    theirs = Kind.of(facts.header, policy)
    if kind is not None and not kind.admits(theirs):
        found.append(Mark(rule=STRANGE, told=f"holds {theirs}; most hold {kind}"))
    if min(facts.sides) < SMALL.threshold:
        found.append(
            Mark(rule=SMALL, told=f"{times(facts.sides)} pixels", weight=-min(facts.sides))
        )
    return tuple(sorted(found, key=lambda mark: RULES.index(mark.rule)))


def _of_channels(facts: ImageFacts) -> Iterator[Mark]:
    """Colours are judged together; channels of a microscope one by one."""
    if facts.colour:
        channels = facts.channels
        if mark := _judged(
            deviation=max(channel.deviation for channel in channels),
            span=max(channel.span for channel in channels),
            white=float(np.mean([channel.white for channel in channels])),
        ):
            yield mark
        return
    for channel in facts.channels:
        if mark := _judged(deviation=channel.deviation, span=channel.span, white=channel.white):
            place = f"{channel.name}: " if len(facts.channels) > 1 else ""
            yield attrs.evolve(mark, told=place + mark.told)


def _judged(*, deviation: float, span: int, white: float) -> Mark | None:
    """Return the one thing to say of values: what is white all over is saturated, not empty."""
    if white > SATURATED.threshold:
        return Mark(
            rule=SATURATED, told=f"{_percent(white)} of the values are white (255)", weight=white
        )
    if deviation < EMPTY.threshold:
        return Mark(
            rule=EMPTY,
            told=f"no structure: deviation {deviation:.1f} of 255 levels",
            weight=-deviation,
        )
    if span < NARROW.threshold:
        return Mark(rule=NARROW, told=f"spans {span} of 256 levels", weight=-span)
    return None


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
