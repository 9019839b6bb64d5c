"""Writes a study as TOML: the one that was run, and the one ``init`` proposes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import attrs

from .components import Classifier
from .params import limits_of
from .recipes import Recipe
from .study import SETTINGS, Study

HEADER = "# The study as it was run, every default spelled out. To repeat it: frimcla run {}\n"


def write_study(study: Study, here: Path) -> str:
    """Return *study* as a TOML file that lies in the folder *here*."""
    lines = [HEADER.format("study.toml")]
    for key, value in _settings(study, here).items():
        lines += setting(key, value)
    return "\n".join(lines) + "\n"


def setting(key: str, value: Any, mark: str = "") -> list[str]:
    """Return the lines of one setting with its meaning; lists of tables one to a line."""
    about = f"  # {SETTINGS[key].help}"
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        body = [f"{mark}  {literal(part)}," for part in value]
        return [f"{mark}{key} = [{about}", *body, f"{mark}]"]
    return [f"{mark}{key} = {literal(value)}{about}"]


def propose(settings: dict[str, Any], notes: dict[str, str]) -> str:
    """Return a ``study.toml`` to be edited: settings in force, the others as comments.

    Args:
        settings: Those to write; the others show their default behind a ``#``.
        notes: Lines of comment to put above a setting.
    """
    lines = []
    for key, limits in SETTINGS.items():
        lines += [f"# {line}" for line in notes.get(key, "").splitlines()]
        value = settings.get(key, limits.default)
        lines += setting(key, value, "" if key in settings else "# ")
    return "\n".join(lines) + "\n"


def recipe_table(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as the table that orders it again.

    Searched parameters are left out unless they were written: written, they would not be
    searched.
    """
    label = {"label": recipe.given_label} if recipe.given_label else {}
    if len(recipe.parts) > 1:
        return {"join": [recipe_table(part) for part in recipe.parts], **label}
    component = recipe.component
    searched = component.searched if isinstance(component, Classifier) else frozenset()
    limits = limits_of(component.params)
    values = {
        name: value
        for name, value in recipe.values.items()
        if (name not in searched or name in recipe.pinned) and not (limits[name].path and not value)
    }
    return {"name": component.full_name, **values, **label}


def literal(value: Any) -> str:
    """Write *value* as TOML on one line.

    >>> literal(["a", 1, True, {"b": 0.5}])
    '["a", 1, true, {b = 0.5}]'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {literal(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)  # JSON strings, numbers and booleans are TOML
    return text.replace("\x7f", "\\u007f")


def _settings(study: Study, here: Path) -> dict[str, Any]:
    paths: dict[str, Path | None] = {
        "images": study.images,
        "output": study.output,
        "cache": study.cache,
    }
    if not isinstance(study.test, float):
        paths["test"] = study.test
    naming = study.naming
    groups = naming.groups[0] if len(naming.groups) == 1 else list(naming.groups) or ""
    seen = {"classes": naming.classes, "groups": groups, **attrs.asdict(study.policy)}
    recipes = {
        "extractors": study.extractors,
        "classifiers": study.classifiers,
        "metrics": study.metrics,
    }
    settings: dict[str, Any] = {}
    for key in SETTINGS:
        if key in paths:
            settings[key] = relative(paths[key], here)
        elif key in recipes:
            settings[key] = [recipe_table(recipe) for recipe in recipes[key]]
        elif key in seen:
            settings[key] = seen[key]
        elif key == "controls":
            settings[key] = False  # all are named, and a plugin installed later adds none
        elif key == "metric":
            settings[key] = recipe_table(study.deciding)
        else:
            settings[key] = getattr(study, key)
    return settings


def relative(path: Path | None, here: Path) -> str:
    """Return *path* as a file in the folder *here* names it."""
    if path is None:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), here.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return path.resolve().as_posix()
