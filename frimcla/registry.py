"""Finds plugins, keeps the broken ones from breaking the rest, looks things up.

pluggy appears here and in `frimcla.hookspecs`, nowhere else.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Literal, TypeVar

import attrs
import pluggy

from . import hookspecs
from .components import KINDS, Component
from .errors import AmbiguousComponentError, PluginError, UnknownComponentError, did_you_mean

PROJECT = hookspecs.PROJECT
DISABLED_VARIABLE = "FRIMCLA_DISABLED_PLUGINS"
OURS = {
    "extractor": {"frimcla-classic": "colour, texture and shape", "frimcla-keras": "networks"},
    "classifier": {"frimcla-sklearn": "more"},
    "metric": {"frimcla-sklearn": "more"},
    "reader": {"frimcla": "the usual ones"},
    "command": {"frimcla-notebook": "notebooks", "frimcla-web": "pages in a browser"},
}
"""What our packages bring, told to whoever names what nothing installed offers."""
APART = {"onnx": "frimcla-onnx", "timm": "frimcla-torch", "huggingface": "frimcla-torch"}
"""Extractors that one of our packages brings and the others do not hint at."""
BRINGS = {kind: next(iter(packages)) for kind, packages in OURS.items()}
"""Which of them to install first, where nothing of a kind is there."""
C = TypeVar("C", bound=Component)


@attrs.frozen(kw_only=True)
class Plugin:
    """One installed plugin, working or not.

    Attributes:
        name: Its entry point, which configurations may put before a component: ``name:lab``.
        distribution: What ``pip`` calls it.
        version: Of the distribution.
        status: ``active``, ``disabled`` by the user (never imported), or ``broken``.
        problem: Why it is not active.
        components: What it offers.
    """

    name: str
    distribution: str = ""
    version: str = ""
    status: Literal["active", "disabled", "broken"] = "active"
    problem: str = ""
    components: tuple[Component, ...] = ()


@attrs.frozen
class Registry:
    """An immutable view of what the installed plugins offer."""

    plugins: tuple[Plugin, ...]

    @classmethod
    def discover(cls, disabled: Iterable[str] = ()) -> Registry:
        """Load every installed plugin that is not disabled.

        A plugin that fails to load is kept with status ``"broken"`` and the reason; it never
        stops the others. A disabled one, here or in ``FRIMCLA_DISABLED_PLUGINS`` (names with
        commas between), is not imported.
        """
        skip = {*disabled, *_names(os.environ.get(DISABLED_VARIABLE, ""))}
        found = {(entry.name, entry.value): entry for entry in entry_points(group=PROJECT)}
        plugins: dict[str, Plugin] = {}
        for (name, value), entry in sorted(found.items()):
            if name in plugins:  # keep the first by value, whatever the order of installation
                plugins[f"{name}#{value}"] = _broken(entry, f'the name "{name}" is taken')
            else:
                plugins[name] = _load(entry, skip)
        return cls(tuple(plugins.values()))

    @classmethod
    def of(cls, **modules: object) -> Registry:
        """Build a registry from plugin objects, by name. For tests and notebooks.

        Raises:
            PluginError: A plugin breaks the contract.
        """
        return cls(tuple(Plugin(name=n, components=collect(m, n)) for n, m in modules.items()))

    def all(self, kind: type[C]) -> dict[str, C]:
        """Return the components of *kind* by qualified name ``plugin:name``."""
        return {
            f"{plugin.name}:{component.name}": component
            for plugin in self.plugins
            for component in plugin.components
            if isinstance(component, kind)
        }

    def called(self, kind: type[C]) -> dict[str, C]:
        """Return the components of *kind* by the shortest name that `find` takes for them."""
        offered = self.all(kind)
        times = Counter(component.name for component in offered.values())
        return {
            component.name if times[component.name] == 1 else full: component
            for full, component in offered.items()
        }

    def find(self, kind: type[C], name: str) -> C:
        """Return the component *name*, or ``plugin:name`` where several share it.

        Raises:
            UnknownComponentError: No active plugin offers it. The message names the closest
                known name and the plugins that failed to load.
            AmbiguousComponentError: Several plugins do, and *name* is bare.
        """
        known = self.all(kind)
        if ":" in name:
            matches = [name] if name in known else []
        else:
            matches = [full for full in known if full.partition(":")[2] == name]
        if len(matches) == 1:
            return known[matches[0]]
        if matches:
            owners = " or ".join(f"--no-plugin {full.partition(':')[0]}" for full in matches)
            raise AmbiguousComponentError(
                f'"{name}" is offered twice; write {" or ".join(matches)}, or add {owners}'
            )
        raise UnknownComponentError(self._unknown(kind, name, known))

    def none_of(self, kind: type[Component]) -> str:
        """Say that no active plugin brings or suggests *kind*, and how to get one."""
        package = BRINGS[kind.kind]
        others = sorted(component.name for component in self.all(kind).values())
        named = f", or name some of {', '.join(others)}" if others else ""
        hint = f'install "{package}": pip install {package}{named}'
        none = "suggests" if others else "brings"
        return f"no active plugin {none} {kind.kind}s; {hint}{self.not_active()}"

    def _unknown(self, kind: type[C], name: str, known: dict[str, C]) -> str:
        if not known:
            return f'unknown {kind.kind} "{name}": {self.none_of(kind)}'
        if same := [c.name for c in known.values() if name.lower() in {c.name, c.label.lower()}]:
            return f'unknown {kind.kind} "{name}"; did you mean "{same[0]}"?{self.not_active()}'
        if name in APART and kind.kind == "extractor":
            return f'unknown {kind.kind} "{name}": pip install {APART[name]}{self.not_active()}'
        hint = did_you_mean(
            name, {*(c.name for c in known.values()), *(known if ":" in name else ())}
        )
        if not hint.endswith("?"):
            hint += f"; {self._more(kind)}"
        return f'unknown {kind.kind} "{name}"{hint}{self.not_active()}'

    def _more(self, kind: type[Component]) -> str:
        """Say where to look for a component that nothing is named like."""
        installed = {plugin.distribution for plugin in self.plugins}
        return "frimcla list-plugins --components shows what is installed" + "".join(
            f", pip install {package} brings {what}"
            for package, what in OURS[kind.kind].items()
            if package not in installed
        )

    def not_active(self) -> str:
        """Name the plugins that are disabled or broken, a line each."""
        return "".join(
            f"\nplugin {p.name} is {p.status}: {p.problem}"
            for p in self.plugins
            if p.status != "active"
        )


def collect(plugin: object, name: str) -> tuple[Component, ...]:
    """Ask one plugin for what it offers, check the answer, and stamp its name on it.

    Each plugin gets a manager of its own: it can add to the menu, never alter another
    plugin's lines, and an error is known to be its own.

    Raises:
        PluginError: A hook is unknown, or yields the wrong thing, or twice.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(str(error)) from error
    offered: dict[tuple[str, str], Component] = {}
    for kind in KINDS:
        hook = f"{PROJECT}_{kind.kind}s"
        if hasattr(plugin, hook) and not hasattr(getattr(plugin, hook), f"{PROJECT}_impl"):
            raise PluginError(f"{name}: {hook} lacks @frimcla.hookimpl and would not be asked")
        for answer in getattr(manager.hook, hook)():
            for component in answer:
                if not isinstance(component, kind):
                    raise PluginError(f"{name} offers {component!r} as {kind.kind}")
                if (kind.kind, component.name) in offered:
                    raise PluginError(f'{name} offers {kind.kind} "{component.name}" twice')
                offered[kind.kind, component.name] = attrs.evolve(component, plugin=name)
    return tuple(offered.values())


def _load(entry: EntryPoint, disabled: set[str]) -> Plugin:
    if entry.name in disabled:
        return attrs.evolve(_plugin(entry), status="disabled", problem="by the user")
    try:
        components = collect(entry.load(), entry.name)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # even SystemExit: whatever one raises, the others must live
        return _broken(entry, f"{type(error).__name__}: {error}")
    return attrs.evolve(_plugin(entry), components=components)


def _broken(entry: EntryPoint, problem: str) -> Plugin:
    return attrs.evolve(_plugin(entry), status="broken", problem=" ".join(problem.split()))


def _plugin(entry: EntryPoint) -> Plugin:
    if entry.dist is None:
        return Plugin(name=entry.name)
    distribution, version = _headers(entry.dist)
    return Plugin(name=entry.name, distribution=distribution, version=version)


def _headers(distribution: Distribution) -> tuple[str, str]:
    """Return name and version, without the parser of mail that `Distribution` would import."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    lines = text.partition("\n\n")[0].splitlines()
    found = dict(line.split(": ", 1) for line in lines if line.startswith(("Name: ", "Version: ")))
    return found.get("Name", ""), found.get("Version", "")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
