"""How far probabilities can be believed: of images said with 80 %, are 80 % right?"""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.scoring import Answers

from .resampling import Draws, Estimate, share

BINS = 10
"""At most; of equal probabilities none are parted, so that there may be fewer."""


@attrs.frozen(kw_only=True)
class Bin:
    """Images whose predicted classes have about the same probability.

    Attributes:
        images: How many.
        right: How many of them were predicted right.
        confidence: Mean probability of the predicted class, 0 to 1.
        share: Share that is right, with its interval.
    """

    images: int
    right: int
    confidence: float
    share: Estimate


@attrs.frozen(kw_only=True)
class Reliability:
    """What probabilities are worth.

    Attributes:
        bins: From the least probable to the most, about the same number of images in each.
        ece: Expected calibration error, 0 to 1: over bins, the mean distance of share and
            confidence, weighted by images.
        brier: Mean over images of the squared distance of probabilities and truth, summed over
            classes, 0 to 2.
    """

    bins: tuple[Bin, ...]
    ece: float
    brier: float


def reliability(answers: Answers, draws: Draws) -> Reliability | None:
    """Compare probabilities of predicted classes with how often they are right.

    None where there are no probabilities. Bins hold equally many images: of equal width most
    would be empty for a classifier that is good.

    Args:
        answers: What a pair said of n images.
        draws: Of these images.

    Sources: Naeini, Cooper & Hauskrecht, AAAI (2015), ECE; Nguyen & O'Connor, EMNLP (2015), bins;
        Brier, Monthly Weather Review 78 (1950) 1, eq. 2
    """
    given = answers.probabilities
    if given is None or np.isnan(given).any():
        return None
    rows = np.arange(len(answers.truth))
    confidence = given[rows, np.searchsorted(answers.classes, answers.predicted)].astype(np.float64)
    right = answers.predicted == answers.truth
    places = _binned(confidence)
    bins = tuple(
        Bin(
            images=int((places == one).sum()),
            right=int(right[places == one].sum()),
            confidence=float(confidence[places == one].mean()),
            share=share(right, places == one, draws),
        )
        for one in np.unique(places)
    )
    distances = (given - (answers.truth[:, None] == answers.classes)) ** 2
    return Reliability(
        bins=bins,
        ece=sum(one.images * abs(one.share.value - one.confidence) for one in bins) / len(rows),
        brier=float(distances.sum(axis=1, dtype=np.float64).mean()),
    )


def _binned(values: Array) -> Array:
    """Return the bin of each value, 0 to 9: by its rank, that of the first of equals."""
    _, members, counts = np.unique(values, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    return np.asarray((BINS * before // len(values))[members])
