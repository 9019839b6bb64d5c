"""What a study will do, and what it will cost: the images settle what the user left open."""

from __future__ import annotations

import attrs
import numpy as np

from .complaints import FEWEST_FOLDS
from .components import Metric
from .dataset import Dataset
from .errors import ConfigError, FrimclaError, PluginError
from .folds import Plan, can_nest, possible_folds
from .passports import passports_of
from .recipes import Recipe
from .registry import Registry
from .scoring import Answers, Judge
from .search import fits_of
from .study import SETTINGS, Study
from .weights import absent, missing, needed, ways_out

UNBALANCED = 1.5
"""From this ratio of the largest to the smallest class on, plain accuracy misleads."""


@attrs.frozen(kw_only=True)
class Cost:
    """What a study costs.

    Attributes:
        images: Number of images.
        pairs: Number of pairs.
        fits: Number of fits, inner search included, without the final training.
        nested_fits: Further ones that the nested estimate takes.
        shuffled_fits: Further ones that `Study.permutations` take.
        seconds: Estimated on all cores; None without a rehearsal.
        nested_seconds: The part of it that the nested estimate takes.
    """

    images: int
    pairs: int
    fits: int
    nested_fits: int = 0
    shuffled_fits: int = 0
    seconds: float | None = None
    nested_seconds: float = 0.0


def settle(study: Study, dataset: Dataset, registry: Registry) -> Study:
    """Fill in the metric and the folds that *study* leaves to the images.

    Raises:
        ConfigError: No plugin brings the metric, or a metric does not fit the classes.
    """
    if study.metric is None:
        study = study.changed(metric=_default_metric(dataset, registry))
    if study.folds is None:
        most = possible_folds(dataset, SETTINGS["folds"].default, study.seed)
        study = study.changed(folds=max(FEWEST_FOLDS, most))
    assert study.folds is not None
    if study.nested and not can_nest(dataset, study.folds, study.seed):
        study = study.changed(nested=False)
    problems = [
        (where, problem)
        for where, recipe in _metrics(study)
        if (problem := _does_not_fit(recipe, dataset))
    ]
    if problems:
        raise ConfigError("the study", problems)
    return study


def plan_of(study: Study, dataset: Dataset) -> Plan:
    """Plan the folds of a settled study."""
    assert study.folds is not None
    return Plan.of(
        dataset,
        folds=study.folds,
        inner_folds=study.inner_folds,
        seed=study.seed,
        repeats=study.repeats,
        nested=study.nested,
    )


def cost_of(study: Study, dataset: Dataset) -> Cost:
    """Count what a settled study will fit."""
    assert study.folds is not None
    per_split = sum(
        fits_of(classifier, study.inner_folds, halving=study.halving)
        for classifier in study.classifiers
    )
    inside = splits_inside(study)
    return Cost(
        images=len(dataset.images),
        pairs=len(study.pairs),
        fits=len(study.extractors) * per_split * study.repeats * study.folds,
        nested_fits=len(study.extractors) * per_split * inside,
        shuffled_fits=(study.permutations + bool(study.permutations))
        * len(study.pairs)
        * study.folds,
    )


def splits_inside(study: Study) -> int:
    """Return the splits that hold out two folds: those of the nested estimate."""
    assert study.folds is not None
    return study.folds * (study.folds - 1) // 2 if study.nested else 0


def check_recipes(study: Study) -> None:
    """Build every extractor and classifier once, so that what is missing is missed now.

    Raises:
        ConfigError: Weights are missing; all of them are told.
        PluginError: Some cannot be built; all of them are told.
    """
    if lacking := _lacking(study):
        raise ConfigError("the study", lacking)
    failures = []
    parts = (part for recipe in study.extractors for part in recipe.parts)
    for recipe in (*parts, *study.classifiers):
        extra: dict[str, object] = {"seed": 0} if recipe in study.classifiers else {}
        if getattr(recipe.component, "engine", ""):
            extra = {"engine": study.engine, "threads": 1}
        try:
            recipe.build(**extra)
            passports_of(recipe)  # results cite them: one that errs must not do so at the end
        except FrimclaError as error:
            failures.append(str(error))
    if failures:
        raise PluginError("\n".join(dict.fromkeys(failures)))  # a part may be joined elsewhere


def _lacking(study: Study) -> list[tuple[str, str]]:
    """Say which weights are not here, and the ways out once for all of them."""
    problems, names = [], []
    for number, recipe in enumerate(study.extractors):
        for part in recipe.parts:
            if file := absent(part):
                name = part.component.name
                problems.append((f"extractors[{number}]", missing(file, name)))
                by_name = file in needed(part.component.recipe())
                names.append(name if by_name else "YOUR_STUDY.toml")
    if problems:
        place, last = problems[-1]
        problems[-1] = (place, f"{last};\n{ways_out(' '.join(dict.fromkeys(names)))}")
    return problems


def _default_metric(dataset: Dataset, registry: Registry) -> Recipe:
    counts = dataset.distinct.values()
    name = "balanced_accuracy" if max(counts) > UNBALANCED * min(counts) else "accuracy"
    try:
        return registry.find(Metric, name).recipe()
    except FrimclaError as error:
        raise ConfigError("the study", [("metric", str(error))]) from None


def _metrics(study: Study) -> list[tuple[str, Recipe]]:
    return [
        ("metric", study.deciding),
        *((f"metrics[{number}]", recipe) for number, recipe in enumerate(study.metrics)),
    ]


def _does_not_fit(recipe: Recipe, dataset: Dataset) -> str:
    """Return why a metric cannot judge these classes, found out by judging a perfect answer."""
    truth = np.array([image.label for image in dataset.images])
    classes = np.array(dataset.classes)
    perfect = (truth[:, None] == classes).astype(float)
    answers = Answers(truth=truth, predicted=truth, probabilities=perfect, classes=classes)
    try:
        Judge.of(recipe)(answers)
    except PluginError as error:
        return str(error)
    except Exception as error:  # a third party's metric may raise anything
        return f"cannot judge these images: {error}"
    return ""
