"""The honest number beside the naive one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from frimcla.drawing import FAINT, INK

from .artists import TRACK, axes_at, inner_ticks, size_of, strokes, tracks, write
from .estimates import Estimate
from .lettering import fitted, width_of
from .palette import BLUE, GREEN, NORMAL, ORANGE, SMALL, WIDTH
from .scales import axis_told, on_scale, span
from .svg import Drawing, Sheet, draw

LOOKS = ((ORANGE, "X"), (BLUE, "o"), (GREEN, "s"))
"""Colour and mark of each row, in their order."""
PITCH, FOOT, MARGIN = 40.0, 34.0, 8.0


def honest(
    sheet: Sheet,
    name: str,
    rows: Sequence[Estimate],
    *,
    axis: str,
    baseline: float | None = None,
    width: float = WIDTH,
) -> Drawing:
    """Draw what the table shows of the winner, what to expect of it, and what a test found.

    Args:
        sheet: Of the page.
        name: Of the plot.
        rows: Naive, expected and, where there is one, tested: at most three.
        axis: What is measured, and in which unit.
        baseline: Score of an answer without skill.
        width: Units across.
    """
    high = PITCH * len(rows) + FOOT
    label = "; ".join(f"{row.name}: {row.said}" for row in rows)
    return draw(
        sheet,
        name,
        lambda figure: _paint(figure, rows, axis, baseline),
        size=(width, high),
        label=f"{axis}: {label}",
    )


def _paint(figure: Figure, rows: Sequence[Estimate], axis: str, baseline: float | None) -> None:
    wide, high = size_of(figure)
    axes = axes_at(figure, MARGIN, 0, wide - 2 * MARGIN, high - FOOT)
    axes.set_ylim(len(rows), 0)
    for number, (row, (colour, mark)) in enumerate(zip(rows, LOOKS, strict=False)):
        middle = number + sum(TRACK) / 2
        low, high_end = row.ends
        strokes(
            axes,
            np.array([[low, middle]]),
            np.array([[high_end, middle]]),
            color=colour,
            linewidth=6,
            alpha=0.45,
        )
        axes.plot(row.value, middle, mark, color=colour, markersize=9, clip_on=False)
        top = PITCH * (number + 0.28)
        said = width_of(row.said, NORMAL)
        write(figure, MARGIN, top, fitted(row.name, wide - 2 * MARGIN - said - 10), size=SMALL)
        write(figure, wide - MARGIN, top, row.said, ha="right", size=NORMAL, weight="bold")
    ends = [end for row in rows for end in row.ends]
    if baseline is not None and on_scale(baseline, rows):
        tracks(axes, len(rows), [baseline], color=INK, linestyle=":", linewidth=1)
        ends.append(baseline)
    axes.set_xlim(span(ends))
    tracks(axes, len(rows), inner_ticks(axes), color=FAINT, linewidth=0.6, zorder=0.5)
    axes.set_yticks([])
    dotted = "; dotted: no skill" if on_scale(baseline, rows) else ""
    axes.set_xlabel(fitted(axis_told(axis, baseline, rows) + dotted, wide - 2 * MARGIN))
