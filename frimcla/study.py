"""The value class `Study`: what to compare, on which images, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from .params import Limits
from .recipes import Pair, Recipe

ENGINES = ("auto", "onnx", "keras")
SETTINGS = {
    "images": Limits("", "folder with one sub-folder of images per class"),
    "output": Limits("results", "folder for features, scores, tables and the model"),
    "extractors": Limits(
        [],
        "what describes the images; empty: the usual ones whose weights are here",
    ),
    "classifiers": Limits([], "what learns from the descriptions; empty: the usual six"),
    "metric": Limits("", "what decides; left out: accuracy, or balanced_accuracy beyond 1:1.5"),
    "metrics": Limits([], "what is reported as well"),
    "folds": Limits(
        10, "outer folds; left out: 10, or what the smallest class allows", (), (2, 100)
    ),
    "inner_folds": Limits(3, "folds of the search inside a training fold", (), (2, 20)),
    "seed": Limits(0, "seed of every random choice", (), (0, 2**32 - 1)),
    "n_jobs": Limits(-1, "processes, -1 for all cores; changes no number", (-1,), (1, 1024)),
    "test": Limits("", "folder of images kept for the final check"),
    "engine": Limits("auto", "what runs networks; auto: Keras on a GPU, else ONNX", ENGINES),
    "unreadable": Limits("stop", "at images that cannot be read", ("stop", "skip")),
}
"""Every setting of a study: what it accepts and what it means, in the order of the file."""


@attrs.frozen(kw_only=True)
class Study:
    """What to compare, on which images, and how.

    `metric` and `folds` may be open: they are then settled by the images (see
    `frimcla.planning.settle`), and everything later works on a settled study.

    Attributes:
        images: Folder with one sub-folder of images per class.
        output: Folder for everything a run leaves.
        extractors: What describes the images.
        classifiers: What learns from the descriptions.
        metric: What decides; None where the images decide.
        metrics: What is reported as well.
        folds: Outer folds of the cross-validation; None where the images decide.
        inner_folds: Folds of the search for hyper-parameters inside a training fold.
        seed: Seed of every random choice.
        n_jobs: Processes; -1 for as many as there are cores. Changes no number.
        test: Folder of images kept for the final check, or None.
        engine: What runs networks: ``"auto"``, ``"onnx"`` or ``"keras"``.
        left_out: Names of extractors that the default study would include, were their weights
            at hand.
        unreadable: ``"stop"`` before any fit at images that cannot be read, or ``"skip"``.
    """

    images: Path
    output: Path
    extractors: tuple[Recipe, ...]
    classifiers: tuple[Recipe, ...]
    metric: Recipe | None = None
    metrics: tuple[Recipe, ...] = ()
    folds: int | None = None
    inner_folds: int = 3
    seed: int = 0
    n_jobs: int = -1
    test: Path | None = None
    engine: str = "auto"
    left_out: tuple[str, ...] = ()
    unreadable: str = "stop"

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every extractor with every classifier, in the order of the study."""
        return tuple(
            Pair(extractor=extractor, classifier=classifier)
            for extractor in self.extractors
            for classifier in self.classifiers
        )

    @property
    def judges(self) -> tuple[Recipe, ...]:
        """All metrics, the deciding one first, none twice."""
        deciding = (self.metric,) if self.metric else ()
        by_key = {recipe.key: recipe for recipe in (*deciding, *self.metrics)}
        return tuple(by_key.values())

    @property
    def deciding(self) -> Recipe:
        """The metric of a settled study."""
        assert self.metric is not None, "the study is not settled"
        return self.metric

    def changed(self, **settings: Any) -> Study:
        """Return the study with other settings."""
        return attrs.evolve(self, **settings)
