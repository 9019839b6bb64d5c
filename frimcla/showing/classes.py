"""How each class fares against all the others, with intervals."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.per_class import ClassScores, per_class
from frimcla.scoring import Answers

from .resampling import Draws, Estimate, estimate, share
from .tracing import in_blocks


@attrs.frozen(kw_only=True)
class ClassEstimates:
    """The numbers of `frimcla.per_class.ClassScores`, with intervals; nan where there are none.

    Attributes:
        label: The class.
        images: How many images it has.
        precision: Share of its predictions that is right; 0 without interval where it is never
            predicted.
        sensitivity: Share of its images that is found: its recall.
        specificity: Share of the other images not taken for it.
        f1: Harmonic mean of precision and sensitivity; its interval is always a bootstrap.
    """

    label: str
    images: int
    precision: Estimate
    sensitivity: Estimate
    specificity: Estimate
    f1: Estimate


def of_classes(answers: Answers, draws: Draws) -> tuple[ClassEstimates, ...]:
    """Judge every class of *answers*, those without images included.

    Args:
        answers: What a pair said of n images.
        draws: Of these images.
    """
    true = answers.truth[:, None] == answers.classes
    said = answers.predicted[:, None] == answers.classes
    samples = _f1(true, said, draws.counts)[1:]
    return tuple(
        _of_class(one, true[:, place], said[:, place], samples[:, place], draws)
        for place, one in enumerate(per_class(answers))
    )


def _of_class(
    one: ClassScores, true: Array, said: Array, f1: Array, draws: Draws
) -> ClassEstimates:
    return ClassEstimates(
        label=one.label,
        images=one.images,
        precision=_ranged(one.precision, share(true, said, draws)),
        sensitivity=_ranged(one.sensitivity, share(said, true, draws)),
        specificity=_ranged(one.specificity, share(~said, ~true, draws)),
        f1=_ranged(one.f1, estimate(np.append(one.f1, f1))),
    )


def _ranged(value: float, found: Estimate) -> Estimate:
    """Return a value with the interval that was found; without where it is nan."""
    return Estimate(value=value) if np.isnan(value) else attrs.evolve(found, value=value)


def _f1(true: Array, said: Array, counts: Array) -> Array:
    """Return F1 in every sample, (s, k); 0 where nothing is right, nan without such images.

    2 TP / (2 TP + FP + FN): the images of the class and its predictions are added up below.
    """
    right, there, taken = (
        np.concatenate([some @ mask.astype(np.float64) for some in in_blocks(counts)])
        for mask in (true & said, true, said)
    )
    return np.asarray(np.where(there, 2 * right / np.maximum(there + taken, 1), np.nan))
