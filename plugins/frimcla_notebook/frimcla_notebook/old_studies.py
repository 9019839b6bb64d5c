"""What the functions of the old FrImCla share: their arguments as a study, and what it left."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

import frimcla
from frimcla.config import read_translated
from frimcla.errors import ConfigError
from frimcla.old_config import read_as, remarks, translate
from frimcla.old_names import Translation
from frimcla.study import RECORD, Study
from frimcla.syntax import parse

PARAMETERS = {
    "dataset_path": "datasetPath",
    "feature_extractors": "featureExtractors",
    "measure": "measure",
    "model_classifiers": "modelClassifiers",
    "multiclass": "multiclass",
    "n_steps": "nSteps",
    "output_path": "outputPath",
    "training_size": "trainingSize",
}
"""What the functions called the keys of a configuration."""
PATHS = {"dataset_path": "the images", "output_path": "the results"}
NEEDED = {"data", "failed", "trained"}
"""What of the record of a run is used."""
FIRST = "call statisticalComparison first"


def asked(
    function: str,
    arguments: Mapping[str, Any],
    *,
    parameters: Mapping[str, str] = PARAMETERS,
    problems: Iterable[tuple[str, str]] = (),
) -> Study:
    """Return the study that arguments of an old function order, read as an old configuration.

    Args:
        function: Its name, of which problems are told.
        arguments: By the key that a configuration has for them.
        parameters: What the function calls the keys.
        problems: What else is wrong with its arguments.

    Raises:
        ConfigError: Every problem.
    """
    raw = {key: _plain(value) for key, value in arguments.items()} | {"expert": True}
    old = _renamed(translate(raw), parameters)
    missing = [
        (parameters[key], f"is missing; write the folder of {what}")
        for key, what in PATHS.items()
        if not raw.get(key)
    ]
    told = (*old.problems, *missing, *problems)
    study = read_translated(function, attrs.evolve(old, problems=told))
    whole = "model_classifiers" in raw  # else part of it was not asked for
    read = (f"read as: {read_as(study)}",) if whole else ()
    return study.changed(translated=(*read, *remarks(study, old)))


def compared(function: str, order: Study) -> Study:
    """Return the study that was compared last where the results of *order* lie.

    Raises:
        ConfigError: None was, or it was of other images.
    """
    home = order.output
    if not (home / "study.toml").is_file() or not (home / RECORD).is_file():
        what = f'"{home}" holds no comparison; {FIRST}'
        raise ConfigError(function, [("outputPath", what)])
    record = parse(home / RECORD)
    if record.get("state") != "done" or not NEEDED.issubset(record):
        what = f'the comparison in "{home}" was not finished; call statisticalComparison again'
        raise ConfigError(function, [("outputPath", what)])
    study = frimcla.read_study(home / "study.toml")
    if study.images.resolve() != order.images.resolve():
        what = f'"{home}" holds a comparison of other images ("{study.images}"); {FIRST}'
        raise ConfigError(function, [("datasetPath", what)])
    return study


def _plain(value: Any) -> Any:
    """Return what a notebook hands over as a configuration would have it."""
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return type(value)(map(_plain, value)) if isinstance(value, (list, tuple)) else value


def _renamed(old: Translation, parameters: Mapping[str, str]) -> Translation:
    """Return a translation that speaks of parameters where it spoke of keys."""
    longest_first = sorted(parameters, key=len, reverse=True)
    key = re.compile(rf"^(?:{'|'.join(map(re.escape, longest_first))})")  # both begin with it

    def renamed(text: str) -> str:
        return key.sub(lambda found: parameters[found[0]], text)

    return Translation(
        settings=old.settings,
        places={where: renamed(place) for where, place in old.places.items()},
        problems=tuple((renamed(place), what) for place, what in old.problems),
        notices=tuple((setting, renamed(text)) for setting, text in old.notices),
    )
