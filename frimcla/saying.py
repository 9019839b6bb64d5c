"""How numbers and names are written for people, everywhere the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .number import Number
from .predictions import Labels
from .selection import told_pair


def told(number: Number) -> str:
    """Write a number for people: ``66.0 % (95 % interval 56.3 to 74.5 %)``."""
    percent = number.unit == "share"
    text = amount(number.value, percent=percent)
    if number.low is None or number.high is None or math.isnan(number.value):
        return text
    level = f"{fixed(100 * number.level, 0)} % interval"
    return f"{text} ({level} {between(number.low, number.high, percent=percent)})"


def amount(value: float, *, percent: bool) -> str:
    """Write a score: ``66.0 %``, or ``0.412`` where it is no share."""
    if math.isnan(value):  # the metric has nothing to judge
        return "undefined"
    return f"{bare(value, percent=percent)} %" if percent else bare(value, percent=percent)


def between(low: float, high: float, *, percent: bool) -> str:
    """Write an interval: ``56.3 to 74.5 %``."""
    return f"{bare(low, percent=percent)} to {amount(high, percent=percent)}"


def bare(value: float, *, percent: bool) -> str:
    """Write a score without its unit."""
    return fixed(100 * value, 1) if percent else fixed(value, 3)


def points(value: float, *, percent: bool) -> str:
    """Write a difference of scores: ``1.2 points`` of a hundred, or ``0.012``."""
    return f"{bare(value, percent=percent)} points" if percent else bare(value, percent=percent)


def fixed(value: float, digits: int) -> str:
    """Write a number with so many digits; what rounds to nothing has no sign."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def probable(p: float) -> str:
    """Write a p value or a probability, with three significant digits."""
    return f"{p:.3g}"


def listed(names: Sequence[str]) -> str:
    """Join names: ``A``, ``A and B``, ``A, B and C``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def pairs_told(pairs: Sequence[Labels]) -> list[str]:
    """Return what tables call the pairs."""
    return [told_pair(pair) for pair in pairs]
