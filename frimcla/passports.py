"""What an extractor is known by: where it comes from, under which licences, and whom to cite.

What it needs besides, and what it costs, is asked elsewhere: `frimcla.weights`, `frimcla.prices`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from .citing import Reference
from .errors import PluginError
from .recipes import load

if TYPE_CHECKING:
    from .recipes import Recipe

PERMISSIVE = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0"),
        *("HPND", "ISC", "MIT", "Unlicense", "Zlib"),
    }
)
"""Licences, as SPDX calls them, that allow any use and ask for a mention at the most."""


def _line(_: object, field: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"{field.name} must be one line of text (got {value!r})")


@attrs.frozen(kw_only=True)
class Passport:
    """Where an extractor comes from.

    Args:
        code: Licence of the code that computes it, as SPDX calls it: ``"MIT"``.
        year: When the method was published.
        cites: The publications, the method's own first.
        sees: What becomes of an image before it is described: ``"224 x 224, RGB"``.
        features: Numbers per image, with these parameters; 0 where only a look at one tells.
        trained_on: ``"ImageNet-1k, 1.28 million photographs, 1,000 classes"``; empty for what
            was never trained.
    """

    code: str = attrs.field(validator=_line)
    year: int = attrs.field(validator=attrs.validators.ge(1800))
    cites: tuple[Reference, ...] = attrs.field(
        validator=attrs.validators.deep_iterable(
            attrs.validators.instance_of(Reference), attrs.validators.instance_of(tuple)
        )
    )
    sees: str = attrs.field(validator=_line)
    features: int = attrs.field(validator=attrs.validators.ge(0))
    trained_on: str = attrs.field(default="", validator=_line)


def passport_of(recipe: Recipe) -> Passport | None:
    """Return what an extractor says of itself; None where its plugin says nothing.

    Raises:
        PluginError: The plugin's function that tells it cannot be imported, or tells none.
    """
    component = recipe.component
    where = getattr(component, "passport", "")  # only extractors have some
    if not where:
        return None
    try:
        told = load(where)(recipe.arguments)
        if not isinstance(told, Passport):
            raise TypeError(f"{told!r} is no Passport")
        return told
    except Exception as error:  # it is code of a plugin, which may raise anything
        what = f"the passport of {component.kind} {component.name} cannot be read: {error}"
        raise PluginError(f"{what}; its plugin must be mended") from error


def passports_of(recipe: Recipe) -> tuple[Passport, ...]:
    """Return the passports of an extractor, or of all that are joined; of some there are none."""
    return tuple(one for part in recipe.parts if (one := passport_of(part)))


def permissive(licence: str) -> bool:
    """Say whether a licence allows any use."""
    return licence in PERMISSIVE
