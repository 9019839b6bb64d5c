"""What three estimates say of the chosen candidate, and what is true of it."""

from typing import NamedTuple

import numpy as np
from honesty_data import EXTRACTORS, FOLDS, FRESH, Cases, Scenario, drawn
from honesty_learners import Scaling, fresh_scores, held_out, linear, pairs, sums
from scipy import stats

from frimcla.arriving import arrived
from frimcla.folds import fold_of
from frimcla.keys import seed_of
from frimcla.stats import bbc
from frimcla.stats.corrected import corrected_t
from frimcla.stats.proportions import wilson
from frimcla.stopping import Rule, Standings, race, standings

SAMPLES = 200
"""Bootstrap samples for one data set. A study takes more, since it has but one data set: here their
noise (.005 each) vanishes beside that of the data (.04) in a mean of hundreds."""


ROPE = 0.01
"""A difference that does not matter, as a study has it by default."""


class Way(NamedTuple):
    """How a study is done; the defaults are right, everything else is a mistake.

    Attributes:
        scaling: How features are scaled.
        repeats_choice: The choice is repeated inside each outer fold.
        splits_groups: Images of one group may be on both sides.
        judge: ``accuracy``, ``AUROC``, or ``AUROC of labels``.
        out_of_bag: BBC-CV chooses by the rows by which it judges.
        races: Candidates stop that are far behind (``search = "halving"``); no mistake.
    """

    scaling: Scaling = Scaling()
    repeats_choice: bool = True
    splits_groups: bool = False
    judge: str = "accuracy"
    out_of_bag: bool = False
    races: bool = False

    def rule(self, images: int) -> Rule | None:
        """Return what makes a candidate stop."""
        return Rule.of(ROPE, FOLDS, images) if self.races else None


class Task(NamedTuple):
    """One data set."""

    scenario: Scenario
    n: int
    number: int
    seed: int
    way: Way = Way()


class Estimate(NamedTuple):
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


class Outcome(NamedTuple):
    """What was found on one data set.

    Attributes:
        number: Of the data set.
        truth: Of the chosen candidate, fitted to all images.
        outer_truth: Of those that were chosen inside outer folds, as fitted there; their mean.
        naive: The best mean score, with an ordinary t interval.
        bbc: BBC-CV, with Wilson's interval.
        nested: Nested cross-validation, with Nadeau and Bengio's corrected t interval.
        through: Share of the folds that candidates went through.
    """

    number: int
    truth: float
    outer_truth: float
    naive: Estimate
    bbc: Estimate
    nested: Estimate
    through: float = 1.0


class Study(NamedTuple):
    """A data set, and the models that were fitted to it.

    Attributes:
        cases: The data set.
        fold: Of each image, (n,).
        held: Which folds each model left out, (M, K).
        weights: Of the linear models, (E, M, 4, 2D + 1).
    """

    cases: Cases
    fold: np.ndarray
    held: np.ndarray
    weights: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        """Scores of all candidates out of fold, (C, n, K)."""
        return held_out(self.cases, self.fold, self.held, self.weights)


def outcome(task: Task) -> Outcome:
    """Draw a data set, do the study and find out the truth."""
    where, way = (task.scenario.name, task.n, task.number), task.way
    rng = np.random.default_rng(seed_of(task.seed, "honesty", *where))
    study = _study(drawn(task.scenario, task.n, rng), way, seed_of(task.seed, "folds", *where))
    scores, classes = study.scores, study.cases.classes
    judged = by_fold(scores, classes, study.fold, way.judge)
    own = np.einsum("cff->cf", judged)
    rule = way.rule(task.n)
    ran = standings(own.T, np.ones(own.T.shape, bool), rule)
    best = _best(own.T, ran.running)
    chosen, nested = _nested(judged, None if way.repeats_choice else best, rule)
    truths = [0.5]
    if not task.scenario.null:
        truths = _truths(study, [best, *chosen], drawn(task.scenario, FRESH, rng), way.judge)
    right = (scores[:, np.arange(task.n), study.fold] > 0) == (classes > 0)
    return Outcome(
        task.number,
        truths[0],
        float(np.mean(truths[1:] or truths)),
        _by_t(own[best], ratio=0.0),
        _by_bbc(right.T, study, way, seed_of(task.seed, "bootstrap", *where), ran),
        _by_t(nested, ratio=1 / (FOLDS - 1)),
        float(ran.folds.mean() / FOLDS),
    )


def _best(scores: np.ndarray, running: np.ndarray) -> int:
    """Return the candidate with the best mean, the first of equals, (f, C)."""
    return int(np.argmax(np.where(running, scores.mean(axis=0), -np.inf)))


def _study(cases: Cases, way: Way, seed: int) -> Study:
    fold, held = _folds(cases, way, seed), pairs(FOLDS)
    return Study(cases, fold, held, linear(sums(cases, fold, held), way.scaling))


def _folds(cases: Cases, way: Way, seed: int) -> np.ndarray:
    """Return FrImCla's own folds."""
    each = np.arange(len(cases.classes))
    groups = each if way.splits_groups else cases.groups
    return fold_of(cases.classes, groups, each, FOLDS, seed).astype(int)


def by_fold(scores: np.ndarray, classes: np.ndarray, fold: np.ndarray, judge: str) -> np.ndarray:
    """Judge each fold, (C, f, K): how candidates that never saw fold K do on fold f.

    Args:
        scores: Of all images, (C, n, K).
        classes: -1 or 1, (n,).
        fold: Of each image, (n,).
        judge: ``accuracy``, ``AUROC``, or ``AUROC of labels``.
    """
    if judge == "accuracy":
        right = (scores > 0) == (classes > 0)[:, None]
        return np.stack([right[:, fold == f].mean(axis=1) for f in range(FOLDS)], axis=1)
    if judge == "AUROC of labels":
        scores = np.sign(scores)
    rows = [(fold == f) & (classes > 0) for f in range(FOLDS)]
    others = [(fold == f) & (classes < 0) for f in range(FOLDS)]
    return np.stack(
        [_pairs_won(scores[:, a], scores[:, b]) for a, b in zip(rows, others, strict=True)], axis=1
    )


def _pairs_won(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve: the share of pairs in the right order, ties half."""
    difference = high[:, :, None] - low[:, None]
    return ((difference > 0) + (difference == 0) / 2).mean(axis=(1, 2))


def _nested(
    judged: np.ndarray, always: int | None, rule: Rule | None
) -> tuple[list[int], np.ndarray]:
    """Return who is chosen without each outer fold, and the score there, (K,).

    Args:
        judged: Scores by fold, (C, f, K).
        always: Who is taken in every fold, instead of being chosen there.
        rule: What makes a candidate stop.
    """
    folds = np.arange(judged.shape[1])
    chosen = np.empty(len(folds), int)
    for fold in folds:  # outer folds have no say
        scores = np.delete(judged[:, :, fold], fold, axis=1).T
        running = race(scores, rule) if rule else np.ones(len(judged), bool)
        chosen[fold] = _best(scores, running) if always is None else always
    return chosen.tolist(), judged[chosen, folds, folds]


def _by_t(scores: np.ndarray, ratio: float) -> Estimate:
    found = corrected_t(scores, ratio=ratio)
    return Estimate(found.mean, found.low, found.high)


def _by_bbc(right: np.ndarray, study: Study, way: Way, seed: int, ran: Standings) -> Estimate:
    """Return BBC-CV of accuracy, and Wilson's interval as if of so many independent images."""
    units = np.arange(len(right)) if way.splits_groups else study.cases.groups
    draws = bbc.sampled(int(units.max()) + 1, samples=SAMPLES, seed=seed)
    if rule := way.rule(len(right)):
        share = _racing(right, _Bags(units, draws, study.fold), ran, rule)
    else:
        share = bbc_of(right, units, seed, out_of_bag=way.out_of_bag)
    return Estimate(share, *wilson(share * draws.units, draws.units))


class _Bags(NamedTuple):
    """Samples of the images of a study.

    Attributes:
        units: What was drawn, (n,), numbered from 0.
        draws: The samples.
        fold: Of each image, (n,).
    """

    units: np.ndarray
    draws: bbc.Draws
    fold: np.ndarray


def _racing(right: np.ndarray, bags: _Bags, ran: Standings, rule: Rule) -> float:
    """Return BBC-CV where candidates that stopped in truth, or would in the bag, are no choice."""
    units, draws, fold = bags
    counts = np.stack([one[units] for one in draws])
    order = np.argsort(~ran.running, kind="stable")  # who arrived first
    there = np.arange(FOLDS)[:, None] < ran.folds[order]
    with np.errstate(invalid="ignore"):
        in_bag = [
            counts[:, fold == f]
            @ right[fold == f][:, order]
            / counts[:, fold == f].sum(axis=1, keepdims=True)
            for f in range(FOLDS)
        ]
    scores = np.where(there, np.stack(in_bag, axis=1), np.nan)
    count = int(ran.running.sum())
    allowed, some = arrived(scores, rule, count), right[:, order[:count]]
    return bbc.bbc_cv(bbc.means(some), count, units, draws, allowed=allowed).estimate


def bbc_of(right: np.ndarray, units: np.ndarray, seed: int, *, out_of_bag: bool = False) -> float:
    """Return the BBC-CV estimate of accuracy.

    Args:
        right: Who is right where, (n, C).
        units: What is drawn, (n,), numbered from 0.
        seed: Of the bootstrap.
        out_of_bag: The mistake: choose by the rows by which the chosen is judged.
    """
    draws = bbc.sampled(int(units.max()) + 1, samples=SAMPLES, seed=seed)
    if out_of_bag:
        return float(bagged(right, np.array(list(draws))[:, units])[1].max(axis=1).mean())
    return bbc.bbc_cv(bbc.means(right), right.shape[1], units, draws).estimate


def bagged(right: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return accuracies in the bag and out of it, (B, C) each, from how often rows were drawn."""
    outside = (counts == 0).astype(float)
    inside = counts @ right / counts.sum(axis=1, keepdims=True)
    return inside, outside @ right / outside.sum(axis=1, keepdims=True)


def _truths(study: Study, candidates: list[int], fresh: Cases, judge: str) -> list[float]:
    """Judge by fresh cases the first candidate, fitted to all, and one without each fold."""
    single = np.flatnonzero(study.held.sum(axis=1) == 1)  # in the order of the folds
    places = [len(study.held) - 1, *single.tolist()]
    return [
        _true(study, candidate, place, fresh, judge)
        for candidate, place in zip(candidates, places, strict=True)
    ]


def _true(study: Study, candidate: int, place: int, fresh: Cases, judge: str) -> float:
    """Return the accuracy, or the area under the ROC curve, on fresh cases."""
    rows = ~study.held[place][study.fold]
    features = fresh.features[candidate % EXTRACTORS]
    scores = fresh_scores(candidate, study.cases, rows, study.weights[:, place], features)
    if judge == "accuracy":
        return float(((scores > 0) == (fresh.classes > 0)).mean())
    ranks = stats.rankdata(scores)[fresh.classes > 0]
    positive = len(ranks)
    won = ranks.sum() - positive * (positive + 1) / 2
    return float(won / (positive * (len(scores) - positive)))
