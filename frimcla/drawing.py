"""What all pictures share: colours, names that fit, axes without clutter, equal bytes."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .files import write_atomically
from .predictions import Labels
from .scoring import metric_of
from .selection import Selection, told_pair

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f")
"""Okabe & Ito's palette (2008), which colour-blind people tell apart."""
BLUE, ORANGE, GREEN, *_ = COLOURS
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LONGEST = 36
"""Letters of a name in a picture; tables have it whole."""
INK, SOFT, FAINT = "#222222", "#8a8a8a", "#d9d9d9"


def short(name: str, longest: int = LONGEST) -> str:
    """Return a name that leaves room for the picture; ``$`` would begin a formula."""
    return (name if len(name) <= longest else f"{name[: longest - 1]}…").replace("$", r"\$")


def short_pair(pair: Labels) -> str:
    """Return a pair by name, with room for both of its parts."""
    return told_pair((short(pair[0], 24), short(pair[1], 18)))


def scale_of(selection: Selection) -> int:
    """Return by what scores are multiplied to be shown: 100 for percent."""
    return 100 if metric_of(selection.judge.recipe).share else 1


def axis_of(selection: Selection) -> str:
    """Return the label of an axis of scores."""
    metric = metric_of(selection.judge.recipe)
    unit = " (%)" if metric.share else ""
    direction = "" if metric.greater_is_better else ", lower is better"
    return f"{short(selection.judge.recipe.label)}{unit}{direction}"


def title(axes: Axes, text: str, small: str = "") -> None:
    """Write a title to the left, and what explains it below in grey."""
    lines = len(small.splitlines())
    axes.set_title(text, loc="left", fontsize=11, color=INK, pad=8 + 13 * lines)
    if lines:
        place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(small, (0, 1), xytext=(0, 7), fontsize=8.5, color=SOFT, **place)


def plain(axes: Axes, *, grid: bool = True) -> None:
    """Take away what is not needed to read numbers from left to right."""
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis="x", color=FAINT, linewidth=0.6)


def save(path: Path, figure: Figure) -> None:
    """Write a PNG; the same figure gives the same bytes."""
    out = io.BytesIO()
    figure.dpi = 150
    canvas: Any = FigureCanvasAgg(figure)
    with warnings.catch_warnings():  # a letter that no font has is drawn as a box
        warnings.simplefilter("ignore")
        canvas.print_png(out, metadata={"Software": None})  # savefig would draw everything twice
    write_atomically(path, out.getvalue())
