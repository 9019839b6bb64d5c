"""Publications, and how a text cites them: ``[@holm1979]``, as pandoc reads it, and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

KEY = r"[a-z]+\d{4}[a-z]?"
CITED = re.compile(f"@({KEY})")
KINDS = ("article", "inproceedings", "book", "misc")


def _pairs(fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(fields).items())


@attrs.frozen
class Reference:
    """A publication, as BibTeX has it.

    Args:
        key: By which it is cited: ``"huang2017"``.
        kind: ``"article"``, ``"inproceedings"``, ``"book"`` or ``"misc"``.
        fields: ``author``, ``title``, ``year`` and so on; values are LaTeX.
    """

    key: str = attrs.field(validator=attrs.validators.matches_re(KEY))
    kind: str = attrs.field(validator=attrs.validators.in_(KINDS))
    fields: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)

    @property
    def bibtex(self) -> str:
        """The entry, with a line end."""
        lines = [f"  {name} = {{{value}}}," for name, value in self.fields]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}", ""])


def cited(references: Iterable[Reference]) -> str:
    """Return what stands behind a sentence that rests on these: ``" [@a2001; @b2002]"``."""
    keys = dict.fromkeys(f"@{reference.key}" for reference in references)
    return f" [{'; '.join(keys)}]" if keys else ""


def bibliography(text: str, known: Iterable[Reference]) -> str:
    """Return BibTeX of those that *text* cites, sorted by key."""
    keys = set(CITED.findall(text))
    by_key = {reference.key: reference for reference in known if reference.key in keys}
    return "\n".join(by_key[key].bibtex for key in sorted(by_key))
