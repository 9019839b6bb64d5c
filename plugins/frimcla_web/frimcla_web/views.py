"""Which images of a job are shown, in which order: all of it stands in the address."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from .items import Item, Job

AT_ONCE = 100
"""Images of one page."""
SORTS = {
    "sent": "as they were sent",
    "unsure": "least sure first",
    "unusual": "most unusual first",
    "class": "by class",
    "name": "by name",
}
SHOWS = {
    "all": "all of them",
    "unlike": "unlike anything in training",
    "undecided": "undecided: other classes fit, or none does",
    "problems": "could not be read",
    "corrected": "labelled by you",
}


def sure(item: Item) -> float:
    """Return the probability of the predicted class; nan where there is none."""
    assert item.said
    found = item.said["scores"].get(item.said["predicted"])
    return math.nan if found is None else float(found)


def unlike(item: Item) -> bool:
    """Say whether it is unlike anything in training."""
    return bool(item.said and item.said["unlike_training"])


def undecided(item: Item) -> bool:
    """Say whether the classes that fit are not just the one that is predicted."""
    said = item.said
    return bool(
        said and said["candidates"] is not None and said["candidates"] != [said["predicted"]]
    )


KEEPS: Mapping[str, Callable[[Item], bool]] = {
    "all": lambda _: True,
    "unlike": unlike,
    "undecided": undecided,
    "problems": lambda item: bool(item.said and item.said["problem"]),
    "corrected": lambda item: bool(item.corrected),
}


def _natural(text: str) -> list[tuple[int, str]]:
    """Sort "image 2" before "image 10"."""
    parts = re.findall(r"\d{1,18}|\D+|\d", text.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _last(value: float | None) -> float:
    return math.inf if value is None or math.isnan(value) else value


def _said(item: Item) -> Mapping[str, Any]:
    assert item.said
    return item.said


ORDERS: Mapping[str, Callable[[Item], Any]] = {
    "sent": lambda item: item.number,
    "unsure": lambda item: _last(sure(item)),
    "unusual": lambda item: _last(_said(item)["familiarity"]),
    "class": lambda item: (not _said(item)["predicted"], _said(item)["predicted"], -sure(item)),
    "name": lambda item: _natural(item.name),
}


@attrs.frozen(kw_only=True)
class View:
    """What a visitor asks to see.

    Attributes:
        sort: One of `SORTS`.
        show: One of `SHOWS`.
        label: A class that is predicted; empty for all.
        page: From 1.
    """

    sort: str = "sent"
    show: str = "all"
    label: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str], classes: Sequence[str]) -> View:
        """Read an address; what is not known there is left out."""
        sort, show, label = (query.get(name, "") for name in ("sort", "show", "class"))
        page = query.get("page", "")
        return cls(
            sort=sort if sort in SORTS else "sent",
            show=show if show in SHOWS else "all",
            label=label if label in classes else "",
            page=int(page) if re.fullmatch(r"[1-9]\d{0,5}", page) else 1,
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """Return what the address of this view, or of one beside it, holds."""
        view = attrs.evolve(self, **changes)
        found = {
            "sort": view.sort,
            "show": view.show,
            "class": view.label,
            "page": str(view.page),
        }
        usual = {"sort": "sent", "show": "all", "class": "", "page": "1"}
        return {name: value for name, value in found.items() if value != usual[name]}

    def items(self, job: Job) -> list[Item]:
        """Return the images of a job that are asked for and have an answer, in order."""
        keeps = KEEPS[self.show]
        found = [
            item
            for item in job.items
            if item.said and keeps(item) and self.label in {"", item.said["predicted"]}
        ]
        return sorted(found, key=ORDERS[self.sort])

    def paged(self, items: Sequence[Item]) -> tuple[Sequence[Item], int]:
        """Return those of its page, and how many pages there are."""
        pages = max(1, math.ceil(len(items) / AT_ONCE))
        page = min(self.page, pages)
        return items[(page - 1) * AT_ONCE : page * AT_ONCE], pages
