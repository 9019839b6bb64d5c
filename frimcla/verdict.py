"""The verdict: which pair to take, which others are as good, what to expect, and how sure."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from .comparing import Comparisons, Standing
from .expecting import Expectation
from .number import Number
from .predictions import Labels
from .prices import Price
from .selection import Selection


@attrs.frozen(kw_only=True, eq=False)
class Verdict:
    """What a study decided, and all numbers behind it.

    Attributes:
        selection: The pairs under the deciding metric.
        comparisons: What was tested.
        expectation: What to expect of "the best pair": the headline.
        prices: What a prediction costs, per pair.
        alpha: Level of every test.
        rope: A difference that does not matter.
        tested: The trained pair on images kept for the end, under each metric; empty without.
        rival: On these images too, the best of the other pairs; None without.
        against_rival: The trained pair against it.
        chance: p of the whole study against shuffled classes, or None where nobody asked.
    """

    selection: Selection
    comparisons: Comparisons
    expectation: Expectation
    prices: Mapping[Labels, Price]
    alpha: float
    rope: float
    tested: tuple[Number, ...] = ()
    rival: Labels | None = None
    against_rival: Number | None = None
    chance: Number | None = None

    @property
    def winner(self) -> Labels:
        """The pair with the best mean."""
        return self.selection.winner

    @property
    def recommended(self) -> tuple[Labels, ...]:
        """The winner, and pairs that are hardly worse by more than the rope: best mean first."""
        alike = self.comparisons.standing(Standing.EQUIVALENT, Standing.RECOMMENDED)
        return self.winner, *alike

    @property
    def cheapest(self) -> Labels:
        """The recommended pair whose predictions cost least."""
        return min(self.recommended, key=lambda pair: self.prices[pair])

    def expected_of(self, pair: Labels) -> Number:
        """Return what to expect of a pair: the headline of the winner, else its mean over folds.

        The honest estimate is of a choice, and that choice is the winner.
        """
        return self.expectation.numbers[0] if pair == self.winner else self.selection.naive_of(pair)

    @property
    def naive(self) -> Number:
        """The winner's mean over folds: optimistic, since it was chosen for it."""
        return self.selection.naive_of(self.winner)

    @property
    def optimism(self) -> float:
        """How much the naive score promises too much, in the metric's direction."""
        gap = self.naive.value - self.expectation.numbers[0].value
        return self.selection.judge.sign * gap
