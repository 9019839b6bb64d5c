"""What describes images here, where it comes from, and what may be done with it.

Light, for ``frimcla extractors`` is a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from .components import Extractor
from .listing import aligned
from .params import limits_of
from .passports import Passport, passport_of, permissive
from .prices import work_of
from .recipes import Recipe
from .registry import Registry
from .weights import Weights, absent, at_hand, contents, megabytes, needed

YOURS = "of your file"
"""The licence of weights that nobody published under the name of the extractor."""
UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Entry:
    """An extractor and all that is known of it.

    Attributes:
        name: What configurations call it.
        recipe: With its parameters.
        passport: What its plugin says of where it comes from, if it does.
        weights: What it needs of trained weights.
    """

    name: str
    recipe: Recipe
    passport: Passport | None
    weights: tuple[Weights, ...]

    @classmethod
    def of(cls, name: str, recipe: Recipe) -> Entry:
        """Ask the plugin about an extractor."""
        return cls(name=name, recipe=recipe, passport=passport_of(recipe), weights=needed(recipe))

    @property
    def code(self) -> str:
        """Licence of the code."""
        return self.passport.code if self.passport else UNKNOWN

    @property
    def trained(self) -> bool:
        """Whether it has weights at all, published or in a file that must be named."""
        component = self.recipe.component
        files = [limits_of(component.params)[name].path for name in component.required]
        return bool(self.weights or any(files) or (self.passport and self.passport.trained_on))

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of the weights, none twice; empty where there are none."""
        if not self.weights:
            return (YOURS,) if self.trained else ()
        return tuple(dict.fromkeys(file.licence for file in self.weights))

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        return sum(file.size for file in self.weights)

    @property
    def permissive(self) -> bool:
        """Whether code and weights may be used for anything; what is not known may not."""
        return all(map(permissive, (self.code, *self.licences)))

    @property
    def lacks(self) -> bool:
        """Whether weights must be fetched before it can be used."""
        return absent(self.recipe) is not None

    @property
    def here(self) -> str:
        """Whether it can be used at once."""
        if required := self.recipe.component.required:
            return f"name a {' and a '.join(required)}"
        return "no" if self.lacks else "yes"


@attrs.frozen(kw_only=True)
class Wanted:
    """What a list is narrowed to.

    Attributes:
        permissive: Only code and weights that may be used for anything.
        offline: Only what needs no weights, or has them here.
        max_mb: Megabytes of weights, at most.
    """

    permissive: bool = False
    offline: bool = False
    max_mb: float | None = None

    def __call__(self, entry: Entry) -> bool:
        """Say whether *entry* is wanted."""
        return not (
            (self.permissive and not entry.permissive)
            or (self.offline and entry.lacks)
            or (self.max_mb is not None and not entry.size <= self.max_mb * 1e6)
        )


def entries(registry: Registry, wanted: Wanted) -> list[Entry]:
    """Return the extractors that are wanted, at their defaults, in the registry's order."""
    offered = registry.called(Extractor).items()
    return [entry for name, one in offered if wanted(entry := Entry.of(name, one.recipe()))]


def entry(registry: Registry, name: str) -> Entry:
    """Return one extractor at its defaults.

    Raises:
        UnknownComponentError: No active plugin offers it.
    """
    return Entry.of(name, registry.find(Extractor, name).recipe())


def listed(registry: Registry, found: Sequence[Entry]) -> str:
    """Return extractors as a table."""
    offered = len(registry.called(Extractor))
    if not offered:
        return registry.none_of(Extractor)
    if not found:
        return f"none of {offered} extractors is like that; leave out an option"
    head = ("EXTRACTOR", "NUMBERS", "YEAR", "CODE", "WEIGHTS", "MB", "WORK", "HERE")
    table = aligned([head, *map(_row, found)], right=(1, 2, 5, 6))
    return (
        f"{table}\n\n{len(found)} of {offered} extractors. NUMBERS: per image. WORK: million "
        "multiply-adds per image.\nAll about one, and whom to cite: frimcla extractors NAME"
    )


def as_json(found: Sequence[Entry]) -> str:
    """Return all that is known of extractors, as JSON."""
    return json.dumps([facts(one) for one in found], indent=1)


def passport(entry: Entry) -> str:
    """Return the passport of an extractor, BibTeX included."""
    component = entry.recipe.component
    cites = entry.passport.cites if entry.passport else ()
    bibtex = "".join(f"\n{reference.bibtex}" for reference in cites)
    said = f"{component.name}: {component.summary}\n\n{aligned(_lines(entry))}\n{bibtex}"
    return said.rstrip("\n")


def facts(entry: Entry, *, places: bool = True) -> dict[str, Any]:
    """Return what is known of an extractor, as JSON; with or without the places of files."""
    passport = entry.passport
    return {
        "name": entry.name,
        "plugin": entry.recipe.component.plugin,
        "label": entry.recipe.label,
        "summary": entry.recipe.component.summary,
        "code_licence": entry.code,
        "year": passport.year if passport else None,
        "sees": passport.sees if passport else None,
        "features": passport.features or None if passport else None,
        "trained_on": passport.trained_on if passport else None,
        "million_multiply_adds": round(work_of(entry.recipe), 3),
        "weights": [_file(file) if places else attrs.asdict(file) for file in entry.weights],
        "content": contents(entry.recipe),
        "cites": [reference.key for reference in passport.cites] if passport else [],
        "permissive": entry.permissive,
    }


def provenance(recipes: Iterable[Recipe]) -> dict[str, list[dict[str, Any]]]:
    """Return what is known of the extractors of a study by label; of joined ones of each part.

    Where files lie on this machine concerns nobody else, and is left out.
    """
    return {
        recipe.label: [
            facts(Entry.of(part.component.name, part), places=False) for part in recipe.parts
        ]
        for recipe in recipes
    }


def _file(file: Weights) -> dict[str, Any]:
    path = at_hand(file)
    return {**attrs.asdict(file), "at_hand": None if path is None else str(path)}


def _row(entry: Entry) -> tuple[str, ...]:
    passport, work = entry.passport, work_of(entry.recipe)
    return (
        entry.name,
        f"{passport.features}" if passport and passport.features else "",
        f"{passport.year}" if passport else "",
        entry.code,
        ", ".join(entry.licences) or "none",
        megabytes(entry.size) if entry.size else "",
        f"{work:,.0f}" if work else "",
        entry.here,
    )


def _lines(entry: Entry) -> Sequence[tuple[str, str]]:
    passport, limits = entry.passport, limits_of(entry.recipe.component.params)
    lines = [("code", entry.code)]
    if passport:
        lines += [("year", str(passport.year)), ("sees", passport.sees)]
        lines += [("gives", f"{passport.features:,} numbers")] if passport.features else []
        lines += [("trained on", passport.trained_on)] if passport.trained_on else []
    if work := work_of(entry.recipe):
        lines.append(("work", f"{work:,.1f} million multiply-adds per image"))
    for file in entry.weights:
        known = f"SHA-256 {file.sha256}" if file.sha256 else f"MD5 {file.md5}" if file.md5 else ""
        lines += [
            ("weights", f"{file.file}, {megabytes(file.size)} MB, {file.licence}"),
            ("from", file.url),
            ("published", known or "no hash: what comes first counts from then on"),
            ("here", str(at_hand(file) or f"no; frimcla weights fetch {entry.name}")),
        ]
    lines += [
        ("content", f"SHA-256 {sha} ({file})") for file, sha in contents(entry.recipe).items()
    ]
    if entry.trained and not entry.weights:
        lines.append(("weights", YOURS))
    lines += [("parameters", ", ".join(limits) or "none")]
    return lines
