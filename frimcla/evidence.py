"""Every number behind a verdict, by name, with its unit and how it was found."""

from __future__ import annotations

from collections.abc import Iterator

from .comparing import EQUIVALENT, TOO_MUCH, Comparison, Standing
from .expecting import RESAMPLES
from .number import Number
from .outcome import Outcome
from .pairs import contenders, mean_of, pairwise
from .predictions import Labels
from .row_evidence import row_numbers
from .scoring import unit_of
from .selection import Stopped, told_pair
from .stats.wording import STARS

Named = Iterator[tuple[str, Number]]


def numbers_of(outcome: Outcome) -> dict[str, Number]:
    """Return all numbers of a study; names are ``kind.LABEL``."""
    verdict, compared = outcome.verdict, outcome.verdict.comparisons
    found = dict(_design(outcome))
    for pair in outcome.selection.ranking:
        found |= _of_pair(outcome, pair)
    for pair, stopped in outcome.selection.stopped.items():
        found |= _of_stopped(outcome, told_pair(pair), stopped)
    for pair, against in compared.against.items():
        found |= _against(outcome, told_pair(pair), against)
    for extractor, row in compared.rows.items():
        found |= row_numbers(f"row.{extractor}", row)
    found |= row_numbers("best", compared.best)
    found |= row_numbers("grid", compared.grid)
    found |= _between(outcome)
    found |= _beyond(outcome)
    found |= _chosen(outcome)
    found |= {f"expected.{one.metric}": one for one in verdict.expectation.numbers}
    found |= {f"tested.{one.metric}": one for one in verdict.tested}
    found |= _whole(outcome)
    return found


def count(value: int, what: str) -> Number:
    """Return a number of things."""
    return Number(value=value, unit="count", metric="", method=what)


def _design(outcome: Outcome) -> Named:
    """Yield what was studied, and how."""
    study, selection = outcome.study, outcome.selection
    yield "images", count(len(outcome.table.images), "images learnt from")
    for label, images in outcome.classes.items():
        yield f"images.{label}", count(images, "of them in this class")
    yield "classes", count(len(outcome.classes), "classes")
    if outcome.grouped_by:
        yield "groups", count(len(outcome.groups), "groups, never split between folds")
    yield "extractors", count(len(selection.extractors), "extractors")
    yield "classifiers", count(len(selection.classifiers), "classifiers")
    yield "pairs", count(selection.judged, "pairs of both that could be judged")
    if study.races:
        what = "of them that did not go through all folds, and have no part in tests"
        yield "stopped", count(len(selection.stopped), what)
    yield "failed", count(len(selection.failed), "pairs that could not")
    yield "folds", count(outcome.folds, "folds of the cross-validation")
    yield "repeats", count(outcome.repeats, "repeats of it")
    yield "all_folds", count(outcome.folds * outcome.repeats, "folds times repeats")
    yield "inner_folds", count(study.inner_folds, "folds of the search in a training fold, at most")
    for label, tried in outcome.tried.items():
        yield f"settings.{label}", count(tried, "settings that the search tries")
    if not outcome.verdict.expectation.nested:
        yield "resamples", count(RESAMPLES, "bootstrap samples behind what to expect")
    if outcome.test_images:
        yield "test_images", count(outcome.test_images, "images kept until the end")
    yield "seed", count(study.seed, "seed of every random choice")
    yield "alpha", Number(value=outcome.verdict.alpha, unit="p", metric="", method="of every test")
    rope = "a difference that does not matter"
    yield "rope", _score(outcome, outcome.verdict.rope, rope)
    for stars, limit in enumerate(STARS, 1):
        told = Number(value=limit, unit="p", metric="", method=f"p below it gets {stars} stars")
        yield f"rule.stars{stars}", told
    equivalent = "P(equivalent) from which on a pair is called equivalent to the winner"
    yield "rule.equivalent", Number(value=EQUIVALENT, unit="p", metric="", method=equivalent)
    recommended = "P(worse) up to which a pair is recommended beside the winner"
    yield "rule.recommended", Number(value=TOO_MUCH, unit="p", metric="", method=recommended)


def _of_pair(outcome: Outcome, pair: Labels) -> Named:
    """Yield how a pair does, and what it costs."""
    label, cell, price = (
        told_pair(pair),
        outcome.selection.cells[pair],
        outcome.verdict.prices[pair],
    )
    yield f"mean.{label}", mean_of(outcome.selection, pair)
    yield f"sd.{label}", _score(outcome, cell.std, "standard deviation over folds (n - 1)")
    if outcome.verdict.comparisons.statistics == "classic":
        as_then = "standard deviation over folds (n), as the 2019 papers"
        yield f"sd_2019.{label}", _score(outcome, cell.std_2019, as_then)
    work = Number(
        value=price.work, unit="", metric="", method="million multiply-adds of its extractor"
    )
    yield f"price_work.{label}", work
    yield f"price_features.{label}", count(price.features, "numbers per image for the classifier")
    yield f"price_effort.{label}", count(price.effort, "place of the classifier in order of cost")


def _of_stopped(outcome: Outcome, label: str, stopped: Stopped) -> Named:
    """Yield how a pair did in the folds that it went through."""
    what = f"{stopped.told}; other pairs have other folds"
    yield f"stopped.{label}", _score(outcome, stopped.mean, f"mean, {what}")
    what = "folds before time was out" if stopped.late else "folds before it stopped, far behind"
    yield f"stopped_folds.{label}", count(len(stopped.scores), what)


def _against(outcome: Outcome, label: str, found: Comparison) -> Named:
    """Yield how a pair compares with the winner."""
    gap = found.difference
    yield (
        f"difference.{label}",
        _score(
            outcome,
            gap.mean,
            "winner less this pair, in the metric's direction, corrected t",
            gap.low,
            gap.high,
        ),
    )
    yield f"t.{label}", Number(value=gap.statistic, unit="", metric="", method="corrected t")
    how = "corrected t against the winner, Holm over all other pairs"
    yield f"p_holm.{label}", Number(value=found.p, unit="p", metric="", method=how)
    for name in ("worse", "equivalent", "better"):
        what = f"P(this pair is {name}), correlated t with the rope"
        value = float(getattr(found.other, name))
        yield f"p_{name}.{label}", Number(value=value, unit="p", metric="", method=what)
    if found.repeats is not None:
        what = "repeats that might decide, differences staying as they are; 0: none would"
        yield f"repeats_needed.{label}", count(found.repeats, what)


def _between(outcome: Outcome) -> Named:
    """Yield every contender against every other."""
    how = "corrected t, Holm over all pairs of these"
    for one in pairwise(outcome.selection, contenders(outcome.selection)):
        name = f"{told_pair(one.first)} / {told_pair(one.second)}"
        gap = one.difference
        what = "the first less the second, in the metric's direction, corrected t"
        yield f"between.{name}", _score(outcome, gap.mean, what, gap.low, gap.high)
        yield f"between_p.{name}", Number(value=one.p, unit="p", metric="", method=how)


def _beyond(outcome: Outcome) -> Named:
    """Yield how far each extractor is beyond the controls, which see no shapes."""
    compared = outcome.verdict.comparisons
    if compared.control is None:
        return
    what = f"less the control {told_pair(compared.control)}, corrected t"
    how = "corrected t, Holm over all extractors but controls"
    for pair, (gap, p) in compared.beyond.items():
        yield f"beyond.{told_pair(pair)}", _score(outcome, gap.mean, what, gap.low, gap.high)
        yield f"beyond_p.{told_pair(pair)}", Number(value=p, unit="p", metric="", method=how)
    none = compared.no_better_than_control(outcome.verdict.alpha)
    yield "count.no_better", count(len(none), "extractors not found better than the control")


def _chosen(outcome: Outcome) -> Named:
    """Yield how often each pair was chosen where the choice was repeated."""
    expectation = outcome.verdict.expectation
    for pair, often in expectation.chosen.items():
        if expectation.nested:
            number = count(int(often), "outer folds that chose this pair")
        else:
            what = "share of bootstrap samples that chose this pair"
            number = Number(value=often, unit="share", metric="", method=what)
        yield f"chosen.{told_pair(pair)}", number


def _whole(outcome: Outcome) -> Named:
    """Yield what is said of the study as a whole."""
    verdict, compared = outcome.verdict, outcome.verdict.comparisons
    yield "naive", verdict.naive
    yield (
        "optimism",
        _score(outcome, verdict.optimism, "naive less expected, in the metric's direction"),
    )
    yield "baseline", _score(outcome, outcome.selection.baseline, "an answer without skill")
    if verdict.chance:
        yield "chance", verdict.chance
    if verdict.against_rival:
        yield "against_rival", verdict.against_rival
    stand_in = len(verdict.recommended) - 1
    yield "count.stand_in", count(stand_in, "pairs that may stand in for the winner")
    for standing in Standing:
        of_it = len(compared.standing(standing))
        yield f"count.{standing}", count(of_it, "pairs of this standing beside the winner")


def _score(
    outcome: Outcome, value: float, method: str, low: float | None = None, high: float | None = None
) -> Number:
    return Number(
        value=value,
        unit=unit_of(outcome.judge),
        metric=outcome.metric,
        method=method,
        low=low,
        high=high,
    )
