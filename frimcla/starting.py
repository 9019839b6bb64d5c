"""Ways to begin: a configuration for a folder, and a demonstration that needs nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from . import painting
from .announcing import suspicion, ungrouped
from .balance import cautions
from .bundle import Prediction
from .config import naming_of, read_study
from .contracts import Progress
from .errors import ConfigError
from .files import check_new, write_atomically
from .naming import NO_GROUPS, is_manifest
from .old_config import is_old, notes, translate
from .opening import Opened, open_study
from .planning import settle
from .registry import Registry
from .result import Result
from .syntax import parse
from .toml import propose, recipe_table, relative
from .using import predict
from .workflow import Tell, run

DEMO_STUDY = """\
# A study of painted cells: three phenotypes, told apart by texture and shape.
images = "cells"
output = "results"
extractors = ["lab", "haralick", "lbp"]
classifiers = ["knn", "logistic_regression", "svm", "random_forest"]
metric = "accuracy"
folds = 5
explain = 2
"""
UNSEEN = 1000
"""Number of the first painted image that no study has seen."""


@attrs.frozen(kw_only=True, eq=False)
class Demonstration:
    """What the demonstration shows.

    Attributes:
        folder: Where everything lies.
        result: The study.
        unseen: Predictions of three images that were painted afterwards.
    """

    folder: Path
    result: Result
    unseen: list[Prediction]


def init(
    dataset: str | Path | None = None,
    path: str | Path = "study.toml",
    *,
    source: str | Path | None = None,
    groups: tuple[str, ...] = (),
    classes: str = "",
    ask: Callable[[str], bool | None] | None = None,
    registry: Registry | None = None,
) -> Path:
    """Write a configuration: of the default study, spelled out, or of an old configuration.

    Args:
        dataset: The folder or manifest of images.
        path: What to write; it must not be there.
        source: A configuration of the old FrImCla in place of *dataset*: what it is read as.
        groups: What folds must not split; see `frimcla.naming.Naming`.
        classes: Pattern that finds the class in names.
        ask: Asks whether images that seem to belong together do; without it, or without an
            answer, groups that names suggest are written as a comment. Of an old configuration
            nothing is asked.
        registry: What plugins offer; the installed ones if omitted.

    Raises:
        ConfigError: *path* is there, or no plugin offers what a study needs.
        DatasetError: The images cannot be studied; every problem.
    """
    if (dataset is None) == (source is None):
        raise ConfigError("init", [("dataset", "must be given, or source in its place, not both")])
    registry = registry or Registry.discover()
    if dataset is None:
        assert source is not None
        text = _translation(Path(source), Path(path), groups, classes, registry)
    else:
        text = _proposal(
            Path(dataset), Path(path), groups=groups, classes=classes, ask=ask, registry=registry
        )
    write_atomically(Path(path), text.encode())
    return Path(path)


def _translation(
    source: Path, target: Path, groups: tuple[str, ...], classes: str, registry: Registry
) -> str:
    """Return a configuration of the old FrImCla as a ``study.toml``."""
    raw = parse(source)
    if not is_old(raw):
        what = "is no configuration of the old FrImCla, which has dataset_path; run it as it is"
        raise ConfigError("init", [(str(source), what)])
    study = read_study(source, registry)
    naming_of(classes, groups)
    check_new("init", target, ".toml", study.images)
    old = translate(raw)
    paths = {"images": study.images, "output": study.output}
    settings = old.settings | _naming(classes, groups)
    settings |= {key: relative(where, target.parent) for key, where in paths.items()}
    return propose(settings, notes(source, old))


def _naming(classes: str, groups: tuple[str, ...]) -> dict[str, Any]:
    return {
        **({"classes": classes} if classes else {}),
        **({"groups": groups[0] if len(groups) == 1 else list(groups)} if groups else {}),
    }


def _proposal(
    folder: Path,
    target: Path,
    *,
    groups: tuple[str, ...],
    classes: str,
    ask: Callable[[str], bool | None] | None,
    registry: Registry,
) -> str:
    """Return the default study of a folder of images as a ``study.toml``."""
    check_new("init", target, ".toml", folder)
    if not os.path.isdir(folder) and not (is_manifest(folder) and os.path.isfile(folder)):
        what = "must be a folder with one sub-folder per class, or a manifest (.csv, .tsv)"
        raise ConfigError("init", [(str(folder), what)])
    study = read_study(folder, registry)
    opened = open_study(study.changed(naming=naming_of(classes, groups)), registry)
    answer = ask(_question(opened)) if not groups and opened.proposal and ask else None
    if opened.proposal and answer is not None:
        groups = (opened.proposal.setting if answer else NO_GROUPS,)
        opened = open_study(study.changed(naming=naming_of(classes, groups)), registry)
    found, suspected = opened.dataset, ungrouped(opened)
    study = settle(opened.study, found, registry)
    counts = ", ".join(f"{label} {count}" for label, count in found.counts.items())
    settings = {
        "images": relative(folder, target.parent),
        **_naming(classes, groups),
        "output": study.output.as_posix(),
        "extractors": [
            _plain(recipe_table(recipe))
            for recipe in study.extractors
            if recipe not in study.controls
        ],
        "classifiers": [recipe.component.name for recipe in study.classifiers],
        "metric": study.deciding.component.name,
        "folds": study.folds,
    }
    noted = {
        "images": f"{len(found.images)} images: {counts}.",
        "extractors": "frimcla list-plugins --components shows all, with their parameters.",
    }
    if study.controls:
        noted["controls"] = f"They are: {', '.join(recipe.label for recipe in study.controls)}."
    if suspected:
        noted["groups"] = suspected
    if study.left_out:
        noted["extractors"] += f"\nLeft out for want of weights: {', '.join(study.left_out)}."
    if told := cautions(study, found):
        noted["class_weight"] = "\n".join(told)
    return propose(settings, noted)


def demo(
    folder: str | Path = "frimcla-demo",
    *,
    registry: Registry | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Demonstration:
    """Paint cells, study them, and predict three cells that the study has not seen.

    Raises:
        ConfigError: The folder holds something else, or a plugin is missing.
    """
    home = Path(folder)
    study = home / "study.toml"
    mine = study.is_file() and study.read_text("utf-8") == DEMO_STUDY
    if home.exists() and not mine and (not home.is_dir() or any(home.iterdir())):
        what = "holds something else; name an empty or new folder"
        raise ConfigError("the demo", [(str(home), what)])
    write_atomically(study, DEMO_STUDY.encode())
    painting.write_images(home / "cells")
    painting.write_images(home / "unseen", count=1, start=UNSEEN)
    result = run(study, registry=registry, progress=progress, tell=tell)
    unseen = predict(result.model_path, home / "unseen", registry=registry)
    return Demonstration(folder=home, result=result, unseen=unseen)


def _question(opened: Opened) -> str:
    return f"{suspicion(opened)}. Keep images together that belong together?"


def _plain(table: dict[str, object]) -> object:
    """Return a recipe by its bare name where it has no parameters to edit."""
    name = str(table["name"]).rpartition(":")[2]
    return name if len(table) == 1 else {**table, "name": name}
