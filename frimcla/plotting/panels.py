"""How well a pair orders images: ROC, and precision against recall, with bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from frimcla.contracts import Array
from frimcla.drawing import SOFT

from .artists import LABEL, area, axes_at
from .lettering import fitted
from .palette import BLUE, HUES, NORMAL
from .scales import upright
from .svg import Drawing, Sheet, draw

SIDE, LEFT, TOP, RIGHT, FOOT = 268.0, 46.0, 8.0, 14.0, 36.0
"""The axes are a square of `SIDE` units; what is around them."""
FRAME = "axes"
"""Name of a panel's frame."""


@attrs.frozen(kw_only=True, eq=False)
class Curve:
    """A curve over a grid.

    Attributes:
        x: Grid, rising, 0 to 1, (g,).
        y: Mean, 0 to 1, (g,).
        low: Lower edge of its band, (g,); None where there is no band.
        high: Upper edge.
        said: The area under it in words, ``"AUC 0.97 (0.95 to 0.99)"``.
    """

    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    said: str = ""


def roc(sheet: Sheet, name: str, curve: Curve, *, each: Sequence[Array] = ()) -> Drawing:
    """Draw a ROC curve in its band.

    Groups ``line``, ``band`` and ``said`` are what another pair's `frimcla.plotting.strokes.path`
    and `band_path` in the frame ``axes``, and words, take the place of; ``class-0`` and so on are
    lines of classes.

    Args:
        sheet: Of the page.
        name: Of the plot.
        curve: False positive rate against true positive rate.
        each: True positive rates of each class on the same grid, in the order of their colours.
    """
    words = ("false positive rate", "true positive rate")
    made = _Panel(curve=curve, each=each, words=words, chance=(0.0, 1.0), corner=(0.97, "right"))
    return made.drawn(sheet, name)


def precision_recall(
    sheet: Sheet,
    name: str,
    curve: Curve,
    *,
    base: float | None = None,
    each: Sequence[Array] = (),
) -> Drawing:
    """Draw precision against recall, in its band; groups and arguments are as of `roc`.

    Args:
        sheet: Of the page.
        name: Of the plot.
        curve: Recall against precision.
        base: Precision of a guess: the share of the class; group ``chance``.
        each: Precision of each class on the same grid.
    """
    made = _Panel(
        curve=curve,
        each=each,
        words=("recall", "precision"),
        chance=None if base is None else (base, base),
        corner=(0.03, "left"),
    )
    return made.drawn(sheet, name)


@attrs.frozen(kw_only=True, eq=False)
class _Panel:
    """A curve on a square.

    Attributes:
        curve: What is drawn.
        each: The same of each class.
        words: Labels of both axes.
        chance: Left and right end of the line of guessing.
        corner: Where the words about the curve stand, and which way they end there.
    """

    curve: Curve
    each: Sequence[Array]
    words: tuple[str, str]
    chance: tuple[float, float] | None
    corner: tuple[float, Literal["left", "right"]]

    def drawn(self, sheet: Sheet, name: str) -> Drawing:
        label = f"{self.words[1]} against {self.words[0]}. {self.curve.said}"
        size = (LEFT + SIDE + RIGHT, TOP + SIDE + FOOT)
        return draw(sheet, name, self.paint, size=size, label=label)

    def paint(self, figure: Figure) -> None:
        axes, curve = square(figure, self.words), self.curve
        if self.chance is not None:
            axes.plot([0, 1], self.chance, gid="chance", color=SOFT, linestyle=":", linewidth=1.2)
        if curve.low is not None and curve.high is not None:
            band: dict[str, Any] = {"color": BLUE, "alpha": 0.22, "clip_on": False}
            area(axes, curve.x, curve.low, curve.high, gid="band", **band)
        for number, ys in enumerate(self.each):
            hue = HUES[number % len(HUES)]
            axes.plot(curve.x, ys, gid=f"class-{number}", color=hue, linewidth=0.9, clip_on=False)
        axes.plot(curve.x, curve.y, gid="line", color=BLUE, linewidth=2, clip_on=False)
        told = fitted(curve.said, SIDE - 20, NORMAL)
        axes.text(self.corner[0], 0.05, told, gid="said", size=NORMAL, ha=self.corner[1])


def square(figure: Figure, words: tuple[str, str], foot: float = 0.0) -> Axes:
    """Add square axes from 0 to 1 in both directions, with *foot* more units below them."""
    axes = axes_at(figure, LEFT, TOP, SIDE, SIDE, gid=FRAME)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_xticks(ticks)
    if foot == 0:
        axes.set_xlabel(words[0])
    upright(axes, words[1], LEFT - LABEL)
    axes.set_yticks(ticks)
    axes.grid()
    return axes
