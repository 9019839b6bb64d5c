"""Tables for people: the paper's layout, and files for spreadsheets.

Cells of CSV files that a spreadsheet would run as a formula are quoted by an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from .by_group import GroupScore
from .contracts import Array
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, metric_of
from .selection import Cell, Number, Selection, fold_scores

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
NUMBER = re.compile(r"-|-?\d+(\.\d+)?(e[+-]?\d+)?( \(\d+\.\d+\))?")
"""Cells of ours that begin with a minus: a dash, a number, a mean with its deviation."""


def scores_csv(table: Predictions, judges: Iterable[Judge]) -> str:
    """Return every score: one row per pair, repeat, fold and metric."""
    rows = [
        (extractor, classifier, repeat, fold, judge.recipe.label, repr(float(score)))
        for judge in judges
        for extractor, classifier in table.pairs
        for (repeat, fold), score in np.ndenumerate(
            fold_scores(table, (extractor, classifier), judge)
        )
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


def paper_table(selection: Selection) -> list[list[str]]:
    """Return the paper's table as plain cells: extractors x classifiers, header first."""
    return _grid(selection, lambda text, _best, _winner: text)


def marked_table(selection: Selection) -> str:
    """Return the paper's table for a terminal: ``*`` best of the row, ``**`` best of all."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"{text}**" if winner else f"{text}* " if best else f"{text}  "

    metric = metric_of(selection.judge.recipe)
    folds = selection.cells[selection.winner].scores.size
    unit = " in percent" if metric.share else ""
    header, *rows = _grid(selection, mark)
    header = [header[0], *(f"{name}  " for name in header[1:])]
    title = f"{selection.judge.recipe.label}{unit}, mean (standard deviation) over {folds} folds"
    return f"{title}; * best of the row, ** best of all\n{aligned([header, *rows])}"


def table_csv(selection: Selection) -> str:
    """Return the paper's table for spreadsheets."""
    header, *rows = paper_table(selection)
    return csv_text(header, rows)


def table_markdown(selection: Selection) -> str:
    """Return the paper's table in Markdown: row best italic, best of all bold."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"**{text}**" if winner else f"*{text}*" if best else text

    header, *rows = _grid(selection, mark, escape=lambda text: text.replace("|", "\\|"))
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{body}\n\n{caption(selection)}\n"


def table_latex(selection: Selection) -> str:
    """Return the paper's table in LaTeX (booktabs): row best italic, best of all bold."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"\\textbf{{{text}}}" if winner else f"\\textit{{{text}}}" if best else text

    header, *rows = _grid(selection, mark, escape=_latex)
    lines = [
        "% needs \\usepackage{booktabs}",
        "\\begin{table}",
        f"\\caption{{{_latex(caption(selection))}}}",
        f"\\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}",
        "\\toprule",
        " & ".join(header) + " \\\\",
        "\\midrule",
        *(" & ".join(row) + " \\\\" for row in rows),
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def caption(selection: Selection) -> str:
    """Say what the cells of the table are."""
    metric = metric_of(selection.judge.recipe)
    folds = selection.cells[selection.winner].scores.size
    unit = " in percent" if metric.share else ""
    direction = "" if metric.greater_is_better else "; the lowest is the best"
    return (
        f"{selection.judge.recipe.label}{unit}: mean (standard deviation) over {folds} folds"
        f"{direction}. Italic: best of the row; bold: best of all. "
        "As the best of many, the bold value is optimistic."
    )


def told(number: Number) -> str:
    """Write a number for people: ``66.0 % (95 % interval 56.3 to 74.5 %)``."""
    if number.value != number.value:  # not a number: the metric has nothing to judge
        return "undefined"
    percent = number.unit == "share"
    scale, digits, unit = (100, 1, " %") if percent else (1, 3, "")
    text = f"{scale * number.value:.{digits}f}{unit}"
    if number.low is None or number.high is None:
        return text
    low, high = (f"{scale * end:.{digits}f}" for end in (number.low, number.high))
    return f"{text} ({100 * number.level:.0f} % interval {low} to {high}{unit})"


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


def _grid(
    selection: Selection,
    mark: Callable[[str, bool, bool], str],
    escape: Callable[[str], str] = str,
) -> list[list[str]]:
    """Return the cells; *mark* gets a text, whether best of its row, whether best of all."""
    percent = metric_of(selection.judge.recipe).share
    rows = [["extractor", *map(escape, selection.classifiers)]]
    for extractor in selection.extractors:
        best = selection.best_of(extractor)
        row = [escape(extractor)]
        for classifier in selection.classifiers:
            pair = (extractor, classifier)
            cell = selection.cells.get(pair)
            text = _cell(cell, percent=percent) if cell else "-"
            row.append(mark(text, pair == best, pair == selection.winner))
        rows.append(row)
    return rows


def _cell(cell: Cell, *, percent: bool) -> str:
    if percent:
        return f"{100 * cell.mean:.1f} ({100 * cell.std:.1f})"
    return f"{cell.mean:.3f} ({cell.std:.3f})"


def _safe(cell: object) -> object:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else cell


_LATEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
