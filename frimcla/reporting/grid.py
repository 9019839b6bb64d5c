"""The table of the papers as values for the page, from ``verdict.json`` and ``table.csv``."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from frimcla.number import Number
from frimcla.paper_rows import BEST_ROW
from frimcla.predictions import Labels
from frimcla.selection import told_pair

from .story import Story

HEATS = 10
"""Shades of a cell, from no skill (or the worst, if that is better) to the best."""


@attrs.frozen(kw_only=True)
class Cell:
    """A pair in the table.

    Attributes:
        pair: What tables call it.
        number: Its place among all pairs, best first.
        mean: Mean over folds, with its interval.
        sd: Standard deviation.
        sd_key: Where that stands in ``verdict.json``.
        heat: Its shade, 0 to `HEATS` - 1.
        best: Whether it is the best of its row.
        winner: Whether it is the best of all.
    """

    pair: str
    number: int
    mean: Number
    sd: Number
    sd_key: str
    heat: int
    best: bool
    winner: bool


@attrs.frozen(kw_only=True)
class Halted:
    """A pair in the table that did not go through all folds.

    Attributes:
        key: Where its mean stands in ``verdict.json``.
        mean: Over the folds that it went through.
        folds_key: Where their number stands.
        folds: Their number.
        late: Whether time was out; else it was far behind.
    """

    key: str
    mean: Number
    folds_key: str
    folds: Number
    late: bool


@attrs.frozen(kw_only=True)
class Line:
    """A row: an extractor with all classifiers, or the best of each extractor.

    Attributes:
        name: Of the extractor.
        cells: One per classifier; None where a pair failed.
        halted: Likewise; None for all that went through all folds.
        key: Where its test stands in ``verdict.json``.
        test: Which test it is.
        statistic: Of the test; None where nothing was tested.
        p: Of the test.
        stars: What its p is shown by.
        order: Who is worse than the best of the row.
    """

    name: str
    cells: tuple[Cell | None, ...]
    halted: tuple[Halted | None, ...]
    key: str
    test: str = ""
    statistic: Number | None = None
    p: Number | None = None
    stars: str = ""
    order: str = ""


@attrs.frozen(kw_only=True)
class Grid:
    """The table."""

    classifiers: tuple[str, ...]
    rows: tuple[Line, ...]

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests of its rows, each once."""
        return tuple(dict.fromkeys(row.test for row in self.rows if row.test))


def grid_of(story: Story) -> Grid:
    """Return the table of a study."""
    extractors = tuple(dict.fromkeys(extractor for extractor, _ in _all_pairs(story)))
    classifiers = tuple(dict.fromkeys(classifier for _, classifier in _all_pairs(story)))
    orders = [line["After post-hoc"] for line in story.lines]
    rows = [
        _tested(
            story,
            Line(
                name=name,
                cells=tuple(_cell(story, (name, other), classifiers) for other in classifiers),
                halted=tuple(_halted(story, told_pair((name, other))) for other in classifiers),
                key=f"row.{name}",
                order=orders[number],
            ),
            story.verdict["rows"].get(name, {}),
        )
        for number, name in enumerate(extractors)
    ]
    if len(orders) > len(extractors):
        nothing = (None,) * len(classifiers)
        line = Line(name=BEST_ROW, cells=nothing, halted=nothing, key="best", order=orders[-1])
        rows.append(_tested(story, line, story.verdict["best"]))
    return Grid(classifiers=classifiers, rows=tuple(rows))


def _all_pairs(story: Story) -> Sequence[Labels]:
    return [*story.table.everything, *story.table.failed]


def _tested(story: Story, line: Line, row: dict[str, str]) -> Line:
    statistic = story.numbers.get(f"{line.key}.statistic")
    if statistic is None:
        return line
    p = story.numbers[f"{line.key}.p"]
    return attrs.evolve(line, test=row["test"], stars=row["stars"], statistic=statistic, p=p)


def _cell(story: Story, pair: Labels, classifiers: Sequence[str]) -> Cell | None:
    name = told_pair(pair)
    if f"mean.{name}" not in story.numbers:
        return None
    ranked = list(story.pairs)
    row = [told_pair((pair[0], other)) for other in classifiers]
    sd_key = f"sd_2019.{name}" if story.verdict["statistics"] == "classic" else f"sd.{name}"
    return Cell(
        pair=name,
        number=ranked.index(name),
        mean=story.numbers[f"mean.{name}"],
        sd=story.numbers[sd_key],
        sd_key=sd_key,
        heat=_heat(story, story.numbers[f"mean.{name}"].value),
        best=name == min((one for one in row if one in ranked), key=ranked.index),
        winner=name == story.verdict["winner"],
    )


def _halted(story: Story, name: str) -> Halted | None:
    key, folds_key = f"stopped.{name}", f"stopped_folds.{name}"
    if key not in story.numbers:
        return None
    return Halted(
        key=key,
        mean=story.numbers[key],
        folds_key=folds_key,
        folds=story.numbers[folds_key],
        late=name in story.verdict["out_of_time"],
    )


def _heat(story: Story, value: float) -> int:
    """Return a shade: 0 for no skill, or for the worst pair where all have some."""
    sign = 1 if story.verdict["higher_is_better"] else -1
    means = [sign * story.numbers[f"mean.{name}"].value for name in story.pairs]
    floor = max(min(means), min(sign * story.numbers["baseline"].value, max(means)))
    wide = max(means) - floor
    share = (sign * value - floor) / wide if wide > 0 else 1.0
    return int(min(HEATS - 1, max(0, HEATS * share)))
