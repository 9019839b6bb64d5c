"""A trained model in use: predict new images, score it on labelled ones, look into it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from .bundle import Model, Prediction, check_probes, load
from .contracts import Array, Progress
from .dataset import BESIDE, Dataset, loose_images, scan
from .errors import BundleError, ConfigError, DatasetError
from .outputs import confusion_of, write_text
from .parallel import alone
from .registry import Registry
from .scoring import Answers, Judge
from .selection import Number, tested
from .tables import csv_text, score_cells

FIRST_WORDS = b"file,predicted,"
"""How a table of predictions begins."""
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
        per_class: Precision, recall, F1 and number of images of each class.
        seen: How many of the images it was trained on.
        dataset: The images.
    """

    answers: Answers
    names: tuple[str, ...]
    scores: tuple[Number, ...]
    confusion: Array
    per_class: Mapping[str, tuple[float, float, float, int]]
    seen: int
    dataset: Dataset


def predict(
    bundle: str | Path | Model,
    paths: Sequence[str | Path] | str | Path,
    *,
    registry: Registry | None = None,
    n_jobs: int = -1,
    progress: Progress | None = None,
) -> list[Prediction]:
    """Predict images and folders of images, searched to the bottom.

    Args:
        bundle: A trained model or its file.
        paths: Images and folders. A file that is named is predicted whatever it is called; in
            a folder, what is no image is passed over.
        registry: What plugins offer; the installed ones if omitted.
        n_jobs: Processes for many images, -1 for all cores.
        progress: Called as images are done.

    Returns:
        One prediction per image, bad ones with a problem instead of a class.

    Raises:
        BundleError: The model cannot be used.
        DatasetError: A folder holds no images, or a path is not there.
    """
    model = bundle if isinstance(bundle, Model) else load(bundle, registry)
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found = _files([Path(path) for path in listed])
    workers = n_jobs if len(found) > NEW else 1
    return model.predict(found, n_jobs=workers, progress=progress)


def predictions_csv(predictions: Sequence[Prediction], classes: Sequence[str]) -> str:
    """Return predictions as CSV: file, predicted, one score per class.

    A column ``problem`` is added where an image could not be read.
    """
    bad = any(prediction.problem for prediction in predictions)
    rows = [
        (
            prediction.file,
            prediction.predicted,
            *score_cells(np.array([prediction.scores.get(label, np.nan) for label in classes])),
            *([prediction.problem] if bad else []),
        )
        for prediction in predictions
    ]
    header = ["file", "predicted", *classes, *(["problem"] if bad else [])]
    return csv_text(header, rows)


def write_predictions(
    path: str | Path, predictions: Sequence[Prediction], classes: Sequence[str]
) -> None:
    """Write `predictions_csv` to a file, whole or not at all.

    Raises:
        ConfigError: Something else than a table of predictions is there.
    """
    check_target(path)
    write_text(Path(path), predictions_csv(predictions, classes))


def check_target(path: str | Path) -> None:
    """Refuse to write over anything but predictions of before.

    Raises:
        ConfigError: Something else is there.
    """
    target = Path(path)
    if not os.path.lexists(target):
        return
    if target.is_file():
        with target.open("rb") as file:
            if file.read(len(FIRST_WORDS)) == FIRST_WORDS:
                return
    what = "is there already and holds no predictions; name another file"
    raise ConfigError("predict", [(str(target), what)])


def evaluate(
    bundle: str | Path | Model,
    folder: str | Path,
    *,
    registry: Registry | None = None,
    n_jobs: int = -1,
    progress: Progress | None = None,
) -> Evaluation:
    """Score a model on a folder with one sub-folder of images per class.

    Raises:
        BundleError: The model cannot be used.
        DatasetError: The folder holds no images, a class the model does not know, or images
            that cannot be read; all of it.
    """
    registry = registry or Registry.discover()
    model = bundle if isinstance(bundle, Model) else load(bundle, registry)
    dataset = _labelled(Path(folder), model)
    images = dataset.images
    workers = n_jobs if len(images) > NEW else 1
    said = model.predict([image.path for image in images], n_jobs=workers, progress=progress)
    problems = [(i.name, p.problem) for i, p in zip(images, said, strict=True) if p.problem]
    if problems:
        raise DatasetError(str(folder), problems)
    answers = Answers(
        truth=np.array([image.label for image in images]),
        predicted=np.array([prediction.predicted for prediction in said]),
        probabilities=np.array([[p.scores[c] for c in model.classes] for p in said]),
        classes=np.array(model.classes),
    )
    known = set(model.manifest.trained_on.get("images_by_hash", ()))
    return Evaluation(
        answers=answers,
        names=tuple(image.name for image in images),
        scores=tuple(
            tested(Judge.of(recipe), answers, model.manifest.seed)
            for recipe in model.manifest.metrics
        ),
        confusion=confusion_of(answers),
        per_class=_per_class(answers),
        seen=sum(image.key[:12] in known for image in images),
        dataset=dataset,
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


def _files(paths: Sequence[Path]) -> list[Path]:
    problems, found = [], []
    for path in paths:
        there = os.path.exists(path)
        below = list(loose_images([path])) if there else []
        if not there:
            problems.append((str(path), "is not there; name an image or a folder of images"))
        elif not below:
            problems.append((str(path), "holds no images; name another folder"))
        found += [file for file, _ in below]
    if problems:
        raise DatasetError("the list of images", problems)
    return found


def _labelled(folder: Path, model: Model) -> Dataset:
    if not os.path.isdir(folder):
        what = "is a file" if os.path.exists(folder) else "is not there"
        raise DatasetError(str(folder), [("folder", f"{what}; name a folder with classes")])
    dataset = scan(folder)
    known = ", ".join(model.classes)
    problems = [
        ("classes", f'"{label}" is unknown to the model; it knows {known}')
        for label in dataset.classes
        if label not in model.classes
    ]
    if not dataset.images:
        beside = sum(reason == BESIDE for _, reason in dataset.passed_over)
        hint = f"{beside} images lie beside them; sort them in" if beside else "add"
        problems.append(("classes", f"no sub-folder holds images; {hint} one folder per class"))
    if problems:
        raise DatasetError(str(folder), problems)
    return dataset


def _per_class(answers: Answers) -> dict[str, tuple[float, float, float, int]]:
    from sklearn.metrics import precision_recall_fscore_support

    columns = precision_recall_fscore_support(
        answers.truth, answers.predicted, labels=answers.classes, zero_division=0
    )
    return {
        str(label): (float(precision), float(recall), float(f1), int(count))
        for label, precision, recall, f1, count in zip(answers.classes, *columns, strict=True)
    }
