"""Well-known models, under which licence their weights are, and whom to cite. Imports no torch.

``published.json`` is made by ``tests/published.py`` out of timm itself; what it says of models of
Hugging Face stands on their cards.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from frimcla import Reference


@attrs.frozen
class Known:
    """A model that somebody looked at.

    Attributes:
        licence: Of its weights, as SPDX calls it.
        year: Of its publication.
        paper: Key of it.
        features: Numbers per image.
        side: Width and height of its images.
        size: Bytes of its weights, about.
        trained_on: The images.
    """

    licence: str
    year: int
    paper: str
    features: int
    side: int
    size: int
    trained_on: str


def known_as(source: str, model: str) -> Known | None:
    """Return what is known of a model; None of those that nobody looked at."""
    found = _published()[source].get(model)
    return Known(**found) if found else None


def names_of(source: str) -> tuple[str, ...]:
    """Return the models that are known."""
    return tuple(_published()[source])


def paper_of(key: str) -> tuple[Reference, ...]:
    """Return the publication of that key."""
    return (Reference(key, "article", _published()["papers"][key]),)


@lru_cache(maxsize=1)
def _published() -> dict[str, Any]:
    text = Path(__file__).with_name("published.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]
