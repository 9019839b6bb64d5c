"""Three pictures of a verdict: who differs, who is as good, and how far to trust the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from .comparing import EQUIVALENT, TOO_MUCH
from .contracts import Array
from .drawing import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    SOFT,
    axis_of,
    plain,
    save,
    scale_of,
    short_pair,
    title,
)
from .number import Number
from .outcome import Outcome
from .pairs import Between, contenders, pairwise
from .predictions import Labels
from .saying import points, told

MOST = 20
"""Pairs in the picture of probabilities; ``verdict.json`` has all."""


def differences(path: Path, outcome: Outcome) -> None:
    """Draw p of every contender against every other: dark where the row is better."""
    pairs = contenders(outcome.selection)
    found = pairwise(outcome.selection, pairs)
    count = len(pairs) - 1  # nobody is compared with itself
    names = [short_pair(pair) for pair in pairs]
    longest = max(map(len, names))
    wide, high = 0.58 * count + 0.14 * longest + 0.5, 0.5 * count + 0.06 * longest + 1.0
    figure = Figure(figsize=(max(5.4, wide), high), layout="constrained")
    axes = figure.add_subplot()
    places = {pair: place for place, pair in enumerate(pairs)}
    axes.imshow(_shades(found, places, outcome.verdict.alpha), aspect=0.8)
    for one in found:
        row, column = places[one.first], places[one.second] - 1
        sure = one.p < outcome.verdict.alpha
        weight = "bold" if sure else "normal"
        colour = "white" if sure else INK
        how: dict[str, Any] = {"ha": "center", "va": "center", "size": 8.5}
        axes.text(column, row, _p(one.p), color=colour, weight=weight, **how)
    axes.set_xticks(range(count), names[1:], rotation=45, ha="left", rotation_mode="anchor", size=9)
    axes.set_yticks(range(count), names[:-1], size=9)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(count + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(count + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    for edge in axes.spines.values():
        edge.set_visible(False)
    alpha = outcome.verdict.alpha
    axes.set_xlabel(
        f"p of a row against a column, which does less well\n(corrected t, Holm over all cells; "
        f"blue: below {alpha:g}; pale: not told apart)",
        color=SOFT,
        fontsize=8.5,
    )
    save(path, figure)


def _shades(found: Sequence[Between], places: dict[Labels, int], alpha: float) -> Array:
    shades = np.ones((len(places) - 1, len(places) - 1, 4))
    for one in found:
        colour = BLUE if one.p < alpha else "#eef3f7"
        shades[places[one.first], places[one.second] - 1] = to_rgba(colour)
    return shades


def _p(value: float) -> str:
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0") if value < 1 else "1"


def probabilities(path: Path, outcome: Outcome) -> None:
    """Draw how probably each of the best others is worse, equivalent or better than the winner."""
    compared = outcome.verdict.comparisons
    pairs = list(compared.against)[:MOST][::-1]
    longest = max((len(short_pair(pair)) for pair in pairs), default=0)
    figure = Figure(
        figsize=(6.6 + 0.08 * longest, 1.9 + 0.3 * max(1, len(pairs))), layout="constrained"
    )
    axes = figure.add_subplot()
    left = np.zeros(len(pairs))
    for name, colour in (("worse", ORANGE), ("equivalent", FAINT), ("better", BLUE)):
        wide = np.array([getattr(compared.against[pair].other, name) for pair in pairs])
        axes.barh(range(len(pairs)), wide, left=left, color=colour, height=0.72, label=name)
        left += wide
    for row, pair in enumerate(pairs):
        axes.text(1.015, row, compared.against[pair].standing.value, va="center", size=8.5)
    for rule in (TOO_MUCH, EQUIVALENT):
        axes.axvline(rule, color=INK, linestyle="--", linewidth=0.9)
    axes.set_yticks(range(len(pairs)), [short_pair(pair) for pair in pairs], size=9)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, max(1, len(pairs)) - 0.4)
    ticks = (TOO_MUCH, 0.25, 0.5, 0.75, EQUIVALENT)
    axes.set_xticks(ticks, [f"{100 * tick:g} %" for tick in ticks])
    rope = points(outcome.verdict.rope, percent=outcome.percent)
    title(
        axes,
        f"Beside {short_pair(outcome.verdict.winner)}",
        f"probability to be worse or better by more than {rope}\n"
        f"recommended: worse in at most {100 * TOO_MUCH:g} %; "
        f"equivalent: that in at least {100 * EQUIVALENT:g} %",
    )
    plain(axes, grid=False)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    save(path, figure)


def honest(path: Path, outcome: Outcome) -> None:
    """Draw what the table shows of the winner beside what to expect of it."""
    verdict, scale = outcome.verdict, scale_of(outcome.selection)
    rows: list[tuple[str, Number, str, str]] = [
        ("in the table", verdict.naive, ORANGE, "X"),
        ("to expect on new images", outcome.expected, BLUE, "o"),
    ]
    if verdict.tested:
        rows.append((f"on {outcome.test_images} test images", verdict.tested[0], GREEN, "s"))
    figure = Figure(figsize=(9.2, 1.5 + 0.42 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for row, (_, number, colour, mark) in enumerate(rows[::-1]):
        if number.low is not None and number.high is not None:
            ends = [scale * number.low, scale * number.high]
            axes.plot(ends, [row, row], color=colour, lw=4, alpha=0.45, solid_capstyle="butt")
        axes.plot(scale * number.value, row, mark, color=colour, markersize=9)
        beside: dict[str, Any] = {"va": "center", "size": 9, "color": INK}
        axes.text(1.02, row, told(number), transform=axes.get_yaxis_transform(), **beside)
    axes.axvline(scale * outcome.selection.baseline, color=INK, linestyle=":", linewidth=1)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows[::-1]])
    axes.set_ylim(-0.5, len(rows) - 0.5)
    axes.set_xlabel(axis_of(outcome.selection))
    title(axes, short_pair(verdict.winner), "dotted: an answer without skill")
    plain(axes)
    save(path, figure)
