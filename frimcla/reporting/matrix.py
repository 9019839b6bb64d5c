"""The confusion matrix of a pair, cell by cell, with the images in each."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from frimcla.errors import readable
from frimcla.number import Number

from .detail import Detail, counted

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
                count=counted(int(count), "images of this class predicted as that"),
                key=f"confusion.{row}.{column}",
                look=_look(row == column, count / max(sums[row], 1)),
                told=_told(int(count), classes[row], classes[column]),
                rows=rows.get((row, column), ())[:BOX],
                more=max(0, int(count) - BOX),
            )
            for column, count in enumerate(line)
        ]
        for row, line in enumerate(counts)
    ]


def _look(right: bool, share: float) -> str:
    if right:
        return f"heat{min(HEATS - 1, int(HEATS * share))}"
    return f"miss{min(MISSES, 1 + int(4 * share))}"


def _told(count: int, truth: str, said: str) -> str:
    images = "1 image" if count == 1 else f"{count:,} images"
    other = "rightly" if truth == said else readable(said)
    return f"{images} of {readable(truth)}, predicted {other}"
