"""Do a few numbers of each image tell its class? Cross-validated, and against shuffled classes."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array

from .smoothing import Numbers, areas_of, scores_of, smoothers_of

FIRST, MORE = 999, 9_999
"""Shufflings of every check, and of those that none of the first reached."""
AT_ONCE = 500
"""Shufflings that are judged at once: some 50 MB."""
STILL = 1e-6
"""Deviation of an area over shufflings below which they cannot change it."""


@attrs.frozen(kw_only=True, eq=False)
class Apart:
    """How well a description tells a class, the one that stands out most.

    Attributes:
        best: Number of that class.
        area: Mean over folds of the area under the ROC curve of this class against all others,
            weighed by pairs: the share of pairs of images that are put in the right order.
        chance: Mean of that area over the shufflings; 0.5, but for what groups bring about.
        p: Share of the shufflings, the true classes included, in which some class stands out as
            much.
        shufflings: Their number.
        scores: Out of fold, how much each image looks like one of that class, (n,).
    """

    best: int
    area: float
    chance: float
    p: float
    shufflings: int
    scores: Array

    @property
    def excess(self) -> float:
        """Area above chance, as if chance were 0.5, -0.5 to 1."""
        return min(self.area, self.area - self.chance + 0.5)


def tells_apart(
    numbers: Numbers, classes: Array, units: Array, folds: Array, *, seed: int, enough: float
) -> Apart:
    """Return how well *numbers* tell the classes apart.

    A class stands out by its area above the mean of the shufflings, in deviations of the
    shufflings, so that rare classes, whose areas vary more, count no more than others. The largest
    of the classes is compared with the largest in each shuffling (Westfall & Young,
    Resampling-based multiple testing, 1993, section 2.6).

    Of `FIRST` shufflings p is at least .001; where none of them reaches the classes and the area
    is large, there are `MORE`. To stop early where one does keeps p valid: it could only be less
    than .002 if all were made.

    Args:
        numbers: Of n images.
        classes: Class numbers, (n,).
        units: What is independent, a number per image (n,).
        folds: Which fold holds each image out, (n,).
        seed: Of the shufflings.
        enough: `Apart.excess` from which it is worth to know small p values.
    """
    smoothers, rng = tuple(smoothers_of(numbers, folds)), np.random.default_rng(seed)
    areas = [areas_of(smoothers, classes[None])]
    for wanted in (FIRST, MORE):
        while (made := sum(map(len, areas)) - 1) < wanted:
            some = shufflings(classes, units, min(AT_ONCE, wanted - made), rng)
            areas.append(areas_of(smoothers, some))
        found = _stands_out(np.concatenate(areas), enough)
        if found.p > 1.5 / (1 + FIRST) or found.excess < enough:
            break
    return attrs.evolve(found, scores=scores_of(smoothers, classes == found.best))


def _stands_out(areas: Array, enough: float) -> Apart:
    """Judge the first row of *areas* (1 + p, k), the true classes, by the others."""
    mean, scale = areas.mean(axis=0), areas.std(axis=0)
    moved = np.where(scale > STILL, (areas - mean) / np.maximum(scale, STILL), -np.inf)
    large = np.minimum(areas[0], areas[0] - mean + 0.5) >= enough
    ranked = np.where(large, moved[0], -np.inf) if large.any() else moved[0]
    best = int(ranked.argmax())
    as_good = (moved.max(axis=1) >= moved[0, best] - 1e-9).mean()  # itself included
    return Apart(
        best=best,
        area=float(areas[0, best]),
        chance=float(areas[1:, best].mean()),
        p=float(as_good),
        shufflings=len(areas) - 1,
        scores=np.empty(0),
    )


def shufflings(classes: Array, units: Array, count: int, rng: np.random.Generator) -> Array:
    """Return *count* shufflings of classes, (count, n), as `frimcla.chance.shuffled` makes them.

    Where each unit is of one class, units change their classes; where some unit is of several,
    classes change places inside units.
    """
    _, first, members = np.unique(units, return_index=True, return_inverse=True)
    if (classes[first][members] == classes).all():
        order = rng.random((count, len(first))).argsort(axis=1)
        return np.asarray(classes[first][order][:, members])
    rows = np.argsort(members, kind="stable")
    order = (members[rows] + rng.random((count, len(rows)))).argsort(axis=1)
    found = np.empty((count, len(rows)), classes.dtype)
    found[:, rows] = classes[rows][order]
    return found
