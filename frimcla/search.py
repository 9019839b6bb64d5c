"""The search for hyper-parameters inside a training fold, scored by the deciding metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import attrs
import numpy as np

from .components import Classifier
from .contracts import Array
from .recipes import Recipe, load
from .scoring import Answers, Judge
from .stats.checked import settled


def classifier_of(recipe: Recipe) -> Classifier:
    """Return the classifier a recipe orders."""
    assert isinstance(recipe.component, Classifier)
    return recipe.component


def candidates(recipe: Recipe) -> list[dict[str, Any]]:
    """Return the values to try: the product inside each grid, one grid after the other.

    A parameter that the user wrote keeps its value; what then is the same is tried once.
    """
    found: list[dict[str, Any]] = []
    for grid in classifier_of(recipe).search:
        open_ones = [(name, values) for name, values in grid if name not in recipe.pinned]
        names = [name for name, _ in open_ones]
        for combination in product(*(values for _, values in open_ones)):
            values = dict(zip(names, combination, strict=True))
            if values not in found:
                found.append(values)
    return found or [{}]


def made(
    recipe: Recipe, chosen: Mapping[str, Any], seed: int, *, probabilities: bool = True
) -> Any:
    """Build the classifier of *recipe* with the values that a search took."""
    component = classifier_of(recipe)
    extra = {"probabilities": probabilities} if component.calibrates else {}
    return component.recipe(**{**recipe.values, **chosen}).build(seed=seed, **extra)


def fits(
    recipe: Recipe, models: Sequence[Any], features: Array, labels: Array
) -> Iterable[Callable[[], Any]]:
    """Return, for every model that is not yet fitted, a function that fits it on the same rows.

    Together they share what the classifier can share (`frimcla.contracts.FitsMany`); what they
    return predicts, and need not be the model itself.
    """
    together = classifier_of(recipe).fit_many
    if together:
        return load(together)(features, labels, models)  # type: ignore[no-any-return]
    return [partial(model.fit, features, labels) for model in models]


@attrs.frozen(kw_only=True, eq=False)
class Rows:
    """What a search may see: training rows, and how to split them.

    Attributes:
        features: ``float32`` (n, d).
        labels: Their classes (n,).
        inner: The inner fold of each row (n,), or None where there are too few images.
    """

    features: Array
    labels: Array
    inner: Array | None

    def splits(self) -> Iterator[tuple[Rows, Rows]]:
        """Yield what to learn from and what to judge by."""
        assert self.inner is not None
        for fold in range(int(self.inner.max()) + 1):
            yield self._where(self.inner != fold), self._where(self.inner == fold)

    def _where(self, mask: Array) -> Rows:
        return Rows(features=self.features[mask], labels=self.labels[mask], inner=None)


def search(
    recipe: Recipe, rows: Rows, judge: Judge, seed: int, *, halving: bool = False
) -> dict[str, Any]:
    """Return the candidate with the best mean score over the inner folds.

    Args:
        recipe: The classifier.
        rows: The training fold.
        judge: The deciding metric.
        seed: Of every fit.
        halving: Whether only the better half goes on after each fold, and the search ends where
            one is left: successive halving (Jamieson & Talwalkar, AISTATS 2016, 240), whose
            resource is inner folds. Then the best is that of those with the most folds.

    Returns:
        Values by parameter; of equals the first. Candidates that cannot be fitted (more
        neighbours than images) are left out. Too few images to search: the recipe's values.

    Raises:
        Exception: Whatever the last candidate raised, where none could be fitted.
    """
    tried = candidates(recipe)
    if rows.inner is None:
        return {}
    if len(tried) == 1:
        return tried[0]
    trial = _Trial(recipe=recipe, tried=tried, judge=judge, seed=seed)
    found = []
    for learnt, new in rows.splits():
        found.append(trial.scores(learnt, new))
        if halving:
            trial.behind.update(_worse_half(judge.sign * np.mean(found, axis=0)).tolist())
            if len(trial.open_ones) == 1:
                return tried[trial.open_ones[0]]
    scores = np.mean(found, axis=0)  # nan where one failed, or was left behind
    if trial.failures and np.isnan(scores).all():
        raise trial.failures[max(trial.failures)]
    return tried[judge.best(scores)]


def _worse_half(scores: Array) -> Array:
    """Return those that are not among the best half, rounded down but one at least; none of nan."""
    there = np.flatnonzero(np.isfinite(scores))
    order = there[np.argsort(-settled(scores[there]), kind="stable")]  # of equals the first
    return order[max(1, len(there) // 2) :]


@attrs.frozen(kw_only=True, eq=False)
class _Trial:
    """A search under way.

    Attributes:
        recipe: The classifier.
        tried: Its candidates.
        judge: The deciding metric.
        seed: Of every fit.
        failures: What candidates raised, by number; they are not tried again.
        behind: Numbers of candidates that are not tried again either.
    """

    recipe: Recipe
    tried: Sequence[Mapping[str, Any]]
    judge: Judge
    seed: int
    failures: dict[int, Exception] = attrs.field(factory=dict, init=False)
    behind: set[int] = attrs.field(factory=set, init=False)

    @property
    def open_ones(self) -> list[int]:
        """Numbers of the candidates that are still tried."""
        return [n for n in range(len(self.tried)) if n not in self.failures.keys() | self.behind]

    def scores(self, learnt: Rows, new: Rows) -> Array:
        """Return the score of every candidate in one inner fold, nan where one failed."""
        found = np.full(len(self.tried), np.nan)
        classes = np.union1d(learnt.labels, new.labels)
        models = self._models()
        if not models:
            return found
        fitting = fits(self.recipe, list(models.values()), learnt.features, learnt.labels)
        for number, fit in zip(models, fitting, strict=True):
            with self._noting(number):
                found[number] = self.judge(self._answers(fit(), new, classes))
        return found

    def _models(self) -> dict[int, Any]:
        """Return what is still tried, not yet fitted."""
        models = {}
        wanted = self.judge.needs_probabilities
        for number in self.open_ones:
            with self._noting(number):
                values = self.tried[number]
                models[number] = made(self.recipe, values, self.seed, probabilities=wanted)
        return models

    def _answers(self, model: Any, new: Rows, classes: Array) -> Answers:
        offered = self.judge.needs_probabilities and hasattr(model, "predict_proba")
        return Answers(
            truth=new.labels,
            predicted=np.asarray(model.predict(new.features)),
            probabilities=model.predict_proba(new.features) if offered else None,
            classes=classes,
        )

    @contextmanager
    def _noting(self, number: int) -> Iterator[None]:
        """Keep what a candidate raises; a third party's classifier may raise anything."""
        try:
            yield
        except Exception as error:
            self.failures[number] = error


def fits_of(recipe: Recipe, inner_folds: int, *, halving: bool = False) -> int:
    """Return how many times a classifier is fitted per split: candidates inside, and once."""
    tried, fitted = len(candidates(recipe)), 1
    for _ in range(inner_folds):
        if tried == 1:
            break
        fitted += tried
        tried = max(1, tried // 2) if halving else tried
    return fitted
