"""Which images of a pair are worth a look: what it confuses, is wrongly sure of, or unsure of."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.predictions import Labels, Predictions

SHOWN = 24
"""Images of a gallery."""


@attrs.frozen(kw_only=True, eq=False)
class Galleries:
    """What a pair said of every image in the first repeat, out of fold.

    Attributes:
        truth: Class numbers (n,).
        said: Class numbers (n,), by the classifier's own `predict`.
        sure: Probability of the class that was said, ``float`` (n,); nan where it gives none.
        counts: Images per true class (row) and predicted class (column), (k, k).
        errors: Rows of wrong predictions, the surest first, at most `SHOWN`.
        unsure: Rows whose two largest probabilities differ least, at most `SHOWN`; empty where
            there are no probabilities.
        against: Images whose predicted class is not the most probable one.
    """

    truth: Array
    said: Array
    sure: Array
    counts: Array
    errors: tuple[int, ...]
    unsure: tuple[int, ...]
    against: int = 0

    @property
    def cells(self) -> Mapping[tuple[int, int], tuple[int, ...]]:
        """The rows in each cell of the confusion matrix that is not empty, the surest first."""
        found: dict[tuple[int, int], list[int]] = {}
        for row in _surest(self.sure):
            found.setdefault((int(self.truth[row]), int(self.said[row])), []).append(row)
        return {cell: tuple(rows) for cell, rows in sorted(found.items())}


def galleries_of(table: Predictions, pair: Labels) -> Galleries:
    """Look through what a pair said; images are sorted by key, so equal ones come by key."""
    found = table.pairs[pair]
    truth, said = table.truth.astype(int), found.predicted[0].astype(int)
    probabilities = found.probabilities[0].astype(float)
    k = len(table.classes)
    counts = np.bincount(truth * k + said, minlength=k * k).reshape(k, k)
    sure = probabilities[np.arange(len(said)), said]
    wrong = [row for row in _surest(sure) if truth[row] != said[row]]
    return Galleries(
        truth=truth,
        said=said,
        sure=sure,
        counts=counts,
        errors=tuple(wrong[:SHOWN]),
        unsure=tuple(_closest(probabilities)[:SHOWN]),
        against=int((probabilities.max(axis=1) > sure).sum()),
    )


def _surest(sure: Array) -> list[int]:
    return [int(row) for row in np.argsort(-np.nan_to_num(sure), kind="stable")]


def _closest(probabilities: Array) -> list[int]:
    """Return the rows by the distance of their two largest probabilities."""
    if np.isnan(probabilities).any() or probabilities.shape[1] < 2:
        return []
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    return [int(row) for row in np.argsort(margin, kind="stable")]
