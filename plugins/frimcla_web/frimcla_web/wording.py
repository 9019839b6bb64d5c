"""How numbers and names are written on the pages."""

from __future__ import annotations

from collections.abc import Sequence


def either(labels: Sequence[str]) -> str:
    """Join names: ``A``, ``A or B``, ``A, B or C``."""
    *others, last = labels
    return f"{', '.join(others)} or {last}" if others else last


def begun(text: str) -> str:
    """Return words with a capital at the beginning, and the rest as it is."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """Write a share; what is not all of it never reads as if it were.

    >>> percent(0.94), percent(0.9999), percent(0.0001)
    ('94 %', 'over 99 %', 'under 1 %')
    """
    whole = round(100 * share)
    if whole == 100 and share < 1:
        return "over 99 %"
    if whole == 0 and share > 0:
        return "under 1 %"
    return f"{whole} %"
