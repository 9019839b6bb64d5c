"""Images that a visitor brought, one by one and together."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import attrs

from frimcla.trust import COVERAGE

from .rows import Row


@attrs.define(eq=False)
class Item:
    """One image of a job.

    Attributes:
        number: In its job, from 0.
        name: As the visitor calls it.
        path: Where it lies.
        said: What is said of it, a row of `frimcla.predicted.predictions_json`; None before.
        nearest: Examples near it: label and picture as text.
        corrected: The class a visitor says it is; empty where nobody did.
        looks: What to know of the map of where the model looks; None before it is drawn.
    """

    number: int
    name: str
    path: Path
    said: Row | None = None
    nearest: Sequence[dict[str, str]] = ()
    corrected: str = ""
    looks: Sequence[str] | None = None

    @property
    def picture(self) -> Path:
        """Where its small copy lies."""
        return self.beside("small")

    def beside(self, name: str) -> Path:
        """Return where another picture of it lies."""
        return self.path.with_name(f"{self.path.name}.{name}.webp")


@attrs.define(eq=False)
class Job:
    """Images that a visitor brought together."""

    id: str
    owner: str
    room: Path
    coverage: float = COVERAGE
    items: list[Item] = attrs.field(factory=list)
    waiting: deque[Item] = attrs.field(factory=deque)
    bytes: int = 0
    passed_over: int = 0
    begun: float = 0.0
    before: int = 0
    ended: float = 0.0
    touched: float = attrs.field(factory=time.monotonic)
    tasks: set[asyncio.Task[None]] = attrs.field(factory=set)

    @property
    def done(self) -> int:
        """How many images have an answer."""
        return sum(item.said is not None for item in self.items)

    @property
    def running(self) -> bool:
        """Whether some are still waiting."""
        return self.done < len(self.items)

    @property
    def rate(self) -> float:
        """Images a second, of those that were sent together; 0 before the first is done."""
        until = time.monotonic() if self.running else self.ended
        return (self.done - self.before) / max(until - self.begun, 1e-3)

    @property
    def left(self) -> float | None:
        """Seconds still to wait, as things go; None where that cannot be said."""
        return (len(self.items) - self.done) / self.rate if self.rate else None
