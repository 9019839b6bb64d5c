"""What was wrong with a form, kept for the page that is shown next.

A refusal is a page of its own address, too: going back and loading anew send no form again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from starlette.requests import Request

MOST = 200
"""Slips that are kept."""
KEY = "said"
"""Names one in an address."""
Problems = Sequence[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Slip:
    """What was wrong.

    Attributes:
        problems: By place, a sentence each.
        values: What was in the form.
    """

    problems: Problems = ()
    values: Mapping[str, Any] = attrs.field(factory=dict)


class Slips:
    """Those of all visitors; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: dict[str, Slip] = {}

    def keep(self, slip: Slip) -> str:
        """Keep one, and return its name."""
        name = secrets.token_urlsafe(9)
        self._kept[name] = slip
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return name

    def of(self, request: Request) -> Slip:
        """Return the one that an address names; an empty one where it names none."""
        return self._kept.get(request.query_params.get(KEY, ""), Slip())
