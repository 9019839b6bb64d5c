"""A trained model in use: predict new images, score it on labelled ones, look into it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from .bundle import Model, Prediction, check_probes, load
from .complaints import beside, misnamed, strangers
from .contracts import Array, Progress
from .dataset import Dataset, Image, Problems
from .entries import joined_files
from .errors import BundleError, ConfigError, DatasetError
from .final_check import tested
from .gathering import scan
from .index import read_index
from .naming import CHANNEL, Naming, is_manifest
from .number import Number
from .parallel import alone
from .patterns import Pattern
from .per_class import ClassScores, per_class, positives
from .predicted import (
    check_target,
    predictions_csv,
    predictions_json,
    write_document,
    write_predictions,
)
from .registry import Registry
from .scoring import Answers, Judge, confusion_of
from .trust import COVERAGE, check_coverage
from .walking import loose_images

__all__ = [
    "Evaluation",
    "check_target",
    "evaluate",
    "predict",
    "predictions_csv",
    "predictions_json",
    "verify",
    "write_document",
    "write_predictions",
]
NEW = 64
"""Fewer images than this are described in this process: workers would take longer to start."""


@attrs.frozen(kw_only=True, eq=False)
class Evaluation:
    """How a model does on labelled images.

    Attributes:
        answers: What it says of them.
        names: Of the images.
        scores: Every metric of its study, with intervals; the deciding one first.
        confusion: Images per true class (row) and predicted class (column).
        per_class: How it does on each class.
        positive: The classes that metrics of its study call positive.
        seen: How many of the images it was trained on.
        dataset: The images.
        grouped_by: What groups were called where the model was trained; empty without.
        unlike: How many of the images are unlike anything in training; None where the model
            cannot tell.
    """

    answers: Answers
    names: tuple[str, ...]
    scores: tuple[Number, ...]
    confusion: Array
    per_class: tuple[ClassScores, ...]
    positive: tuple[str, ...]
    seen: int
    dataset: Dataset
    grouped_by: str = ""
    unlike: int | None = None


def predict(
    bundle: str | Path | Model,
    paths: Sequence[str | Path] | str | Path,
    *,
    names: str = "",
    coverage: float = COVERAGE,
    registry: Registry | None = None,
    n_jobs: int = -1,
    progress: Progress | None = None,
) -> list[Prediction]:
    """Predict images and folders of images, searched to the bottom.

    Args:
        bundle: A trained model or its file.
        paths: Images, folders and manifests. A file that is named is predicted whatever it is
            called; in a folder, what is no image is passed over. A manifest needs no classes.
        names: Pattern with ``{channel}``, where channels lie in files of their own.
        coverage: How often the candidates of an image are to hold its class, 0.5 to 1.
        registry: What plugins offer; the installed ones if omitted.
        n_jobs: Processes for many images, -1 for all cores.
        progress: Called as images are done.

    Returns:
        One prediction per image, bad ones with a problem instead of a class.

    Raises:
        BundleError: The model cannot be used.
        ConfigError: *names* is no such pattern, or there is no such coverage.
        DatasetError: A folder holds no images, or a path is not there.
    """
    check_coverage(coverage)
    model = bundle if isinstance(bundle, Model) else load(bundle, registry)
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    _check_names(names)
    found = _images([Path(path) for path in listed], model, names)
    workers = n_jobs if len(found) > NEW else 1
    return model.predict_images(found, coverage=coverage, n_jobs=workers, progress=progress)


def evaluate(
    bundle: str | Path | Model,
    folder: str | Path,
    *,
    naming: Naming | None = None,
    registry: Registry | None = None,
    n_jobs: int = -1,
    progress: Progress | None = None,
) -> Evaluation:
    """Score a model on a folder with one sub-folder of images per class, or on a manifest.

    Args:
        bundle: A trained model or its file.
        folder: The folder or manifest.
        naming: Where classes and groups stand, if not in folders. With groups, intervals
            resample groups.
        registry: What plugins offer; the installed ones if omitted.
        n_jobs: Processes for many images, -1 for all cores.
        progress: Called as images are done.

    Raises:
        BundleError: The model cannot be used.
        DatasetError: The folder holds no images, a class the model does not know, or images
            that cannot be read; all of it.
    """
    registry = registry or Registry.discover()
    model = bundle if isinstance(bundle, Model) else load(bundle, registry)
    dataset = _labelled(Path(folder), model, naming or Naming())
    images = dataset.images
    workers = n_jobs if len(images) > NEW else 1
    said = model.predict_images(images, n_jobs=workers, progress=progress)
    problems = [(i.name, p.problem) for i, p in zip(images, said, strict=True) if p.problem]
    if problems:
        raise DatasetError(str(folder), problems)
    answers = Answers(
        truth=np.array([image.label for image in images]),
        predicted=np.array([prediction.predicted for prediction in said]),
        probabilities=np.array([[p.scores[c] for c in model.classes] for p in said]),
        classes=np.array(model.classes),
    )
    groups = np.array(dataset.units) if dataset.units else None
    known = set(model.manifest.trained_on.get("images_by_hash", ()))
    return Evaluation(
        answers=answers,
        names=tuple(image.name for image in images),
        scores=tuple(
            tested(Judge.of(recipe), answers, model.manifest.seed, groups)
            for recipe in model.manifest.metrics
        ),
        confusion=confusion_of(answers),
        per_class=per_class(answers),
        positive=positives(model.manifest.metrics, model.classes),
        seen=sum(image.key[:12] in known for image in images),
        dataset=dataset,
        grouped_by=str(model.manifest.trained_on.get("grouped_by", "")),
        unlike=sum(one.trust.unlike for one in said if one.trust) if model.trust else None,
    )


def verify(bundle: str | Path, *, registry: Registry | None = None) -> Model:
    """Check a model's file: members, hashes, plugins, types, and five drawn images.

    Raises:
        BundleError: What is wrong with it.
    """
    model = load(bundle, registry)
    try:
        alone(check_probes, model)
    except BundleError as error:
        raise BundleError(f"{bundle} {error}") from None
    return model


def _check_names(pattern: str) -> None:
    """Check the pattern by which files are joined to images; empty: there is none.

    Raises:
        ConfigError: It is wrong.
    """
    try:
        if pattern and CHANNEL not in Pattern.of(pattern).fields:
            raise ValueError(f'"{pattern}" must hold {{channel}}: "*_{{channel}}.tif"')
    except ValueError as error:
        raise ConfigError("predict", [("--names", str(error))]) from None


def _images(paths: Sequence[Path], model: Model, names: str) -> list[Image]:
    """List what is to be predicted."""
    problems: Problems = []
    found: list[Image] = []
    for path in paths:
        there = os.path.exists(path)
        if there and is_manifest(path):
            found += _listed(path, problems)
            continue
        if names and os.path.isdir(path):
            found += _joined(path, names, model, problems)
            continue
        below = list(loose_images([path], model.readers)) if there else []
        if not there:
            problems.append((str(path), "is not there; name an image or a folder of images"))
        elif not below:
            problems.append((str(path), "holds no images; name another folder"))
        found += [Image(key="", name=str(file), files=(file,), label="") for file, _ in below]
    if problems:
        raise DatasetError("the list of images", problems)
    return found


def _joined(folder: Path, names: str, model: Model, problems: Problems) -> list[Image]:
    entries, bad = joined_files(folder, names, model.readers)
    if not entries and not bad:
        bad = [(str(folder), f'holds no images that fit "{names}"; mend the pattern')]
    problems += bad
    return [
        Image(key="", name=str(folder / e.name), files=e.files, label="", channels=e.channels)
        for e in entries
    ]


def _listed(manifest: Path, problems: Problems) -> list[Image]:
    rows, bad = read_index(manifest, labelled=False)
    problems += [(f"{manifest}, {place}", what) for place, what in bad]
    return [
        Image(key="", name=row.name, files=row.files, label="", channels=row.channels)
        for row in rows
    ]


def _labelled(folder: Path, model: Model, naming: Naming) -> Dataset:
    if not os.path.isdir(folder) and not (is_manifest(folder) and os.path.isfile(folder)):
        what = "is a file" if os.path.exists(folder) else "is not there"
        hint = "name a folder with classes, or a manifest"
        raise DatasetError(str(folder), [("folder", f"{what}; {hint}")])
    dataset = scan(folder, naming=naming, readers=model.readers)
    known = ", ".join(model.classes)
    problems = [
        ("classes", f'"{label}" is unknown to the model; it knows {known}')
        for label in dataset.classes
        if label not in model.classes
    ]
    problems += dataset.problems
    if what := misnamed(dataset):
        problems.append(("--classes", what))
    elif not dataset.images:
        count = beside(dataset)
        hint = f"{count} images lie beside them; sort them in" if count else "add"
        problems.append(("classes", f"no sub-folder holds images; {hint} one folder per class"))
    problems += strangers(dataset, model.manifest.saw, model.manifest.policy)
    if problems:
        raise DatasetError(str(folder), problems)
    return dataset
