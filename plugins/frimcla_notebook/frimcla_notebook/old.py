"""The functions of the old FrImCla (1.0): cells of an old notebook run with one import changed.

    from frimcla_notebook.old import generateFeatures, statisticalComparison, train, prediction

Names, order and defaults of parameters are those of then, and so is what is returned. What is
computed is a study of today; docs/old.md says what is not the same. Everywhere

* ``outputPath`` is the folder in which results go to a folder called like the images,
* ``datasetPath`` is the folder with one sub-folder of images per class,
* an extractor is ``["inception", "False"]``, ``["lab444", "4,4,4"]`` or ``"hog"``,
* ``verbose`` is of no use any more: notebooks always show progress,
* ``multiclass`` must be false,
* `FrimclaError` says what is wrong: every problem, a sentence each.
"""

# ruff: noqa: PLR0917 (what may be given by position is what could be then)

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from IPython import get_ipython
from IPython.display import display

import frimcla
from frimcla import FrimclaError, telling
from frimcla.announcing import announced
from frimcla.commands import plain
from frimcla.contracts import Array, Progress
from frimcla.opening import Opened

from . import show
from .bars import Bars
from .old_pairs import predicted
from .old_studies import asked, compared

Where = str | os.PathLike[str]
NO_VOTE = (
    "there is no {}: the old majority vote was the vote of its first model alone; call "
    "statisticalComparison, which names all pairs that are as good as the best, and prediction "
    "with one of them"
)
NO_WEB_APP = (
    "must be false: no web app is made for now; frimcla predict tells the classes of new images, "
    "and report.html shows how good the model is"
)


def generateFeatures(
    outputPath: Where,
    batchSize: int,
    datasetPath: Where,
    featureExtractors: Sequence[Any],
    verbose: bool = False,
    multiclass: bool = False,
) -> float:
    """Describe every image by every extractor, and keep that; return the seconds.

    `batchSize` is of no use any more.
    """
    start = time.perf_counter()
    study = asked(
        "generateFeatures",
        {
            "output_path": outputPath,
            "batch_size": batchSize,
            "dataset_path": datasetPath,
            "feature_extractors": featureExtractors,
            "multiclass": multiclass,
        },
    )
    found = frimcla.extract(study, progress=_progress(), tell=_announce)
    _say(telling.extraction(*found))
    return time.perf_counter() - start


def statisticalComparison(
    outputPath: Where,
    datasetPath: Where,
    featureExtractors: Sequence[Any],
    modelClassifiers: Sequence[str],
    measure: str,
    nSteps: int = 10,
    verbose: bool = False,
    multiclass: bool = False,
) -> float:
    """Cross-validate every pair, tell which are best, and return the seconds.

    `nSteps` are the folds. Notebooks that were older still had `verbose` in its place: a bool
    means that, and the usual folds.
    """
    start = time.perf_counter()
    study = asked(
        "statisticalComparison",
        {
            "output_path": outputPath,
            "dataset_path": datasetPath,
            "feature_extractors": featureExtractors,
            "model_classifiers": modelClassifiers,
            "measure": measure,
            "n_steps": nSteps,
            "multiclass": multiclass,
        },
    )
    result = frimcla.compare(study, progress=_progress(), tell=_announce)
    _say(telling.comparison(result))
    if get_ipython():
        display(show.plots(result))
    return time.perf_counter() - start


def train(
    outputPath: Where,
    datasetPath: Where,
    trainingSize: float,
    multiclass: bool = False,
    webapp: bool = False,
) -> float:
    """Train the best pair of the last comparison, and return the seconds.

    With a `trainingSize` below 1, the other images are kept for a final check of the model, and
    the pairs are compared without them first. `webapp`, once a question, must be false.
    """
    start = time.perf_counter()
    order = asked(
        "train",
        {
            "output_path": outputPath,
            "dataset_path": datasetPath,
            "training_size": trainingSize,
            "multiclass": multiclass,
        },
        problems=[("webapp", NO_WEB_APP)] if webapp else [],
    )
    study = compared("train", order)
    if study.test != order.test and not isinstance(study.test, Path):
        study = study.changed(test=order.test)
        _say(f"{order.test or 'none'} of the images is kept for the final check: comparing anew")
    _say(telling.training(frimcla.train(study, progress=_progress())))
    return time.perf_counter() - start


def prediction(
    featExt: Any,
    classi: str,
    imagePath: Where,
    outputPath: Where,
    datasetPath: Where,
    multiclass: bool = False,
) -> list[Array]:
    """Predict an image or a folder of images with a pair; say and return their classes.

    A pair that is not the trained one is trained beside the results first.

    Returns:
        For each image an array with the name of its class, which is empty where the image cannot
        be read.
    """
    arguments = _of_a_pair(featExt, classi, outputPath, datasetPath, multiclass)
    return predicted("prediction", arguments, {"imagePath": imagePath})


def predictionArray(
    featExt: Any,
    classi: str,
    imagePaths: Iterable[Where],
    outputPath: Where,
    datasetPath: Where,
    multiclass: bool = False,
) -> list[Array]:
    """Predict a list of images; else as `prediction`."""
    images: dict[str, Any] = {"imagePaths": imagePaths}  # one, or what is none
    if isinstance(imagePaths, Iterable) and not isinstance(imagePaths, (str, bytes)):
        images = {f"imagePaths[{number}]": path for number, path in enumerate(imagePaths)}
    arguments = _of_a_pair(featExt, classi, outputPath, datasetPath, multiclass)
    return predicted("predictionArray", arguments, images)


def majorityVoting(
    outputPath: Where,
    datasetPath: Where,
    featureExtractors: Sequence[Any],
    modelClassifiers: Sequence[str],
    measure: str,
    verbose: bool = False,
    multiclass: bool = False,
) -> NoReturn:
    """Refuse, and say what to do instead."""
    raise FrimclaError(NO_VOTE.format("majorityVoting"))


def predictionEnsemble(
    featureExtractors: Sequence[Any],
    classifiers: Sequence[str],
    imagePath: Where,
    outputPath: Where,
    datasetName: Where,
    multiclass: bool = False,
) -> NoReturn:
    """Refuse, and say what to do instead."""
    raise FrimclaError(NO_VOTE.format("predictionEnsemble"))


def _of_a_pair(
    extractor: Any, classifier: Any, output: Where, dataset: Where, multiclass: bool
) -> dict[str, Any]:
    return {
        "output_path": output,
        "dataset_path": dataset,
        "feature_extractors": [extractor],
        "model_classifiers": [classifier],
        "multiclass": multiclass,
    }


def _progress() -> Progress | None:
    return Bars() if get_ipython() else None


def _announce(opened: Opened) -> None:
    _say("\n".join(announced(opened)))


def _say(text: str) -> None:
    print(plain(text))
