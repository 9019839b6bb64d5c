"""Which answers are best for what they cost, and where their numbers find room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frimcla.contracts import Array


def front(costs: Array, scores: Array) -> list[int]:
    """Return the Pareto front: whom nobody beats in score at the same cost or less.

    Args:
        costs: Of n, lower is better, (n,).
        scores: Of n, higher is better, (n,).

    Returns:
        Rows, the cheapest first; of equals the first.
    """
    order = sorted(range(len(costs)), key=lambda row: (costs[row], -scores[row], row))
    found: list[int] = []
    for row in order:
        if not found or scores[row] > scores[found[-1]]:
            found.append(row)
    return found


def roomy(
    anchors: Array, others: Array, box: tuple[float, float, float, float], half: float
) -> list[tuple[float, float]]:
    """Return a place beside each anchor where a small word covers as little as can be.

    Greedy: each takes the best of sixteen places around its anchor, near ones first.

    Args:
        anchors: Places of what is named, (n, 2), in units.
        others: Places of all marks, (m, 2).
        box: Left, top, right and bottom of where words may stand.
        half: Half of a word's width and height.

    Returns:
        Middles of the words, in the order of the anchors.
    """
    taken: list[tuple[float, float]] = []
    left, top, right, bottom = box
    for x, y in anchors.tolist():
        places = [
            (x + reach * np.cos(turn), y - reach * np.sin(turn))
            for reach in (2.8 * half, 3.8 * half)
            for turn in np.pi / 4 * np.array([2, 3, 1, 6, 4, 0, 5, 7])
        ]
        inside = [
            (float(across), float(down))
            for across, down in places
            if left + half <= across <= right - half and top + half <= down <= bottom - half
        ]
        taken.append(min(inside or [(x, y)], key=lambda at: _covered(at, taken, others, half)))
    return taken


def _covered(
    at: tuple[float, float], taken: Sequence[tuple[float, float]], others: Array, half: float
) -> int:
    """Count what a word would cover: another word is worse than a mark."""
    words = sum(max(abs(at[0] - x), abs(at[1] - y)) < 2 * half for x, y in taken)
    marks = int((np.abs(others - at).max(axis=1) < 1.3 * half).sum()) if len(others) else 0
    return 100 * words + marks
