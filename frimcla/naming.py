"""What names and columns say of images: class, group, channel. A value of the study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from .patterns import Pattern, is_pattern

NO_GROUPS = "none"
"""``groups = "none"``: every image stands for itself, and nobody is warned."""
CLASS, CHANNEL = "class", "channel"
"""Fields of a pattern that are no columns."""
MANIFESTS = frozenset({".csv", ".tsv"})
"""How the names of manifests end."""


def is_manifest(path: Path) -> bool:
    """Say whether *path* is a manifest, by its name."""
    return path.suffix.lower() in MANIFESTS and not path.is_dir()


@attrs.frozen(kw_only=True)
class Naming:
    """How classes and groups are told.

    Attributes:
        classes: Pattern of names, as ``"{class}_{patient}_*.png"``; empty: the first folder, or
            the column ``class`` of a manifest.
        groups: Columns, fields of `classes`, or patterns; what they say together is the group.
            Empty: none declared. ``("none",)``: declared to be none.

    Raises:
        ValueError: A pattern is none.
    """

    classes: str = attrs.field(default="")
    groups: tuple[str, ...] = ()

    @classes.validator
    def _patterns_are_patterns(self, _: object, classes: str) -> None:
        for pattern in (classes, *filter(is_pattern, self.groups)):
            if pattern:
                Pattern.of(pattern)

    @property
    def grouped(self) -> bool:
        """Whether images belong to groups."""
        return bool(self.groups) and self.groups != (NO_GROUPS,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that `groups` names."""
        return tuple(part for part in self.groups if self.grouped and not is_pattern(part))

    @property
    def told(self) -> str:
        """What a group is called: ``"patient"``, ``"plate, well"``."""
        fields: list[str] = []
        for part in self.groups if self.grouped else ():
            fields += Pattern.of(part).fields if is_pattern(part) else [part]
        return ", ".join(dict.fromkeys(fields))

    def group_of(self, name: str, columns: Mapping[str, str]) -> str | None:
        """Return the group of an image; None where names and columns do not tell it.

        Args:
            name: Path below the dataset.
            columns: What else is known of the image.
        """
        values: list[str] = []
        for part in self.groups:
            if is_pattern(part):
                values.append(Pattern.of(part).key(name) or "")
            else:
                values.append(columns.get(part, ""))
        return " / ".join(values) if all(values) else None
