"""Whether a pair is right as often as it says: a reliability diagram."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from matplotlib.figure import Figure

from frimcla.contracts import Array
from frimcla.drawing import SOFT

from .artists import LABEL, axes_at, strokes
from .lettering import fitted
from .palette import BLUE, GREY, NORMAL
from .panels import FOOT, LEFT, RIGHT, SIDE, TOP, square
from .scales import upright
from .svg import Drawing, Sheet, draw

COUNTS, BETWEEN = 44.0, 18.0
"""Height of the columns of counts, and what is between them and the square."""
COLUMN, DOT = 11.0, 7.0
"""Width of a column, and of a dot."""


@attrs.frozen(kw_only=True, eq=False)
class Bins:
    """Images by how sure a pair was.

    Attributes:
        sure: Mean confidence of each bin that has images, 0 to 1, (b,).
        right: Share of its images that were predicted right, (b,).
        low: Lower end of the share's interval, (b,).
        high: Upper end.
        spread: Images by confidence, in ranges of equal width from 0 to 1, (s,).
        said: In words how far the two are apart.
    """

    sure: Array
    right: Array
    low: Array
    high: Array
    spread: Array
    said: str = ""

    @property
    def heights(self) -> Array:
        """Counts as shares of the greatest, 0 to 1, (s,)."""
        return np.asarray(self.spread / max(1, np.max(self.spread, initial=0)), float)

    @property
    def middles(self) -> Array:
        """The middle of each range, (s,)."""
        return (np.arange(len(self.spread)) + 0.5) / len(self.spread)


def reliability(sheet: Sheet, name: str, bins: Bins) -> Drawing:
    """Draw the share right against confidence; on the diagonal a pair is as good as it says.

    Groups ``dots`` and ``spans`` in the frame ``axes``, ``columns`` in the frame ``counts``, at
    `Bins.middles` and as high as `Bins.heights`, and ``said`` are what those of another pair take
    the place of: `frimcla.plotting.strokes.dots` and `intervals`.
    """

    def paint(figure: Figure) -> None:
        axes = square(figure, ("", "share predicted right"), foot=1)
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle=":", linewidth=1.2)
        at: dict[str, Any] = {"color": BLUE, "zorder": 3}
        strokes(axes, _at(bins.sure, bins.low), _at(bins.sure, bins.high), gid="spans", **at)
        places = _at(bins.sure, bins.right)
        strokes(axes, places, places, gid="dots", linewidth=DOT, capstyle="round", **at)
        told = fitted(bins.said, SIDE - 20, NORMAL)
        axes.text(0.97, 0.05, told, gid="said", size=NORMAL, ha="right")
        below = axes_at(figure, LEFT, TOP + SIDE + BETWEEN, SIDE, COUNTS, gid="counts")
        below.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence: probability of the class predicted")
        below.set_xticks(axes.get_xticks(), [])
        upright(below, "images", LEFT - LABEL)
        below.set_yticks([])
        floor = np.zeros_like(bins.heights)
        columns: dict[str, Any] = {"color": GREY, "linewidth": COLUMN, "gid": "columns"}
        strokes(below, _at(bins.middles, floor), _at(bins.middles, bins.heights), **columns)

    size = (LEFT + SIDE + RIGHT, TOP + SIDE + BETWEEN + COUNTS + FOOT - 12)
    label = f"share predicted right against confidence. {bins.said}"
    return draw(sheet, name, paint, size=size, label=label)


def _at(xs: Array, ys: Array) -> Array:
    return np.column_stack([xs, ys])
