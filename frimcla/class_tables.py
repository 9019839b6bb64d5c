"""Scores of each class as tables: for the terminal and for spreadsheets."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .per_class import ClassScores
from .tables import aligned, csv_text
from .toml import literal


def class_table(scores: Sequence[ClassScores], positive: Sequence[str]) -> str:
    """Return the scores of each class as aligned text, and which class is the positive one.

    Args:
        scores: Of every class.
        positive: The classes that the metrics of the study name.
    """
    rows = [["class", "precision", "sensitivity (recall)", "specificity", "F1", "images"]]
    for one in scores:
        shown = (one.precision, one.sensitivity, one.specificity, one.f1)
        cells = ["-" if math.isnan(value) else f"{value:.3f}" for value in shown]
        rows.append([one.label, *cells, str(one.images)])
    return "\n".join([aligned(rows), *_positive(scores, positive)])


def class_csv(scores: Sequence[ClassScores]) -> str:
    """Return the scores of each class for spreadsheets, empty where there is nothing to judge."""
    rows = []
    for one in scores:
        values = (one.precision, one.sensitivity, one.specificity, one.f1)
        cells = ["" if math.isnan(value) else repr(value) for value in values]
        rows.append([one.label, *cells, one.images])
    return csv_text(["class", "precision", "sensitivity", "specificity", "f1", "images"], rows)


def _positive(scores: Sequence[ClassScores], positive: Sequence[str]) -> list[str]:
    """Say which class is the positive one, or how to name it where a reader will ask."""
    if not positive and len(scores) == 2:
        rare = min(scores, key=lambda one: one.images).label
        how = f'metrics = [{{name = "sensitivity", positive = {literal(rare)}}}]'
        return [f"positive class: none named; to name one: {how}"]
    return [
        f"positive class: {one.label}; sensitivity {_percent(one.sensitivity)}, "
        f"specificity {_percent(one.specificity)}"
        for label in positive
        for one in scores
        if one.label == label
    ]


def _percent(share: float) -> str:
    return "undefined" if math.isnan(share) else f"{100 * share:.1f} %"
