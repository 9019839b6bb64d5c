"""What ``list-plugins`` and ``weights list`` show.

Light, because they must be fast: what not every list needs is imported where it is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs

from .components import Component, Extractor
from .params import limits_of
from .registry import Plugin, Registry

if TYPE_CHECKING:
    from .weights import Weights

CORE = "frimcla"
"""The distribution whose plugin reads images, and which is always there."""
NONE = "no plugin is installed; pip install frimcla[standard] brings ours"


def listed(registry: Registry, components: bool) -> str:
    """Return plugins as a table, broken ones included."""
    if not registry.plugins:
        return NONE
    rows = [("PLUGIN", "VERSION", "STATUS", "OFFERS")]
    for plugin in registry.plugins:
        rows.append((plugin.name, plugin.version, plugin.status, plugin.problem or _offers(plugin)))
        if components:
            rows += [("", "", f"  {c.kind}", _line(c)) for c in plugin.components]
    alone = all(plugin.distribution == CORE for plugin in registry.plugins)
    return aligned(rows) + (f"\nbut for that of the core, {NONE}" if alone else "")


def listed_json(registry: Registry) -> str:
    """Return plugins and all they offer, as JSON."""
    import json

    return json.dumps([_plugin(plugin) for plugin in registry.plugins], indent=1)


def trained(registry: Registry) -> str:
    """Return the trained weights that extractors need, as a table, and how to get them."""
    from .weights import at_hand, megabytes, weights_folder

    found = _trained(registry)
    if not found:
        return (
            "no installed extractor needs trained weights; "
            "pip install frimcla-keras brings networks that do"
        )
    rows = [("EXTRACTOR", "FEATURES", "MB", "LICENCE", "AT HAND")]
    for name, weights in found:
        size = megabytes(weights.size)
        path = at_hand(weights)
        rows.append((name, str(weights.features), size, weights.licence, str(path or "no")))
    hint = f"frimcla weights fetch EXTRACTOR brings one, once, into {weights_folder()}"
    return f"{aligned(rows, right=(1, 2))}\n\n{hint}"


def trained_json(registry: Registry) -> str:
    """Return the trained weights that extractors need, as JSON."""
    import json

    found = _trained(registry)
    return json.dumps([{"name": name, **_weights(weights)} for name, weights in found], indent=1)


def _trained(registry: Registry) -> list[tuple[str, Weights]]:
    """Return weights and what ``weights fetch`` calls the extractor, in the registry's order."""
    from .weights import needed

    return [
        (name, file)
        for name, component in registry.called(Extractor).items()
        for file in needed(component.recipe())
    ]


def _weights(weights: Weights) -> dict[str, Any]:
    from .weights import at_hand

    path = at_hand(weights)
    return {**attrs.asdict(weights), "at_hand": None if path is None else str(path)}


def aligned(rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> str:
    """Return rows as text in columns, those at *right* flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:{'>' if at in right else '<'}{widths[at]}}" for at, cell in enumerate(row)
        ).rstrip()
        for row in rows
    )


def _offers(plugin: Plugin) -> str:
    counts = Counter(component.kind for component in plugin.components)
    return ", ".join(f"{n} {kind}{'s' * (n > 1)}" for kind, n in counts.items()) or "nothing"


def _line(component: Component) -> str:
    from .toml import literal

    limits = limits_of(component.params)
    defaults = ", ".join(f"{name} = {literal(one.default)}" for name, one in limits.items())
    return f"{component.name}: {component.summary}" + (f" ({defaults})" if defaults else "")


def _plugin(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "problem": plugin.problem,
        "components": [_component(component) for component in plugin.components],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "kind": component.kind,
        "name": component.name,
        "summary": component.summary,
        "params": {
            name: {"default": one.default, "must_be": str(one), "help": one.help}
            for name, one in limits_of(component.params).items()
        },
    }
