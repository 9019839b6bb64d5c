"""What described the images of a study, as the page lists it: whose it is, and what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DIGITS = 12
"""Of a hash, which ``run.json`` has in full."""
NOTHING = "none"


def sources_of(record: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield a row per extractor: name, numbers, year, licences, weights and their hashes.

    Args:
        record: ``run.json``; one of before such things were kept has no rows.
    """
    written = record.get("extractors")
    for label, parts in (written if isinstance(written, dict) else {}).items():
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict):
                yield _row(label if len(parts) == 1 else f"{label}: {part.get('label')}", part)


def _row(name: str, part: Mapping[str, Any]) -> tuple[str, ...]:
    weights = [file for file in part.get("weights") or [] if isinstance(file, dict)]
    licences = list(dict.fromkeys(str(file.get("licence")) for file in weights))
    content = part.get("content") or {}
    hashes = content.items() if isinstance(content, dict) else ()
    own = "of a file of the user" if hashes and not weights else NOTHING
    return (
        name,
        f"{count:,}" if isinstance(count := part.get("features"), int) else "",
        str(part.get("year") or ""),
        str(part.get("code_licence") or "unknown"),
        ", ".join(licences) or own,
        ", ".join(f"{file} {str(value)[:DIGITS]}" for file, value in hashes),
    )
