"""Parts of the page with images beside words: where the model looks, and what the audit found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from frimcla.auditing.findings import Finding
from frimcla.codes import CODES
from frimcla.picturing import overlay
from frimcla.picturing.album import Map

from .shown import DIGITS, Shown
from .story import Story

SUSPECTS = 12
"""Images of a finding that are shown."""


def looks_of(story: Story, shown: Shown) -> dict[str, Any] | None:
    """Return the maps of where the model looks, by class."""
    album = story.album
    if album is None or not album.maps or album.check is None or not shown.pictures:
        return None
    kept = [one for one in album.maps if one.key in story.table.images]
    looks = [look for one in kept if (look := _look(one, story))]
    if not looks:
        return None
    check, *others = album.check.sentences
    how = (
        "One place after the other is covered. Orange: without it the predicted class becomes "
        "less probable, so the model looks there; blue: more probable. Each map has its own scale."
    )
    return {
        "told": " ".join([f"Of {story.record.get('trained')}.", how, *others]),
        "check": check,
        "doubtful": album.check.warns,
        "maps": looks,
    }


def _look(one: Map, story: Story) -> dict[str, str] | None:
    """Return a map with its words; None where its picture is none."""
    try:
        over = overlay(one).uri
    except (OSError, ValueError):
        return None
    row = story.table.images.index(one.key)
    p = "" if one.probability is None else f" (p = {one.probability:.2f})"
    held = "" if one.held_out == one.label else f"; held out, it was predicted {one.held_out}"
    most = f"one place changes the probability by up to {one.largest:.2f}"
    flat = "no single place decides"
    said = f"predicted {one.predicted}{p}{held}; {most if one.decisive else flat}"
    name = story.table.names[row].rpartition("/")[2]
    return {
        "plain": one.picture.uri,
        "over": over,
        "label": one.label,
        "name": name,
        "told": said,
    }


def findings_of(story: Story, shown: Shown) -> list[dict[str, Any]]:
    """Return what the audit found, with the images it is about."""
    if story.audit is None:
        return []
    rows = {key: row for row, key in enumerate(story.table.images)}
    return [_finding(one, rows, shown) for one in story.audit.findings]


def _finding(one: Finding, rows: dict[str, int], shown: Shown) -> dict[str, Any]:
    items = []
    for suspect in one.suspects[:SUSPECTS]:
        keys = dict.fromkeys((suspect.key, *suspect.beside[:1]))
        if suspect.key in rows:
            items.append(
                {
                    "rows": [rows[key] for key in keys if key in rows],
                    "name": suspect.name if shown.pictures else suspect.key[:DIGITS],
                    "told": f"{suspect.label}: {suspect.told}" if suspect.told else suspect.label,
                }
            )
    return {
        "code": one.code,
        "severity": str(one.severity),
        "title": one.title,
        "sentence": one.sentence,
        "numbers": one.numbers,
        "suspects": items,
        "more": len(one.suspects) - len(items),
    }


def checks_of(story: Story) -> Iterator[tuple[str, str, str]]:
    """Yield (code, title, outcome) of every check."""
    if story.audit is None:
        return
    found = {one.code for one in story.audit.findings}
    for code, title in CODES.items():
        if code in found:
            yield code, title, "found, see above"
        elif code in story.audit.checked:
            yield code, title, "nothing found"
        elif code in story.audit.left_out:
            yield code, title, story.audit.left_out[code]
