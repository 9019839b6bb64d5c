"""What many data sets say of an estimate: its bias, its coverage, and whether that will do."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from honesty_data import EXTRACTORS, Scenario
from honesty_estimates import Estimate, Outcome
from honesty_learners import LEARNERS

from frimcla.stats.selecting import expected_maximum

CANDIDATES = EXTRACTORS * len(LEARNERS)
BELOW, ABOVE = 0.01, 0.02
"""How far the best mean score may be from that of coins where there is nothing to find. It may be
above by more, for scores of a cross-validation vary more than coins do: images share models."""


class Performance(NamedTuple):
    """How an estimate did.

    Attributes:
        bias: Mean of estimate less truth.
        error: Its standard error.
        coverage: Share of the intervals that held the truth.
    """

    bias: float
    error: float
    coverage: float


class Summary(NamedTuple):
    """How the three estimates did in one scenario.

    Attributes:
        scenario: What was drawn.
        n: Images.
        sets: Data sets.
        naive: The best mean score.
        bbc: BBC-CV.
        nested: Nested cross-validation.
        own: The same, against the truth of the very models that it judged: of nine tenths.
        through: Share of the folds that candidates went through.
    """

    scenario: Scenario
    n: int
    sets: int
    naive: Performance
    bbc: Performance
    nested: Performance
    own: Performance
    through: float = 1.0


class Gate(NamedTuple):
    """A claim, what was found, and whether the claim holds."""

    claim: str
    where: str
    found: str
    kept: bool


def summary(scenario: Scenario, n: int, outcomes: Iterable[Outcome]) -> Summary:
    """Sum up the data sets of one scenario, whatever order they come in."""
    found = sorted(outcomes)
    truth = np.array([one.truth for one in found])
    outer = np.array([one.outer_truth for one in found])
    nested = [one.nested for one in found]
    return Summary(
        scenario,
        n,
        len(found),
        _performance([one.naive for one in found], truth),
        _performance([one.bbc for one in found], truth),
        _performance(nested, truth),
        _performance(nested, outer),
        float(np.mean([one.through for one in found])),
    )


def _performance(estimates: Sequence[Estimate], truth: np.ndarray) -> Performance:
    value, low, high = np.array(estimates).T
    off = value - truth
    error = off.std(ddof=1) / len(off) ** 0.5
    held = (low <= truth) & (truth <= high)
    return Performance(float(off.mean()), float(error), float(held.mean()))


def gates(found: Summary) -> list[Gate]:
    """Return every claim about one scenario."""
    where = f"{found.scenario.name} {found.n}"
    null = found.scenario.null
    made = [
        _unbiased("nested: bias below 3 SE", where, found.nested),
        _unbiased("nested: bias below 3 SE for the models it judged", where, found.own),
        _within("BBC-CV: bias at most", where, found.bbc.bias, null=null),
        _covering("nested: coverage at least", where, found.nested.coverage, 0.90),
        _covering("BBC-CV: coverage at least", where, found.bbc.coverage, 0.92),
    ]
    if null:
        coins = expected_maximum(found.n, CANDIDATES) - 0.5
        reach = f"-{100 * BELOW:g} to +{100 * ABOVE:g}"
        claim = f"naive: bias as of the best of {CANDIDATES} coins, {reach}"
        kept = -BELOW <= found.naive.bias - coins <= ABOVE
        made.append(Gate(claim, where, f"{points(found.naive.bias)}, coins {points(coins)}", kept))
    return made


def _unbiased(claim: str, where: str, found: Performance) -> Gate:
    return Gate(claim, where, with_error(found), abs(found.bias) < 3 * found.error)


def _within(claim: str, where: str, bias: float, *, null: bool) -> Gate:
    limit, when = (0.03, "where nothing is to be found") if null else (0.01, "where something is")
    return Gate(f"{claim} {100 * limit:g} {when}", where, f"{100 * bias:+.2f}", abs(bias) <= limit)


def _covering(claim: str, where: str, coverage: float, least: float) -> Gate:
    return Gate(f"{claim} {100 * least:.0f} %", where, percent(coverage), coverage >= least)


def points(value: float) -> str:
    """Write a difference of accuracies in percentage points."""
    return f"{100 * value:+.1f}"


def with_error(found: Performance) -> str:
    """Write a bias and its standard error, in points."""
    return f"{points(found.bias)} ({100 * found.error:.1f})"


def percent(value: float) -> str:
    """Write a share."""
    return f"{100 * value:.1f} %"
