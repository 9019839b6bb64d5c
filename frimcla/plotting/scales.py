"""Scales with round numbers, which begin where there is something to see."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator

from .estimates import Estimate

FAR = 1.5
"""A score without skill that is further below all others than this many times their spread is
not on the scale: there, it would make all others one."""


def on_scale(baseline: float | None, rows: Sequence[Estimate]) -> bool:
    """Say whether the score of an answer without skill is near enough to be shown."""
    ends = [end for row in rows for end in row.ends]
    if baseline is None or not ends:
        return False
    away = max(min(ends) - baseline, baseline - max(ends))
    return away <= FAR * (max(ends) - min(ends))


def axis_told(axis: str, baseline: float | None, rows: Sequence[Estimate]) -> str:
    """Return the label of a scale; it tells the score without skill where that is not on it."""
    if baseline is None or on_scale(baseline, rows):
        return axis
    return f"{axis}; no skill: {baseline:.3g}, off the scale"


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a scale that shows all of *values*, with a little room."""
    low, high = min(values), max(values)
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room


def upright(axes: Axes, label: str, left: float) -> None:
    """Give the upright scale round numbers, and its label a place *left* units from the axes."""
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.set_ylabel(label)
    axes.yaxis.set_label_coords(-left / (axes.get_window_extent().width or 1), 0.5)


def round_marks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers from *low* to *high*, both above 0, for a logarithmic scale."""
    marks: list[float] = []
    for steps in ((1, 2, 5), (1, 3), (1,)):
        every = [step * 10.0**power for power in range(-9, 18) for step in steps]
        marks = [mark for mark in every if low <= mark <= high]
        if len(marks) <= most:
            return marks
    return marks[:: -(-len(marks) // most)]


def marked(axes: Axes, places: Sequence[float], words: Sequence[str]) -> None:
    """Mark the level scale at places, and nowhere else."""
    axes.set_xticks(list(places), list(words))
    axes.xaxis.set_minor_locator(NullLocator())
