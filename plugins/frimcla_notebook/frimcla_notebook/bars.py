"""Progress in a cell: a bar for each phase, with rate and time left."""

from __future__ import annotations

import time

from IPython.display import HTML, DisplayHandle, display
from markupsafe import Markup

from frimcla.progress import Pace

from .looks import framed, together

EVERY = 0.25
"""Seconds between two drawings."""


class Bars:
    """A callback for the commands of FrimCla that draws below the cell it is made in.

    Plain HTML that is drawn anew, no widget: it stays in the notebook when it is saved.
    """

    def __init__(self) -> None:
        self._phases: dict[str, Pace] = {}
        self._drawn = float("-inf")
        self._handle: DisplayHandle | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Note what is done of a phase, and draw it, but not too often."""
        now = time.monotonic()
        self._phases.setdefault(phase, Pace(phase=phase, started=now)).note(done, total, now)
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
