"""Progress for people: what is done, how fast, how long it still takes; drawn on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from .contracts import Progress

PHASES = {
    "list": "Reading files",
    "ready": "Preparing networks",
    "extract": "Describing images",
    "inspect": "Looking at images",
    "draw": "Drawing sheets",
    "compare": "Comparing pairs",
    "train": "Training the best",
    "predict": "Predicting",
    "audit": "Auditing images",
    "learn": "Learning from parts",
    "picture": "Drawing images",
    "project": "Mapping images",
    "explain": "Finding where it looks",
    "report": "Writing the report",
}
FETCH, MEGABYTE = "fetch", 1e6
"""A phase ``"fetch NAME"`` counts bytes, and is drawn in megabytes: a bar for each file."""


def named(phase: str) -> str:
    """Return what people call a phase."""
    kind, _, name = phase.partition(" ")
    return f"Fetching {name} (MB)" if kind == FETCH else PHASES.get(phase, phase)


def unit_of(phase: str) -> float:
    """Return how much of a phase counts as one."""
    return MEGABYTE if phase.startswith(f"{FETCH} ") else 1


@attrs.define
class Pace:
    """How far a phase is, and how fast it goes.

    Attributes:
        phase: Its key.
        started: Second at which it began, on any clock.
        done: Of `total`, in its unit.
        total: Likewise.
        now: Second at which `done` was told.
    """

    phase: str
    started: float
    done: float = 0
    total: float = 0
    now: float = 0

    def note(self, done: int, total: int, now: float) -> None:
        """Take what a callback is told."""
        unit = unit_of(self.phase)
        self.done, self.total, self.now = done / unit, total / unit, now

    @property
    def name(self) -> str:
        """What people call it."""
        return named(self.phase)

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0

    @property
    def told(self) -> str:
        """What is done, how fast, and how long it still takes."""
        spent = self.now - self.started
        if self.share >= 1:
            return f"{self.done:.0f} in {spell(spent)}"
        if not self.done or spent <= 0:
            return f"{self.done:.0f} of {self.total:.0f}"
        rate = self.done / spent
        left = spell((self.total - self.done) / rate)
        return f"{self.done:.0f} of {self.total:.0f}, {rate:.1f} a second, {left} left"


def spell(seconds: float) -> str:
    """Say in a word how long that is."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


@contextmanager
def drawn() -> Iterator[Progress | None]:
    """Give a callback that draws on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Rate(ProgressColumn):
        """Units per second, once that can be said."""

        def render(self, task: Task) -> Text:
            """Return the rate of *task*."""
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "", style="progress.data.speed")

    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )

    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def show(phase: str, done: int, total: int) -> None:
            unit = unit_of(phase)
            if phase not in tasks:
                tasks[phase] = int(bars.add_task(named(phase), total=total / unit))
            bars.update(tasks[phase], completed=done / unit, total=total / unit)  # type: ignore[arg-type]

        yield show
