"""Choices that many will want, a click each."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from frimcla.guiding.choices import Choice, is_network
from frimcla.guiding.choosing import Chosen


@attrs.frozen(kw_only=True)
class Preset:
    """What is ticked.

    Attributes:
        title: What people call it.
        about: What it is good for.
        extractors: Names to tick, as far as they are installed; empty: the usual ones.
        classifiers: Likewise.
        folds: How many; None: the images decide.
        everything: Whether all extractors are ticked that can be had.
    """

    title: str
    about: str
    extractors: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    folds: int | None = None
    everything: bool = False

    def of(
        self, before: Chosen, extractors: Sequence[Choice], classifiers: Sequence[Choice]
    ) -> Chosen:
        """Return a choice with this instead of what was ticked before."""
        settings = {key: value for key, value in before.settings.items() if key != "folds"}
        if self.folds:
            settings["folds"] = self.folds
        return attrs.evolve(
            before,
            extractors=self._of(extractors, self.extractors),
            classifiers=self._of(classifiers, self.classifiers),
            metric="",
            settings=settings,
        )

    def _of(self, offered: Sequence[Choice], wanted: tuple[str, ...]) -> tuple[str, ...]:
        here = [one for one in offered if not one.lacking]
        if self.everything and any(map(is_network, offered)):
            return tuple(one.name for one in here)
        named = tuple(one.name for one in here if one.name in wanted)
        return named or tuple(one.name for one in here if one.usual)


PRESETS = {
    "quick": Preset(
        title="A first look",
        about="two descriptors, two classifiers, 5 folds: an answer in a minute or two",
        extractors=("colour_moments", "lbp"),
        classifiers=("knn", "logistic_regression"),
        folds=5,
    ),
    "usual": Preset(title="The usual", about="what FrImCla compares if nothing is chosen"),
    "everything": Preset(
        title="Everything",
        about="all extractors that can run here, with the usual classifiers; takes longest",
        everything=True,
    ),
}
"""By what stands in the address."""
