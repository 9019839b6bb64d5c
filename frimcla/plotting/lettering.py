"""Names that fit the room they have, by the width of their letters."""

from __future__ import annotations

import unicodedata
import warnings
from bisect import bisect
from functools import lru_cache
from itertools import accumulate

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from frimcla.drawing import short
from frimcla.errors import readable

from .palette import SMALL

_WIDE = {"W": 1.05, "F": 1.05}
"""Letters as wide as they are high, which matplotlib's font lacks and browsers have."""


def width_of(text: str, size: float = SMALL) -> float:
    """Return how wide *text* is at most, in units, in DejaVu Sans, a wide font."""
    return sum(map(_width, readable(text))) * size


def fitted(name: str, room: float, size: float = SMALL) -> str:
    r"""Return a name for a plot: readable, no formula, and no wider than *room* units.

    Control signs are spelled out, which no SVG could hold; ``$`` is written ``\$``.
    """
    plain = readable(name)
    widths = list(accumulate(map(_width, plain), initial=0.0))
    if widths[-1] * size <= room:
        return short(plain, len(plain))
    kept = bisect(widths, room / size - _width("…")) - 1
    return short(plain, max(2, kept + 1))


@lru_cache(4096)
def _width(letter: str) -> float:
    if wide := _WIDE.get(unicodedata.east_asian_width(letter)):
        return wide
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks
        found = text_to_path.get_text_width_height_descent(letter, FontProperties(size=100), False)
    return float(found[0]) / 100
