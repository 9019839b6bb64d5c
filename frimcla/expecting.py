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

from .arriving import arriving, scored
from .contracts import Array
from .keys import seed_of
from .number import Number
from .predictions import Labels, Predictions
from .scoring import Answers, Judge, metric_of, score_or_nan, unit_of
from .selection import Selection, told_pair
from .stats.bbc import Corrected, bbc_cv, sampled
from .stats.corrected import corrected_t
from .stats.proportions import wilson
from .stopping import leader, standings

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
    """Return the best pair by the folds other than *fold*, which taught none of the models.

    Pairs that stopped in truth take part: with *fold* out of sight they may not have. Those that
    stop without it cannot be chosen.
    """
    folds, judge = table.folds[0], selection.judge
    pairs = (*selection.cells, *selection.stopped)
    others = [one for one in range(int(folds.max()) + 1) if one != fold]
    rows = [folds == one for one in others]
    scores, there = np.full((2, len(others), len(pairs)), np.nan)
    for number, pair in enumerate(pairs):
        answers, said = table.inside(pair, fold), table.everything[pair].inside
        assert said is not None
        for place, some in enumerate(rows):
            there[place, number] = (said.predicted[fold, some] >= 0).all()
            if there[place, number]:
                scores[place, number] = judge.sign * score_or_nan(judge, answers.at(some))
    through = there.astype(bool)
    # Who lacks a fold here could not be chosen any more: `frimcla.reaching`, `frimcla.stopping`.
    running = standings(scores, through, selection.rule).running & through.all(axis=0)
    best = leader(scores, running, [told_pair(pair) for pair in pairs])
    return min(selection.cells, key=told_pair) if best is None else pairs[best]


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
    pairs, rows = _candidates(table, selection)
    others = np.setdiff1d(np.arange(len(table.images)), rows)
    alone = len(selection.cells) == 1 and len(others) >= len(rows)
    if alone:  # the choice was made by fewer rows: the others judge it as if they were new
        pairs, rows = (selection.winner,), others
    units = units[rows]
    answers = [table.answers(pair).at(rows) for pair in pairs]
    names, unit = np.unique(units, return_inverse=True)
    draws = sampled(len(names), samples=RESAMPLES, seed=seed_of(seed, "bbc"))
    chooses, allowed = scored(selection.judge, answers), None
    if selection.rule and not alone:
        allowed = arriving(table, selection, pairs, rows, (one[unit] for one in draws))
    found = [
        bbc_cv(chooses, len(pairs), units, draws, told=scored(judge, answers), allowed=allowed)
        for judge in judges
    ]
    numbers = tuple(
        _of_bootstrap(judge, one, units, len(table.images), alone=alone)
        for judge, one in zip(judges, found, strict=True)
    )
    share = {pairs[n]: float(s) for n, s in enumerate(found[0].chosen) if s > 0}
    often = dict(sorted(share.items(), key=lambda item: (-item[1], item[0])))
    return Expectation(numbers=numbers, nested=False, chosen=often)


def _candidates(table: Predictions, selection: Selection) -> tuple[tuple[Labels, ...], Array]:
    """Return the pairs among which the choice was, and the rows by which it was made.

    Where time was out, the choice was among all that still ran, by the folds that they shared.
    """
    late = {pair: len(one.scores) for pair, one in selection.out_of_time.items()}
    if not any(late.values()):
        return tuple(selection.cells), np.arange(len(table.images))
    shared = max(1, min(late.values()))
    some = (pair for pair, folds in late.items() if folds >= shared)
    return (*selection.cells, *some), np.flatnonzero(table.folds[0] < shared)


def _of_bootstrap(
    judge: Judge, found: Corrected, units: Array, images: int, *, alone: bool
) -> Number:
    value = judge.sign * (found.naive if alone else found.estimate)
    low, high = sorted((judge.sign * found.low, judge.sign * found.high))
    if metric_of(judge.recipe).share:
        value = min(1.0, max(0.0, value))  # a mean of ones may be a hair above 1
    if metric_of(judge.recipe).binomial and _alone(units):
        (low, high), how = wilson(min(value, 1.0) * len(units), len(units)), "Wilson"
    else:
        what = "images" if _alone(units) else f"{len(np.unique(units))} groups"
        how = f"bootstrap of {what}"
    some = f" of {len(units)} images, before time was out" if len(units) < images else ""
    method = f"BBC-CV, {RESAMPLES} samples{some}"
    if alone:
        method = f"the {len(units)} images in folds that had no part in the choice"
    return Number(
        value=value,
        unit=unit_of(judge),
        metric=judge.recipe.label,
        method=f"{method}, {how}",
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
