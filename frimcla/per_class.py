"""How each class fares, judged against all the others."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from .recipes import Recipe
from .scoring import Answers


@attrs.frozen(kw_only=True)
class ClassScores:
    """One class against all the others; nan where there is nothing to judge.

    Attributes:
        label: The class.
        precision: Share of its predictions that is right; 0 where it is never predicted.
        sensitivity: Share of its images that is found: its recall.
        specificity: Share of the other images not taken for it.
        f1: Harmonic mean of precision and sensitivity.
        images: How many images it has.
    """

    label: str
    precision: float
    sensitivity: float
    specificity: float
    f1: float
    images: int


def per_class(answers: Answers) -> tuple[ClassScores, ...]:
    """Judge every class of *answers*, those without images included."""
    from sklearn.metrics import precision_recall_fscore_support, recall_score

    # One column per class instead of labels: of those, scikit-learn warns where images are few.
    true = answers.truth[:, None] == answers.classes
    said = answers.predicted[:, None] == answers.classes
    columns = precision_recall_fscore_support(true, said, average=None, zero_division=0)
    # What is no such image and is found to be none: the recall of the rest.
    rest = recall_score(~true, ~said, average=None, zero_division=np.nan)
    return tuple(
        ClassScores(
            label=str(label),
            precision=float(precision) if count else np.nan,
            sensitivity=float(sensitivity) if count else np.nan,
            specificity=float(specificity),
            f1=float(f1) if count else np.nan,
            images=int(count),
        )
        for label, precision, sensitivity, f1, count, specificity in zip(
            answers.classes, *columns, rest, strict=True
        )
    )


def positives(metrics: Iterable[Recipe], classes: Iterable[str]) -> tuple[str, ...]:
    """Return the classes that metrics name as ``positive``, in their order and none twice.

    No class is positive because of its name or place: where nobody says so, there is none.
    """
    named = dict.fromkeys(recipe.values.get("positive") for recipe in metrics)
    return tuple(label for label in named if label in set(classes))
