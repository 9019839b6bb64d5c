"""What more images are worth: a learning curve and the law that goes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from frimcla.contracts import Array
from frimcla.drawing import INK

from .artists import LABEL, LINE, Sign, area, axes_at, key, lines_of, strokes
from .lettering import fitted
from .palette import BLUE, WIDTH
from .scales import marked, round_marks, upright
from .svg import Drawing, Sheet, draw

HIGH, LEFT, TOP, RIGHT, FOOT = 210.0, 46.0, 10.0, 16.0, 38.0
_LAW: dict[str, Any] = {"color": BLUE, "linewidth": 1.6}
_DASHES = (4, 3)


@attrs.frozen(kw_only=True, eq=False)
class Learning:
    """Scores by number of images.

    Attributes:
        sizes: Numbers of images that were learnt from, (s,).
        scores: Mean scores in the unit of the axis, (s,).
        low: Lower ends of their intervals, (s,).
        high: Upper ends.
        present: Number of images there are now.
        at: Numbers of images at which the law is told, rising, beyond the present too, (g,);
            empty where there is none.
        law: Scores by the law, (g,).
        law_low: Lower edge of its band, (g,).
        law_high: Upper edge.
    """

    sizes: Array
    scores: Array
    low: Array
    high: Array
    present: float
    at: Array = attrs.field(factory=lambda: np.zeros(0))
    law: Array = attrs.field(factory=lambda: np.zeros(0))
    law_low: Array = attrs.field(factory=lambda: np.zeros(0))
    law_high: Array = attrs.field(factory=lambda: np.zeros(0))


def growth(sheet: Sheet, name: str, found: Learning, *, axis: str) -> Drawing:
    """Draw scores against numbers of images; the law is dashed where nobody has been.

    Args:
        sheet: Of the page.
        name: Of the plot.
        found: The curve.
        axis: What is measured, and in which unit.
    """
    signs = _signs(found)

    def paint(figure: Figure) -> None:
        axes = axes_at(figure, LEFT, TOP, WIDTH - LEFT - RIGHT, HIGH)
        axes.set_xscale("log")
        _law(axes, found)
        sizes = np.asarray(found.sizes, float)
        spans = [np.column_stack([sizes, ends]) for ends in (found.low, found.high)]
        strokes(axes, *spans, color=BLUE, linewidth=1.2, zorder=3)
        axes.plot(sizes, found.scores, "o", color=BLUE, markersize=5.5, zorder=3, clip_on=False)
        axes.axvline(found.present, color=INK, linestyle=":", linewidth=1)
        _ticks(axes, [*sizes, found.present, *np.asarray(found.at, float)])
        axes.set_xlabel("images to learn from")
        upright(axes, fitted(axis, HIGH), LEFT - LABEL)
        axes.margins(y=0.07)
        axes.grid(axis="y")
        key(figure, signs, 8, TOP + HIGH + FOOT, WIDTH - 16)

    high = TOP + HIGH + FOOT + LINE * len(lines_of(signs, WIDTH - 16)) + 4
    label = f"{axis} against the number of images; there are {found.present:,g} now"
    return draw(sheet, name, paint, size=(WIDTH, high), label=label)


def _signs(found: Learning) -> list[Sign]:
    signs = [
        Sign(text="measured", look={"color": BLUE, "marker": "o", "markersize": 5.5}),
        Sign(
            text=f"now: {found.present:,g} images",
            look={"color": INK, "linestyle": ":", "linewidth": 1},
        ),
    ]
    if len(found.at):
        signs.append(Sign(text="law", look=_LAW))
    if (np.asarray(found.at) > found.present).any():
        signs.append(Sign(text="extrapolated", look={**_LAW, "dashes": _DASHES}))
    return signs


def _law(axes: Axes, found: Learning) -> None:
    at, now = np.asarray(found.at, float), found.present
    if len(at) == 0:
        return
    area(axes, at, found.law_low, found.law_high, color=BLUE, alpha=0.16)
    meeting = float(np.interp(now, at, found.law))  # where the line changes its look
    solid: dict[str, Any] = {}
    for some, look in ((at <= now, solid), (at >= now, {"dashes": _DASHES})):
        points = np.column_stack([at[some], np.asarray(found.law)[some]])
        if at[0] < now < at[-1]:
            points = np.concatenate([points, [[now, meeting]]])
        ordered = points[np.argsort(points[:, 0], kind="stable")]
        axes.plot(ordered[:, 0], ordered[:, 1], **_LAW, **look)


def _ticks(axes: Axes, values: Sequence[float]) -> None:
    """Tell round numbers of images, as many as there is room for."""
    low, high = min(values) / 1.15, max(values) * 1.15
    axes.set_xlim(low, high)
    marks = round_marks(low, high)
    marked(axes, marks, [f"{mark:,.9g}" for mark in marks])
