"""A number that is told to people, with all it takes to understand it."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Number:
    """A number, what it is of, and how it was found.

    Attributes:
        value: The number itself.
        unit: ``"share"`` (shown in percent), ``"p"``, ``"count"`` or ``""``.
        metric: What was measured.
        method: How, in words.
        low: Lower end of the interval, where there is one.
        high: Upper end.
        level: Confidence of the interval.
    """

    value: float
    unit: str
    metric: str
    method: str
    low: float | None = None
    high: float | None = None
    level: float = 0.95
