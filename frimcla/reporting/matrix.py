"""The confusion matrix of a pair, cell by cell, with the images in each."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from frimcla.errors import readable
from frimcla.evidence import count
from frimcla.number import Number

from .detail import Detail

HEATS, MISSES = 10, 3
"""Shades of what is right, and of what is wrong, by the share of the true class."""
BOX = 60
"""Images that a cell opens where no script runs."""


@attrs.frozen(kw_only=True)
class Cell:
    """A cell of the confusion matrix.

    Attributes:
        row, column: Number of the true and of the predicted class.
        count: Images.
        key: Where its number can be checked.
        look: Its shade.
        told: In words.
        rows: Some of its images, the surest first.
        more: How many more there are.
    """

    row: int
    column: int
    count: Number
    key: str
    look: str
    told: str
    rows: tuple[int, ...] = ()
    more: int = 0


def cells_of(detail: Detail, classes: Sequence[str]) -> list[list[Cell]]:
    """Return the confusion matrix, row by row."""
    counts, rows = detail.galleries.counts, detail.galleries.cells
    sums = counts.sum(axis=1)
    return [
        [
            Cell(
                row=row,
                column=column,
                count=count(int(images), "images of this class predicted as that"),
                key=f"confusion.{row}.{column}",
                look=_look(row == column, images / max(sums[row], 1)),
                told=_told(int(images), classes[row], classes[column]),
                rows=rows.get((row, column), ())[:BOX],
                more=max(0, int(images) - BOX),
            )
            for column, images in enumerate(line)
        ]
        for row, line in enumerate(counts)
    ]


def _look(right: bool, share: float) -> str:
    if right:
        return f"heat{min(HEATS - 1, int(HEATS * share))}"
    return f"miss{min(MISSES, 1 + int(4 * share))}"


def _told(images: int, truth: str, said: str) -> str:
    what = "1 image" if images == 1 else f"{images:,} images"
    other = "rightly" if truth == said else readable(said)
    return f"{what} of {readable(truth)}, predicted {other}"
