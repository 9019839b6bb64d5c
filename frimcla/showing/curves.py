"""How well probabilities rank images: ROC and precision-recall curves with bands."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.scoring import Answers

from .resampling import Draws, Estimate, ends, estimate
from .tracing import GRID, Traced, traced


@attrs.frozen(kw_only=True, eq=False)
class Line:
    """A curve with its pointwise 95 % band.

    Attributes:
        grid: Of the axis below: 0, .01, ... 1, (101,).
        value: Of the axis beside, 0 to 1, (101,).
        low: Lower end of the band, (101,); nan where there is none.
        high: Upper end, likewise.
        area: Below the curve, with its interval; not of the grid, but of all images.
    """

    grid: Array
    value: Array
    low: Array
    high: Array
    area: Estimate


@attrs.frozen(kw_only=True, eq=False)
class Ranked:
    """A class against all the others, or the mean over classes.

    Attributes:
        label: The class; empty for the mean over classes, each with the same weight.
        roc: True positive rate by false positive rate; its area is the AUROC.
        recall: Precision by recall; its area is the average precision.
        share: Share of the images that are of the class: what precision is by chance.
    """

    label: str
    roc: Line
    recall: Line
    share: float


def shown_class(classes: Sequence[str], positives: Sequence[str] = ()) -> str:
    """Return the class whose curves are shown; empty where it is the mean over classes.

    Args:
        classes: All of them, in order.
        positives: Those that metrics name as positive (`frimcla.per_class.positives`): the first
            is shown. Of two classes without, the second in order: which one is a convention only.
    """
    if positives:
        return positives[0]
    return classes[1] if len(classes) == 2 else ""


def ranked(answers: Answers, draws: Draws, label: str = "") -> Ranked | None:
    """Return the curves of a class, or of the mean over classes.

    None where there are no probabilities, or nothing to tell apart. In the mean a class counts
    that has images; in a sample, one that was drawn.

    Args:
        answers: What a pair said of n images.
        draws: Of these images.
        label: The class; empty for the mean over classes.

    Sources: Fawcett, Pattern Recognition Letters 27 (2006) 861, algorithms 1 and 4 (vertical
        averaging); precision between two points is that of the higher recall, in steps, so that
        the area is scikit-learn's average precision
    """
    given = answers.probabilities
    if given is None or np.isnan(given).any():
        return None
    places = [n for n, one in enumerate(answers.classes) if not label or one == label]
    of_class = {n: answers.truth == answers.classes[n] for n in places}
    judged = [n for n, found in of_class.items() if found.any() and not found.all()]
    if not judged:
        return None
    both = [traced(of_class[n], given[:, n], draws.counts) for n in judged]
    roc, recall = zip(*both, strict=True)
    return Ranked(
        label=label,
        roc=_line(roc),
        recall=_line(recall),
        share=float(np.mean([of_class[n].mean() for n in judged])),
    )


def _line(of_classes: Sequence[Traced]) -> Line:
    heights = _mean(np.array([one.heights for one in of_classes]))
    low, high = ends(heights[1:])
    areas = _mean(np.array([one.areas for one in of_classes]))
    return Line(
        grid=GRID.copy(),
        value=heights[0],
        low=low,
        high=high,
        area=estimate(areas),
    )


def _mean(values: Array) -> Array:
    """Return the mean over the first axis of what is there; nan where nothing is."""
    there = ~np.isnan(values)
    sums = np.where(there, values, 0.0).sum(axis=0)
    return np.where(there.any(axis=0), sums / np.maximum(there.sum(axis=0), 1), np.nan)
