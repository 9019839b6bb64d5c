"""What plots of a page look like: colours by the page's variables, marks, and quiet axes.

A colour is drawn as one of `frimcla.drawing`'s and named in the page by a variable of
``plots.css``, which has a darker value for light mode where the original is too pale, and a
lighter one for dark mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from frimcla.drawing import COLOURS, FAINT, INK, SOFT

PAPER = "#ffffff"
HUES = (*COLOURS, "#6a3d9a", "#808000", "#8c564b", "#008b8b", "#b5179e")
"""Of classes: Okabe & Ito's seven, and five more; with `SHAPES`, none looks like another."""
BLUE, ORANGE, GREEN, PINK, SKY, RED, GREY, *_ = HUES
VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        **{hue: f"--c{number}" for number, hue in enumerate(HUES)},
        **{BLUE: "--blue", ORANGE: "--orange", GREEN: "--green", GREY: "--grey"},
        **{INK: "--ink", SOFT: "--soft", FAINT: "--line", PAPER: "--card"},
    }
)
"""The variable of each colour; ``--c0`` is ``--blue``, and so on."""

SMALL, NORMAL = 9.0, 9.5
"""Sizes of letters in units of the picture, which a phone shows as about as many pixels."""
WIDTH = 328.0
"""Units across a picture: what is left of a phone's 390 pixels."""

LOOK: Mapping[str, Any] = MappingProxyType(
    {
        "axes.axisbelow": True,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": INK,
        "axes.labelsize": NORMAL,
        "axes.linewidth": 0.8,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.unicode_minus": True,
        "font.size": NORMAL,
        "grid.color": FAINT,
        "grid.linestyle": "-",
        "grid.linewidth": 0.6,
        "lines.dash_capstyle": "butt",
        "lines.solid_capstyle": "butt",
        "path.simplify": False,  # it would take lines without length for nothing
        "path.sketch": None,
        "svg.fonttype": "none",
        "svg.hashsalt": "frimcla",
        "text.color": INK,
        "text.usetex": False,
        "xtick.bottom": False,
        "xtick.color": INK,
        "xtick.labelsize": SMALL,
        "xtick.minor.bottom": False,
        "ytick.color": INK,
        "ytick.labelsize": SMALL,
        "ytick.left": False,
        "ytick.minor.left": False,
    }
)
"""Settings of matplotlib while a plot is made, whatever the user's own are."""
