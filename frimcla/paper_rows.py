"""The table of the papers, line by line: cells, and what was tested."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from .predictions import Labels
from .row_evidence import tested_by
from .saying import bare, fixed, probable
from .scoring import metric_of
from .selection import Stopped
from .stats.rows import EXACT, Classic, Strict
from .verdict import Verdict

BEST_ROW, NOTHING = "best of each extractor", "-"


@attrs.frozen(kw_only=True)
class Row:
    """A line of the table as plain text.

    Attributes:
        name: The extractor.
        cells: One per classifier: text, best of the row, best of all.
        test: Statistic with stars; a dash where there is nothing to compare.
        p: Its p.
        named: Which test that is.
        order: Who is worse than the best of the row.
    """

    name: str
    cells: tuple[tuple[str, bool, bool], ...]
    test: str
    p: str
    named: str
    order: str


def rows_of(verdict: Verdict) -> list[Row]:
    """Return the table, line by line; the last compares the best of each extractor."""
    selection, compared = verdict.selection, verdict.comparisons
    rows = [
        _row(name, _cells(verdict, name), compared.rows.get(name)) for name in selection.extractors
    ]
    if len(compared.rows) > 1:
        empty = (("", False, False),) * len(selection.classifiers)
        rows.append(_row(BEST_ROW, empty, compared.best))
    return rows


def _row(name: str, cells: Sequence[tuple[str, bool, bool]], row: Strict | Classic | None) -> Row:
    found = tested_by(row) if row else None
    if row is None or found is None:
        return Row(
            name=name, cells=tuple(cells), test=NOTHING, p=NOTHING, named=NOTHING, order=NOTHING
        )
    return Row(
        name=name,
        cells=tuple(cells),
        test=f"{fixed(found.statistic, 2)}{row.stars}",
        p=probable(found.p),
        named=found.test,
        order=_order(row),
    )


def _order(row: Strict | Classic) -> str:
    """Return who is worse than the best; of folds too few for any answer, say that instead."""
    mute = isinstance(row, Strict) and row.omnibus.test == EXACT and not row.wilcoxon_can
    return f"{row.order} (cannot reach significance)" if mute else row.order


def _cells(verdict: Verdict, extractor: str) -> list[tuple[str, bool, bool]]:
    """Return the cells of one extractor."""
    selection = verdict.selection
    best = selection.best_of(extractor)
    return [
        (_cell(verdict, pair), pair == best, pair == selection.winner)
        for pair in ((extractor, classifier) for classifier in selection.classifiers)
    ]


def _cell(verdict: Verdict, pair: Labels) -> str:
    cell, stopped = verdict.selection.cells.get(pair), verdict.selection.stopped.get(pair)
    percent = metric_of(verdict.selection.judge.recipe).share
    if stopped:
        return halted(stopped, percent=percent)
    if cell is None:
        return NOTHING
    classic = verdict.comparisons.statistics == "classic"
    std = cell.std_2019 if classic else cell.std
    return f"{bare(cell.mean, percent=percent)} ({bare(std, percent=percent)})"


def halted(stopped: Stopped, *, percent: bool) -> str:
    """Return the cell of a pair that did not go through all folds: ``61.0 [3 of 10 folds]``."""
    done = len(stopped.scores)
    late = ", out of time" if stopped.late else ""
    mean = f"{bare(stopped.mean, percent=percent)} " if done else ""
    return f"{mean}[{done} of {stopped.folds} folds{late}]"
