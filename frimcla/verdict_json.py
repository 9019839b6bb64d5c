"""``verdict.json``: what a study decided and every number behind it, for programs."""

from __future__ import annotations

import json
import math
from typing import Any

from .comparing import Standing
from .evidence import numbers_of
from .number import Number
from .outcome import Outcome
from .predictions import Labels
from .saying import pairs_told
from .selection import told_pair
from .stats.rows import Classic, Strict

FORMAT = 1


def verdict_json(outcome: Outcome) -> str:
    """Return the file: names first, then every number, on a line with its unit and its method.

    Of equal data, equal to the byte: no date, no second, no place.
    """
    verdict, compared = outcome.verdict, outcome.verdict.comparisons
    facts = {
        "format": FORMAT,
        "metric": outcome.metric,
        "higher_is_better": outcome.judge.sign > 0,
        "statistics": compared.statistics,
        "headline": "nested" if verdict.expectation.nested else "BBC-CV",
        "grouped_by": outcome.grouped_by,
        "winner": told_pair(verdict.winner),
        "cheapest": told_pair(verdict.cheapest),
        "recommended": pairs_told(verdict.recommended),
        **{one.value: pairs_told(compared.standing(one)) for one in _LISTED},
        "failed": pairs_told(tuple(outcome.selection.failed)),
        **_halted(outcome),
        "controls": list(outcome.controls),
        "tested": _named(outcome.trained),
        "rival": _named(verdict.rival),
        "ranking": pairs_told(outcome.selection.ranking),
        "rows": {name: _row(row) for name, row in compared.rows.items()},
        "best": _row(compared.best),
        "grid": _row(compared.grid),
    }
    head = _json(facts, indent=1).removesuffix("\n}")
    numbers = numbers_of(outcome).items()
    lines = [f"  {_json(name)}: {_json(plain(number))}" for name, number in numbers]
    return f'{head},\n "numbers": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def _halted(outcome: Outcome) -> dict[str, list[str]]:
    """Return the pairs that did not go through all folds; nothing where none could stop."""
    if not outcome.study.races:
        return {}
    selection = outcome.selection
    return {
        "stopped": list(map(told_pair, selection.behind)),
        "out_of_time": list(map(told_pair, selection.out_of_time)),
    }


_LISTED = (Standing.EQUIVALENT, Standing.UNDECIDED, Standing.WORSE)
"""Standings that are listed by themselves; `recommended` holds the winner, too."""


def plain(number: Number) -> dict[str, Any]:
    """Return a number for JSON, which knows neither nan nor infinity."""
    lacking = [] if math.isfinite(number.value) else [f"the value is {_word(number.value)}"]
    ends = (number.low, number.high)
    bounded = all(end is not None and math.isfinite(end) for end in ends)
    if not bounded and ends != (None, None):
        lacking.append("no interval")
    return {
        "value": number.value if math.isfinite(number.value) else None,
        "unit": number.unit,
        "method": "; ".join([number.method, *lacking]),
        "low": number.low if bounded else None,
        "high": number.high if bounded else None,
        "level": number.level if bounded else None,
    }


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)


def _word(value: float) -> str:
    return "undefined" if math.isnan(value) else "infinite"


def _named(pair: Labels | None) -> str | None:
    return told_pair(pair) if pair else None


def _row(row: Strict | Classic) -> dict[str, Any]:
    """Return what is said of a row in words."""
    if isinstance(row, Classic):
        return {"test": row.test, "stars": row.stars, "winner": row.winner, "order": row.order}
    return {
        "test": row.omnibus.test,
        "stars": row.stars,
        "winner": row.winner,
        "order": row.order,
        "order_wilcoxon": row.order_wilcoxon,
        "wilcoxon_can": row.wilcoxon_can,
    }
