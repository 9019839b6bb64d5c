"""What ``list-plugins`` shows: light, because it must be fast."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from .components import Component
from .params import limits_of
from .registry import Plugin, Registry


def listed(registry: Registry, components: bool) -> str:
    """Return plugins as a table, broken ones included."""
    if not registry.plugins:
        return "no plugin is installed; pip install frimcla[standard] brings ours"
    rows = [("PLUGIN", "VERSION", "STATUS", "OFFERS")]
    for plugin in registry.plugins:
        rows.append((plugin.name, plugin.version, plugin.status, plugin.problem or _offers(plugin)))
        if components:
            rows += [("", "", f"  {c.kind}", _line(c)) for c in plugin.components]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def listed_json(registry: Registry) -> str:
    """Return plugins and all they offer, as JSON."""
    return json.dumps([_plugin(plugin) for plugin in registry.plugins], indent=1)


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
