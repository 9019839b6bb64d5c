"""One number for predictions and truth, whatever the metric needs."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import attrs
import numpy as np

from .components import Metric
from .contracts import Array
from .recipes import Recipe


@attrs.frozen(kw_only=True, eq=False)
class Answers:
    """What a classifier said of n images, and what is true.

    Attributes:
        truth: Labels (n,).
        predicted: Labels (n,).
        probabilities: ``float`` (n, k), or None where nobody asked for them.
        classes: The k labels, sorted.
    """

    truth: Array
    predicted: Array
    probabilities: Array | None
    classes: Array

    def at(self, rows: Array) -> Answers:
        """Return the answers of some rows, by number or mask."""
        some = None if self.probabilities is None else self.probabilities[rows]
        return Answers(
            truth=self.truth[rows],
            predicted=self.predicted[rows],
            probabilities=some,
            classes=self.classes,
        )


def confusion_of(answers: Answers) -> Array:
    """Return the number of images per true class (row) and predicted class (column)."""
    k = len(answers.classes)
    return np.bincount(cells_of(answers), minlength=k * k).reshape(k, k)


def cells_of(answers: Answers) -> Array:
    """Return the cell of the confusion matrix that each image lies in, row by row, (n,)."""
    rows = np.searchsorted(answers.classes, answers.truth)
    columns = np.searchsorted(answers.classes, answers.predicted)
    return np.asarray(rows * len(answers.classes) + columns)


@attrs.frozen(kw_only=True)
class Judge:
    """A metric that is ready to judge.

    Attributes:
        recipe: What it was made from.
        score: The thing its factory made.
        sign: 1 where greater is better, -1 where smaller is.
    """

    recipe: Recipe
    score: Callable[..., float]
    sign: int

    @classmethod
    def of(cls, recipe: Recipe) -> Judge:
        """Build the metric.

        Raises:
            PluginError: It cannot be made.
        """
        metric = metric_of(recipe)
        return cls(recipe=recipe, score=recipe.build(), sign=1 if metric.greater_is_better else -1)

    @property
    def needs_probabilities(self) -> bool:
        """Whether it judges probabilities instead of labels."""
        return metric_of(self.recipe).needs_probabilities

    @property
    def perfect(self) -> float | None:
        """The best score there can be, times `sign`: of a share; None where it is not known."""
        metric = metric_of(self.recipe)
        return float(metric.greater_is_better) if metric.share else None

    def __call__(self, answers: Answers) -> float:
        """Judge n predictions; nan where the metric needs probabilities and there are none."""
        if not self.needs_probabilities:
            return float(self.score(answers.truth, answers.predicted))
        if answers.probabilities is None or np.isnan(answers.probabilities).any():
            return float("nan")
        return float(self.score(answers.truth, answers.probabilities, answers.classes))

    @property
    def counts(self) -> bool:
        """Whether it judges a confusion matrix as well: then the images need not be gone through.

        So do metrics of labels that take ``sample_weight``, as those of scikit-learn do.
        """
        return not self.needs_probabilities and "sample_weight" in signature(self.score).parameters

    def of_counts(self, counts: Array, classes: Array) -> float:
        """Judge a confusion matrix (k, k); nan where the metric cannot. Asked where `counts`."""
        rows, columns = np.nonzero(counts)
        try:
            found = self.score(classes[rows], classes[columns], sample_weight=counts[rows, columns])
        except ValueError:
            return float("nan")
        return float(found)

    def best(self, values: Array) -> int:
        """Return the position of the best value, the first of equals; nan is never best."""
        signed = np.where(np.isnan(values), -np.inf, self.sign * np.asarray(values))
        return int(np.argmax(signed))


def metric_of(recipe: Recipe) -> Metric:
    """Return the metric a recipe orders."""
    assert isinstance(recipe.component, Metric)
    return recipe.component


def unit_of(judge: Judge) -> str:
    """Return the unit of a metric: ``"share"``, shown in percent, or none."""
    return "share" if metric_of(judge.recipe).share else ""


def score_or_nan(judge: Judge, answers: Answers) -> float:
    """Judge images that may lack a class the metric asks for; then there is no score.

    Nor is there where it is infinite: no mean could be compared.
    """
    try:
        score = judge(answers)
    except ValueError:
        return float("nan")
    return score if np.isfinite(score) else float("nan")
