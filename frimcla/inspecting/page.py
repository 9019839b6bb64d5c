"""The page of an inspection: one file that needs nothing else, not even a script."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np

from frimcla.errors import SHOWN, readable

from .charts import Spread, curves, hues, spreads
from .found import ClassSheet, Inspection
from .oddities import RULES
from .shortcuts import TRAITS
from .thumbnails import LOSSLESS
from .words import DASH, amount, begun, count, shortened, times

COMPARED = 2
"""Classes from which on there is something to compare."""
WARNING = "warning: "


def page(found: Inspection, thumbnails: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    """Return the page as HTML; every name in it is escaped by the template's engine.

    Args:
        found: What to show.
        thumbnails: By class and name, the views of an image as ``data:`` addresses.
    """
    world = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    world.filters |= {
        "begun": begun,
        "count": count,
        "readable": readable,
        "shortened": shortened,
    }
    template = world.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    return template.render(
        found=found,
        thumbnails=thumbnails,
        rules=RULES,
        colours=list(hues(len(found.sheets))),
        curves={sheet.label: curves([s.facts for s in sheet.images]) for sheet in found.sheets},
        rows=[row(sheet) for sheet in found.sheets],
        charts=_charts(found),
        tiles=_tiles(found),
        seen_lines=[  # after the first, which tells the counts
            line for line in found.told[1:] if not line.startswith(WARNING)
        ],
        warnings=[line.removeprefix(WARNING) for line in found.told if line.startswith(WARNING)],
        views=[max(map(len, thumbnails[s.label].values()), default=1) for s in found.sheets],
        exact=LOSSLESS,
        most=SHOWN,
        times=times,
        max=max,
    )


def row(sheet: ClassSheet) -> dict[str, str]:
    """Return what the table says of a class."""
    images = [seen.facts for seen in sheet.images]
    if not images:
        return {"sizes": DASH, "content": DASH, "stored": DASH, "seen": DASH}
    ordered = sorted((facts.sides for facts in images), key=lambda sides: (np.prod(sides), sides))
    sizes = [times(ordered[place]) for place in (0, len(ordered) // 2, -1)]
    stored = np.array([facts.stored for facts in images])
    ends = (stored[:, 0].min(), *np.median(stored[:, 1:3], axis=0), stored[:, 3].max())
    return {
        "sizes": f" {DASH} ".join(dict.fromkeys(sizes)),
        "content": "; ".join(sorted({facts.content for facts in images})),
        "stored": f" {DASH} ".join(amount(float(value)) for value in ends),
        "seen": f"{np.median([facts.brightness for facts in images]):.0f}",
    }


def _charts(found: Inspection) -> list[dict[str, Any]]:
    """Return the traits by which classes may be told apart, as lines with boxes."""
    if len(found.sheets) < COMPARED:
        return []
    drawn = []
    for trait in TRAITS[:2]:
        values = [[trait.of(seen.facts) for seen in sheet.images] for sheet in found.sheets]
        every = {round(value, 6) for part in values for value in part}
        if len(every) < 2:  # all of one size: nothing to draw
            continue
        lines: list[Spread | None]
        lines, low, high = spreads(values, (0, 255) if trait.name == "Brightness" else None)
        drawn.append(
            {
                "name": trait.name,
                "lines": lines,
                "low": low,
                "high": high,
                "unit": trait.unit.strip(),
            }
        )
    return drawn


def _tiles(found: Inspection) -> list[tuple[str, str, bool]]:
    """Return (number, what it counts, whether to worry) for the head of the page."""
    dataset = found.opened.dataset
    marked = sum(sheet.stands_out(seen) for sheet in found.sheets for seen in sheet.images)
    tiles = [
        (f"{len(found.images):,}", "image" if len(found.images) == 1 else "images", False),
        (f"{len(found.sheets)}", "class" if len(found.sheets) == 1 else "classes", False),
    ]
    if dataset.grouped_by:
        groups = len({image.group for image in dataset.images})
        tiles.append((f"{groups:,}", f"groups by {readable(dataset.grouped_by)}", False))
    tiles.append((f"{marked:,}", "stand out" if marked != 1 else "stands out", bool(marked)))
    if found.unreadable:
        tiles.append((f"{len(found.unreadable):,}", "cannot be read", True))
    if found.opened.test:
        kept = len(found.opened.test.images)
        tiles.append((f"{kept:,}", "kept for the final check, not shown", False))
    return tiles
