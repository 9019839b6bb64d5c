"""Tables as text: for spreadsheets, and aligned for a terminal.

Cells of CSV files that a spreadsheet would run as a formula are quoted by an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import numpy as np

from .by_group import GroupScore
from .contracts import Array
from .predictions import Labels, Predictions
from .scoring import Answers, Judge
from .selection import fold_scores

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
NUMBER = re.compile(
    r"-|-?\d+(\.\d+)?(e[+-]?\d+)?(\*{1,3}| \(\d+\.\d+\)| \[\d+ of \d+ folds(, out of time)?\])?"
)
"""Cells of ours that begin with a minus: a dash, a number, a mean with its deviation or the folds
that it is of, a statistic with its stars."""


def scores_csv(table: Predictions, judges: Iterable[Judge]) -> str:
    """Return every score: one row per pair, repeat, fold that it went through, and metric."""
    through = {pair: table.gone_through(pair) for pair in table.everything}
    rows = [
        (*pair, repeat, fold, judge.recipe.label, repr(float(score)))
        for judge in judges
        for pair, there in through.items()
        for (repeat, fold), score in np.ndenumerate(fold_scores(table, pair, judge))
        if there[repeat, fold]
    ]
    return csv_text(["extractor", "classifier", "repeat", "fold", "metric", "score"], rows)


def predictions_csv(table: Predictions, pair: Labels) -> str:
    """Return what one pair said of each image while it was held out (first repeat)."""
    return answers_csv(table.names, table.answers(pair))


def answers_csv(names: Sequence[str], answers: Answers) -> str:
    """Return what was said of each image, sorted by name: file, true, predicted, scores."""
    assert answers.probabilities is not None
    rows = [
        (names[row], answers.truth[row], answers.predicted[row], *score_cells(scores))
        for row, scores in enumerate(answers.probabilities)
    ]
    return csv_text(["file", "true", "predicted", *answers.classes], sorted(rows))


def groups_csv(groups: Iterable[GroupScore]) -> str:
    """Return how the best pair does in each group: group, fold, images, right, share."""
    rows = [(g.group, g.fold, g.images, g.right, f"{g.share:.4f}") for g in groups]
    return csv_text(["group", "fold", "images", "right", "share"], rows)


def score_cells(scores: Array) -> list[str]:
    """Return class scores as cells: four digits, empty where there is none."""
    return ["" if np.isnan(score) else f"{score:.4f}" for score in scores]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV file as text, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe(name) for name in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def confusion_text(confusion: Array, classes: Sequence[str]) -> str:
    """Return a confusion matrix as aligned text: rows true, columns predicted."""
    rows = [["true \\ predicted", *classes]]
    rows += [[name, *map(str, line)] for name, line in zip(classes, confusion, strict=True)]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as text in columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if not number else f"{cell:>{width}}"
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _safe(cell: object) -> object:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else cell
