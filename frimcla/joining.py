"""Several extractors as one: their features stand side by side, in the order they are named.

Nothing is described twice: each part has a space of its own, which other extractors of the study
that are the same share. Classifiers scale features inside each training fold, so the widths and
units of the parts do not matter to them.
"""

from __future__ import annotations

from typing import Any

import attrs

from .components import Component, Extractor
from .params import NoParams
from .recipes import Recipe

JOIN = Extractor(
    name="join",
    factory="frimcla.joining:Join",
    summary="features of several extractors side by side",
    params=NoParams,
)
"""What joined extractors are called where one of a plugin would be; no plugin offers it."""

MOST_JOINED = 32
"""Extractors that one may join."""


@attrs.frozen(kw_only=True)
class Join(Recipe):
    """Extractors that are joined.

    Attributes:
        members: At least two, none of them joined itself.
    """

    component: Component = JOIN
    params: Any = attrs.field(factory=NoParams)
    members: tuple[Recipe, ...]

    @property
    def parts(self) -> tuple[Recipe, ...]:
        """What is joined."""
        return self.members

    @property
    def label(self) -> str:
        """The user's name for it, or ``"DenseNet121 & Haralick"``."""
        return self.given_label or " & ".join(member.label for member in self.members)

    @property
    def identity(self) -> list[Any]:
        """All that changes its numbers: those of its parts, and their order."""
        return [self.component.kind, "", JOIN.name, [member.identity for member in self.members]]
