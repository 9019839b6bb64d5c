"""How the best pair does in parts of the images: groups, and values of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frimcla.evidence import count
from frimcla.plotting.estimates import Estimate
from frimcla.plotting.slices import slices
from frimcla.plotting.svg import Sheet
from frimcla.showing.resampling import Draws
from frimcla.showing.slices import GROUPS, Column, sliced

from . import plots
from .detail import number
from .shown import Shown
from .story import Story


def slices_of(story: Story, shown: Shown, draws: Draws, sheet: Sheet) -> list[dict[str, Any]]:
    """Return the share right in each group and for each value of a column."""
    table = story.table
    found = sliced(table, story.winner, draws)
    overall = float((table.pairs[story.winner].predicted[0] == table.truth).mean())
    parts = [
        _part(column, _names(column, shown), number, overall, sheet)
        for number, column in enumerate(found.columns)
    ]
    if parts and found.left_out:
        why = "; ".join(f"{name}: {reason}" for name, reason in found.left_out.items())
        parts[-1]["told"] = f"{parts[-1]['told']} Left out: {why}.".strip()
    return parts


def _names(column: Column, shown: Shown) -> list[str]:
    """Return what the values of a column are called; nothing tells which of them may be names."""
    values = [one.value or "(nothing)" for one in column.slices]
    if shown.pictures:
        return values
    return [f"no. {place}" for place, _ in enumerate(values, 1)]


def _part(
    column: Column, names: Sequence[str], place: int, overall: float, sheet: Sheet
) -> dict[str, Any]:
    grouped = column.name == GROUPS
    shares = [number(one.share, "share predicted right") for one in column.slices]
    drawing = slices(
        sheet,
        f"slices-{place}",
        [
            Estimate(
                name=name,
                value=100 * share.value,
                low=None if share.low is None else 100 * share.low,
                high=None if share.high is None else 100 * share.high,
                said=f"{one.right} of {one.images}",
            )
            for name, one, share in zip(names, column.slices, shares, strict=True)
        ],
        overall=100 * overall,
        noun="groups" if grouped else "values",
    )
    rows = [
        {
            "name": name,
            "key": f"slice.{column.name}.{name}",
            "images": count(one.images, "images"),
            "share": share,
        }
        for name, one, share in zip(names, column.slices, shares, strict=True)
    ]
    more = (
        f"The {len(rows)} worst; {column.more} more groups are better or smaller."
        if column.more
        else ""
    )
    return {
        "column": column.name,
        "title": "By group" if grouped else f"By {column.name}",
        "plot": plots.markup(drawing),
        "rows": rows,
        "told": more,
    }
