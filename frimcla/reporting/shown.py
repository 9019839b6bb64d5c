"""How images appear in a page: by thumbnail and name, or by nothing that tells who they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs
from markupsafe import Markup

from frimcla.errors import readable
from frimcla.picturing.album import Album, Thumb
from frimcla.predictions import Predictions

DIGITS = 12
"""Of the SHA-256 of an image that stand for its name."""


@attrs.frozen(kw_only=True, eq=False)
class Shown:
    """The images of a study in a page.

    Attributes:
        table: Which images there are.
        album: Their thumbnails, if there are any.
        pictures: Whether thumbnails and names may be shown.
    """

    table: Predictions
    album: Album | None
    pictures: bool

    def name(self, row: int) -> str:
        """Return what an image is called: its file, or the first digits of its hash."""
        return self.table.names[row] if self.pictures else self.table.images[row][:DIGITS]

    @property
    def thumbnails(self) -> Mapping[str, Thumb]:
        """The thumbnails that may be shown, by key."""
        return self.album.thumbnails if self.album and self.pictures else {}

    @cached_property
    def first(self) -> Mapping[str, int]:
        """The first row of each image that has a thumbnail, by key: copies share it."""
        found: dict[str, int] = {}
        for row, key in enumerate(self.table.images):
            if key in self.thumbnails:
                found.setdefault(key, row)
        return found

    def look(self, row: int) -> str:
        """Return the class by which the style sheet knows a thumbnail; empty without one."""
        number = self.first.get(self.table.images[row])
        return "" if number is None else f"t{number}"

    def picture(self, row: int) -> Markup:
        """Return the thumbnail of an image."""
        if not self.pictures:
            return Markup('<i class="t none">not shown</i>')
        if not (look := self.look(row)):
            return Markup('<i class="t none">no picture</i>')
        said = Markup('<i class="t {}" role="img" aria-label="{}"></i>')
        return said.format(look, readable(self.name(row)))
