"""Which images are explained: of each class what the model is sure of, and its worst error."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.predictions import Labels, Predictions


@attrs.frozen(kw_only=True)
class Choice:
    """An image to be explained.

    Attributes:
        key: Of the image.
        label: Its class.
        held_out: The class that was predicted while it was held out, in the first repeat.
    """

    key: str
    label: str
    held_out: str


def choose(table: Predictions, pair: Labels, count: int) -> tuple[Choice, ...]:
    """Return up to *count* images of each class, the class's error last.

    By what was said while they were held out: of those predicted right, evenly from the median of
    certainty to the most certain; of two and more one is, where there is any, the error that was
    predicted most certainly. Where there are too few right ones, more errors. Without
    probabilities all are as certain, and keys decide.

    Args:
        table: Out-of-fold predictions.
        pair: Whose.
        count: Images per class.
    """
    said = table.answers(pair)
    certain = np.nan_to_num(np.asarray(said.probabilities).max(axis=1))
    order = np.lexsort((np.array(table.images), certain))  # least certain first
    _, first = np.unique(np.array(table.images), return_index=True)
    order = order[np.isin(order, first)]  # one of equal images
    found: list[Choice] = []
    for label in table.classes:
        mine = order[said.truth[order] == label]
        right = said.predicted[mine] == label
        for row in _drawn(mine[right], mine[~right], count):
            predicted = str(said.predicted[row])
            found.append(Choice(key=table.images[row], label=label, held_out=predicted))
    return tuple(found)


def _drawn(right: Array, wrong: Array, count: int) -> Sequence[int]:
    """Return rows of one class, both kinds given with the least certain first."""
    errors = min(len(wrong), max(count - len(right), 1 if count > 1 else 0))
    wanted = min(count - errors, len(right))
    top = right[len(right) // 2 :] if len(right) // 2 + wanted <= len(right) else right
    at = np.rint(np.linspace(0, len(top) - 1, wanted)).astype(int) if wanted > 1 else [0] * wanted
    worst = wrong[::-1][:errors]
    return [int(row) for row in (*top[at][::-1], *worst)]
