"""What the script of the page knows: every pair's predictions and curves, and the map's places."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from frimcla.contracts import Array
from frimcla.errors import readable
from frimcla.number import Number
from frimcla.saying import between

from .detail import Detail
from .marking import shown as written
from .shown import Shown
from .story import Story
from .swapping import Panels, paths_of, words_of

LISTED = 5_000
"""Images up to which the script knows all; of more, those that stand somewhere in the page.

Of a hundred thousand images and sixty pairs it would else be given 30 MB."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Two of them hold a class, or a probability per mille."""


def facts_of(
    story: Story,
    shown: Shown,
    details: Sequence[Detail],
    panels: Panels | None,
    clouds: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the script is given.

    Args:
        story: The study.
        shown: How images appear.
        details: Of every pair, best first.
        panels: Where curves are drawn; None where the winner has none.
        clouds: Rows and places of the marks of each map, by its name.
    """
    rows = _listed(shown, details, clouds)
    return {
        "rows": rows,
        "classes": [readable(name) for name in story.table.classes],
        "names": [readable(shown.name(row)) for row in rows],
        "looks": [shown.look(row) for row in rows],
        "truth": story.table.truth[rows].tolist(),
        "pictures": shown.pictures,
        "pairs": [_pair(detail, panels, rows) for detail in details],
        "clouds": clouds,
    }


def _listed(shown: Shown, details: Sequence[Detail], clouds: Mapping[str, Any]) -> list[int]:
    """Return the rows of the images that the script knows, ascending."""
    images = len(shown.table.images)
    if images <= LISTED:
        return list(range(images))
    found = set(shown.first.values())
    for detail in details:
        found.update(detail.galleries.errors, detail.galleries.unsure)
    for cloud in clouds.values():
        found.update(cloud["rows"])
    return sorted(found)


def text_of(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON that cannot end the element it stands in."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _pair(detail: Detail, panels: Panels | None, rows: Sequence[int]) -> dict[str, Any]:
    galleries = detail.galleries
    certain = not np.isnan(galleries.sure).any()
    told: dict[str, str] = {}
    if detail.probable:
        told = {
            "auc": _both(detail.auc),
            "ap": _both(detail.average_precision),
            "ece": written(detail.ece),
            "brier": written(detail.brier),
        }
    return {
        "name": readable(detail.name),
        "standing": detail.standing,
        "mean": _both(detail.mean),
        "said": packed(galleries.said[rows]),
        "sure": packed(np.rint(1000 * galleries.sure[rows])) if certain else "",
        "counts": galleries.counts.tolist(),
        "classes": [
            [[written(number), _ends(number)] for _, number in row.numbers]
            for row in detail.classes
        ],
        "errors": galleries.errors,
        "errorsTold": detail.errors_told,
        "votes": detail.votes_told,
        "unsure": galleries.unsure,
        "told": told,
        "paths": paths_of(detail, panels) if panels and detail.probable else None,
        "words": words_of(detail),
    }


def packed(values: Array) -> str:
    """Return whole numbers up to 1295 in two digits each, of base 36.

    >>> packed([0, 37, 1000])
    '0011rs'
    """
    return "".join(DIGITS[int(one) // 36] + DIGITS[int(one) % 36] for one in values)


def _both(number: Number) -> str:
    ends = _ends(number)
    return f"{written(number)} {ends}" if ends else written(number)


def _ends(number: Number) -> str:
    low, high = number.low, number.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return between(low, high, percent=number.unit == "share")
