"""FRM302 to FRM304: single images of which little can be learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from frimcla.inspecting.inspection import EXCEPTIONAL
from frimcla.inspecting.oddities import EMPTY, SATURATED, marks_of
from frimcla.number import Number
from frimcla.opening import Opened

from .copies import LISTED
from .facts import Measured
from .findings import Finding, Severity, Suspect

WHITE = 0.1
"""Share of values at 255 from which an image is called saturated."""
PALE, NOISE = 0.25, 1.0
"""An image is noise if its deviation is below this share of the median image's, and its thumbnail
deviates by less than so many of 255 levels."""
FAR, SOFT = 3.5, 0.25
"""Robust deviations below the median of its class from which an image is out of focus, and the
share of that median's sharpness that it must be below as well."""
FEWEST = 8
"""Images of a class without which it is not said what is usual."""

Worst = Mapping[int, tuple[float, str]]
"""By row: how bad it is, the larger the worse, and what is told."""


def blank(opened: Opened, images: Sequence[Measured]) -> Finding | None:
    """Look for images without structure, or with nothing but noise."""
    found = _marked(opened, images, EMPTY.name)
    deviations = [_deviation(one) for one in images]
    usual = float(np.median(deviations)) if images else 0.0
    for row, (one, deviation) in enumerate(zip(images, deviations, strict=True)):
        left = float(one.thumbnail.std(axis=(0, 1)).max())
        if row not in found and deviation < PALE * usual and left < NOISE:
            told = f"noise only: deviation {deviation:.1f} of 255 levels, {left:.1f} in a thumbnail"
            found[row] = (-deviation, told)
    return _finding(
        "FRM302",
        Severity.WARNING,
        images,
        found,
        what="hold no structure: an empty field, a closed shutter, a crushed range. What is "
        "learnt from them is the background; look at them, and remove those that show nothing.",
        method=f"deviation below {EMPTY.threshold} of 255 levels, or noise only",
    )


def saturated(opened: Opened, images: Sequence[Measured]) -> Finding | None:
    """Look for images of which much is white."""
    return _finding(
        "FRM303",
        Severity.NOTE,
        images,
        _white(opened, images),
        what="are white (255) over much of their area: what was brighter is lost. Check exposure "
        "and scaling; a white background is harmless.",
        method=f"more than {100 * WHITE:.0f} % of the values at 255",
    )


def blurred(opened: Opened, images: Sequence[Measured]) -> Finding | None:
    """Look for images that are far less sharp than others of their class.

    Saturated ones are not judged, unless most are: a white area outweighs all fine structures.
    """
    white = _white(opened, images)
    passed = set(white) if _exceptional(white, images) else set()
    judged = [row for row, one in enumerate(images) if one.sharpness > 0 and row not in passed]
    labels = np.array([one.image.label for one in images])
    sharp = np.array([one.sharpness for one in images])
    found: dict[int, tuple[float, str]] = {}
    for label in np.unique(labels):
        rows = np.array([row for row in judged if labels[row] == label], int)
        if len(rows) < FEWEST:
            continue
        depth = np.log(sharp[rows])
        below = np.median(depth) - depth
        spread = 1.4826 * np.median(np.abs(below))  # the deviation of a normal distribution
        for row, far in zip(rows, below, strict=True):
            if far > FAR * spread and far > -np.log(SOFT):
                told = f"its finest structures have 1/{np.exp(far):.0f} of the usual power"
                found[int(row)] = (float(far), told)
    return _finding(
        "FRM304",
        Severity.WARNING,
        images,
        found,
        what="are far less sharp than others of their class. Where one class was focused worse, "
        "sharpness may be learnt instead of what the images show; look at them.",
        method=f"variance of the Laplacian by that of the image, {FAR} robust deviations and "
        f"{1 / SOFT:.0f} times below the median of the class",
    )


def _marked(opened: Opened, images: Sequence[Measured], rule: str) -> dict[int, tuple[float, str]]:
    """Return the rows that a rule of `frimcla.inspecting` marks."""
    return {
        row: (mark.weight, mark.told)
        for row, one in enumerate(images)
        for mark in marks_of(one.facts, opened.policy, opened.kind)
        if mark.rule.name == rule
    }


def _white(opened: Opened, images: Sequence[Measured]) -> Worst:
    marked = _marked(opened, images, SATURATED.name)
    return {row: worst for row, worst in marked.items() if worst[0] > WHITE}


def _exceptional(found: Worst, images: Sequence[Measured]) -> bool:
    """Say whether what is marked stands out: what most images are is how they are."""
    return len(found) <= EXCEPTIONAL * len(images)


def _deviation(one: Measured) -> float:
    return max(channel.deviation for channel in one.facts.channels)


def _finding(
    code: str,
    severity: Severity,
    images: Sequence[Measured],
    found: Worst,
    *,
    what: str,
    method: str,
) -> Finding | None:
    """Return the finding; None where nothing is marked, or so much that it is how they are."""
    if not found or not _exceptional(found, images):
        return None
    ordered = sorted(found, key=lambda row: (-found[row][0], images[row].image.key))
    suspects = (
        Suspect(
            key=images[row].image.key,
            name=images[row].image.name,
            label=images[row].image.label,
            told=found[row][1],
        )
        for row in ordered[:LISTED]
    )
    sentence = f"{len(found):,} of {len(images):,} images {what}"
    count = Number(value=len(found), unit="count", metric="images", method=method)
    return Finding(
        code=code,
        severity=severity,
        sentence=sentence,
        numbers={"images": count},
        suspects=tuple(suspects),
    )
