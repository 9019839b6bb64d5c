"""Progress in a cell: a bar for each phase, with rate and time left."""

from __future__ import annotations

import time

import attrs
from IPython.display import HTML, DisplayHandle, display
from markupsafe import Markup

from frimcla.progress import FETCH, MEGABYTE, PHASES

from .looks import framed, together

EVERY = 0.25
"""Seconds between two drawings."""


@attrs.define
class _Phase:
    name: str
    started: float
    done: float = 0
    total: float = 0
    now: float = 0

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 1.0

    @property
    def told(self) -> str:
        """What is done, how fast, and how long it still takes."""
        spent = self.now - self.started
        if self.share >= 1:
            return f"{self.done:.0f} in {_spell(spent)}"
        if not self.done or spent <= 0:
            return f"{self.done:.0f} of {self.total:.0f}"
        rate = self.done / spent
        left = _spell((self.total - self.done) / rate)
        return f"{self.done:.0f} of {self.total:.0f}, {rate:.1f} a second, {left} left"


class Bars:
    """A callback for the commands of FrimCla that draws below the cell it is made in.

    Plain HTML that is drawn anew, no widget: it stays in the notebook when it is saved.
    """

    def __init__(self) -> None:
        self._phases: dict[str, _Phase] = {}
        self._drawn = float("-inf")
        self._handle: DisplayHandle | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Note what is done of a phase, and draw it, but not too often."""
        now = time.monotonic()
        unit = MEGABYTE if phase.startswith(f"{FETCH} ") else 1
        known = self._phases.setdefault(phase, _Phase(name=_named(phase), started=now))
        known.done, known.total, known.now = done / unit, total / unit, now
        if done >= total or now - self._drawn >= EVERY:
            self._drawn = now
            self._draw()

    def _draw(self) -> None:
        page = HTML(self.html)
        if self._handle is None:
            self._handle = display(page, display_id=True)
        else:
            self._handle.update(page)

    @property
    def html(self) -> str:
        """The bars as they stand."""
        row = Markup(
            "<div class='bar'><span>{}</span><meter min=0 max=1 value={:.3f}></meter>"
            "<small>{}</small></div>"
        )
        return framed(
            together(row.format(one.name, one.share, one.told) for one in self._phases.values())
        )


def _named(phase: str) -> str:
    kind, _, name = phase.partition(" ")
    return f"Fetching {name} (MB)" if kind == FETCH else PHASES.get(phase, phase)


def _spell(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
