"""One reading of one configuration: settings to a study, or everything that is wrong with it."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from itertools import product
from pathlib import Path
from typing import Any

from .components import Classifier, Component, Extractor, Metric
from .defaults import controls, suggested
from .errors import ConfigError, FrimclaError, did_you_mean
from .joining import MOST_JOINED, Join
from .naming import CHANNEL, CLASS, NO_GROUPS, Naming, is_manifest
from .old_names import Translation
from .params import limits_of
from .patterns import Pattern, is_pattern
from .policy import Policy
from .recipes import Pair, Recipe
from .registry import Registry
from .study import DASK, SETTINGS, Study
from .weighing import weighed

LISTS = {"extractors": Extractor, "classifiers": Classifier, "metrics": Metric}
ADDRESS = re.compile(r"[a-z]+://[^\s/]+:[0-9]{1,5}")
"""Of a scheduler."""
TRUSTED = "FRIMCLA_SCHEDULER"
"""The variable that names the scheduler a file may name: files may come from anybody."""
INTAKE = ("scaling", "channels", "planes", "max_megapixels")
"""Settings that make up the policy."""


class Reading:
    """One reading of one configuration; collects problems instead of raising them.

    Args:
        source: What problems are told of.
        here: The folder to which paths are relative.
        registry: What plugins offer.
        old: How a configuration of the old FrImCla was translated; problems are told of its words.
    """

    def __init__(
        self, source: str, here: Path, registry: Registry, old: Translation | None = None
    ) -> None:
        self.source = source
        self.here = here
        self.registry = registry
        self.old = old
        self.problems: list[tuple[str, str]] = [*old.problems] if old else []
        self.left_out: list[str] = []
        self.class_weight: str = SETTINGS["class_weight"].default

    def check(self) -> None:
        """Raise a `ConfigError` with every problem, sorted by place, if there are any."""
        if self.problems:
            raise ConfigError(self.source, sorted(self.problems, key=_in_order))

    def read(self, raw: dict[str, Any], output: str | Path | None) -> Study:
        """Return the study; *output* is taken instead of the setting.

        Raises:
            ConfigError: With every problem.
        """
        for key in sorted(raw.keys() - SETTINGS.keys()):
            self._wrong(key, "unknown key" + did_you_mean(key, SETTINGS, most=len(SETTINGS)))
        plain = {
            key: self.setting(key, raw) for key in SETTINGS if key not in LISTS and key != "metric"
        }
        self.class_weight = plain["class_weight"]  # before the classifiers are read
        lists = {key: self.recipes(key, kind, raw) for key, kind in LISTS.items()}
        if plain.pop("controls"):
            lists["extractors"] += self._controls(lists["extractors"])
        self._check_pairs(lists["extractors"], lists["classifiers"])
        self._check_scheduler(plain["backend"], plain["scheduler"])
        named = raw.get("metric", "") != ""
        metric = self.recipe("metric", Metric, raw["metric"]) if named else None
        where = self._paths(plain, output)
        naming = self.naming(plain.pop("classes"), plain.pop("groups"))
        policy = {key: plain.pop(key) for key in INTAKE}
        self.check()
        folds = plain["folds"] if "folds" in raw else None
        open_ones = {"metric": metric, "folds": folds, "left_out": tuple(self.left_out)}
        values = {"naming": naming, "policy": Policy(**policy)}
        return Study(**plain | lists | where | values | open_ones)

    def _wrong(self, where: str, what: str) -> None:
        where = self._place(where)
        self.problems.append((where if where.isprintable() else repr(where), what))

    def _place(self, where: str) -> str:
        return self.old.place(where) if self.old else where

    def setting(self, key: str, raw: dict[str, Any]) -> Any:
        """Return a setting as it is used, its default where it is left out or wrong."""
        limits = SETTINGS[key]
        if key not in raw:
            return limits.default
        try:
            return limits.accept(raw[key])
        except ValueError as error:
            self._wrong(key, str(error))
            return limits.default

    def _check_scheduler(self, backend: str, address: str) -> None:
        if address and backend != DASK:
            what = f'goes with backend = "{DASK}" (got "{backend}"); write both, or none'
            self._wrong("scheduler", what)
        elif backend == DASK and not ADDRESS.fullmatch(address):
            what = f'must be the address of a Dask scheduler (got "{address}")'
            self._wrong("scheduler", f'{what}, such as "tcp://10.0.0.1:8786"')
        elif backend == DASK and not _trusted(address):
            what = f'is on another machine, which could run anything here (got "{address}")'
            self._wrong("scheduler", f"{what}; if you trust it, set {TRUSTED}={address}")

    def naming(self, classes: str, groups: tuple[str, ...] | str) -> Naming:
        """Return what names say, its patterns checked."""
        fields = self._fields("classes", classes) if classes else ()
        if classes and fields and CLASS not in fields:
            self._wrong("classes", f'must hold {{class}} (got "{classes}"): "{{class}}_*"')
        for part in groups:
            fields = self._fields("groups", part) if is_pattern(part) else ()
            for field in {CLASS, CHANNEL}.intersection(fields):
                what = f'must not hold {{{field}}} (got "{part}"): write * in its place'
                self._wrong("groups", what)
        if NO_GROUPS in groups and len(groups) > 1:
            self._wrong("groups", f'must not name other groups beside "{NO_GROUPS}"')
        return Naming() if self.problems else Naming(classes=classes, groups=tuple(groups))

    def _fields(self, key: str, pattern: str) -> tuple[str, ...]:
        try:
            return Pattern.of(pattern).fields
        except ValueError as error:
            self._wrong(key, str(error))
            return ()

    def _paths(self, plain: dict[str, Any], output: str | Path | None) -> dict[str, Any]:
        target = Path(output) if output else self.here / plain["output"]
        share = plain["test"] if isinstance(plain["test"], float) else None
        names = {"images": plain["images"], "test": "" if share else plain["test"]}
        named = {key: self.here / name for key, name in names.items() if name}
        if "images" not in named and self._place("images") not in dict(self.problems):
            self._wrong("images", "is missing; write the folder with one sub-folder per class")
        found = {key: path for key, path in named.items() if self._is_a_path(key, path)}
        for key, path in found.items():
            self._check_source(key, path)
        cache = self.here / plain["cache"] if plain["cache"] else None
        kept = {"output": target, **({"cache": cache} if cache else {})}
        for key, path in kept.items():
            if self._is_a_path(key, path):
                self._check_output(key, path, found)
        if len({path.resolve() for path in found.values()}) < len(found):
            self._wrong("test", "must be other images than images")
        return {
            "images": named.get("images"),
            "output": target,
            "cache": cache,
            "test": share or named.get("test"),
        }

    def _check_source(self, key: str, path: Path) -> None:
        manifest = is_manifest(path)
        if path.is_file() if manifest else path.is_dir():
            return
        noun = "a manifest" if manifest else "a folder, or a manifest (.csv, .tsv)"
        what = (
            "is a folder" if path.is_dir() else "is a file" if path.exists() else "does not exist"
        )
        self._wrong(key, f'must be {noun}, but "{path}" {what}')

    def _check_output(self, where: str, target: Path, found: dict[str, Path]) -> None:
        what = "results are no class" if where == "output" else "features are no class"
        for key, folder in found.items():
            if folder.is_dir() and target.resolve().is_relative_to(folder.resolve()):
                must = f'must lie outside {self._place(key)} (got "{target}")'
                self._wrong(where, f"{must}: {what}")
        if target.exists() and not target.is_dir():
            self._wrong(where, f'must be a folder, but "{target}" is a file')

    def _is_a_path(self, key: str, path: Path, noun: str = "folder") -> bool:
        try:
            str(path).encode()
            path.resolve()
            path.exists()
        except UnicodeEncodeError:
            self._wrong(key, f"must have a name in UTF-8 (got {str(path)!r}); rename it")
            return False
        except (OSError, RuntimeError, ValueError) as error:  # too long, a loop of links, a null
            self._wrong(key, f"cannot be a {noun} ({error}); write another")
            return False
        return True

    def recipes(self, key: str, kind: type[Component], raw: dict[str, Any]) -> tuple[Recipe, ...]:
        """Return the components that a list of the configuration orders."""
        entries = raw.get(key, [])
        if not isinstance(entries, list):
            self._wrong(key, f"must be a list of {kind.kind}s (got {entries!r})")
            return ()
        if not entries and key != "metrics":
            return self._suggested(key, kind)
        recipes = {
            f"{key}[{i}]": recipe
            for i, entry in enumerate(entries)
            if (recipe := self.recipe(f"{key}[{i}]", kind, entry))
        }
        self._check_labels(recipes)
        return tuple(recipes.values())

    def _suggested(self, key: str, kind: type[Component]) -> tuple[Recipe, ...]:
        recipes, lacking = suggested(self.registry, kind)
        if lacking and not recipes:
            how = f"frimcla weights fetch {' '.join(lacking)}"
            self._wrong(key, f"are all networks whose weights are not here; fetch some: {how}")
        elif not recipes:
            self._wrong(key, self.registry.none_of(kind))
        self.left_out += lacking
        return tuple(weighed(recipe, self.class_weight) for recipe in recipes)

    def _controls(self, named: tuple[Recipe, ...]) -> tuple[Recipe, ...]:
        """Return the controls that join the extractors *named*."""
        added = controls(self.registry, named)
        taken = {recipe.label for recipe in named}
        for recipe in added:
            if recipe.label in taken:
                what = f'bring another extractor that is called "{recipe.label}"'
                name = recipe.component.full_name
                self._wrong("controls", f'{what}; name "{name}" in extractors, with a label')
            taken.add(recipe.label)
        return tuple(added)

    def _check_labels(self, recipes: dict[str, Recipe]) -> None:
        labels: dict[str, str] = {}
        keys: dict[str, str] = {}
        for where, recipe in recipes.items():
            if recipe.key in keys:
                self._wrong(where, f"is the same as {keys[recipe.key]}; leave one out")
            elif recipe.label in labels:
                what = f'is called "{recipe.label}" like {labels[recipe.label]}; give one a label'
                self._wrong(where, what)
            labels.setdefault(recipe.label, self._place(where))
            keys.setdefault(recipe.key, self._place(where))

    def _check_pairs(self, extractors: tuple[Recipe, ...], classifiers: tuple[Recipe, ...]) -> None:
        """Make sure that no two pairs are called alike: "a" and "b + c", "a + b" and "c"."""
        called: dict[str, tuple[str, str]] = {}
        for extractor, classifier in product(extractors, classifiers):
            pair = Pair(extractor=extractor, classifier=classifier)
            parts = (extractor.label, classifier.label)
            if called.setdefault(pair.label, parts) != parts:
                what = f'make two pairs called "{pair.label}"; give labels without "+"'
                self._wrong("classifiers", what)

    def recipe(self, where: str, kind: type[Component], entry: Any) -> Recipe | None:
        """Return what one entry orders, a name or a table; None where it is wrong."""
        if kind is Extractor and isinstance(entry, dict) and "join" in entry:
            return self._joined(where, entry)
        values = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(values, dict) or not isinstance(values.get("name"), str):
            self._wrong(where, f'must be a name or a table with a "name" (got {entry!r})')
            return None
        values = dict(values)
        name, label = values.pop("name"), self._label(where, values)
        if label is None:
            return None
        try:
            component = self.registry.find(kind, name)
        except FrimclaError as error:
            self._wrong(where, str(error))
            return None
        return self._order(where, component, values, label)

    def _label(self, where: str, values: dict[str, Any]) -> str | None:
        """Take the label out of a table; None where it is wrong."""
        label = values.pop("label", "")
        if isinstance(label, str) and label.isprintable() and label == label.strip():
            return label
        self._wrong(f"{where}.label", f"must be one line of text (got {label!r})")
        return None

    def _joined(self, where: str, entry: dict[str, Any]) -> Recipe | None:
        """Return extractors that one entry joins."""
        before = len(self.problems)
        values = dict(entry)
        listed, label = values.pop("join"), self._label(where, values)
        for key in values:
            self._wrong(
                f"{where}.{key}", "unknown key; extractors that are joined have a label only"
            )
        if not isinstance(listed, list) or not 2 <= len(listed) <= MOST_JOINED:
            what = f"must be a list of 2 to {MOST_JOINED} extractors (got {listed!r})"
            self._wrong(f"{where}.join", what)
            return None
        members: dict[str, Recipe] = {}
        for number, one in enumerate(listed):
            place = f"{where}.join[{number}]"
            if isinstance(one, dict) and "join" in one:
                self._wrong(place, "must not be joined itself; name its extractors here")
            elif member := self.recipe(place, Extractor, one):
                if member.key in members:
                    self._wrong(place, f"joins {member.label} a second time; leave it out")
                members[member.key] = member
        if len(self.problems) > before:
            return None
        return Join(members=tuple(members.values()), given_label=label or "")

    def _order(
        self, where: str, component: Component, values: dict[str, Any], label: str
    ) -> Recipe | None:
        limits = limits_of(component.params)
        before = len(self.problems)
        accepted: dict[str, Any] = {}
        for key, written in values.items():
            if key not in limits:
                hint = did_you_mean(key, limits) if limits else "; it has none"
                self._wrong(f"{where}.{key}", f"unknown parameter of {component.name}{hint}")
                continue
            is_file = limits[key].is_file(written)
            value = self._file(f"{where}.{key}", written) if is_file else written
            try:
                str(value).encode()  # it must enter a key
                accepted[key] = limits[key].accept(value)
            except UnicodeEncodeError:
                self._wrong(f"{where}.{key}", f"must be text in UTF-8 (got {value!r})")
            except ValueError as error:
                self._wrong(f"{where}.{key}", str(error))
        for name in component.required:
            if name not in values:
                self._wrong(f"{where}.{name}", f"is missing; write {limits[name].help}")
        if len(self.problems) > before:
            return None
        recipe = component.recipe(label=label, **accepted)
        return weighed(recipe, self.class_weight, accepted)

    def _file(self, where: str, name: str) -> str:
        path = self.here / name
        if not self._is_a_path(where, path, "file"):
            return name
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            self._wrong(where, f'must be a file, but "{path.resolve()}" {what}')
        return str(path.resolve())


def _trusted(scheduler: str) -> bool:
    """Say whether a file may name a scheduler: one of this machine, or of who runs the study."""
    host = scheduler.partition("://")[2].rpartition(":")[0].strip("[]")
    try:
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    return here or os.environ.get(TRUSTED) == scheduler


def _in_order(problem: tuple[str, str]) -> list[tuple[int, str]]:
    """Sort places as people do: ``extractors[2]`` before ``extractors[10]``."""
    parts = re.split(r"\[([0-9]{1,9})\]", problem[0])
    return [(int(part), "") if at % 2 else (-1, part) for at, part in enumerate(parts)]
