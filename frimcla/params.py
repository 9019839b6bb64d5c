"""Parameters of a component, declared once: default, meaning, limits.

A parameter has the type of its default. This one rule gives the conversion from a
configuration file (lists become tuples, integers become floats), the error message, and
the help line of ``frimcla list-plugins``.
"""

from __future__ import annotations

import math
from typing import Any

import attrs

_NOUNS = {bool: "true or false", int: "integer", float: "number", str: "string"}
NONE = "none"
"""What stands for "no value" where a parameter is optional: TOML has no null."""


@attrs.frozen
class Limits:
    """What a parameter accepts."""

    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    between: tuple[float, float] | None = None
    length: int = 0
    optional: bool = False
    path: bool = False
    required: bool = False

    def __str__(self) -> str:
        """Describe the accepted values in words, to follow "must be"."""
        ways = []
        if self.choices:
            ways.append("one of " + ", ".join(str(choice) or '""' for choice in self.choices))
        if self.path:
            ways.append("a file")
        elif self.between or not self.choices:
            ways.append(self._noun())
        if self.optional:
            ways.append(f'"{NONE}"')
        return " or ".join(ways)

    def accept(self, value: Any) -> Any:
        """Return *value* converted.

        Raises:
            ValueError: "must be ... (got ...)", to be prefixed with the name.
        """
        if self.optional and value in (None, NONE):
            return NONE
        if self._is_choice(value):
            return value
        converted = self._convert(value)
        if converted is None:
            raise ValueError(f"must be {self} (got {value!r})")
        return converted

    def is_file(self, value: Any) -> bool:
        """Say whether *value* names a file whose content counts."""
        left_out = ("", NONE) if self.optional else ("",)
        return self.path and isinstance(value, str) and value not in (*left_out, *self.choices)

    def _is_choice(self, value: Any) -> bool:
        return any(type(value) is type(choice) and value == choice for choice in self.choices)

    def _convert(self, value: Any) -> Any:
        """Return *value* in the parameter's type, or None where it is not accepted."""
        if self.choices and (value == "" or not (self.between or self.path)):
            return None
        low, high = self.between or (-math.inf, math.inf)
        try:
            converted = _like(value, self._example(), self.length)
            parts = converted if isinstance(converted, tuple) else (converted,)
            numbers = [part for part in parts if isinstance(part, (int, float))]
            fits = all(low <= n <= high and math.isfinite(n) for n in numbers)
        except (TypeError, OverflowError):  # 400 digits are no number for us
            return None
        return converted if fits else None

    def _example(self) -> Any:
        """Return a value of the type that is not a choice: a default may be the word "sqrt"."""
        if self.between and isinstance(self.default, str):
            return self.between[0]
        return self.default

    def _noun(self) -> str:
        span = " between {} and {}".format(*map(_short, self.between)) if self.between else ""
        example = self._example()
        if isinstance(example, tuple):
            count = f"1 to {self.length}" if self.length else f"{len(example)}"
            return f"{count} {_NOUNS[type(example[0])]}s{span}"
        noun = _NOUNS[type(example)]
        article = "an" if noun[0] in "aeiou" else "a"
        return noun if noun.startswith("true") else f"{article} {noun}{span}"


def param(
    default: Any,
    help: str,
    *,
    choices: tuple[Any, ...] = (),
    between: tuple[float, float] | None = None,
    length: int = 0,
    optional: bool = False,
    path: bool = False,
    required: bool = False,
) -> Any:
    """Declare one parameter of a component.

    Args:
        default: The value, and thereby the type, used when none is given. Numbers, strings,
            booleans and flat tuples of them: it must survive JSON, because it enters the key.
        help: One line, with the unit.
        choices: Values accepted by name. Together with *between* or *path*, either is accepted.
        between: Lowest and highest value accepted, both included.
        length: For a tuple: 1 to that many values instead of exactly as many as the default.
        optional: Accept ``"none"`` as well.
        path: The value names a file. It is resolved against the study's folder and enters
            keys by the SHA-256 of its content, never by its name.
        required: A study must give it: the default only says the type.
    """
    return attrs.field(
        default=default,
        converter=_CONVERTER,
        metadata={
            "limits": Limits(default, help, choices, between, length, optional, path, required),
        },
        kw_only=True,
    )


def _convert(value: Any, field: attrs.Attribute[Any]) -> Any:
    try:
        return field.metadata["limits"].accept(value)
    except ValueError as error:
        raise ValueError(f"{field.name} {error}") from None


_CONVERTER = attrs.Converter(_convert, takes_field=True)
# One for all parameters: attrs reads the signature of each, which would double the start-up.


def limits_of(params: type) -> dict[str, Limits]:
    """Return the limits of each parameter a params class declares."""
    for field in attrs.fields(params):
        if "limits" not in field.metadata:
            raise TypeError(f"{params.__name__}.{field.name} must be made by frimcla.param")
    return {f.name: f.metadata["limits"] for f in attrs.fields(params)}


@attrs.frozen
class NoParams:
    """The parameters of a component that has none."""


def _short(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else f"{number:g}"


def _like(value: Any, example: Any, length: int = 0) -> Any:
    """Return *value* in the type of *example*; raise TypeError if it is not one."""
    if isinstance(example, tuple):
        if not isinstance(value, (list, tuple)):
            raise TypeError
        fits = 1 <= len(value) <= length if length else len(value) == len(example)
        if not fits:
            raise TypeError
        return tuple(_like(part, example[0]) for part in value)
    if isinstance(example, float) and type(value) is int:
        return float(value)
    if type(value) is not type(example):
        raise TypeError
    return value
