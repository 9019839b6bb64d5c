"""How many requests with images are looked after at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

LATER = {"retry-after": "20"}
"""Seconds after which a visitor may ask again."""


class Turns:
    """Counts who is waiting; who comes when too many are is sent away at once."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take part until the end of a block.

        Raises:
            HTTPException: 429; too many do.
        """
        if self._taken >= self._most:
            raise HTTPException(429, "Too many are waiting; try again in a moment.", LATER)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
