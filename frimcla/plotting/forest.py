"""All pairs, the best first, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from frimcla.drawing import FAINT, INK

from .artists import (
    LINE,
    TRACK,
    Sign,
    axes_at,
    beside,
    inner_ticks,
    key,
    lines_of,
    strokes,
    tracks,
)
from .estimates import Estimate
from .lettering import fitted, width_of
from .palette import BLUE, GREEN, GREY, ORANGE, SMALL, WIDTH
from .scales import axis_told, on_scale, span
from .svg import Drawing, Sheet, draw

LOOKS: dict[str, dict[str, Any]] = {
    "winner": {"marker": "o", "color": BLUE, "markersize": 8},
    "equivalent": {"marker": "D", "color": GREEN, "markersize": 5},
    "recommended": {"marker": "o", "color": GREEN, "markersize": 5.5},
    "undecided": {"marker": "s", "color": ORANGE, "markersize": 4.5},
    "worse": {"marker": "o", "color": GREY, "markersize": 4, "fillstyle": "none"},
    "": {"marker": "o", "color": BLUE, "markersize": 5},
}
"""The mark of a pair by its standing."""
BAND: dict[str, Any] = {"color": BLUE, "alpha": 0.22}
DOTTED: dict[str, Any] = {"color": INK, "linestyle": ":", "linewidth": 1}
WIDE = 760.0
"""Units across where names stand beside their rows."""
LONG = 20
"""Rows from which on the scale is told above too."""
MARGIN, FOOT = 8.0, 34.0


def forest(
    sheet: Sheet,
    name: str,
    pairs: Sequence[Estimate],
    *,
    axis: str,
    expected: tuple[float, float] | None = None,
    baseline: float | None = None,
    narrow: bool = False,
) -> Drawing:
    """Draw a row per pair, in the order given: group ``row-0`` is the first.

    Args:
        sheet: Of the page.
        name: Of the plot.
        pairs: Name, mean, interval, words and standing of each; at least one.
        axis: What is measured, and in which unit.
        expected: Interval of what to expect of the winner on new images.
        baseline: Score of an answer without skill.
        narrow: For a phone: names above their intervals instead of beside them.
    """
    made = _Forest(
        pairs=pairs,
        axis=axis_told(axis, baseline, pairs),
        expected=expected,
        baseline=baseline if on_scale(baseline, pairs) else None,
        narrow=narrow,
    )
    return draw(
        sheet,
        name,
        made.paint,
        size=(made.wide, made.head + made.pitch * len(pairs) + FOOT),
        label=f"{axis} of {len(pairs)} pairs, the best first",
        told={f"row-{n}": f"{pair.name}: {pair.said}" for n, pair in enumerate(pairs)},
    )


@attrs.frozen(kw_only=True, eq=False)
class _Forest:
    pairs: Sequence[Estimate]
    axis: str
    expected: tuple[float, float] | None
    baseline: float | None
    narrow: bool

    @property
    def wide(self) -> float:
        return WIDTH if self.narrow else WIDE

    @property
    def pitch(self) -> float:
        """From row to row."""
        return 29.0 if self.narrow else 16.0

    @property
    def head(self) -> float:
        """Above the first row."""
        lines = len(lines_of(self.signs, self.wide - 2 * MARGIN))
        return LINE * lines + (24 if len(self.pairs) >= LONG else 6)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Where the scale begins and ends, from the left."""
        if self.narrow:
            return MARGIN, self.wide - MARGIN
        names = max(width_of(pair.name) * _weight(pair)[1] for pair in self.pairs)
        said = max(width_of(pair.said) for pair in self.pairs)
        return MARGIN + min(names, 260) + 14, self.wide - MARGIN - said - 14

    @cached_property
    def signs(self) -> list[Sign]:
        """The key: only of what there is."""
        standings = {pair.standing for pair in self.pairs} - {""}
        signs = [
            Sign(text=standing, look={"linewidth": 0, **look})
            for standing, look in LOOKS.items()
            if standing in standings
        ]
        if self.expected is not None:
            band = {**BAND, "linewidth": 9}
            signs.append(Sign(text="expected of the winner on new images", look=band))
        if self.baseline is not None:
            signs.append(Sign(text="no skill", look=DOTTED))
        return signs

    def paint(self, figure: Figure) -> None:
        """Draw everything."""
        key(figure, self.signs, MARGIN, 0, self.wide - 2 * MARGIN)
        left, right = self.ends
        rows = len(self.pairs)
        axes = axes_at(figure, left, self.head, right - left, self.pitch * rows)
        axes.set_ylim(rows, 0)
        shown = [end for pair in self.pairs for end in pair.ends] + [*(self.expected or ())]
        axes.set_xlim(span(shown if self.baseline is None else [*shown, self.baseline]))
        self._ground(axes)
        heights = np.arange(1.0, rows)
        sides = [np.column_stack([np.full(rows - 1, end), heights]) for end in (0, self.wide)]
        strokes(axes, *sides, color=FAINT, linewidth=0.6, transform=beside(axes), zorder=0.6)
        for number, pair in enumerate(self.pairs):
            self._row(axes, number, pair)
        axes.set(yticks=[], xlabel=fitted(self.axis, right - left))
        axes.tick_params(labeltop=rows >= LONG)

    def _ground(self, axes: Axes) -> None:
        """Draw what rows share: across them all, or below their words where these are above."""
        rows = len(self.pairs)
        if not self.narrow:
            axes.grid(axis="x")
            if self.expected is not None:
                axes.axvspan(*self.expected, **BAND, linewidth=0, zorder=0.5)
            if self.baseline is not None:
                axes.axvline(self.baseline, **DOTTED)
            return
        tracks(axes, rows, inner_ticks(axes), color=FAINT, linewidth=0.6, zorder=0.5)
        if self.expected is not None:
            heights = np.arange(rows) + sum(TRACK) / 2
            sides = [np.column_stack([np.full(rows, end), heights]) for end in self.expected]
            thick = self.pitch * (TRACK[1] - TRACK[0])
            strokes(axes, *sides, **BAND, linewidth=thick, zorder=0.5)
        if self.baseline is not None:
            tracks(axes, rows, [self.baseline], **DOTTED)

    def _row(self, axes: Axes, number: int, pair: Estimate) -> None:
        """Draw one pair, as one group: a ground to point at, words, interval, mark."""
        group: dict[str, Any] = {"gid": f"row-{number}", "zorder": 2}
        ground = Rectangle((0, number), self.wide, 1, color="none", linewidth=0, **group)
        ground.set(clip_on=False, transform=beside(axes))
        axes.add_artist(ground)
        look, middle = LOOKS[pair.standing], number + (sum(TRACK) / 2 if self.narrow else 0.5)
        self._words(axes, number + (0.3 if self.narrow else 0.5), pair, group)
        low, high = (np.array([[end, middle]]) for end in pair.ends)
        strokes(axes, low, high, color=look["color"], linewidth=1.6, **group)
        axes.plot(pair.value, middle, clip_on=False, **group, **look)

    def _words(self, axes: Axes, height: float, pair: Estimate, group: dict[str, Any]) -> None:
        how = {"transform": beside(axes), "va": "center_baseline", "size": SMALL, **group}
        room = self.ends[0] - MARGIN - 12
        if self.narrow:
            room = self.wide - 2 * MARGIN - width_of(pair.said) - 12
        weight, more = _weight(pair)
        axes.text(MARGIN, height, fitted(pair.name, room / more), weight=weight, **how)
        axes.text(self.wide - MARGIN, height, pair.said, ha="right", **how)


def _weight(pair: Estimate) -> tuple[str, float]:
    """Return how a pair's name is written, and how much wider that is."""
    return ("bold", 1.14) if pair.standing == "winner" else ("normal", 1)
