"""A two-dimensional view of the features: a mark per image, by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from frimcla.contracts import Array
from frimcla.drawing import FAINT, INK

from .artists import LINE, Sign, axes_at, key, lines_of, strokes
from .palette import HUES, WIDTH
from .strokes import Frame
from .svg import Drawing, Sheet, draw

SIDE, MARGIN = 312.0, 8.0
"""The view is a square of `SIDE` units."""
RADIUS = 2.4
"""Of a mark; smaller where there are many."""
SHAPES: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    ("o", ()),
    ("s", ((0.9, 0.9), (-0.9, 0.9), (-0.9, -0.9), (0.9, -0.9))),
    ("^", ((0, 1.2), (-1.1, -0.8), (1.1, -0.8))),
    ("D", ((0, 1.25), (-1.25, 0), (0, -1.25), (1.25, 0))),
    ("v", ((0, -1.2), (1.1, 0.8), (-1.1, 0.8))),
)
"""Marks and their corners, y upwards: few letters each. A dot has none."""
RING = tuple((np.cos(turn), np.sin(turn)) for turn in np.pi / 6 * (np.arange(12) + 0.5))
"""Corners of what is drawn around a mark."""


@attrs.frozen(kw_only=True, eq=False)
class Cloud:
    """A view and where its points lie.

    Attributes:
        drawing: The plot.
        places: Of the points, in units of its picture, float64 (m, 2).
    """

    drawing: Drawing
    places: Array


def look_of(number: int) -> tuple[str, str]:
    """Return colour and mark of the class *number*; 60 classes in a row have different ones."""
    return HUES[number % len(HUES)], SHAPES[number % len(SHAPES)][0]


def cloud(
    sheet: Sheet,
    name: str,
    points: Array,
    members: Array,
    classes: Sequence[str],
    *,
    wrong: Array | None = None,
    legend: bool = True,
) -> Cloud:
    """Draw images as points; group ``class-0`` is the first class, ``wrong`` rings the mistaken.

    Args:
        sheet: Of the page.
        name: Of the plot.
        points: float (m, 2).
        members: The class of each, places in *classes*, int (m,).
        classes: Their names.
        wrong: Which were predicted wrong, bool (m,).
        legend: Tell which class is which, below.
    """
    missed = np.zeros(len(points), bool) if wrong is None else np.asarray(wrong, bool)
    signs = _signs(classes, bool(missed.any())) if legend else []
    high = 2 * MARGIN + SIDE + LINE * len(lines_of(signs, WIDTH - 16)) * legend
    found: list[Array] = []

    def paint(figure: Figure) -> None:
        axes = axes_at(figure, MARGIN, MARGIN, SIDE, SIDE, gid="axes")
        _limits(axes, points)
        places = Frame.of(axes).places(points[:, 0], points[:, 1])
        found.append(places)
        upright = np.column_stack([places[:, 0], high - places[:, 1]])
        radius = RADIUS * min(1.0, max(0.6, (600 / max(1, len(points))) ** 0.25))
        for number in range(len(classes)):
            some = upright[np.asarray(members) == number]
            _class(axes, some, number, radius)
        ring: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 0.9}
        _polygons(axes, upright[missed], 2 * radius * np.array(RING), gid="wrong", **ring)
        key(figure, signs, MARGIN, 2 * MARGIN + SIDE, WIDTH - 16)

    label = f"{len(points)} images of {len(classes)} classes by their features"
    drawing = draw(sheet, name, paint, size=(WIDTH, high), label=label)
    return Cloud(drawing=drawing, places=found[0])


def _signs(classes: Sequence[str], missed: bool) -> list[Sign]:
    signs = []
    for number, label in enumerate(classes):
        hue, mark = look_of(number)
        look = {"marker": mark, "color": hue, "markersize": 6, "linewidth": 0}
        signs.append(Sign(text=label, look=look))
    if missed:
        ring = {"marker": "o", "color": INK, "fillstyle": "none", "markersize": 8, "linewidth": 0}
        signs.append(Sign(text="predicted wrong", look=ring))
    return signs


def _limits(axes: Axes, points: Array) -> None:
    """Show all points with one scale in both directions, and no numbers: they mean nothing."""
    low, high = points.min(axis=0, initial=np.inf), points.max(axis=0, initial=-np.inf)
    if not np.isfinite([low, high]).all():
        low, high = np.zeros(2), np.ones(2)
    middle, reach = (low + high) / 2, float((high - low).max()) or 1.0
    axes.set_xlim(middle[0] - 0.53 * reach, middle[0] + 0.53 * reach)
    axes.set_ylim(middle[1] - 0.53 * reach, middle[1] + 0.53 * reach)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set(visible=True, color=FAINT)


def _class(axes: Axes, places: Array, number: int, radius: float) -> None:
    """Draw the marks of a class at places (n, 2) in pixels."""
    hue, (_, shape) = HUES[number % len(HUES)], SHAPES[number % len(SHAPES)]
    look: dict[str, Any] = {"gid": f"class-{number}", "alpha": 0.8}
    if shape:
        _polygons(axes, places, radius * np.array(shape), facecolor=hue, linewidth=0, **look)
        return
    how: dict[str, Any] = {"edgecolor": hue, "linewidth": 2 * radius, "capstyle": "round", **look}
    strokes(axes, places, places, transform=IdentityTransform(), **how)


def _polygons(axes: Axes, places: Array, shape: Array, **look: Any) -> None:
    """Draw a polygon (s, 2) around each of places (n, 2) as one path, in pixels."""
    if len(places) == 0:
        return
    closed = np.concatenate([shape, shape[:1]])
    corners = (places[:, None] + closed).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * (len(shape) - 1), Path.CLOSEPOLY]
    every = Path(corners, np.tile(codes, len(places)))
    axes.add_artist(PathPatch(every, transform=IdentityTransform(), clip_on=False, **look))
