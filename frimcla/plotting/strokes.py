"""Lines as SVG writes them, in few letters, and where they lie in a picture.

The page's script puts another pair's curve into a plot by another ``d``; what `path` and its kin
return lies where matplotlib draws the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path

from frimcla.contracts import Array

STEPS = 10
"""Steps of coordinates per unit of the picture: one decimal."""
TOLERANCE = 0.25
"""Units by which a simplified line may differ from the full one."""
_TOKEN = re.compile(r"[MLCQZz]|-?[\d.]+(?:e[-+]?\d+)?")
_NUMBERS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0, "z": 0}


@attrs.frozen(kw_only=True)
class Frame:
    """Where an axes lies in its picture; both scales are linear.

    Attributes:
        left, right: Of the axes, in units of the picture from its left.
        top, bottom: Of the axes, in units of the picture from its top.
        x: Values at the left and the right.
        y: Values at the bottom and the top.
    """

    left: float
    right: float
    top: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def of(cls, axes: Axes) -> Frame:
        """Return the frame of axes that have their final limits, in a figure of 72 dpi."""
        assert axes.figure is not None
        high, box = axes.figure.bbox.height, axes.bbox  # in pixels, which are units
        return cls(
            left=float(box.x0),
            right=float(box.x1),
            top=float(high - box.y1),
            bottom=float(high - box.y0),
            x=axes.get_xlim(),
            y=axes.get_ylim(),
        )

    def places(self, xs: Array, ys: Array) -> Array:
        """Return values, both (n,), in units of the picture, float64 (n, 2); y grows downwards."""
        (west, east), (south, north) = self.x, self.y
        across = self.left + (np.asarray(xs) - west) / (east - west) * (self.right - self.left)
        up = self.bottom + (np.asarray(ys) - south) / (north - south) * (self.top - self.bottom)
        return np.column_stack([across, up]).astype(np.float64)


def path(xs: Array, ys: Array, frame: Frame) -> str:
    """Return a line through values, both (n,), as ``d``; empty where none is finite.

    Values that are not finite are left out, and points that lie on a line with their
    neighbours.
    """
    return written(_simple(_finite(frame.places(xs, ys))))


def band_path(xs: Array, lows: Array, highs: Array, frame: Frame) -> str:
    """Return the area between two lines, all (n,), as ``d``; empty where none is finite."""
    kept = np.isfinite(np.column_stack([xs, lows, highs]).astype(float)).all(axis=1)
    if not kept.any():
        return ""
    below = _simple(frame.places(np.asarray(xs)[kept], np.asarray(lows)[kept]))
    above = _simple(frame.places(np.asarray(xs)[kept], np.asarray(highs)[kept]))
    return written(np.concatenate([below, above[::-1]])) + "z"


def dots(xs: Array, ys: Array, frame: Frame) -> str:
    """Return points, both (n,), as lines without length, which round ends make dots."""
    return intervals(xs, ys, ys, frame)


def intervals(xs: Array, lows: Array, highs: Array, frame: Frame) -> str:
    """Return upright lines, all (n,), as ``d``: intervals, or columns where the stroke is wide."""
    ends = np.hstack([frame.places(xs, lows), frame.places(xs, highs)])
    return "".join(written(one.reshape(2, 2)) for one in _finite(ends))


def written(points: Array) -> str:
    """Return a line through points (n, 2), in units of the picture, as ``d``."""
    if len(points) == 0:
        return ""
    every = "L".join(f"{x:.4f} {y:.4f}" for x, y in points.tolist())
    return compact(f"M{every}")


def compact(lines: str) -> str:
    """Return matplotlib's ``d`` in fewer letters: one decimal, steps instead of places."""
    out: list[str] = []
    start = here = (0, 0)
    for command, numbers in _commands(lines):
        if command in "Zz":
            out.append("z")
            here = start
            continue
        rounded = [round(STEPS * number) for number in numbers]
        end = (rounded[-2], rounded[-1])
        if command == "M":
            out.append("M" + _joined(rounded))
            start = end
        elif command == "L":
            across, down = end[0] - here[0], end[1] - here[1]
            if (across, down) != (0, 0) or out[-1].startswith("M"):  # without length: a dot
                out.append(_step(across, down))
        else:
            steps = [number - here[place % 2] for place, number in enumerate(rounded)]
            out.append(command.lower() + _joined(steps))
        here = end
    return "".join(out)


def decimal(steps: int) -> str:
    """Return a whole number of steps in units of the picture, in the fewest letters."""
    text = f"{steps / STEPS:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _step(across: int, down: int) -> str:
    if down == 0:
        return "h" + decimal(across)
    return "v" + decimal(down) if across == 0 else "l" + _joined([across, down])


def _joined(numbers: list[int]) -> str:
    """Return numbers with a blank between them, where no sign tells them apart."""
    first, *others = map(decimal, numbers)
    return first + "".join(one if one.startswith("-") else f" {one}" for one in others)


def _commands(lines: str) -> Iterator[tuple[str, list[float]]]:
    tokens = _TOKEN.findall(lines)
    place = 0
    while place < len(tokens):
        command = tokens[place]
        count = _NUMBERS[command]
        yield command, [float(token) for token in tokens[place + 1 : place + 1 + count]]
        place += 1 + count


def _finite(points: Array) -> Array:
    return points[np.isfinite(points).all(axis=1)]


def _simple(points: Array) -> Array:
    """Return points (n, 2) without those that lie on a line with their neighbours."""
    if len(points) <= 2:
        return points
    line = Path(points)
    line.should_simplify, line.simplify_threshold = True, TOLERANCE
    cleaned = line.cleaned(simplify=True, curves=False)
    kept = np.asarray(cleaned.codes) != Path.STOP
    return np.asarray(np.asarray(cleaned.vertices)[kept])
