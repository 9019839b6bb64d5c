"""Patterns on names, as configurations write them: ``smear{smear}_*`` or ``{class}/{well}_*``.

* A pattern without ``/`` is held against the file's name, one with ``/`` against the whole name
  (the path below the dataset, always with ``/``). It must fit from the first to the last character.
* ``*`` is any text without ``/``, none included, as short as possible.
* ``{field}`` is one character or more without ``/``, as short as possible.
* ``{field:d}`` is a whole number: all digits that stand side by side, never a part of them.
* Everything else stands for itself; upper and lower case differ. Names and patterns are compared in
  Unicode's composed form (NFC), because systems store the same name in different ways.

Only a number may touch a field or a star: where one text ends and the next begins would be
anybody's guess. Matching is linear in the name's length for each star, whatever the pattern: as
every text is as short as possible, an early choice never has to be taken back.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import attrs

_TOKEN = re.compile(r"\{(?P<field>[^{}]*)\}|(?P<star>\*)|(?P<brace>[{}])|(?P<literal>[^{}*]+)")
_FIELD = re.compile(r"([a-z][a-z0-9_]*)(:d)?")
_NUMBER = r"(?<!\d)(?P<{}>\d+)(?!\d)"


@attrs.frozen
class Pattern:
    """A pattern on names.

    Attributes:
        text: As written.
        fields: Names of the fields, from left to right.
    """

    text: str
    fields: tuple[str, ...]
    _regex: re.Pattern[str] = attrs.field(eq=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Pattern:
        """Return the pattern that *text* describes.

        Raises:
            ValueError: What is wrong with it; what to write instead.
        """
        tokens = [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(composed(text))]
        _check(text, tokens)
        fields = [_field(token) for kind, token in tokens if kind == "field"]
        for name in fields:
            if fields.count(name) > 1:
                raise ValueError(f'"{{{name}}}" stands twice in "{text}"; give each its own name')
        return cls(text, tuple(fields), re.compile(_regex(tokens)))

    def match(self, name: str) -> dict[str, str] | None:
        """Return the text of each field, or None where *name* does not fit.

        Args:
            name: Path of an image below its dataset, with ``/``.
        """
        name = composed(name)
        found = self._regex.fullmatch(name if "/" in self.text else name.rpartition("/")[2])
        return found and found.groupdict()

    def key(self, name: str) -> str | None:
        """Return the texts of all fields as one, or None where *name* does not fit.

        Names with different texts have different keys: no text contains the ``/`` between them.
        """
        found = self.match(name)
        return None if found is None else "/".join(found.values())

    def without(self, name: str, field: str) -> tuple[str, ...]:
        """Return what names of one image share: *name* before and after the text of *field*.

        Folders are part of it, so that equal file names in two folders stay apart.

        Args:
            name: A name that fits.
            field: One of the pattern's.

        Raises:
            ValueError: *name* does not fit.
        """
        name = composed(name)
        start = 0 if "/" in self.text else len(name) - len(name.rpartition("/")[2])
        found = self._regex.fullmatch(name[start:])
        if found is None:
            raise ValueError(f'"{name}" does not fit "{self.text}"')
        first, last = found.span(field)
        return name[: start + first], name[start + last :]


def is_pattern(text: str) -> bool:
    """Say whether *text* is meant as a pattern, and not as the name of a column."""
    return "{" in text


def composed(text: str) -> str:
    """Return *text* in the form in which names and patterns are compared."""
    return unicodedata.normalize("NFC", text)


def _check(text: str, tokens: list[tuple[str, str]]) -> None:
    if not text:
        raise ValueError('the pattern is empty; write one such as "{patient}_*"')
    if "\\" in text:
        raise ValueError(f'"{text}" has a "\\"; write "/" between folders')
    if any(part == "" for part in text.split("/")):
        raise ValueError(f'"{text}" has a folder without a name; write "/" only between two names')
    if any(kind == "brace" for kind, _ in tokens):
        raise ValueError(f'"{text}" has a brace without its partner; write fields as "{{patient}}"')
    for (kind, one), (next_kind, two) in pairwise(tokens):
        if kind == next_kind == "star":
            raise ValueError(
                f'"{text}" has "**"; write one "*" for each name, as in "*/*/{{cell}}_*"'
            )
        _check_pair(kind, one, next_kind, two)


def _check_pair(kind: str, one: str, next_kind: str, two: str) -> None:
    """Refuse neighbours between which no border is clear, or that can never fit."""
    numbers = _is_number(kind, one) + _is_number(next_kind, two)
    digit = (kind == "literal" and one[-1].isdecimal()) or (
        next_kind == "literal" and two[0].isdecimal()
    )
    if numbers == 2 or (numbers and digit):
        raise ValueError(
            f'"{one}{two}" never fits, as a whole number has no digit beside it; '
            'put a text such as "_" between them'
        )
    if "literal" not in (kind, next_kind) and not numbers:
        raise ValueError(
            f'"{one}{two}" does not say where the first ends; put a text such as "_" between them, '
            'or write ":d" for a number, as in "{patient:d}"'
        )


def _is_number(kind: str, token: str) -> bool:
    return kind == "field" and token.endswith(":d}")


def _field(token: str) -> str:
    found = _FIELD.fullmatch(token[1:-1])
    if not found:
        raise ValueError(
            f'"{token}" is no field; write small letters, digits and "_", as in "{{patient}}", '
            'and ":d" for a number, as in "{patient:d}"'
        )
    return found[1]


def _regex(tokens: list[tuple[str, str]]) -> str:
    """Return the regular expression of *tokens*.

    What follows a star or a field is one atomic group with it: its first place is final.
    """
    pieces = [""]
    for kind, token in tokens:
        if kind == "literal":
            pieces[-1] += re.escape(token)
        elif kind == "star":
            pieces.append("[^/]*?")
        elif _is_number(kind, token):
            pieces[-1] += _NUMBER.format(_field(token))
        else:
            pieces.append(f"(?P<{_field(token)}>[^/]+?)")
    first, *middle = pieces
    last = middle.pop() if middle else ""
    return first + "".join(f"(?>{piece})" for piece in middle) + last
