"""Images whose class looks wrong: confident learning on probabilities out of fold.

Northcutt, Jiang & Chuang, Confident learning: estimating uncertainty in dataset labels, Journal of
Artificial Intelligence Research 70 (2021) 1373. Written here: their library is under the AGPL.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.evidence import count
from frimcla.number import Number
from frimcla.predictions import Labels, Predictions
from frimcla.saying import fixed
from frimcla.scoring import Answers

from .findings import Finding, Severity, Suspect

UNUSUAL = 1 / 3
"""Of what images of a class usually get for it: a suspect gets no more for its own class.

Not in the paper, whose rule alone names one image in three of clean classes that overlap (cats and
dogs by colours): with this, 1 in 60. Where classes are told apart it costs little.
"""
FLOOR = 0.01
"""Added to what is compared: a probability of 0 is no better than one of .0001."""
MANY, CLEAR = 0.03, 0.85
"""Share of suspects from which on they are more than a note, if classifiers are right in so many
images: where classes overlap, hard images cannot be told from wrong labels. Clean sets measured by
`benchmarks/label_errors.py` have up to 2.7 % at that, sets with 5 % flipped labels 4.7 % or more.
"""
SHOWN = 40
"""Suspects that are named."""


@attrs.frozen(kw_only=True)
class Doubt:
    """An image that its classifiers are sure is of another class.

    Attributes:
        row: Of the image.
        label: The class it has.
        better: The class that it looks like.
        confidence: Probability of that class, 0 to 1.
        margin: How much more it looks so than like its own class, as `doubts` says.
    """

    row: int
    label: str
    better: str
    confidence: float
    margin: float


def averaged(table: Predictions, pairs: Sequence[Labels]) -> Answers:
    """Return what pairs say together, out of fold: mean probabilities over pairs and repeats.

    A wrong label looks wrong to all of them.

    Args:
        table: The predictions.
        pairs: Those to ask; where none offers probabilities, the first one's answers are returned.
    """
    known = [table.pairs[pair].probabilities for pair in offering(table, pairs)]
    if not known:
        return table.answers(pairs[0])
    mean = np.mean([one.mean(axis=0, dtype=np.float64) for one in known], axis=0)
    classes = np.array(table.classes)
    return Answers(
        truth=table.labels,
        predicted=classes[mean.argmax(axis=1)],
        probabilities=mean,
        classes=classes,
    )


def offering(table: Predictions, pairs: Sequence[Labels]) -> list[Labels]:
    """Return the pairs that give probabilities of every image, none twice."""
    return [p for p in dict.fromkeys(pairs) if not np.isnan(table.pairs[p].probabilities).any()]


def doubts(answers: Answers) -> Array:
    """Return how much each of n images looks like another class, ``float64`` (n,), -1 to 1.

    ``(a - b) / (a + b)``: b is the probability of the image's class, divided by what images of
    that class get on average (the threshold of the paper, eq. 2), a the largest such ratio of
    another class. So a class that all classifiers are unsure of is not suspected as a whole. All
    nan where there are no probabilities.

    Args:
        answers: What a pair said of n images while they were held out.
    """
    given, own = _given(answers), _own(answers)
    if given is None:
        return np.full(len(answers.truth), np.nan)
    ratios = given / _usual(given, own)
    mine, other = ratios[own], np.where(own, 0.0, ratios).max(axis=1)
    return np.asarray((other - mine) / (other + mine + 2 * FLOOR))


def suspected(answers: Answers) -> tuple[Doubt, ...]:
    """Return the images whose class looks wrong, the most suspicious first.

    Those off the diagonal of the confident joint (eq. 1; method 2 of section 3.2): another class
    has a probability that is usual for it, and one above that of the image's own class. Asked
    besides: the prediction is not the image's class, and `UNUSUAL`. Empty where there are no
    probabilities.

    Args:
        answers: What a pair said of n images while they were held out.
    """
    given, own = _given(answers), _own(answers)
    if given is None:
        return ()
    usual = _usual(given, own)
    confident = np.where((given >= usual) & ~own, given, -1.0)
    better, mine = confident.argmax(axis=1), given[own]
    confidence, margins = confident.max(axis=1), doubts(answers)
    doubtful = (confidence > mine) & (mine <= UNUSUAL * usual[own.argmax(axis=1)])
    rows = np.flatnonzero(doubtful & (answers.predicted != answers.truth))
    return tuple(
        Doubt(
            row=int(row),
            label=str(answers.truth[row]),
            better=str(answers.classes[better[row]]),
            confidence=float(confidence[row]),
            margin=float(margins[row]),
        )
        for row in rows[np.argsort(-margins[rows], kind="stable")]
    )


def finding(table: Predictions, pairs: Sequence[Labels]) -> Finding | None:
    """Return the finding ``FRM301``; None where no label is suspected.

    Args:
        table: The predictions.
        pairs: Those whose probabilities are averaged: the winner, the recommended one.
    """
    answers = averaged(table, pairs)
    found = suspected(answers)
    if not found:
        return None
    share = len(found) / len(answers.truth)
    asked = len(offering(table, pairs))
    how = f"confident learning, out of fold, {'1 pair' if asked == 1 else f'mean of {asked} pairs'}"
    right = float((answers.predicted == answers.truth).mean())
    many = share >= MANY and right >= CLEAR
    return Finding(
        code="FRM301",
        severity=Severity.WARNING if many else Severity.NOTE,
        sentence=_sentence(len(found), len(answers.truth), right),
        numbers={
            "label_errors": count(len(found), how),
            "label_errors_share": Number(value=share, unit="share", metric="", method=how),
            "agreed": Number(value=right, unit="share", metric="predicted as labelled", method=how),
        },
        suspects=tuple(
            Suspect(key=table.images[row], name=table.names[row], label=one.label, told=_told(one))
            for one in found[:SHOWN]
            for row in (one.row,)
        ),
    )


def _sentence(count: int, images: int, right: float) -> str:
    what = "1 image looks" if count == 1 else f"{count} images look"
    return (
        f"{what} like another class than labelled ({fixed(100 * count / images, 1)} % of {images}):"
        " look at them; none, some or all labels may be wrong, for hard images look the same: "
        f"together the classifiers agree with {fixed(100 * right, 1)} % of all labels."
    )


def _told(doubt: Doubt) -> str:
    p = f"p = {fixed(doubt.confidence, 2)}" if doubt.confidence < 0.995 else "p > .99"
    return f'says "{doubt.label}", looks like "{doubt.better}" ({p.replace("0.", ".")})'


def _given(answers: Answers) -> Array | None:
    """Return the probabilities, ``float64`` (n, k); None where they are not known."""
    given = answers.probabilities
    return None if given is None or np.isnan(given).any() else np.asarray(given, np.float64)


def _own(answers: Answers) -> Array:
    """Return each image's class, a mask (n, k)."""
    return np.asarray(answers.truth[:, None] == answers.classes)


def _usual(given: Array, own: Array) -> Array:
    """Return the mean probability of each class for its own images, (k,); chance at least.

    Of few images it may be next to nothing by chance, and everything would look like them. A class
    without images is out of reach.
    """
    counts = own.sum(axis=0)
    means = np.where(own, given, 0.0).sum(axis=0) / np.maximum(counts, 1)
    return np.where(counts, np.maximum(means, 1 / len(counts)), np.inf)
