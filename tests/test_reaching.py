"""Inside a fold only pairs go on that may still be chosen; the choice is that of all of them."""

import itertools

import numpy as np
import pytest
from test_stopping import PAIRS, planned

from frimcla.folds import Split
from frimcla.reaching import next_of, within_reach
from frimcla.schedule import Schedule
from frimcla.stopping import leader

NAN = np.nan


def reach(rows, best=1.0):
    """Say who is within reach: a row per pair, None for a fold that it lacks."""
    scores = np.array([[NAN if score is None else score for score in row] for row in rows]).T
    there = np.array([[score is not None for score in row] for row in rows]).T
    return within_reach(scores, there, best).tolist()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(0.9, 0.9, None), (0.1, 0.1, None)], [True, True]),  # nobody has finished
        ([(0.9, 0.9, 0.9), (0.7, 0.9, None)], [True, False]),  # 0.867 at the most
        ([(0.9, 0.9, 0.9), (0.8, 0.9, None)], [True, True]),  # just as good, perhaps
        ([(0.9, 0.9, 0.9), (0.7, 1.0, 1.0)], [True, True]),  # equals, after all folds
        ([(0.9, 0.9, 0.9), (0.9, 0.8, 0.9)], [True, False]),
        ([(0.9, NAN, 0.9), (0.1, 0.1, 0.1)], [False, True]),  # a fold without a score
        ([(0.9, 0.9, 0.9), (NAN, None, None)], [True, False]),
    ],
)
def test_who_may_still_have_the_best_mean(rows, expected):
    assert reach(rows) == expected


def test_a_score_that_should_be_small_is_best_at_zero():
    assert reach([(-0.1, -0.1, -0.1), (-0.4, None, None), (-0.2, None, None)], 0.0) == [
        True,
        False,
        True,
    ]


def test_where_a_score_is_better_than_can_be_nobody_is_out_of_reach():
    assert reach([(3.0, 3.0, 3.0), (0.1, None, None)]) == [True, True]


def test_next_is_what_is_nearest():
    there, apart = np.zeros(5, bool), np.array([1, 2, 3, 2, 1])
    for expected in ([0, 4], [1, 3], [2], []):
        found = next_of(there, apart)
        assert np.flatnonzero(found).tolist() == expected
        there = there | found


def made_up(seed):
    """Draw scores of all splits, with equals, and with folds in which one pair has none."""
    draw = np.random.default_rng(seed)
    plan = planned(int(draw.integers(3, 11)))
    ability = draw.uniform(0.2, 1.0, len(PAIRS))
    scores = {}
    for split, number in itertools.product(plan.splits, range(len(PAIRS))):
        found = np.clip(draw.normal(ability[number], 0.05, len(split.folds)), 0, 1).round(2)
        scores[split, PAIRS[number]] = np.where(draw.random(len(found)) < 0.01, NAN, found)
    return plan, scores


def chosen(plan, scores, fold):
    """Return who is best without a fold among those with all scores there, by their name.

    Who lacks a score in truth is no choice; where one is left, there is none.
    """
    judged = [
        number
        for number, pair in enumerate(PAIRS)
        if not any(np.isnan(scores[s, pair]).any() for s in plan.splits if len(s.folds) == 1)
    ]
    if len(judged) < 2:
        return judged
    rows = [
        [
            scores.get((Split(0, tuple(sorted((fold, o)))), pair), (NAN, NAN))[int(o > fold)]
            for pair in PAIRS
        ]
        for o in range(plan.count)
        if o != fold
    ]
    table = np.array(rows, float)
    running = ~np.isnan(table).any(axis=0) & np.isin(range(len(PAIRS)), judged)
    return leader(table, running, [pair.label for pair in PAIRS])


@pytest.mark.parametrize("seed", range(100))
def test_the_choice_is_that_of_everything_for_less(seed):
    plan, scores = made_up(seed)
    schedule, done = Schedule(plan, PAIRS, perfect=1.0), {}
    while wanted := schedule.wanted():
        assert len(wanted) <= schedule.at_most()
        for pair, split in wanted:
            assert (split, pair) not in done
            done[split, pair] = scores[split, pair]
            schedule.note(pair, split, scores[split, pair].tolist())

    assert schedule.at_most() == 0
    assert all((split, pair) in done for split, pair in scores if len(split.folds) == 1)
    for fold in range(plan.count):
        assert chosen(plan, done, fold) == chosen(plan, scores, fold)


def test_it_takes_less_where_pairs_differ():
    parts = []
    for perfect in (None, 1.0):
        schedule, count = Schedule(planned(10), PAIRS, perfect=perfect), 0
        while wanted := schedule.wanted():
            count += len(wanted)
            for pair, split in wanted:
                score = dict(zip(PAIRS, (0.95, 0.5, 0.9), strict=True))[pair]
                schedule.note(pair, split, [score] * len(split.folds))
        parts.append(count)
    assert parts == [3 * 55, 55 + (10 + 10) + (10 + 30)]


def test_a_pair_by_itself_is_chosen_without_a_fit():
    schedule = Schedule(planned(5), PAIRS[:1], perfect=1.0)
    first = schedule.wanted()
    for pair, split in first:
        schedule.note(pair, split, [0.5])
    assert (len(first), schedule.wanted(), schedule.at_most()) == (5, [], 0)
