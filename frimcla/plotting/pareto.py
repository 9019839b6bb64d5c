"""Cost against score: what is the best for the money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from frimcla.contracts import Array
from frimcla.drawing import FAINT, INK

from .artists import LABEL, LINE, Sign, axes_at, key, lines_of, write
from .estimates import Priced
from .fronts import front, roomy
from .lettering import fitted, width_of
from .palette import BLUE, GREEN, GREY, WIDTH
from .scales import marked, round_marks, upright
from .strokes import Frame
from .svg import Drawing, Sheet, draw

HIGH, LEFT, TOP, RIGHT, FOOT = 230.0, 46.0, 8.0, 10.0, 42.0
"""The axes are `HIGH` units high; what is around them."""
_FRONT: dict[str, Any] = {"marker": "o", "color": BLUE, "markersize": 6, "linewidth": 0}
_OTHER: dict[str, Any] = {
    "marker": "o",
    "color": GREY,
    "markersize": 4.5,
    "fillstyle": "none",
    "linewidth": 0,
}
_RING: dict[str, Any] = {"marker": "o", "fillstyle": "none", "markersize": 13, "linewidth": 0}
_WINNER: dict[str, Any] = {**_RING, "color": INK, "markeredgewidth": 1.8}
_CHEAP: dict[str, Any] = {
    **_RING,
    "marker": "s",
    "markersize": 16,
    "color": GREEN,
    "markeredgewidth": 1.8,
}


def pareto(
    sheet: Sheet,
    name: str,
    points: Sequence[Priced],
    *,
    axis: str,
    cost: str = "million multiply-adds per image",
    winner: int | None = None,
    cheapest: int | None = None,
    lower_is_better: bool = False,
) -> Drawing:
    """Draw a mark per pair, and a line along those that nobody beats at their cost or less.

    What costs nothing stands in a column of its own, for the scale of costs is logarithmic. The
    front is numbered, and named below the axes. A pair's group is ``pair-0`` and so on.

    Args:
        sheet: Of the page.
        name: Of the plot.
        points: The pairs.
        axis: What is measured, and in which unit.
        cost: The unit of costs.
        winner: Row of the winner, to be ringed.
        cheapest: Row of the cheapest that is recommended, to be framed.
        lower_is_better: Of scores; then the scale is turned, and better is up all the same.
    """
    made = _Pareto(
        points=points,
        axis=axis,
        unit=cost,
        winner=winner,
        cheapest=cheapest,
        turned=lower_is_better,
    )
    return draw(
        sheet,
        name,
        made.paint,
        size=(WIDTH, made.foot + LINE * len(made.named) + 8),
        label=f"{axis} against {cost}, {len(points)} pairs",
        told={f"pair-{row}": f"{one.name}: {one.said}" for row, one in enumerate(points)},
    )


@attrs.frozen(kw_only=True, eq=False)
class _Pareto:
    points: Sequence[Priced]
    axis: str
    unit: str
    winner: int | None
    cheapest: int | None
    turned: bool

    @property
    def costs(self) -> Array:
        return np.array([point.cost for point in self.points], float)

    @property
    def scores(self) -> Array:
        return np.array([point.score for point in self.points], float)

    @property
    def best(self) -> list[int]:
        """The front, the cheapest first."""
        return front(self.costs, -self.scores if self.turned else self.scores)

    @property
    def named(self) -> list[int]:
        """What is numbered: the front, and what is marked."""
        marked_too = {row for row in (self.winner, self.cheapest) if row is not None}
        return sorted({*self.best, *marked_too}, key=lambda row: (self.points[row].cost, row))

    @property
    def signs(self) -> list[Sign]:
        """The key: only of what there is."""
        signs = [Sign(text="best for its cost", look=_FRONT)]
        if len(self.best) < len(self.points):
            signs.append(Sign(text="beaten at its cost or less", look=_OTHER))
        if self.winner is not None:
            signs.append(Sign(text="winner", look={**_WINNER, "markersize": 9}))
        if self.cheapest is not None:
            signs.append(Sign(text="cheapest recommended", look={**_CHEAP, "markersize": 8}))
        return signs

    @property
    def foot(self) -> float:
        """Where the axes, their words and the key end."""
        return TOP + HIGH + FOOT + LINE * len(lines_of(self.signs, WIDTH - 16)) + 4

    def paint(self, figure: Figure) -> None:
        """Draw everything."""
        axes = axes_at(figure, LEFT, TOP, WIDTH - LEFT - RIGHT, HIGH)
        across, scores, best = self._scale(axes), self.scores, self.best
        upright(axes, fitted(self.axis, HIGH), LEFT - LABEL)
        axes.margins(y=0.09)
        axes.grid(axis="y")
        steps: dict[str, Any] = {"color": BLUE, "linewidth": 1.2, "alpha": 0.6, "zorder": 1.5}
        axes.step(across[best], scores[best], where="post", **steps)
        for row in sorted(range(len(self.points)), key=lambda row: (row in best, row)):
            look = _FRONT if row in best else _OTHER
            axes.plot(across[row], scores[row], gid=f"pair-{row}", clip_on=False, **look)
        for chosen, look in ((self.winner, _WINNER), (self.cheapest, _CHEAP)):
            if chosen is not None:
                axes.plot(across[chosen], scores[chosen], clip_on=False, **look)
        if self.turned:
            axes.invert_yaxis()
        self._numbers(figure, axes, across)
        unit = fitted(self.unit, WIDTH - LEFT - RIGHT)
        write(figure, WIDTH - RIGHT, TOP + HIGH + 31, unit, ha="right")
        key(figure, self.signs, 8, TOP + HIGH + FOOT, WIDTH - 16)
        self._names(figure)

    def _scale(self, axes: Axes) -> Array:
        """Put costs on their scale; return where each is on it, (n,)."""
        costs = self.costs
        paid = costs[costs > 0]
        ends = np.log10([paid.min(), paid.max()]) if len(paid) else np.zeros(2)
        reach = max(float(ends[1] - ends[0]), 1.0)
        free = float(ends[0]) - 0.28 * reach
        low, high = (10.0**ends * 10 ** (np.array([-0.1, 0.1]) * reach)).tolist()
        round_ones = round_marks(low, high, most=4)
        told = round_ones if len(round_ones) > 1 else sorted({10.0**end for end in ends.tolist()})
        marks = {float(np.log10(mark)): f"{mark:,.3g}" for mark in told} if len(paid) else {}
        if len(paid) < len(costs):
            marks[free] = "no\nnetwork"
            axes.axvline(free + 0.14 * reach, color=FAINT, linewidth=0.8)
        marked(axes, list(marks), list(marks.values()))
        least = free if len(paid) < len(costs) else float(ends[0])
        axes.set_xlim(least - 0.14 * reach, float(ends[1]) + 0.1 * reach)
        return np.where(costs > 0, np.log10(np.maximum(costs, 1e-300)), free)

    def _numbers(self, figure: Figure, axes: Axes, across: Array) -> None:
        places = Frame.of(axes).places(across, self.scores)
        box = (LEFT, 0.0, WIDTH, TOP + HIGH)
        found = roomy(places[self.named], places, box, 5.5)
        for number, (x, y) in enumerate(found, start=1):
            write(figure, x, y, str(number), ha="center", weight="bold")

    def _names(self, figure: Figure) -> None:
        for number, row in enumerate(self.named, start=1):
            height = self.foot + (number - 0.5) * LINE
            point = self.points[row]
            room = WIDTH - 16 - 18 - width_of(point.said) - 10
            write(figure, 8, height, str(number), weight="bold")
            write(figure, 26, height, fitted(point.name, room))
            write(figure, WIDTH - 8, height, point.said, ha="right")
