"""What plots are put together from: axes, words and strokes at places in units of the picture.

Places are told as in SVG: from the left and from the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform, Transform, blended_transform_factory

from frimcla.contracts import Array

from .lettering import fitted, width_of
from .palette import SMALL

LINE = 15.0
"""From one line of words to the next."""
LABEL = 13.0
"""From the left of a picture to the label of its upright scale."""
TRACK = (0.54, 0.94)
"""From where to where in a row its interval has its ground; words stand above."""
_MARK, _GAP = 16.0, 12.0


@attrs.frozen(kw_only=True)
class Sign:
    """An entry of a key: a mark and what it means.

    Attributes:
        text: What it means.
        look: Of the mark: properties of a `matplotlib.lines.Line2D`; with a ``marker`` it is a
            point, else a line.
    """

    text: str
    look: dict[str, Any]


def size_of(figure: Figure) -> tuple[float, float]:
    """Return width and height of a figure of 72 dpi, in units."""
    wide, high = figure.get_size_inches()
    return float(72 * wide), float(72 * high)


def from_top(figure: Figure) -> Transform:
    """Return the transform of places in units, from the left and from the top."""
    return Affine2D().scale(1, -1).translate(0, size_of(figure)[1])


def axes_at(
    figure: Figure, left: float, top: float, width: float, height: float, *, gid: str = ""
) -> Axes:
    """Add axes without a ground at a place in units."""
    wide, high = size_of(figure)
    box = (left / wide, 1 - (top + height) / high, width / wide, height / high)
    axes = figure.add_axes(box, gid=gid or None)
    axes.patch.set_visible(False)
    return axes


def write(figure: Figure, left: float, top: float, text: str, **look: Any) -> None:
    """Write words that begin at a place in units, on a line whose middle is there."""
    how = {"size": SMALL, "va": "center_baseline", "transform": from_top(figure), **look}
    figure.text(left, top, text, **how)


def beside(axes: Axes) -> Transform:
    """Return the transform of places from the left of the picture, and of values of the axes."""
    return blended_transform_factory(IdentityTransform(), axes.transData)


def strokes(axes: Axes, starts: Array, ends: Array, **look: Any) -> None:
    """Draw lines from points (n, 2) to points (n, 2) as one path, values of the axes.

    A line without length is a dot of the stroke's width: its ends are round then.
    """
    if len(starts) == 0:
        return
    points = np.stack([starts, ends], axis=1).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, Path.LINETO], len(starts))
    how = {"fill": False, "capstyle": "butt", "clip_on": False, **look}
    axes.add_artist(PathPatch(Path(points, codes), **how))
    axes.update_datalim(points)


def tracks(axes: Axes, rows: int, places: Sequence[float], **look: Any) -> None:
    """Draw upright lines at values of the level scale, in the lower half of every row.

    Words stand in the upper half, and nothing runs through them.
    """
    tops = np.repeat(np.arange(rows), len(places)) + TRACK[0]
    xs = np.tile(np.asarray(places, float), rows)
    bottoms = tops + TRACK[1] - TRACK[0]
    strokes(axes, np.column_stack([xs, tops]), np.column_stack([xs, bottoms]), **look)


def inner_ticks(axes: Axes) -> list[float]:
    """Return what is marked on the level scale, between its ends."""
    low, high = axes.get_xlim()
    return [float(tick) for tick in axes.get_xticks() if low <= tick <= high]


def area(axes: Axes, xs: Array, lows: Array, highs: Array, **look: Any) -> None:
    """Draw the area between two lines, all (n,), as one path: that of a band has no outline."""
    across = np.concatenate([xs, np.asarray(xs)[::-1]])
    axes.fill(across, np.concatenate([lows, np.asarray(highs)[::-1]]), linewidth=0, **look)


def lines_of(signs: Sequence[Sign], room: float) -> list[list[Sign]]:
    """Return the signs of a key by line, each no wider than *room* units."""
    lines: list[list[Sign]] = [[]]
    left = 0.0
    for sign in signs:
        wide = _wide(sign, room)
        if lines[-1] and left + wide > room:
            lines.append([])
            left = 0.0
        lines[-1].append(sign)
        left += wide + _GAP
    return lines


def key(figure: Figure, signs: Sequence[Sign], left: float, top: float, room: float) -> None:
    """Draw a key; its lines are `LINE` units high."""
    for number, line in enumerate(lines_of(signs, room)):
        here, height = left, top + (number + 0.5) * LINE
        for sign in line:
            ends = [here + 6] if "marker" in sign.look else [here, here + 12]
            where = {"transform": from_top(figure), **sign.look}
            figure.add_artist(Line2D(ends, [height] * len(ends), **where))
            write(figure, here + _MARK, height, fitted(sign.text, room - _MARK))
            here += _wide(sign, room) + _GAP


def _wide(sign: Sign, room: float) -> float:
    return min(_MARK + width_of(sign.text), room)
