"""Numbers that charts are drawn from: histograms as outlines, spreads as places on a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from frimcla.contracts import Array

from .facts import BINS, COLOURS, ImageFacts

DYES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe & Ito's palette (2008), which colour-blind people tell apart."""
LIGHTS = {"red": "#e5484d", "green": "#30a46c", "blue": "#3e7bfa", "grey": "#8b8d98"}


@attrs.frozen(kw_only=True, eq=False)
class Curve:
    """A histogram.

    Attributes:
        name: Of the channel.
        colour: To draw it in.
        heights: Of the bins, 0 to 1: square roots, so that a white background hides nothing.
    """

    name: str
    colour: str
    heights: Array

    @property
    def outline(self) -> str:
        """An SVG path in a box of 256 by 100."""
        wide = 256 / BINS
        steps = "".join(f"V{100 - 100 * height:.1f}h{wide:g}" for height in self.heights.tolist())
        return f"M0 100{steps}V100Z"


@attrs.frozen(kw_only=True)
class Spread:
    """Where the values of a class lie, in percent of the way from the left.

    Attributes:
        low, first, middle, third, high: The 5th, 25th, 50th, 75th and 95th percentile.
        median: In words.
    """

    low: float
    first: float
    middle: float
    third: float
    high: float
    median: str


def curves(images: Sequence[ImageFacts]) -> list[Curve]:
    """Return the mean histogram of each channel of a class; every image counts alike."""
    sums: dict[str, Array] = {}
    counts: dict[str, int] = {}
    for facts in images:
        for channel in facts.channels:
            sums[channel.name] = sums.get(channel.name, 0) + channel.histogram.astype(float)
            counts[channel.name] = counts.get(channel.name, 0) + 1
    if set(COLOURS) <= sums.keys():  # a few grey ones among the coloured would only confuse
        sums = {name: sums[name] for name in COLOURS}
    means = {name: np.sqrt(total / counts[name]) for name, total in sums.items()}
    top = max((float(mean.max()) for mean in means.values()), default=1)
    hues = (*DYES, *DYES)
    return [
        Curve(
            name=name,
            colour=LIGHTS.get(name, hues[number % len(hues)]),
            heights=mean / top,
        )
        for number, (name, mean) in enumerate(means.items())
    ]


def spreads(
    values: Sequence[Sequence[float]], ends: tuple[float, float] | None = None
) -> tuple[list[Spread | None], str, str]:
    """Return where the values of each class lie, and what the ends of the line are.

    Args:
        values: Per class.
        ends: Of the line; those of all values if omitted.
    """
    every = [value for part in values for value in part]
    low, high = ends or (min(every, default=0), max(every, default=1))
    wide = high - low or 1
    found: list[Spread | None] = []
    for part in values:
        if not part:
            found.append(None)
            continue
        places = np.percentile(part, (5, 25, 50, 75, 95))
        at = [round(float(100 * (place - low) / wide), 2) for place in places]
        found.append(
            Spread(
                low=at[0],
                first=at[1],
                middle=at[2],
                third=at[3],
                high=at[4],
                median=f"{places[2]:.0f}",
            )
        )
    return found, f"{low:.0f}", f"{high:.0f}"


def hues(count: int) -> Iterator[str]:
    """Yield a colour for each of *count* classes; they come again after six."""
    for number in range(count):
        yield DYES[number % len(DYES)]
