"""How far a study is: a small file beside its ``study.toml``, written by who runs it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import attrs
from attrs import validators

from frimcla.files import write_atomically

from .plain import read_plain

NAME = "progress.json"
SILENCE = 20.0
"""Seconds after which who runs a study and says nothing is gone: it says something every second."""
PATIENCE = 20.0
"""Seconds within which a study that is told to stop stops by itself."""
State = Literal["running", "done", "stopped", "failed"]
LATEST = 2.0**35
"""No number there is larger: a second a thousand years from now."""
# What a stranger wrote must not keep pages from being shown.
TEXT = validators.instance_of(str)
TEXTS = validators.deep_iterable(TEXT)
NUMBER: list[Any] = [
    validators.instance_of((int, float)),
    validators.ge(0),
    validators.le(LATEST),
]


@attrs.frozen(kw_only=True)
class Step:
    """One phase of the work.

    Attributes:
        name: What people call it.
        share: How much of it is done, 0 to 1.
        told: What is done, how fast, and how long it still takes.
    """

    name: str = attrs.field(validator=TEXT)
    share: float = attrs.field(validator=NUMBER)
    told: str = attrs.field(validator=TEXT)


@attrs.frozen(kw_only=True)
class Cell:
    """A pair in the growing table.

    Attributes:
        shown: Its mean so far, as tables write it; empty before the first fold.
        done: Folds behind it.
        folds: Folds there will be.
    """

    shown: str = attrs.field(validator=TEXT)
    done: int = attrs.field(validator=NUMBER)
    folds: int = attrs.field(validator=NUMBER)


@attrs.frozen(kw_only=True)
class Table:
    """The growing table: a row of cells for each extractor, a column for each classifier."""

    metric: str = attrs.field(validator=TEXT)
    unit: str = attrs.field(validator=TEXT)
    classifiers: Sequence[str] = attrs.field(validator=TEXTS)
    rows: Sequence[tuple[str, Sequence[Cell]]]

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Table:
        """Read what `attrs.asdict` made of it."""
        rows = [(str(name), [Cell(**cell) for cell in cells]) for name, cells in raw["rows"]]
        return cls(**{**raw, "rows": rows})


@attrs.frozen(kw_only=True)
class Status:
    """How far a study is.

    Attributes:
        state: What became of it.
        study: Hash of the ``study.toml`` that is run: another one asks for other results.
        started: When, in seconds since 1970.
        beat: When this was said, likewise.
        told: What the study began with, a line each.
        steps: The phases, in the order in which they began.
        table: What is known of pairs so far; None before the first.
        problem: Why it failed; empty otherwise.
        problems: The same by place, where several things are wrong.
    """

    state: State
    study: str = attrs.field(validator=TEXT)
    started: float = attrs.field(validator=NUMBER)
    beat: float = attrs.field(validator=NUMBER)
    told: Sequence[str] = attrs.field(default=(), validator=TEXTS)
    steps: Sequence[Step] = ()
    table: Table | None = None
    problem: str = attrs.field(default="", validator=TEXT)
    problems: Sequence[tuple[str, str]] = ()

    @property
    def alive(self) -> bool:
        """Whether somebody is at it: of this program or of another."""
        return self.state == "running" and abs(time.time() - self.beat) < SILENCE

    @property
    def minutes(self) -> str:
        """How long it has taken by now."""
        seconds = max(0.0, self.beat - self.started)
        return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"

    @property
    def json(self) -> str:
        """All of it on a line."""
        return json.dumps(attrs.asdict(self), ensure_ascii=False)

    @classmethod
    def parse(cls, text: str | bytes) -> Status | None:
        """Read `json` back; None where it is something else."""
        try:
            raw = json.loads(text)
            steps = [Step(**step) for step in raw["steps"]]
            table = Table.read(raw["table"]) if raw["table"] else None
            problems = [(str(place), str(what)) for place, what in raw["problems"]]
            found = cls(**{**raw, "steps": steps, "table": table, "problems": problems})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return found if found.state in get_args(State) else None

    def write(self, folder: Path) -> None:
        """Write it beside the ``study.toml`` in *folder*.

        Raises:
            ReadOnlyError, SpaceError: It cannot be written.
        """
        write_atomically(folder / NAME, self.json.encode())


def read_status(folder: Path) -> Status | None:
    """Return what was last said of the study in *folder*; None where nothing was."""
    try:
        return Status.parse(read_plain(folder / NAME))
    except OSError:
        return None
