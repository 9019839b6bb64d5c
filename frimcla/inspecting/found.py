"""What an inspection found, as values."""

from __future__ import annotations

from collections import Counter

import attrs

from frimcla.opening import Opened

from .facts import ImageFacts
from .oddities import RULES, Mark, Rule


@attrs.frozen(kw_only=True)
class Seen:
    """An image that was looked at.

    Attributes:
        facts: What was measured.
        marks: What is worth a second look.
    """

    facts: ImageFacts
    marks: tuple[Mark, ...]

    @property
    def name(self) -> str:
        """Of the image."""
        return self.facts.image.name

    def marked(self, rule: Rule) -> bool:
        """Say whether *rule* holds of it."""
        return any(mark.rule == rule for mark in self.marks)

    def worst(self, rule: Rule) -> float:
        """Return how bad it is by *rule*."""
        return max(mark.weight for mark in self.marks if mark.rule == rule)


@attrs.frozen(kw_only=True)
class ClassSheet:
    """The images of a class.

    Attributes:
        number: From 1.
        label: The class.
        images: All that can be read, by name.
        shown: Some of them, evenly drawn.
        strips: By rule, the worst of those that are marked; of rules that do not mark most
            images anyway.
        file: Name of the PNG.
    """

    number: int
    label: str
    images: tuple[Seen, ...]
    shown: tuple[Seen, ...]
    strips: tuple[tuple[Rule, tuple[Seen, ...]], ...]
    file: str

    @property
    def marked(self) -> dict[Rule, int]:
        """How many images each rule marks; rules that mark none are left out."""
        counts = {rule: sum(image.marked(rule) for image in self.images) for rule in RULES}
        return {rule: count for rule, count in counts.items() if count}

    def stands_out(self, seen: Seen) -> bool:
        """Say whether an image is marked by a rule that does not mark most images."""
        return any(seen.marked(rule) for rule, _ in self.strips)

    @property
    def groups(self) -> int:
        """Groups, or different images where none are declared."""
        return len({seen.facts.image.group for seen in self.images})


@attrs.frozen(kw_only=True)
class Inspection:
    """Everything that was found.

    Attributes:
        opened: The study and its images, without those kept for the final check.
        title: What the images are called: the last part of their folder's name.
        told: What a study of them begins with, a line each.
        sheets: A class each.
        hints: (what, sentence): what tells classes apart without a look at what is shown.
        problems: (place, sentence): why a study would refuse them.
        unreadable: (name, sentence).
        written: Names of the files in the folder.
        folder: Where they were written, as the user wrote it.
    """

    opened: Opened
    title: str
    told: tuple[str, ...]
    sheets: tuple[ClassSheet, ...]
    hints: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    folder: str
    written: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether a study stops at these images, if it does not skip what is unreadable."""
        return bool(self.problems or self.unreadable)

    @property
    def images(self) -> tuple[Seen, ...]:
        """Of all classes."""
        return tuple(image for sheet in self.sheets for image in sheet.images)

    @property
    def marked(self) -> dict[Rule, int]:
        """How many images each rule marks, in the order of the rules."""
        counts = sum((Counter(sheet.marked) for sheet in self.sheets), Counter[Rule]())
        return {rule: counts[rule] for rule in RULES if counts[rule]}
