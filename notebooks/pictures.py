"""Draws the pictures in the notebooks' text: ``python notebooks/pictures.py``, then write.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from frimcla.painting import CLASSES, paint

PAGES = Path(__file__).parents[1] / "plugins/frimcla_notebook/frimcla_notebook/pages"
BLUE, ORANGE, INK, PALE = "#0072b2", "#e69f00", "#222222", "#dbe9f4"


def canvas(width: float, height: float):
    """Return a figure and axes in inches, without frame."""
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_aspect("equal")
    axes.axis("off")
    return figure, axes


def arrow(axes, start, end, text=""):
    """Draw an arrow with a word above it."""
    style = {"arrowstyle": "-|>", "mutation_scale": 16, "color": INK, "lw": 1.4}
    axes.add_patch(FancyArrowPatch(start, end, **style))
    middle = (np.array(start) + end) / 2
    axes.text(middle[0], middle[1] + 0.12, text, ha="center", va="bottom", size=10, color=INK)


def box(axes, place, size, colour, text=""):
    """Draw a rounded box with words."""
    (x, y), (width, height) = place, size
    shape = FancyBboxPatch(
        place, width, height, boxstyle="round,pad=0,rounding_size=0.08", fc=colour, ec="none"
    )
    axes.add_patch(shape)
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", size=10, color=INK)


def how():
    """Draw how an image becomes numbers, and numbers become a class."""
    figure, axes = canvas(8.4, 2.75)
    rng = np.random.default_rng(3)
    for row, name in enumerate(CLASSES):
        top = 1.8 - 0.82 * row
        axes.imshow(paint(name, 4), extent=(0.1, 0.84, top, top + 0.74), zorder=2)
        arrow(axes, (0.98, top + 0.37), (2.35, top + 0.37), "extractor" if row == 0 else "")
        for place, value in enumerate(rng.random(12)):
            height = 0.08 + 0.5 * value
            box(axes, (2.5 + 0.16 * place, top + 0.06), (0.12, height), BLUE)
        arrow(axes, (4.6, top + 0.37), (5.55, 1.35), "")
        arrow(axes, (7.0, 1.35), (7.45, top + 0.37), "")
        axes.text(7.55, top + 0.37, name, va="center", size=10.5, color=INK)
    box(axes, (5.6, 1.0), (1.38, 0.7), ORANGE, "classifier")
    axes.text(3.45, 2.68, "numbers that describe it", ha="center", va="top", size=10, color=INK)
    axes.axis((0, 8.4, 0, 2.75))
    figure.savefig(PAGES / "how.png", dpi=110)


def folds():
    """Draw five folds, each of which is put aside once."""
    figure, axes = canvas(8.4, 2.6)
    for row in range(5):
        y = 2.02 - 0.46 * row
        for place in range(5):
            aside = place == row
            colour, text = (ORANGE, "asked about") if aside else (PALE, "learn")
            box(axes, (1.0 + 1.22 * place, y), (1.14, 0.36), colour, text)
        axes.text(0.1, y + 0.18, f"round {row + 1}", va="center", size=10, color=INK)
        arrow(axes, (7.14, y + 0.18), (7.5, y + 0.18))
        axes.text(7.58, y + 0.18, "score", va="center", size=10, color=INK)
    axes.axis((0, 8.4, 0, 2.6))
    figure.savefig(PAGES / "folds.png", dpi=110)


if __name__ == "__main__":
    how()
    folds()
