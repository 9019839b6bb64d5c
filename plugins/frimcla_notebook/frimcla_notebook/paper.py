"""The table of the 2020 paper, and ours beside it.

Source: García-Domínguez et al. 2020, Table 1: dogs and cats, 600 images, ten folds, accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from IPython.display import HTML

from frimcla import Extractor, Registry
from frimcla.result import Result
from frimcla.saying import amount
from frimcla.weights import absent

from .looks import Cell, grid, page

CLASSIFIERS = ("KNN", "LR", "MLP", "RF", "SVM", "GB")
PAPER: Mapping[str, tuple[str, ...]] = {
    "VGG16": ("89.5 (0.04)", "95.8 (2.0)", "95.3 (3.0)", "96.7 (2.2)", "96.0 (2.1)", "95.5 (2.5)"),
    "VGG19": ("92.2 (3.8)", "95.2 (3.3)", "95.5 (3.2)", "96.0 (2.5)", "96.0 (2.9)", "95.2 (2.2)"),
    "Xception": (
        "90.8 (5.5)",
        "98.8 (1.3)",
        "98.8 (1.1)",
        "98.5 (1.2)",
        "97.0 (2.6)",
        "98.1 (2.1)",
    ),
    "ResNet50": (
        "87.5 (2.4)",
        "95.5 (1.8)",
        "95.8 (1.7)",
        "95.0 (3.1)",
        "94.7 (2.4)",
        "95.7 (3.0)",
    ),
    "OverFeat(layer=-3)": (
        "70.2 (7.5)",
        "92.8 (3.0)",
        "93.0 (3.9)",
        "91.7 (4.2)",
        "93.3 (1.8)",
        "91.0 (2.4)",
    ),
    "InceptionV3": (
        "80.1 (8.1)",
        "91.9 (3.8)",
        "67.7 (11.9)",
        "87.8 (4.1)",
        "91.9 (5.1)",
        "85.8 (4.0)",
    ),
    "DenseNet121": (
        "92.3 (4.3)",
        "98.7 (1.0)",
        "99.0 (1.3)",
        "96.7 (2.2)",
        "98.5 (2.2)",
        "96.7 (2.9)",
    ),
    "GoogLeNet": (
        "96.2 (1.4)",
        "96.4 (1.4)",
        "96.8 (1.7)",
        "95.0 (3.7)",
        "96.5 (1.6)",
        "94.8 (3.1)",
    ),
    "LAB888": ("54.5 (4.5)", "55.5 (9.5)", "55.5 (6.8)", "56.5 (6.3)", "54.2 (6.6)", "56.7 (7.6)"),
    "LAB444": ("54.6 (8.9)", "54.2 (6.2)", "52.5 (6.2)", "53.2 (8.0)", "53.8 (6.4)", "54.3 (5.3)"),
    "HSV888": ("55.2 (3.7)", "56.7 (8.7)", "50.5 (7.5)", "59.3 (6.5)", "57.3 (8.7)", "61.8 (5.3)"),
    "HSV444": ("54.0 (7.8)", "56.7 (5.3)", "55.3 (4.8)", "57.7 (6.9)", "56.8 (4.8)", "58.7 (7.5)"),
}
"""As printed, the row names as ours; its densenet is taken for a DenseNet121."""


def paper_table() -> HTML:
    """Show the table of the paper, the best of each row italic, of all bold."""
    best = max(_mean(cell) for cells in PAPER.values() for cell in cells)
    rows = [(name, *_marked(cells, best)) for name, cells in PAPER.items()]
    return page(grid(("extractor", *CLASSIFIERS), rows))


def beside(result: Result) -> HTML:
    """Show each pair of a study, and before it what the paper has for it."""
    chosen = result.selection.classifiers
    rows = [(name, *(_both(result, name, one) for one in chosen)) for name in _extractors(result)]
    return page(grid(("paper, then ours", *chosen), rows))


def _extractors(result: Result) -> list[str]:
    """Return those the paper has, in its order, then the others."""
    ours = result.selection.extractors
    return [
        *(name for name in PAPER if name in ours),
        *(name for name in ours if name not in PAPER),
    ]


def _both(result: Result, extractor: str, classifier: str) -> str:
    printed = dict(zip(CLASSIFIERS, PAPER.get(extractor, ()), strict=False)).get(classifier, "")
    cell = result.selection.cells.get((extractor, classifier))
    theirs = f"{_mean(printed):.1f}" if printed else "-"
    ours = amount(cell.mean, percent=result.outcome.percent).removesuffix(" %") if cell else "-"
    return f"{theirs} / {ours}"


def _marked(cells: tuple[str, ...], best: float) -> list[Cell]:
    row = max(map(_mean, cells))
    return [
        (cell, "winner" if _mean(cell) == best else "best" if _mean(cell) == row else "")
        for cell in cells
    ]


def _mean(cell: str) -> float:
    return float(cell.partition(" ")[0])


def networks_at_hand(
    networks: Sequence[str | Mapping[str, Any]], files: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the networks that can be had here as a study orders them, and the names of the others.

    Args:
        networks: Names, or tables with parameters, as in a study.
        files: Files of weights by name, where they are not looked for elsewhere.
    """
    offered = Registry.discover().called(Extractor)
    found, lacking = [], []
    for network in networks:
        order = {"name": network} if isinstance(network, str) else dict(network)
        name, params = order["name"], {key: order[key] for key in order if key != "name"}
        if name in offered and name in files:
            found.append({**order, "weights": str(Path(files[name]).resolve())})
        elif name in offered and not absent(offered[name].recipe(**params)):
            found.append(order)
        else:
            lacking.append(name)
    return found, lacking
