"""What an inspection says on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from frimcla.errors import SHOWN

from .found import Inspection
from .words import count
from .writing import PAGE, TABLE


def told(found: Inspection) -> Iterator[str]:
    """Say what was found, and where it lies, a line each."""
    yield from found.told
    for rule, marked in found.marked.items():
        per_class = ", ".join(
            f"{sheet.label} {sheet.marked[rule]}" for sheet in found.sheets if rule in sheet.marked
        )
        yield f"warning: {rule.name}: {count(marked, 'image')} ({per_class}): {rule.when}"
    for _, sentence in found.hints:
        yield f"hint: {sentence}"
    yield from _listed("cannot be read", found.unreadable)
    yield from _listed("a study would refuse", found.problems)
    if not (found.marked or found.hints or found.refused):
        yield "nothing odd was found; look all the same"
    folder = Path(found.folder)
    yield (
        f"wrote {folder / PAGE}, {count(len(found.sheets), 'sheet')} (PNG), and the numbers of "
        f"every image in {folder / TABLE}"
    )


def _listed(what: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    pairs = list(pairs)
    for place, sentence in pairs[:SHOWN]:
        yield f"{what}: {place} {sentence}"
    if len(pairs) > SHOWN:
        yield f"{what}: {len(pairs) - SHOWN} more"
