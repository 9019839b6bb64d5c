"""Reads a study from a TOML or JSON file, and says everything wrong with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .components import Extractor
from .configuring import Reading
from .errors import ConfigError
from .naming import Naming, is_manifest
from .old_config import DESCRIBING, announcement, is_old, translate
from .old_names import Translation
from .params import limits_of
from .recipes import Recipe
from .registry import Registry
from .study import Study
from .syntax import parse


def read_study(
    source: str | Path, registry: Registry | None = None, *, output: str | Path | None = None
) -> Study:
    """Read a study.

    Args:
        source: A TOML or JSON file, to whose folder relative paths in it are relative; a
            configuration of the old FrImCla; or a folder or manifest of images, for the default
            study on it.
        registry: What plugins offer; the installed ones if omitted.
        output: Instead of the setting; relative to the working folder.

    Raises:
        ConfigError: With every problem found, sorted by place.
    """
    path = Path(source)
    registry = registry or Registry.discover()
    # False where it may not be looked at; opening it will tell
    if os.path.isdir(path) or is_manifest(path):
        return Reading(str(path), Path(), registry).read({"images": str(path)}, output)
    reader, settings = _begun(path, parse(path), registry)
    study = reader.read(settings, output)
    if not reader.old:
        return study
    return study.changed(translated=announcement(path, study, reader.old))


def read_translated(source: str, old: Translation, registry: Registry | None = None) -> Study:
    """Return the study that translated old words order; paths are of the working folder.

    Args:
        source: What problems are told of.
        old: The words, and where they stood: problems are told of these places.
        registry: What plugins offer; the installed ones if omitted.

    Raises:
        ConfigError: With every problem found, sorted by place.
    """
    reader = Reading(source, Path(), registry or Registry.discover(), old)
    return reader.read(old.settings, None)


def read_extractors(source: str | Path, registry: Registry) -> tuple[Recipe, ...]:
    """Read the extractors of a study alone: its images may be on another machine.

    Raises:
        ConfigError: They are wrong; what else is, does not matter here.
    """
    path, raw = Path(source), parse(Path(source))
    if is_old(raw):
        raw = {key: raw[key] for key in DESCRIBING if key in raw}
    reader, settings = _begun(path, raw, registry)
    recipes = reader.recipes("extractors", Extractor, settings)
    reader.check()
    return (*recipes, *(registry.find(Extractor, name).recipe() for name in reader.left_out))


def read_extractor(
    source: str, entry: Any, settings: dict[str, Any], registry: Registry
) -> tuple[Recipe, dict[str, Any]]:
    """Read one extractor, and some settings, that are written in Python.

    Args:
        source: What to call them in messages.
        entry: The extractor as in a list of a study: a name, or a table.
        settings: Values by setting.
        registry: What plugins offer.

    Returns:
        The extractor, and the settings as they are used.

    Raises:
        ConfigError: Every problem, by parameter.
    """
    reader = Reading(source, Path(), registry)
    recipe = reader.recipe("name", Extractor, entry)
    accepted = {key: reader.setting(key, settings) for key in settings}
    if recipe is None or reader.problems:
        problems = [
            (where.removeprefix("name."), what + _if_its_own(recipe, where, settings))
            for where, what in reader.problems
        ]
        raise ConfigError(source, problems)
    return recipe, accepted


def _if_its_own(recipe: Recipe | None, key: str, settings: dict[str, Any]) -> str:
    """Say how to write a parameter of the extractor that is called like a setting."""
    if recipe is None or key not in limits_of(recipe.component.params):
        return ""
    table = {"name": recipe.component.name, key: settings[key]}
    return f"; for that of {recipe.component.name} write {table}"


def naming_of(classes: str, groups: tuple[str, ...]) -> Naming:
    """Check what a command line says of names.

    Raises:
        ConfigError: It is wrong; every problem.
    """
    reader = Reading("the command line", Path(), Registry(()))
    naming = reader.naming(classes, groups)
    reader.check()
    return naming


def _begun(path: Path, raw: dict[str, Any], registry: Registry) -> tuple[Reading, dict[str, Any]]:
    """Return who reads a file, and its settings in today's words."""
    if not is_old(raw):
        return Reading(path.name, path.parent, registry), raw
    old = translate(raw)
    return Reading(path.name, Path(), registry, old), old.settings
