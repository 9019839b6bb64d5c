"""Settings whose values have a form of their own: one sentence says what they accept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .codes import CODES
from .params import Limits
from .policy import CHANNELS, SCALINGS, WIDEST

UNITS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600}
"""Of a time, in seconds."""
TIME = re.compile(r"\d{1,8}(\.\d{1,3})?(s|min|h)", re.ASCII)
YEAR = 31_536_000
"""In seconds."""


@attrs.frozen
class Form(Limits):
    """What a setting accepts that is neither one type nor a list of choices.

    Attributes:
        words: What it accepts, to follow "must be".
        form: Returns the value as it is used, or None where it is not accepted.
    """

    words: str = ""
    form: Callable[[Any], Any] = attrs.field(default=lambda value: value, eq=False)

    def __str__(self) -> str:
        """Say it in words."""
        return self.words

    def _convert(self, value: Any) -> Any:
        return self.form(value)


def kept(value: Any) -> Any:
    """Accept a folder, a manifest, or a share of the images.

    >>> kept("test"), kept(0.2), kept(20)
    ('test', 0.2, None)
    """
    if isinstance(value, str):
        return value
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and 0 < value < 1 else None


def some(value: Any) -> Any:
    """Accept a text or a list of texts, as a tuple.

    >>> some("patient"), some(["plate", "well"]), some("")
    (('patient',), ('plate', 'well'), ())
    """
    listed = [value] if isinstance(value, str) and value else [] if value == "" else value
    if not isinstance(listed, (list, tuple)) or not all(isinstance(v, str) and v for v in listed):
        return None
    return tuple(listed)


def coded(value: Any) -> Any:
    """Accept codes of the audit, as a tuple in their order.

    >>> coded(["FRM204", "FRM101"]), coded(["FRM999"])
    (('FRM101', 'FRM204'), None)
    """
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(sorted(set(value))) if set(value) <= CODES.keys() else None


def timed(value: Any) -> Any:
    """Accept a time of one second to a year as people write it, or none.

    >>> timed("30min"), timed("90s"), timed("2h"), timed(""), timed("30"), timed("0s")
    ('30min', '90s', '2h', '', None, None)
    """
    if value == "":
        return value
    found = isinstance(value, str) and TIME.fullmatch(value)
    return value if found and 1 <= seconds_of(value) <= YEAR else None


def seconds_of(time: str) -> float:
    """Return a time that `timed` accepts in seconds.

    >>> seconds_of("90s"), seconds_of("1.5min"), seconds_of("2h")
    (90.0, 90.0, 7200.0)
    """
    number = time.rstrip("".join(UNITS))
    return float(number) * UNITS[time.removeprefix(number)]


def scaled(value: Any) -> Any:
    """Accept a word, or [low, high], or one such pair per channel.

    >>> scaled("dtype"), scaled([8, 3948]), scaled([[0, 255], [10, 99.5]])
    ('dtype', (8.0, 3948.0), ((0.0, 255.0), (10.0, 99.5)))
    """
    if isinstance(value, str):
        return value if value in SCALINGS else None
    if not isinstance(value, (list, tuple)) or not value:
        return None
    if all(isinstance(part, (list, tuple)) for part in value):
        pairs = [_pair(part) for part in value]
        return None if None in pairs else tuple(pairs)
    return _pair(value)


def seen(value: Any) -> Any:
    """Accept a word, or up to three indices or names of channels.

    >>> seen("each"), seen([0, 2]), seen(["DNA"]), seen([0, 0]), seen([0, 1, 2, 3])
    ('each', (0, 2), ('DNA',), None, None)
    """
    if isinstance(value, str):
        return value if value in CHANNELS else None
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= 3:
        return None
    good = all((type(one) is int and one >= 0) or (isinstance(one, str) and one) for one in value)
    return tuple(value) if good and len(set(value)) == len(value) else None


def _pair(value: Any) -> tuple[float, float] | None:
    numbers = [v for v in value if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if len(numbers) != 2 or len(value) != 2 or not all(abs(v) < WIDEST for v in numbers):
        return None
    low, high = map(float, numbers)
    return (low, high) if low < high and high - low < WIDEST else None
