"""What the assistant is asked for, as it is sent and as it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla.guiding.choosing import Chosen

Order = dict[str, Any]


def to_look(images: Path) -> Order:
    """Return the order to look at images."""
    return {"do": "look", "images": str(images)}


def to_time(chosen: Chosen) -> Order:
    """Return the order to time what is chosen."""
    return {
        "do": "minutes",
        "images": str(chosen.images),
        "extractors": list(chosen.extractors),
        "classifiers": list(chosen.classifiers),
        "metric": chosen.metric,
        "groups": chosen.groups,
        "settings": dict(chosen.settings),
    }


def chosen_of(order: Order) -> Chosen:
    """Return what an order says is chosen."""
    return Chosen(
        images=Path(order["images"]),
        extractors=tuple(order["extractors"]),
        classifiers=tuple(order["classifiers"]),
        metric=order["metric"],
        groups=order["groups"],
        settings=order["settings"],
    )
