"""Configurations of the old FrImCla (1.0), in today's settings.

Paths in them are relative to the working folder, as they were then.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

from .errors import did_you_mean, readable
from .old_names import Translation, classifiers, extractors, metric, yes_or_no
from .study import SETTINGS, Study

KEYS = (
    *("dataset_path", "output_path", "expert", "ensemble", "multiclass", "batch_size"),
    *("feature_extractors", "training_size", "model_classifiers", "measure", "n_steps"),
)
KEYS_OF_2017 = (
    *("features_path", "features_csv_path", "kfold_comparison", "label_encoder_path", "model"),
    *("classifier_path", "results_path", "modelClassifier"),
)
DESCRIBING = ("expert", "feature_extractors")
"""Keys that say which extractors there are."""
LISTS = ("feature_extractors", "model_classifiers")
REFUSED = {
    "ensemble": "the old majority vote was the vote of its first model alone; leave it out, the "
    "verdict names the pairs that are as good as the best",
    "multiclass": "it meant several labels per image, as in a folder black_jeans; make a study "
    "of each label instead, with the folders black and not_black",
}


def is_old(raw: dict[str, Any]) -> bool:
    """Say whether settings are those of the old FrImCla."""
    return "images" not in raw and any(key in raw for key in (*KEYS, *KEYS_OF_2017))


def translate(raw: dict[str, Any]) -> Translation:
    """Translate a configuration of the old FrImCla; what is null counts as missing."""
    old = {key: value for key, value in raw.items() if value is not None}
    found = _strangers(old) | _refused(old) | _paths(old) | _lists(old)
    found |= metric(old.get("measure", "accuracy"))
    return found | _folds(old) | _share(old)


def announcement(path: Path, study: Study, old: Translation) -> tuple[str, ...]:
    """Say as what a configuration was read, and what of it does not mean the same as then."""
    return (
        f"{path} is a configuration of the old FrImCla, read as: {read_as(study)}",
        *(f"  {notice}" for notice in remarks(study, old)),
        f"to keep the translation: frimcla init --from {shlex.quote(str(path))}",
    )


def read_as(study: Study) -> str:
    """Say in a line what a study compares, on which images, and where results go."""
    parts = (
        f"the images in {study.images}",
        ", ".join(recipe.label for recipe in study.extractors),
        ", ".join(recipe.label for recipe in study.classifiers),
        *(recipe.label for recipe in study.judges),
        f"results in {study.output}",
    )
    return "; ".join(parts)


def remarks(study: Study, old: Translation) -> tuple[str, ...]:
    """Say what does not mean the same as then."""
    written = Path(old.settings.get("output", "")) == study.output  # and not given otherwise
    return tuple(notice for key, notice in old.notices if written or key != "output")


def notes(path: Path, old: Translation) -> dict[str, str]:
    """Return the notices as lines to put above the settings that they are of."""
    noted = {"images": [f"Translated from {path}, a configuration of the old FrImCla."]}
    for key, notice in old.notices:
        noted.setdefault(key, []).append(notice)
    return {key: "\n".join(map(readable, lines)) for key, lines in noted.items()}


def _strangers(old: dict[str, Any]) -> Translation:
    problems = []
    for key in old:
        if key in KEYS_OF_2017:
            what = "is a key of 2017, which FrImCla 1.0 did not read either; remove it"
            problems.append((key, what))
        elif key in SETTINGS:
            what = "is a setting of today; translate the file first: frimcla init --from"
            problems.append((key, what))
        elif key not in KEYS:
            place = key if key.isprintable() else repr(key)
            problems.append((place, "unknown key" + did_you_mean(key, KEYS)))
    return Translation(problems=tuple(problems))


def _refused(old: dict[str, Any]) -> Translation:
    problems = []
    for key in ("expert", *REFUSED):
        value = yes_or_no(old.get(key, False))
        if not isinstance(value, bool):
            problems.append((key, f"must be true or false (got {value!r})"))
        elif value and key in REFUSED:
            problems.append((key, f"must be false: {REFUSED[key]}"))
    return Translation(problems=tuple(problems))


def _lists(old: dict[str, Any]) -> Translation:
    """Translate both lists, where the old one would have looked at them."""
    if yes_or_no(old.get("expert", False)) is not False:
        return extractors(old.get(LISTS[0], [])) | classifiers(old.get(LISTS[1], []))
    ignored = "; the two lists were ignored then, too" if any(key in old for key in LISTS) else ""
    notice = f"expert is not true: the default study of today{ignored}"
    places = dict(zip(("extractors", "classifiers"), LISTS, strict=True))
    return Translation(places=places, notices=(("extractors", notice),))


def _paths(old: dict[str, Any]) -> Translation:
    """Put the results where the old one did, unless that is among the images."""
    places = {"images": "dataset_path", "output": "output_path"}
    renamed = {"images": old.get("dataset_path"), "output": old.get("output_path")}
    settings = {key: value for key, value in renamed.items() if value is not None}
    images, above = settings.get("images"), settings.get("output")
    if not (images and isinstance(images, str) and isinstance(above, str)):
        return Translation(settings=settings, places=places)
    home = Path(os.path.abspath(images))
    output, notices = Path(above) / home.name, []
    if _inside(output, home) and not _inside(Path(above), home):
        output = Path(above) / f"{home.name}-results"
        notices.append(f"results go to {output}; then they went among the images, as classes")
    return Translation(
        settings=settings | {"output": output.as_posix()},
        places=places,
        notices=tuple(("output", notice) for notice in notices),
    )


def _inside(path: Path, folder: Path) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(folder)


def _folds(old: dict[str, Any]) -> Translation:
    if "n_steps" not in old:
        return Translation()
    steps = old["n_steps"]
    if isinstance(steps, bool):  # old notebooks have `verbose` in this place
        notice = f"n_steps = {steps}: no number; 10 folds, or what the smallest class allows"
        return Translation(notices=(("folds", notice),))
    return Translation(settings={"folds": steps}, places={"folds": "n_steps"})


def _share(old: dict[str, Any]) -> Translation:
    """Keep the images for the final check that the old one threw away."""
    size = old.get("training_size", 1)
    number = isinstance(size, (int, float)) and not isinstance(size, bool)
    if not number or not 0 < size <= 1:
        what = f"must be a number above 0 and at most 1 (got {size!r})"
        return Translation(problems=(("training_size", what),))
    rest = min(round(1 - size, 6), 0.999999)
    if not rest:
        return Translation()
    notice = f"{rest} of the images is kept for the final check; then no model was trained on it"
    return Translation(
        settings={"test": rest}, places={"test": "training_size"}, notices=(("test", notice),)
    )
