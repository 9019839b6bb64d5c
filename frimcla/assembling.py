"""From predictions to a result: everything that follows from the table, and nothing is fitted."""

from __future__ import annotations

import attrs

from .evaluation import Evaluated
from .extraction import Extracted
from .folds import Plan
from .judging import decide, group_scores, rule_of
from .opening import Opened
from .outputs import Clock
from .predictions import Predictions
from .result import Result
from .scoring import Judge
from .selection import reported, select
from .study import Study


@attrs.frozen(kw_only=True, eq=False)
class Described:
    """What a comparison begins with: a study whose images are described.

    Attributes:
        study: Settled.
        opened: The images, without those that could not be read.
        plan: The folds.
        extracted: What their extraction did.
        clock: Seconds per phase.
    """

    study: Study
    opened: Opened
    plan: Plan
    extracted: Extracted
    clock: Clock

    def judged(self, table: Predictions, evaluated: Evaluated) -> Result:
        """Judge a table of predictions, and say what the comparison did that left it."""
        judges = [Judge.of(recipe) for recipe in self.study.judges]
        selection = select(table, judges[0], rule_of(self.study, len(table.images)))
        return Result(
            study=self.study,
            opened=self.opened,
            plan=self.plan,
            extracted=self.extracted,
            evaluated=evaluated,
            table=table,
            selection=selection,
            verdict=decide(self.study, self.opened, table, selection, judges),
            clock=self.clock,
            groups=group_scores(self.opened, table, selection.winner),
            reported=reported(table, selection.winner, judges),
        )
