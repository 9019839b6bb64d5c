"""Tables of scores for the tests of `frimcla.stats`."""

from __future__ import annotations

from typing import Any

import numpy as np

SEEDS = range(6)
SIZES = ((3, 3), (10, 4), (7, 6), (25, 3), (12, 5), (4, 8))
"""Blocks and candidates of each seed."""


def smooth(seed: int, n: int = 0, k: int = 0) -> Any:
    """Return scores (n, k) without ties: hard blocks, better candidates, noise."""
    rng = np.random.default_rng(seed)
    n, k = n or SIZES[seed % 6][0], k or SIZES[seed % 6][1]
    return rng.normal(0.8, 0.1, (n, 1)) + 0.03 * np.arange(k) + rng.normal(0, 0.05, (n, k))


def tied(seed: int, n: int = 0, k: int = 0) -> Any:
    """Return the same as accuracies on 20 images, many of them equal."""
    return np.round(smooth(seed, n, k) * 20) / 20


def long(scores: Any) -> Any:
    """Return scores (n, k) as the long table that statsmodels asks for."""
    import pandas as pd

    n, k = np.shape(scores)
    return pd.DataFrame(
        {
            "block": np.repeat(np.arange(n), k),
            "candidate": np.tile(np.arange(k), n),
            "score": np.ravel(scores),
        }
    )
