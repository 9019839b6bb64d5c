"""The search for hyper-parameters inside a training fold, scored by the deciding metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import attrs
import numpy as np

from .components import Classifier
from .contracts import Array
from .recipes import Recipe
from .scoring import Answers, Judge


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

    def splits(self) -> Iterator[tuple[Array, Array]]:
        """Yield rows to learn from and rows to judge by, as masks."""
        assert self.inner is not None
        for fold in range(int(self.inner.max()) + 1):
            yield self.inner != fold, self.inner == fold


def search(
    recipe: Recipe, rows: Rows, judge: Judge, seed: int, *, halving: bool = False
) -> dict[str, Any]:
    """Return the candidate with the best mean score over the inner folds.

    Args:
        recipe: The classifier.
        rows: The training fold.
        judge: The deciding metric.
        seed: Of every fit.

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
    scores = np.full(len(tried), np.nan)
    failure: Exception | None = None
    for number, values in enumerate(tried):
        try:
            scores[number] = _mean_score(recipe, values, rows, judge, seed)
        except Exception as error:  # a third party's classifier may raise anything
            failure = error
    if failure is not None and np.isnan(scores).all():
        raise failure
    return tried[judge.best(scores)]


def _mean_score(
    recipe: Recipe, values: Mapping[str, Any], rows: Rows, judge: Judge, seed: int
) -> float:
    scores = []
    for train, test in rows.splits():
        model = made(recipe, values, seed, probabilities=judge.needs_probabilities)
        model.fit(rows.features[train], rows.labels[train])
        offered = judge.needs_probabilities and hasattr(model, "predict_proba")
        answers = Answers(
            truth=rows.labels[test],
            predicted=np.asarray(model.predict(rows.features[test])),
            probabilities=model.predict_proba(rows.features[test]) if offered else None,
            classes=np.unique(rows.labels),
        )
        scores.append(judge(answers))
    return float(np.mean(scores))


def fits_of(recipe: Recipe, inner_folds: int) -> int:
    """Return how many times a classifier is fitted per split: candidates inside, and once."""
    tried = len(candidates(recipe))
    return 1 + (tried * inner_folds if tried > 1 else 0)
