"""From predictions to a result: everything that follows from the table, and nothing is fitted."""

from __future__ import annotations

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


def assemble(
    *,
    study: Study,
    opened: Opened,
    plan: Plan,
    extracted: Extracted,
    evaluated: Evaluated,
    table: Predictions,
    clock: Clock,
) -> Result:
    """Judge a table of predictions.

    Args:
        study: Settled.
        opened: The images, without those that could not be read.
        plan: The folds.
        extracted: What an extraction did.
        evaluated: What a comparison did.
        table: What it left.
        clock: Seconds per phase.
    """
    judges = [Judge.of(recipe) for recipe in study.judges]
    selection = select(table, judges[0], rule_of(study))
    return Result(
        study=study,
        opened=opened,
        plan=plan,
        extracted=extracted,
        evaluated=evaluated,
        table=table,
        selection=selection,
        verdict=decide(study, opened, table, selection, judges),
        clock=clock,
        groups=group_scores(opened, table, selection.winner),
        reported=reported(table, selection.winner, judges),
    )
