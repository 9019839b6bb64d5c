"""Numbers as they stand in the page: what a person reads, and what a program can check.

Each is an element ``<data>`` with the exact value and the key it has in ``verdict.json``, or a
key that says how it follows from ``predictions.h5`` (`docs/report.md`).
"""

from __future__ import annotations

import math

from markupsafe import Markup

from frimcla.number import Number
from frimcla.saying import amount, between, probable

BROAD = 22
"""Letters of a word that are kept together in a table."""
LEAST = 0.0001
"""Below this, a p is only said to be below; the exact one is in the element's value."""


def datum(number: Number, key: str) -> Markup:
    """Return a number by itself."""
    said = Markup('<data value="{}" data-key="{}" title="{}">{}</data>')
    return said.format(exact(number.value), key, number.method, shown(number))


def bare_datum(number: Number, key: str) -> Markup:
    """Return a number without its unit, for a table that names the unit once."""
    said = Markup('<data value="{}" data-key="{}">{}</data>')
    return said.format(exact(number.value), key, shown(number).removesuffix(" %"))


def interval(number: Number, key: str) -> Markup:
    """Return its interval, or nothing where there is none."""
    low, high = number.low, number.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return Markup("")
    said = Markup(
        '<data class="ci" value="{}" data-low="{}" data-high="{}" data-key="{}">{}</data>'
    )
    ends = between(low, high, percent=number.unit == "share")
    return said.format(exact(number.value), exact(low), exact(high), key, ends)


def both(number: Number, key: str) -> Markup:
    """Return a number with its interval behind it."""
    ends = interval(number, key)
    return datum(number, key) + Markup(' <span class="ends">{}</span>').format(ends) * bool(ends)


def shown(number: Number) -> str:
    """Write a number for people, by its unit.

    >>> shown(Number(value=0.939, unit="share", metric="", method=""))
    '93.9 %'
    """
    if math.isnan(number.value):
        return "undefined"
    if number.unit == "count":
        return f"{number.value:,.0f}"
    if number.unit == "p":
        return probable(number.value) if number.value >= LEAST else f"< {LEAST:g}"
    return amount(number.value, percent=number.unit == "share")


def long_name(name: str) -> Markup:
    """Return the class of a heading whose longest word may be broken anywhere."""
    longest = max(map(len, name.split()), default=0)
    return Markup(' class="long"') if longest > BROAD else Markup("")


def exact(value: float) -> str:
    """Write a number so that reading it gives the same number."""
    return repr(float(value))
