"""Two pictures of a comparison: every pair, and what the winner confuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .contracts import Array
from .drawing import COLOURS, FAINT, INK, MARKERS, axis_of, plain, save, scale_of, short, title
from .number import Number
from .pairs import mean_of
from .predictions import Labels
from .verdict import Verdict

EXPECTED = "#f0e442"
"""Okabe & Ito's yellow, which no classifier has."""


def scatter(path: Path, verdict: Verdict, images: int) -> None:
    """Draw the mean of every pair with its interval, extractors as rows, classifiers as marks.

    What may be taken (the winner, and whoever may stand in for it) is filled and ringed; a band
    shows what to expect of the winner on new images.
    """
    selection = verdict.selection
    rows, marks = selection.extractors[::-1], selection.classifiers
    spread = np.linspace(0.34, -0.34, len(marks)) if len(marks) > 1 else np.zeros(1)
    height = max(0.34, 0.115 * len(marks)) * len(rows)
    names = max(len(short(name)) for name in rows) + max(len(short(name)) for name in marks)
    wide = 7.2 + 0.08 * names
    figure = Figure(figsize=(wide, 2.4 + height), layout="constrained")
    axes = figure.add_subplot()
    places = {
        pair: (rows.index(pair[0]) + spread[marks.index(pair[1])], marks.index(pair[1]))
        for pair in selection.cells
    }
    _band(axes, verdict.expectation.numbers[0], scale_of(selection))
    _pairs(axes, verdict, places)
    for row in range(1, len(rows)):
        axes.axhline(row - 0.5, color=FAINT, linewidth=0.6)
    axes.axvline(scale_of(selection) * selection.baseline, color=INK, linestyle=":", linewidth=1)
    axes.set_yticks(range(len(rows)), [short(name) for name in rows])
    axes.set_ylim(-0.5, len(rows) - 0.5)
    axes.set_xlabel(axis_of(selection))
    folds = selection.cells[selection.winner].scores.size
    stopped = len(selection.stopped)
    left = f"; {stopped} that stopped early not shown" if stopped else ""
    told = f"mean over {folds} folds of {images} images, lines: 95 % interval{left}"
    title(axes, "Every pair", told)
    plain(axes)
    _legend(figure, verdict)
    save(path, figure)


def _band(axes: Axes, number: Number, scale: int) -> None:
    """Draw what to expect: a line in a band."""
    if number.low is not None and number.high is not None:
        axes.axvspan(scale * number.low, scale * number.high, color=EXPECTED, alpha=0.3, lw=0)
    if np.isfinite(number.value):
        axes.axvline(scale * number.value, color=INK, linewidth=1.2)


def _pairs(axes: Axes, verdict: Verdict, places: Mapping[Labels, tuple[float, int]]) -> None:
    selection, scale = verdict.selection, scale_of(verdict.selection)
    for pair, (height, number) in places.items():
        mean, colour = mean_of(selection, pair), COLOURS[number % len(COLOURS)]
        good = pair in verdict.recommended
        if mean.low is not None and mean.high is not None:
            axes.plot(
                [scale * mean.low, scale * mean.high], [height] * 2, color=colour, lw=1, alpha=0.55
            )
        axes.plot(
            scale * mean.value,
            height,
            MARKERS[number % len(MARKERS)],
            color=colour,
            markersize=6 if good else 5,
            markerfacecolor=colour if good else "white",
        )
        if good:
            ring = 1.8 if pair == selection.winner else 0.8
            axes.plot(
                scale * mean.value,
                height,
                "o",
                markersize=12,
                fillstyle="none",
                color=INK,
                markeredgewidth=ring,
            )


def _legend(figure: Figure, verdict: Verdict) -> None:
    classifiers = [
        Line2D([], [], marker=MARKERS[n % len(MARKERS)], color=COLOURS[n % len(COLOURS)], lw=1)
        for n, _ in enumerate(verdict.selection.classifiers)
    ]
    names = [short(name) for name in verdict.selection.classifiers]
    ring: dict[str, Any] = {
        "marker": "o",
        "lw": 0,
        "markersize": 10,
        "fillstyle": "none",
        "color": INK,
    }
    others = {"winner": Line2D([], [], markeredgewidth=1.8, **ring)}
    if len(verdict.recommended) > 1:
        others["may stand in for it"] = Line2D([], [], markeredgewidth=0.8, **ring)
    others["to expect on new images"] = Line2D([], [], color=INK, lw=1.2)
    others["no skill"] = Line2D([], [], color=INK, lw=1, linestyle=":")
    look: dict[str, Any] = {"frameon": False, "fontsize": 9}
    figure.legend(classifiers, names, loc="outside right center", **look)
    figure.legend(
        list(others.values()), list(others), loc="outside lower center", ncols=len(others), **look
    )


def confusion(path: Path, counts: Array, classes: Sequence[str], about: str) -> None:
    """Draw a confusion matrix: numbers are images, colours are shares of the true class."""
    size = max(4.0, 1.7 + 0.62 * len(classes))
    longest = max(len(short(name)) for name in classes)
    figure = Figure(figsize=(size + 1.2 + 0.07 * longest, size), layout="compressed")
    axes = figure.add_subplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    font = max(6, 11 - 0.25 * len(classes))
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.55 else INK
        if count:
            axes.text(column, row, str(count), ha="center", va="center", color=colour, size=font)
    turned = 45 if len(classes) > 4 or max(map(len, classes)) > 10 else 0
    names = [short(name) for name in classes]
    side = "right" if turned else "center"
    axes.set_xticks(range(len(names)), names, rotation=turned, ha=side, size=font)
    axes.set_yticks(range(len(names)), names, size=font)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(short(about, 80), fontsize=10, color=INK, loc="left")
    bar = figure.colorbar(picture, ax=axes, shrink=0.8, format="{x:.0%}")
    bar.set_label("share of the true class", size=9)
    bar.outline.set_visible(False)
    for edge in axes.spines.values():
        edge.set_visible(False)
    axes.tick_params(length=0)
    save(path, figure)
