"""Parts of the page that stand on the study as a whole: tables beside the plots."""

from __future__ import annotations

import math
from typing import Any

import attrs

from frimcla.number import Number
from frimcla.plotting.svg import Drawing, Sheet
from frimcla.showing.resampling import Draws, alone

from . import plots
from .detail import Detail
from .galleries import Galleries
from .matrix import Cell
from .shown import Shown
from .story import Story

BESIDE = 12
"""Pairs of the table beside the best."""
BROAD = 4
"""Classes beside whose matrix nothing else finds room."""
EACH = 12
"""Images of each class on the contact sheet."""


@attrs.frozen(kw_only=True)
class Beside:
    """A pair beside the winner."""

    name: str
    standing: str
    difference: Number | None
    p: Number | None
    worse: Number | None


@attrs.frozen(kw_only=True)
class Looked:
    """What the page says around the winner's numbers.

    Attributes:
        matrix: The confusion matrix, row by row.
        interval_told: How intervals of classes were found.
        curves_told: What the curves are of.
    """

    matrix: list[list[Cell]]
    interval_told: str
    curves_told: str

    @property
    def wide(self) -> bool:
        """Whether the matrix leaves no room for a table beside it."""
        return len(self.matrix) > BROAD

    @property
    def cells(self) -> list[Cell]:
        """The cells of the matrix that are not empty."""
        return [cell for line in self.matrix for cell in line if cell.rows]


@attrs.frozen
class Told:
    """Says what the winner said of an image."""

    galleries: Galleries
    classes: tuple[str, ...]

    def told(self, row: int) -> str:
        """Return the caption of an image."""
        truth, said = (int(one[row]) for one in (self.galleries.truth, self.galleries.said))
        sure = float(self.galleries.sure[row])
        p = f", p = {sure:.2f}" if not math.isnan(sure) else ""
        other = "rightly" if truth == said else self.classes[said]
        return f"{self.classes[truth]}, predicted {other}{p}"


def beside(story: Story) -> tuple[list[Beside], int]:
    """Return the best pairs beside the winner, and how many more there are."""
    get, names = story.numbers.get, list(story.pairs)
    rows = [
        Beside(
            name=name,
            standing=story.standing[name],
            difference=get(f"difference.{name}"),
            p=get(f"p_holm.{name}"),
            worse=get(f"p_worse.{name}"),
        )
        for name in names[:BESIDE]
    ]
    return rows, max(0, len(names) - BESIDE)


def looked_at(detail: Detail, matrix: list[list[Cell]], draws: Draws) -> Looked:
    """Return the winner as the page shows it."""
    ways = (
        "Wilson's, of F1 and AUC a bootstrap of images"
        if alone(draws.units)
        else "a bootstrap of whole groups; where there are fewer than ten, or none differs, "
        "Wilson's as if each group were one image, which is rather too wide, and none for F1, AUC"
    )
    of = (
        f"Of {detail.positive} against the rest."
        if detail.positive
        else ("Thick: the mean over classes; thin: each class against the rest.")
    )
    return Looked(
        matrix=matrix,
        interval_told=f"Each class against all the others, with 95 % intervals: {ways}.",
        curves_told=f"{of} The band holds the curve in 95 of 100 bootstrap samples.",
    )


def clouds_of(
    story: Story, galleries: Galleries, sheet: Sheet
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the views of the features, and where their marks lie."""
    found = story.album.projection if story.album else None
    if found is None:
        return [], {}
    views, places = [], {}
    first, second = (f"{100 * share:.0f} %" for share in found.shares)
    sampled = "" if found.images == len(found.keys) else f" {len(found.keys):,} images, drawn."
    told = {
        "tsne": f"t-SNE: neighbours stay together; gaps and sizes of clouds mean nothing.{sampled}",
        "pca": f"PCA: the two directions in which images differ most ({first} and {second} of all "
        f"differences).{sampled}",
    }
    for name, view, rows in plots.clouds(story, found, galleries, sheet):
        title = "Neighbours (t-SNE)" if name == "tsne" else "Largest differences (PCA)"
        drawing = plots.markup(view.drawing)
        views.append({"name": name, "title": title, "told": told[name], "drawing": drawing})
        places[name] = plots.places_of(view, rows)
    return views, places


def growth_of(story: Story, sheet: Sheet) -> dict[str, Drawing]:
    """Return the plot of the learning curve, if the audit drew one."""
    drawing = plots.growth_plot(story, sheet)
    return {"growth": drawing} if drawing else {}


def shares_of(story: Story) -> list[Number]:
    """Return the share of each class among all images."""
    total = story.numbers["images"].value
    return [
        Number(
            value=story.numbers[f"images.{name}"].value / total,
            unit="share",
            metric="",
            method="of all images",
        )
        for name in story.table.classes
    ]


def sheets_of(story: Story, shown: Shown) -> list[tuple[str, list[int]]]:
    """Return some images of each class that have a thumbnail: by key, as good as drawn."""
    sheets = []
    for number_, name in enumerate(story.table.classes):
        rows = [row for row in shown.first.values() if int(story.table.truth[row]) == number_]
        if rows:
            sheets.append((name, rows[:EACH]))
    return sheets
