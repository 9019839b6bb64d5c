"""Two pictures of a comparison: every pair, and what the winner confuses."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .contracts import Array
from .files import write_atomically
from .scoring import metric_of
from .selection import Selection

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f")
"""Okabe & Ito's palette (2008), which colour-blind people tell apart."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
BEST, NO_SKILL = "best", "no skill"
LONGEST = 36
"""Letters of a name in a picture; tables have it whole."""
INK, FAINT = "#222222", "#d9d9d9"


def scatter(path: Path, selection: Selection, images: int) -> None:
    """Draw the mean score of every pair, extractors as rows, classifiers as marks."""
    rows = list(reversed(selection.extractors))
    scale = 100 if metric_of(selection.judge.recipe).share else 1
    longest = max(len(_short(name)) for name in rows)
    figure = Figure(figsize=(7 + 0.08 * longest, 2.3 + 0.42 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    spread = np.linspace(-0.26, 0.26, len(selection.classifiers))
    for number, classifier in enumerate(selection.classifiers):
        cells = [(row, selection.cells.get((name, classifier))) for row, name in enumerate(rows)]
        drawn = [(row - spread[number], cell) for row, cell in cells if cell]
        axes.errorbar(
            [scale * cell.mean for _, cell in drawn],
            [row for row, _ in drawn],
            xerr=[scale * cell.std for _, cell in drawn],
            fmt=MARKERS[number % len(MARKERS)],
            color=COLOURS[number % len(COLOURS)],
            ecolor=FAINT,
            markersize=6,
            label=_short(classifier),
        )
    _ring_winner(axes, selection, rows, spread, scale)
    _baseline(axes, selection, scale)
    axes.set_yticks(range(len(rows)), [_short(name) for name in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel(_axis(selection))
    folds = selection.cells[selection.winner].scores.size
    axes.set_title(
        f"Every pair: mean over {folds} folds of {images} images, grey lines ± 1 SD",
        loc="left",
        fontsize=10,
        color=INK,
    )
    _plain(axes)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    handles, names = axes.get_legend_handles_labels()
    last = [name in {BEST, NO_SKILL} for name in names]
    order = np.argsort(last, kind="stable")
    figure.legend(
        [handles[i] for i in order],
        [names[i] for i in order],
        loc="outside lower center",
        ncols=min(4, len(names)),
        frameon=False,
        fontsize=9,
    )
    _save(path, figure)


def confusion(path: Path, counts: Array, classes: Sequence[str], title: str) -> None:
    """Draw a confusion matrix: numbers are images, colours are shares of the true class."""
    size = max(4.0, 1.7 + 0.62 * len(classes))
    figure = Figure(figsize=(size + 1.2, size), layout="constrained")
    axes = figure.add_subplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    font = max(6, 11 - 0.25 * len(classes))
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.55 else INK
        if count:
            axes.text(column, row, str(count), ha="center", va="center", color=colour, size=font)
    turned = 45 if len(classes) > 4 or max(map(len, classes)) > 10 else 0
    names = [_short(name) for name in classes]
    side = "right" if turned else "center"
    axes.set_xticks(range(len(names)), names, rotation=turned, ha=side, size=font)
    axes.set_yticks(range(len(names)), names, size=font)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(title, fontsize=10, color=INK, loc="left")
    bar = figure.colorbar(picture, ax=axes, shrink=0.8, format="{x:.0%}")
    bar.set_label("share of the true class", size=9)
    bar.outline.set_visible(False)
    for edge in axes.spines.values():
        edge.set_visible(False)
    axes.tick_params(length=0)
    _save(path, figure)


def _ring_winner(
    axes: Axes, selection: Selection, rows: Sequence[str], spread: Array, scale: float
) -> None:
    extractor, classifier = selection.winner
    row = rows.index(extractor) - spread[selection.classifiers.index(classifier)]
    value = scale * selection.cells[selection.winner].mean
    axes.plot(value, row, "o", markersize=13, fillstyle="none", color=INK, label=BEST)


def _baseline(axes: Axes, selection: Selection, scale: float) -> None:
    axes.axvline(scale * selection.baseline, color=INK, linestyle=":", linewidth=1, label=NO_SKILL)


def _axis(selection: Selection) -> str:
    metric = metric_of(selection.judge.recipe)
    unit = " (%)" if metric.share else ""
    direction = "" if metric.greater_is_better else ", lower is better"
    return f"{selection.judge.recipe.label}{unit}{direction}"


def _short(name: str) -> str:
    """Return a name that leaves room for the picture; ``$`` would begin a formula."""
    return (name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…").replace("$", r"\$")


def _plain(axes: Axes) -> None:
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)


def _save(path: Path, figure: Figure) -> None:
    FigureCanvasAgg(figure)
    out = io.BytesIO()
    with warnings.catch_warnings():  # a letter that no font has is drawn as a box
        warnings.simplefilter("ignore")
        figure.savefig(out, dpi=150, format="png", metadata={"Software": None})
    write_atomically(path, out.getvalue())
