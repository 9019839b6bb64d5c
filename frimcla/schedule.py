"""What is to be fitted next, from the scores so far: what the choice needs, or pairs that race.

The choice among pairs is made once in truth, and, where the study is nested, once more without
each fold of the first repeat. In truth every pair goes through all folds, for the table; inside,
only as long as it may still be chosen (`frimcla.reaching`). Or each choice is a race
(`frimcla.stopping`). A part that holds two folds out serves the choices without either, and is
fitted if one of them needs it.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from .contracts import Array
from .folds import Plan, Split
from .reaching import next_of, within_reach
from .recipes import Pair
from .stopping import Rule, Standings, leader, standings

Wanted = tuple[Pair, Split]
Course = list[tuple[Split, int]]
"""What pairs go through in a race: splits, and which of the folds they hold out counts."""


@attrs.define(eq=False)
class Schedule:
    """The scores so far, and what follows from them: a function of both, and of nothing else.

    Attributes:
        plan: The folds.
        pairs: All pairs, in the order of the study.
        rule: What makes a pair stop; None: nothing does, in truth.
        perfect: The best score there can be, higher is better, by which pairs are left out inside
            that cannot be chosen any more; None where it is not known, or a rule leaves them out.
        in_turn: Whether the choice in truth is finished before those inside folds begin.
        failed: Pairs that could not be fitted.
    """

    plan: Plan
    pairs: Sequence[Pair]
    rule: Rule | None = None
    perfect: float | None = None
    in_turn: bool = False
    failed: set[Pair] = attrs.field(factory=set, init=False)
    _number: dict[Pair, int] = attrs.field(init=False)
    _scores: dict[Split, Array] = attrs.field(init=False)
    _done: dict[Split, Array] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin with nothing."""
        count, splits = len(self.pairs), self.plan.splits
        self._number = {pair: number for number, pair in enumerate(self.pairs)}
        self._scores = {split: np.full((len(split.folds), count), np.nan) for split in splits}
        self._done = {split: np.zeros(count, bool) for split in splits}

    def note(self, pair: Pair, split: Split, scores: Sequence[float]) -> None:
        """Take what a finished part says.

        Args:
            pair: Whose it is.
            split: What it held out.
            scores: Of each fold held out, in the order of the split, higher is better; nan where
                there is none. Empty where they decide nothing.
        """
        number = self._number[pair]
        self._done[split][number] = True
        if scores:
            self._scores[split][:, number] = scores

    def wanted(self) -> list[Wanted]:
        """Return what is to be fitted next, fold by fold; nothing at the end."""
        found = self._lacking(self._truth())
        if not (found and (self.in_turn or self.perfect is not None)):
            for fold in range(self.plan.count if self.plan.nested else 0):
                found |= self._lacking_inside(fold)
        place = {split: number for number, split in enumerate(self.plan.splits)}
        return sorted(found, key=lambda one: (place[one[1]], self._number[one[0]]))

    def at_most(self) -> int:
        """Return how many parts may still be fitted, whatever their scores will be."""
        left = set()
        courses = [self._truth()]
        courses += [self._without(f) for f in range(self.plan.count if self.plan.nested else 0)]
        for number, course in enumerate(courses):
            alive, running = self._alive(), self._open_ones(course, inside=number > 0)
            for split, _ in course:
                open_ones = alive[running & ~self._done[split][alive]]
                left |= {(split, int(one)) for one in open_ones}
        return len(left)

    def closing(self) -> list[Wanted]:
        """Return what is still fitted where time is out: the best so far, on its other folds.

        It has the best mean over the folds that all pairs have been through which still run; where
        there is none yet, over the first, of those that have been through that.
        """
        course, alive = self._truth(), self._alive()
        if not len(alive):
            return []
        (scores, there), found = self._table(course), self._standings(course)
        running = found.running & there[0] if not found.shared else found.running
        best = leader(scores[: max(found.shared, 1)], running, self._names()) or 0
        lacking = [split for (split, _), row in zip(course, there, strict=True) if not row[best]]
        return [(self.pairs[alive[best]], split) for split in lacking]

    def open_in_truth(self) -> list[Wanted]:
        """Return what the pairs that still run have not been through in truth."""
        course, alive = self._truth(), self._alive()
        lacking = self._standings(course).running & ~self._table(course)[1]
        return [(self.pairs[alive[one]], course[row][0]) for row, one in np.argwhere(lacking)]

    def _alive(self) -> Array:
        return np.flatnonzero([pair not in self.failed for pair in self.pairs])

    def _names(self) -> list[str]:
        return [self.pairs[one].label for one in self._alive()]

    def _truth(self) -> Course:
        repeats, folds = range(len(self.plan.folds)), range(self.plan.count)
        return [(Split(repeat, (fold,)), 0) for repeat in repeats for fold in folds]

    def _without(self, fold: int) -> Course:
        others = [other for other in range(self.plan.count) if other != fold]
        return [(Split(0, (min(fold, o), max(fold, o))), int(o > fold)) for o in others]

    def _table(self, course: Course) -> tuple[Array, Array]:
        """Return scores and what is done, by fold and pair that did not fail."""
        alive = self._alive()
        scores = np.stack([self._scores[split][which, alive] for split, which in course])
        return scores, np.stack([self._done[split][alive] for split, _ in course])

    def _standings(self, course: Course) -> Standings:
        return standings(*self._table(course), self.rule)

    def _lacking(self, course: Course) -> set[Wanted]:
        alive, found = self._alive(), self._standings(course).wanted
        return {(self.pairs[alive[one]], course[row][0]) for row, one in np.argwhere(found)}

    def _open_ones(self, course: Course, *, inside: bool) -> Array:
        """Say which pairs may still go through what they lack, (C,)."""
        if self.perfect is None or not inside:
            return self._standings(course).running
        (truth, gone), (scores, there) = self._table(self._truth()), self._table(course)
        # Who lacks a score in truth is no choice at all.
        judged: Array = np.asarray(~(gone & np.isnan(truth)).any(axis=0))
        if judged.sum() < 2:  # it is chosen, whatever it does
            return np.zeros_like(judged)
        judged[judged] = within_reach(scores[:, judged], there[:, judged], self.perfect)
        return judged

    def _lacking_inside(self, fold: int) -> set[Wanted]:
        """Return what the choice without *fold* needs next."""
        if self.perfect is None:
            return self._lacking(self._without(fold)) or self._lacks_judgement(fold)
        course, alive = self._without(fold), self._alive()
        reach, there = self._open_ones(course, inside=True), self._table(course)[1]
        first, apart = self._favourite(fold, reach), self._apart(fold)
        wanted = {
            (one, place)
            for one in np.flatnonzero(reach)
            for place in np.flatnonzero(
                ~there[:, one] if one == first else next_of(there[:, one], apart)
            )
        }
        return {(self.pairs[alive[one]], course[place][0]) for one, place in wanted}

    def _favourite(self, fold: int, reach: Array) -> int | None:
        """Return the pair that is best in truth, by the other folds: it probably is here, too."""
        scores = np.delete(self._table(self._truth()[: self.plan.count])[0], fold, axis=0)
        return leader(scores, reach & ~np.isnan(scores).any(axis=0), self._names())

    def _apart(self, fold: int) -> Array:
        """Return how far the other folds are from *fold*, as on a clock."""
        steps = np.abs(np.delete(np.arange(self.plan.count), fold) - fold)
        return np.asarray(np.minimum(steps, self.plan.count - steps))

    def _lacks_judgement(self, fold: int) -> set[Wanted]:
        """Return what judges the pair that was chosen without *fold*: its own part there."""
        course, alive, split = self._without(fold), self._alive(), Split(0, (fold,))
        scores, there = self._table(course)
        best = leader(scores, standings(scores, there, self.rule).running, self._names())
        if not self.rule or best is None or self._done[split][alive[best]]:
            return set()
        return {(self.pairs[alive[best]], split)}
