"""Which image of a TIFF is taken, and how its axes become planes, height, width, channels."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.errors import ImageError

CHANNELS = "CS"
AXES = {"Z": "planes", "T": "time points", "I": "pages", "Q": "pages", "R": "pages"}
"""Axes that become planes, and what their steps are called."""
SLIDE = "svs"


@attrs.frozen(kw_only=True, eq=False)
class Chosen:
    """One image of a TIFF.

    Attributes:
        series: tifffile's series, or the largest of its resolutions.
        axes: A letter per axis of it: ``"ZCYX"``.
        shape: A number per axis.
        notes: What was chosen among several.
    """

    series: Any
    axes: str
    shape: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def page(self) -> Any:
        """The first page; it says how pixels are stored."""
        return self.series.keyframe

    @property
    def height(self) -> int:
        """Rows, as stored."""
        return self.shape[self.axes.index("Y")]

    @property
    def width(self) -> int:
        """Columns, as stored."""
        return self.shape[self.axes.index("X")]

    @property
    def planes(self) -> int:
        """Product of all axes but height, width and channels."""
        return math.prod(n for a, n in zip(self.axes, self.shape, strict=True) if a not in "YXCS")

    @property
    def samples(self) -> int:
        """Values per pixel of one page."""
        return self.shape[self.axes.index("S")] if "S" in self.axes else 1

    @property
    def separate(self) -> int:
        """Channels that have pages of their own."""
        return self.shape[self.axes.index("C")] if "C" in self.axes else 1

    def arranged(self, stored: Array) -> Array:
        """Return *stored* as (planes, height, width, channels, samples)."""
        if stored.size != math.prod(self.shape):
            raise ImageError("holds fewer pixels than it promises; replace it")
        pages = [axis for axis in self.axes if axis not in "YXCS"]
        order = [*pages, *(axis for axis in "YXCS" if axis in self.axes)]
        turned = stored.reshape(self.shape).transpose([self.axes.index(axis) for axis in order])
        return np.reshape(
            turned, (self.planes, self.height, self.width, self.separate, self.samples)
        )


def chosen(tiff: Any) -> Chosen:
    """Choose what to read of an opened TIFF.

    Raises:
        ImageError: Nothing says which of several images is meant, or there is none.
    """
    series = [one for one in tiff.series if one.ndim >= 2]
    if not series:
        raise ImageError("is TIFF without an image; replace it")
    first, notes = _first(series)
    if len(first.levels) > 1:
        notes = (*notes, f"took the largest of {len(first.levels)} resolutions")
    _check_whole(first)
    axes, shape = _unique(first.axes), tuple(map(int, first.shape))
    if not {"X", "Y"} <= set(axes) or len(axes) != len(shape):
        raise ImageError(f"has axes {axes}, which make no image; save it with height and width")
    if 0 in shape:
        raise ImageError("has no pixels; replace it")
    return Chosen(series=first, axes=axes, shape=shape, notes=(*notes, *_flattening(axes, shape)))


def _first(series: list[Any]) -> tuple[Any, tuple[str, ...]]:
    """Return the image that is meant, and a note where there are others."""
    first, others = series[0], [one for one in series[1:] if not one.keyframe.is_reduced]
    if first.kind == SLIDE:
        left_out = ", ".join(one.name.lower() or "a picture" for one in series[1:])
        return first, (f"took the slide and left out {left_out}",) if left_out else ()
    if any(_area(one) > _area(first) for one in others):
        raise ImageError(
            f"holds {len(series)} images of different sizes, and the first is not the largest; "
            "save the one you mean as a file of its own"
        )
    if not others:
        return first, ("left out a small preview",) if len(series) > 1 else ()
    return first, (f"took the first of {len(series)} images; save another as its own file",)


def _check_whole(series: Any) -> None:
    """Refuse an image of which pages are missing: tifffile would make them black."""
    pages = list(series.pages)
    if missing := sum(page is None for page in pages):
        raise ImageError(
            f"lacks {missing} of its {len(pages)} planes, which may be in other files; "
            "save it as one file"
        )


def _area(series: Any) -> int:
    return int(series.keyframe.imagewidth) * int(series.keyframe.imagelength)


def _unique(axes: str) -> str:
    """Return *axes* with a letter for each axis, so that none is there twice."""
    return "".join(
        axis if axes.index(axis) == at and axis.isalpha() and axis.isupper() else chr(0x61 + at)
        for at, axis in enumerate(axes)
    )


def _flattening(axes: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Say what became planes, unless it is a z-stack, as everybody expects."""
    found = [(a, n) for a, n in zip(axes, shape, strict=True) if a not in "YXCS" and n > 1]
    if [axis for axis, _ in found] in ([], ["Z"]):
        return ()
    counts = " x ".join(f"{n} {AXES.get(axis, 'steps')}" for axis, n in found)
    return (f"took {counts} for planes",)
