"""Draws progress on the terminal: what is done, how fast, how long it still takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

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

    def named(phase: str) -> str:
        kind, _, name = phase.partition(" ")
        return f"Fetching {name} (MB)" if kind == FETCH else PHASES.get(phase, phase)

    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def show(phase: str, done: int, total: int) -> None:
            unit = MEGABYTE if phase.startswith(f"{FETCH} ") else 1
            if phase not in tasks:
                tasks[phase] = int(bars.add_task(named(phase), total=total / unit))
            bars.update(tasks[phase], completed=done / unit, total=total / unit)  # type: ignore[arg-type]

        yield show
