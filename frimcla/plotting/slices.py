"""How a pair does in each group, or for each value of a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from frimcla.drawing import FAINT, INK

from .artists import TRACK, axes_at, beside, inner_ticks, strokes, tracks, write
from .estimates import Estimate
from .lettering import fitted, width_of
from .palette import BLUE, GREY, SMALL, WIDTH
from .svg import Drawing, Sheet, draw

MOST, SHOWN = 40, 20
"""Rows that are all drawn; how many are drawn of more: the lowest, below a histogram of all."""
PITCH, FOOT, MARGIN, HEAD = 27.0, 34.0, 8.0, 16.0
HISTOGRAM = 96.0


def slices(
    sheet: Sheet,
    name: str,
    rows: Sequence[Estimate],
    *,
    overall: float | None = None,
    noun: str = "groups",
) -> Drawing:
    """Draw the share right of each group, the lowest first; group ``row-0`` is the first given.

    Of more than `MOST`, a histogram tells of all and `SHOWN` are drawn: those whose intervals
    end lowest, for one image predicted wrong makes no bad group.

    Args:
        sheet: Of the page.
        name: Of the plot.
        rows: Name, share right in percent, its interval and words.
        overall: Share right of all images in percent; dotted.
        noun: What the rows are, several of them.
    """
    order = sorted(range(len(rows)), key=lambda row: (rows[row].ends[1], rows[row].value, row))
    many = len(rows) > MOST
    shown = sorted(order[: SHOWN if many else MOST], key=lambda row: (rows[row].value, row))
    head = HISTOGRAM + 64 if many else 0.0

    def paint(figure: Figure) -> None:
        if many:
            _histogram(figure, [row.value for row in rows], noun)
            write(figure, MARGIN, head - HEAD / 2, f"The {len(shown)} lowest, by their intervals")
        axes = axes_at(figure, MARGIN, head, WIDTH - 2 * MARGIN, PITCH * len(shown))
        axes.set(xlim=(0, 100), ylim=(max(len(shown), 1), 0))
        for height, row in enumerate(shown):
            _row(axes, height, row, rows[row])
        if overall is not None:
            tracks(axes, len(shown), [overall], color=INK, linestyle=":", linewidth=1)
        axes.set_yticks([])
        axes.set_xlabel("predicted right (%)" + (", dotted: all images" if overall else ""))
        tracks(axes, len(shown), inner_ticks(axes), color=FAINT, linewidth=0.6, zorder=0.5)
        heights = np.arange(1.0, len(shown))
        lines = [np.column_stack([np.full(len(heights), end), heights]) for end in (0, 100)]
        strokes(axes, *lines, color=FAINT, linewidth=0.6, zorder=0.6)

    told = {f"row-{row}": f"{rows[row].name}: {rows[row].said}" for row in shown}
    size = (WIDTH, head + PITCH * len(shown) + FOOT)
    label = f"share predicted right of {len(rows)} {noun}"
    return draw(sheet, name, paint, size=size, label=label, told=told)


def _row(axes: Axes, height: int, number: int, row: Estimate) -> None:
    """Draw one group: words, and its interval below them, all of one level: one group of SVG."""
    how: dict[str, Any] = {"gid": f"row-{number}", "zorder": 2}
    words = {"transform": beside(axes), "va": "center_baseline", "size": SMALL, **how}
    room = WIDTH - 2 * MARGIN - width_of(row.said) - 10
    axes.text(MARGIN, height + 0.3, fitted(row.name, room), **words)
    axes.text(WIDTH - MARGIN, height + 0.3, row.said, ha="right", **words)
    low, high = row.ends
    middle = height + sum(TRACK) / 2
    ends = np.array([[low, middle]]), np.array([[high, middle]])
    strokes(axes, *ends, color=BLUE, linewidth=1.6, **how)
    axes.plot(row.value, middle, "o", color=BLUE, markersize=5.5, clip_on=False, **how)


def _histogram(figure: Figure, shares: Sequence[float], noun: str) -> None:
    left = 34.0
    axes = axes_at(figure, left, 8, WIDTH - left - MARGIN, HISTOGRAM)
    axes.hist(shares, bins=list(range(0, 101, 5)), color=GREY, rwidth=0.86)
    axes.set_xlim(0, 100)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlabel("predicted right (%)")
    axes.set_ylabel(noun)
    axes.grid(axis="y")
