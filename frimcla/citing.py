"""Publications, and how a text cites them: ``[@holm1979]``, as pandoc reads it, and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from string import ascii_lowercase
from typing import Any

import attrs

KEY = r"[a-z]+\d{4}[a-z]?"
CITED = re.compile(f"@({KEY})")
KINDS = ("article", "inproceedings", "book", "misc")


def _pairs(fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(fields).items())


def _entry(_: object, field: attrs.Attribute[Any], pairs: tuple[tuple[str, str], ...]) -> None:
    """Refuse what would end the entry early, or hide what stands in it."""
    for name, value in pairs:
        depths = [0, *accumulate((sign == "{") - (sign == "}") for sign in value)]
        if not re.fullmatch("[a-z]+", name) or not value.isprintable():
            raise ValueError(f"{field.name} must be words and lines (got {name!r}: {value!r})")
        if min(depths) < 0 or depths[-1]:
            raise ValueError(f"the braces of {name} must be in pairs (got {value!r})")


@attrs.frozen
class Reference:
    """A publication, as BibTeX has it.

    Args:
        key: By which it is cited: ``"huang2017"``.
        kind: ``"article"``, ``"inproceedings"``, ``"book"`` or ``"misc"``.
        fields: ``author``, ``title``, ``year`` and so on; values are LaTeX, one line each, and
            their braces stand in pairs.
    """

    key: str = attrs.field(validator=attrs.validators.matches_re(KEY))
    kind: str = attrs.field(validator=attrs.validators.in_(KINDS))
    fields: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs, validator=_entry)

    @property
    def bibtex(self) -> str:
        """The entry, with a line end."""
        lines = [f"  {name} = {{{value}}}," for name, value in self.fields]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}", ""])


def apart(references: Iterable[Reference]) -> dict[Reference, Reference]:
    """Return publications as they are cited together; where two share a key, one gets a letter.

    Plugins do not know of each other. The first keeps its key.
    """
    told: dict[Reference, Reference] = {}
    taken: set[str] = set()
    for reference in dict.fromkeys(references):
        stem = reference.key.rstrip(ascii_lowercase)
        keys = (reference.key, *(f"{stem}{letter}" for letter in ascii_lowercase))
        key = next((key for key in keys if key not in taken), reference.key)
        told[reference] = attrs.evolve(reference, key=key)
        taken.add(key)
    return told


def cited(references: Iterable[Reference]) -> str:
    """Return what stands behind a sentence that rests on these: ``" [@a2001; @b2002]"``."""
    keys = dict.fromkeys(f"@{reference.key}" for reference in references)
    return f" [{'; '.join(keys)}]" if keys else ""


def bibliography(text: str, known: Iterable[Reference]) -> str:
    """Return BibTeX of those that *text* cites, sorted by key."""
    keys = set(CITED.findall(text))
    by_key = {reference.key: reference for reference in known if reference.key in keys}
    return "\n".join(by_key[key].bibtex for key in sorted(by_key))
