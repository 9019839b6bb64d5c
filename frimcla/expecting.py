"""What to expect of the chosen pair on images that nothing has seen.

The score of the best of many is optimistic: it was chosen for it. Here the choice is repeated
where it can be judged: inside every fold (nested), or on bootstrap samples (BBC-CV); and images
kept until the end have the last word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from .contracts import Array
from .keys import seed_of
from .number import Number
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, cells_of, metric_of, score_or_nan, unit_of
from .selection import Selection, told_pair
from .stats.bbc import Score, bbc_cv, sampled
from .stats.corrected import corrected_t
from .stats.proportions import wilson

RESAMPLES = 1000
"""Bootstrap samples behind an interval or an estimate."""


@attrs.frozen(kw_only=True, eq=False)
class Expectation:
    """What to expect of "the best pair", chosen as this study chooses.

    Attributes:
        numbers: Under each metric of the study, the deciding one first.
        nested: Whether they come from a nested study; else from BBC-CV.
        chosen: How often each pair was chosen there, most often first: of all outer folds, or as
            a share of the bootstrap samples.
    """

    numbers: tuple[Number, ...]
    nested: bool
    chosen: Mapping[Labels, float]


def expect(
    table: Predictions, selection: Selection, judges: Sequence[Judge], units: Array, seed: int
) -> Expectation:
    """Estimate what a choice among all pairs will do on new images.

    Args:
        table: Out-of-fold predictions; nested where they have an inside.
        selection: The pairs under the deciding metric.
        judges: The metrics of the study, the deciding one first.
        units: What is independent: the group of each of the n images, (n,), a number of its own
            for an image by itself.
        seed: Of the study.
    """
    if table.nested:
        return _nested(table, selection, judges, units)
    return _corrected(table, selection, judges, units, seed)


def _nested(
    table: Predictions, selection: Selection, judges: Sequence[Judge], units: Array
) -> Expectation:
    """Choose inside every fold of the first repeat, and judge the chosen on that fold.

    Varma & Simon, BMC Bioinformatics 7:91, 2006; Cawley & Talbot, JMLR 11, 2010. Interval:
    Nadeau & Bengio's corrected t over the outer folds.
    """
    folds = table.folds[0]
    count = int(folds.max()) + 1
    chosen = [_chosen_without(table, selection, fold) for fold in range(count)]
    kept = [table.answers(pair).at(folds == fold) for fold, pair in enumerate(chosen)]
    numbers = tuple(_over_folds(judge, kept, units) for judge in judges)
    return Expectation(numbers=numbers, nested=True, chosen=dict(Counter(chosen).most_common()))


def _chosen_without(table: Predictions, selection: Selection, fold: int) -> Labels:
    """Return the best pair by the folds other than *fold*, which taught none of the models."""
    folds, judge = table.folds[0], selection.judge
    others = [one for one in range(int(folds.max()) + 1) if one != fold]

    def mean(pair: Labels) -> float:
        answers = table.inside(pair, fold)
        return float(np.mean([score_or_nan(judge, answers.at(folds == one)) for one in others]))

    means = {pair: mean(pair) for pair in selection.cells}
    judged = {pair: value for pair, value in means.items() if not np.isnan(value)}
    return min(
        judged or selection.cells, key=lambda pair: (-judge.sign * means[pair], told_pair(pair))
    )


def _over_folds(judge: Judge, kept: Sequence[Answers], units: Array) -> Number:
    scores = np.array([score_or_nan(judge, answers) for answers in kept])
    method = f"nested, mean of {len(scores)} outer folds"
    value = float(scores.mean())
    low = high = None
    if np.isnan(value):
        how = "cannot be computed in every fold"
    else:
        test = corrected_t(scores, ratio=1 / (len(scores) - 1))
        how = "corrected t"
        if not test.degenerate:
            low, high = _within(judge, test.low, test.high)
        elif metric_of(judge.recipe).binomial and _alone(units):
            (low, high), how = wilson(min(value, 1.0) * len(units), len(units)), "Wilson"
        else:
            how = "all alike: no interval"
    return Number(
        value=value,
        unit=unit_of(judge),
        metric=judge.recipe.label,
        method=f"{method}, {how}",
        low=low,
        high=high,
    )


def _corrected(
    table: Predictions, selection: Selection, judges: Sequence[Judge], units: Array, seed: int
) -> Expectation:
    pairs = tuple(selection.cells)
    answers = [table.answers(pair) for pair in pairs]
    names = np.unique(units)
    draws = sampled(len(names), samples=RESAMPLES, seed=seed_of(seed, "bbc"))
    chooses = _scored(selection.judge, answers)
    found = [
        bbc_cv(chooses, len(pairs), units, draws, told=_scored(judge, answers)) for judge in judges
    ]
    numbers = tuple(
        _of_bootstrap(judge, one.estimate, one.low, one.high, units)
        for judge, one in zip(judges, found, strict=True)
    )
    share = {pairs[n]: float(s) for n, s in enumerate(found[0].chosen) if s > 0}
    often = dict(sorted(share.items(), key=lambda item: (-item[1], item[0])))
    return Expectation(numbers=numbers, nested=False, chosen=often)


def _scored(judge: Judge, answers: Sequence[Answers]) -> Score:
    """Return how good each of several pairs is on rows.

    By their confusion matrices where the metric needs no more: thousands of samples of many
    images are then judged in milliseconds each.
    """
    if not judge.counts:
        return lambda one, rows: judge.sign * score_or_nan(judge, answers[one].at(rows))
    classes = answers[0].classes
    k, cells = len(classes), [cells_of(one) for one in answers]

    def score(one: int, rows: Array) -> float:
        counts = np.bincount(cells[one][rows], minlength=k * k).reshape(k, k)
        return judge.sign * judge.of_counts(counts, classes)

    return score


def _of_bootstrap(judge: Judge, value: float, low: float, high: float, units: Array) -> Number:
    value, (low, high) = judge.sign * value, sorted((judge.sign * low, judge.sign * high))
    if metric_of(judge.recipe).share:
        value = min(1.0, max(0.0, value))  # a mean of ones may be a hair above 1
    if metric_of(judge.recipe).binomial and _alone(units):
        (low, high), how = wilson(min(value, 1.0) * len(units), len(units)), "Wilson"
    else:
        what = "images" if _alone(units) else f"{len(np.unique(units))} groups"
        how = f"bootstrap of {what}"
    return Number(
        value=value,
        unit=unit_of(judge),
        metric=judge.recipe.label,
        method=f"BBC-CV, {RESAMPLES} samples, {how}",
        low=low,
        high=high,
    )


def _within(judge: Judge, low: float, high: float) -> tuple[float, float]:
    """Return an interval without what a share can never be."""
    share = metric_of(judge.recipe).share
    return (max(0.0, low), min(1.0, high)) if share else (low, high)


def _alone(units: Array) -> bool:
    """Say whether every image stands for itself."""
    return len(np.unique(units)) == len(units)
