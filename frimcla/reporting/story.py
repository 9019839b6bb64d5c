"""What a report tells, read back from the folder that a study left.

No image, feature or plugin is needed: a folder that was moved, or sent, can be told of again.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs

from frimcla.auditing.core import said_of
from frimcla.auditing.findings import Audit, read_audit
from frimcla.auditing.learning_curve import Curve
from frimcla.errors import ConfigError
from frimcla.number import Number
from frimcla.picturing import FILE as ALBUM
from frimcla.picturing import Album, read_album
from frimcla.predictions import Labels, Predictions, read_predictions
from frimcla.selection import told_pair
from frimcla.shards import DamagedError

from .checking import problems_of

T = TypeVar("T")


@attrs.frozen(kw_only=True, eq=False)
class Story:
    """A finished study, as its files tell it.

    Attributes:
        folder: Where they lie, as the user wrote it.
        settings: ``study.toml``.
        verdict: ``verdict.json`` without its numbers.
        numbers: Those of ``verdict.json``, by name.
        table: ``predictions.h5``.
        record: ``run.json``.
        sentences: ``verdict.txt``, a line each.
        lines: ``table.csv``, a row each by column.
        methods: ``methods.txt``, a paragraph each.
        bibliography: ``methods.bib``.
        audit: ``audit.json``, or None.
        album: ``album.h5``, or None.
    """

    folder: Path
    settings: Mapping[str, Any]
    verdict: Mapping[str, Any]
    numbers: Mapping[str, Number]
    table: Predictions
    record: Mapping[str, Any]
    sentences: tuple[str, ...]
    lines: tuple[Mapping[str, str], ...]
    methods: tuple[str, ...]
    bibliography: str
    audit: Audit | None
    album: Album | None

    @property
    def metric(self) -> str:
        """What decided."""
        return str(self.verdict["metric"])

    @property
    def expected(self) -> Number:
        """What to expect of the winner: the headline."""
        return self.numbers[f"expected.{self.metric}"]

    @property
    def percent(self) -> bool:
        """Whether scores are shown in percent."""
        return self.numbers["baseline"].unit == "share"

    @property
    def pairs(self) -> Mapping[str, Labels]:
        """Every pair that could be judged, by the name that tables call it by, best first."""
        by_name = {told_pair(pair): pair for pair in self.table.pairs}
        return {name: by_name[name] for name in self.verdict["ranking"]}

    @property
    def winner(self) -> Labels:
        """The best."""
        return self.pairs[self.verdict["winner"]]

    @property
    def standing(self) -> Mapping[str, str]:
        """How each pair stands beside the winner, by name, as `frimcla.comparing.Standing`."""
        found = dict.fromkeys(self.pairs, "worse")
        for standing in ("undecided", "recommended", "equivalent"):
            found |= dict.fromkeys(self.verdict[standing], standing)
        return {**found, self.verdict["winner"]: "winner"}

    @property
    def title(self) -> str:
        """What the images are called."""
        return str(self.record.get("title", "Images"))


def read_story(folder: Path) -> Story:
    """Read what a study left.

    Raises:
        ConfigError: The folder holds no finished study, or some of its files are damaged.
    """
    record = _read(folder, "run.json", json.loads)
    if not isinstance(record, dict) or record.get("state") != "done":
        what = f"was not finished; run it again: frimcla run {folder / 'study.toml'}"
        raise ConfigError(str(folder), [("study", what)])
    verdict, numbers = _read(folder, "verdict.json", _verdict)
    lines = tuple(csv.DictReader(_read(folder, "table.csv", str).splitlines()))
    table = _table(folder)
    if problems := problems_of(verdict, numbers, record, lines, table):
        raise ConfigError(str(folder), problems)
    return Story(
        folder=folder,
        record=record,
        settings=_read(folder, "study.toml", tomllib.loads),
        numbers=numbers,
        verdict=verdict,
        table=table,
        sentences=tuple(_read(folder, "verdict.txt", str.splitlines)),
        lines=lines,
        methods=tuple(_read(folder, "methods.txt", lambda text: text.strip().split("\n\n"))),
        bibliography=_read(folder, "methods.bib", str),
        audit=_audit(folder, table, verdict["recommended"]),
        album=read_album(folder / ALBUM),
    )


def _verdict(text: str) -> tuple[dict[str, Any], dict[str, Number]]:
    """Read ``verdict.json``: all but its numbers, and these.

    Raises:
        ValueError: It is not what a study writes.
    """
    try:
        content = dict(json.loads(text))
        numbers = {name: _number(name, one) for name, one in content.pop("numbers").items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error} is missing, or something else") from None
    return content, numbers


def _read(folder: Path, name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse((folder / name).read_text("utf-8"))
    except FileNotFoundError:
        what = "is not there: name the output folder of a finished study"
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
    except (ValueError, RecursionError) as error:
        what = f"is damaged ({error}); run the study again, what is finished is kept"
    raise ConfigError(str(folder), [(name, what)])


def _audit(folder: Path, table: Predictions, pairs: Sequence[str]) -> Audit | None:
    """Read what an audit found of these predictions; None where nothing of use is there."""
    found = read_audit(folder)
    by_name = {told_pair(pair): pair for pair in table.pairs}
    try:
        if found and found.curve:
            Curve.of(found.curve)
        ours = said_of(table, [by_name[name] for name in pairs])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found and found.said == ours else None


def _table(folder: Path) -> Predictions:
    try:
        return read_predictions(folder / "predictions.h5")
    except (OSError, DamagedError, KeyError) as error:
        again = f"run the study again: frimcla run {folder / 'study.toml'}"
        what = f"cannot be read ({error}); {again}"
        raise ConfigError(str(folder), [("predictions.h5", what)]) from None


def _number(name: str, content: Mapping[str, Any]) -> Number:
    """Read a number of ``verdict.json`` back: null is nan, as what was never found."""
    value, low, high = content["value"], content["low"], content["high"]
    return Number(
        value=float("nan") if value is None else float(value),
        unit=str(content["unit"]),
        metric=name.partition(".")[2],
        method=str(content["method"]),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        level=float(content["level"] or 0.95),
    )
