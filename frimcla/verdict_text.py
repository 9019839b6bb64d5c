"""``verdict.txt``: what a study found, in at most nine sentences for who knows the images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .comparing import Standing
from .outcome import Outcome
from .predictions import Labels
from .saying import amount, between, fixed, listed, pairs_told, points, probable, told
from .scoring import metric_of
from .selection import told_pair

SHOWN = 3
"""Names of pairs in a sentence; ``verdict.json`` has them all."""


def verdict_text(outcome: Outcome) -> str:
    """Return the file."""
    return "\n".join(verdict_lines(outcome)) + "\n"


def verdict_lines(outcome: Outcome) -> list[str]:
    """Return the sentences, a line each; what a study has nothing to say of is left out."""
    sentences = (_take, _naive, _stand_in, _others, _late, _tested, _control, _skill, _failed)
    return [line for sentence in sentences for line in sentence(outcome)]


def _take(outcome: Outcome) -> Iterator[str]:
    """Say which pair to take, and how good it will be."""
    number = outcome.expected
    lower = "" if outcome.judge.sign > 0 else ", where lower is better"
    yield (
        f"Take {told_pair(outcome.verdict.winner)}: expect {number.metric} {told(number)} "
        f"on new images{lower}{_of_ten(outcome)}."
    )


def _of_ten(outcome: Outcome) -> str:
    """Say how many images will be right, where the metric is just that."""
    value = outcome.expected.value
    if not metric_of(outcome.judge.recipe).binomial:
        return ""
    for whole in (10, 100):
        right = fixed(whole * value, 0)
        if abs(value - round(value * whole) / whole) <= 0.02 and 0 < int(right) < whole:
            return f", about {right} of {whole} images right"
    return ""


def _naive(outcome: Outcome) -> Iterator[str]:
    """Set it against the number in the table."""
    verdict, percent = outcome.verdict, outcome.percent
    shown, pairs = amount(verdict.naive.value, percent=percent), outcome.selection.judged
    gap = points(verdict.optimism, percent=percent)
    if pairs == 1:
        yield f"The table shows {shown} for it; it was the only pair, so nothing was chosen."
    elif float(gap.split()[0]) > 0:
        yield (
            f"The table shows {shown} for it; that is optimistic by {gap}, "
            f"as the best of {pairs} pairs."
        )
    else:
        yield (
            f"The table shows {shown} for it; the best of {pairs} pairs often looks too good, "
            "but here it does not."
        )


def _stand_in(outcome: Outcome) -> Iterator[str]:
    """Say who may be taken instead, and whether that is cheaper."""
    verdict = outcome.verdict
    others = verdict.recommended[1:]
    if not others:
        return
    if verdict.cheapest == verdict.winner:
        yield f"{_some(others, 'may stand in for it')}, but nothing costs less than it."
        return
    worse = verdict.comparisons.against[verdict.cheapest].other.worse
    rope = points(verdict.rope, percent=outcome.percent)
    rest = [pair for pair in others if pair != verdict.cheapest]
    also = f"; {_some(rest, 'may stand in as well')}" if rest else ""
    chance = amount(worse, percent=True) if worse >= 0.0005 else "practically 0"
    yield (
        f"Cheaper to use and hardly worse is {told_pair(verdict.cheapest)}: the probability that "
        f"it is worse by more than {rope} is {chance}{also}."
    )


def _others(outcome: Outcome) -> Iterator[str]:
    """Say who is undecided and what would decide, and how many are worse."""
    compared = outcome.verdict.comparisons
    undecided = compared.standing(Standing.UNDECIDED)
    stopped = len(outcome.selection.behind)
    worse = len(compared.standing(Standing.WORSE)) + stopped
    below = f"{worse} {'pair is' if worse == 1 else 'pairs are'} worse"
    early = _early(outcome, all_of_them=worse == stopped) if stopped else ""
    if not undecided:
        if worse:
            yield f"{below} than it{early}."
        return
    needed = [compared.against[pair].repeats or 0 for pair in undecided]
    also = f"; {below}{early}" if worse else ""
    yield f"{_some(undecided, 'undecided')}: {_deciding(needed)}{also}."


def _early(outcome: Outcome, *, all_of_them: bool) -> str:
    """Say how many of those that are worse were so far behind that they stopped, and when."""
    stopped = list(outcome.selection.behind.values())
    done, total = {len(one.scores) for one in stopped}, stopped[0].folds
    when = f"{min(done)}" if len(done) == 1 else f"{min(done)} to {max(done)}"
    who = "all" if all_of_them and len(stopped) > 1 else f"{len(stopped)} of them"
    who = "which" if all_of_them and len(stopped) == 1 else who
    return f", {who} stopped after {when} of {total} folds, far behind"


def _late(outcome: Outcome) -> Iterator[str]:
    """Say who was out of time, and that this depends on the machine."""
    late = list(outcome.selection.out_of_time.values())
    inside = outcome.study.nested and not outcome.verdict.expectation.nested
    budget = f"The budget of {outcome.study.budget} was spent"
    again = "what was finished depends on this machine, and the same command goes on"
    if late:
        least, total = min(len(one.scores) for one in late), late[0].folds
        pairs = "1 pair was" if len(late) == 1 else f"{len(late)} pairs were"
        after = f"after {least} of {total} folds{'' if len(late) == 1 else ' or more'}"
        yield f"{budget}: {pairs} out of time {after}; {again}."
    elif inside and outcome.study.budget:
        yield f"{budget} before the nested estimate was complete; {again}."


def _deciding(needed: Sequence[int]) -> str:
    """Say what would decide; 0 where no number of repeats would."""
    most = max(needed)
    if not most:
        return "more repeats would hardly decide, more images might"
    if all(needed):
        return f"repeats = {most} might decide"
    return f"repeats = {most} might decide some, more images the others"


def _tested(outcome: Outcome) -> Iterator[str]:
    """Say what images that were kept until the end said."""
    if not outcome.verdict.tested or outcome.trained is None:
        return
    number = outcome.verdict.tested[0]
    yield (
        f"On {outcome.test_images} images kept until the end, {told_pair(outcome.trained)} got "
        f"{number.metric} {told(number)}{_rival(outcome)}."
    )


def _rival(outcome: Outcome) -> str:
    """Say how the runner-up compares on the same images."""
    rival, number = outcome.verdict.rival, outcome.verdict.against_rival
    if rival is None or number is None:
        return ""
    if number.unit == "p":
        return f"; against {told_pair(rival)} p = {probable(number.value)}"
    gap = points(number.value, percent=outcome.percent)
    if number.low is None or number.high is None:
        return f", {gap} more than {told_pair(rival)}"
    ends = between(number.low, number.high, percent=outcome.percent)
    return f", {gap} more than {told_pair(rival)} ({ends})"


def _control(outcome: Outcome) -> Iterator[str]:
    """Name extractors that do not beat a control, which sees no shapes."""
    verdict = outcome.verdict
    control = verdict.comparisons.control
    alike = [one for one, _ in verdict.comparisons.no_better_than_control(verdict.alpha)]
    if control is None or not alike:
        return
    if len(alike) == len(verdict.comparisons.beyond):
        who = "nothing that costs more was found better"
    elif len(alike) <= SHOWN:
        verb = "costs more and was" if len(alike) == 1 else "cost more and were"
        who = f"{listed(alike)} {verb} not found better"
    else:
        who = f"{len(alike)} extractors cost more and were not found better, among them "
        who += listed(alike[:SHOWN])
    if verdict.winner[0] in (control[0], *alike):
        who += "; what tells the classes apart may be something simple"
    yield f"Beware of the control {told_pair(control)}: {who}."


def _skill(outcome: Outcome) -> Iterator[str]:
    """Say what no skill gets, and whether this is more."""
    number, baseline, verdict = outcome.expected, outcome.selection.baseline, outcome.verdict
    text = f"An answer without skill gets {amount(baseline, percent=outcome.percent)}"
    worst = number.low if outcome.judge.sign > 0 else number.high
    worst = number.value if worst is None else worst
    if not outcome.judge.sign * (worst - baseline) > 0:
        text += ", and it is not certain that this study found more"
    if verdict.chance:
        text += f"; p = {probable(verdict.chance.value)} against shuffled classes"
    yield f"{text}."


def _failed(outcome: Outcome) -> Iterator[str]:
    if failed := tuple(outcome.selection.failed):
        yield f"{_some(failed, 'failed')}."


def _some(pairs: Sequence[Labels], what: str) -> str:
    """Say *what* is so of pairs: all by name if few, else how many and the first of them."""
    if len(pairs) <= SHOWN:
        verb = {"undecided": "is undecided" if len(pairs) == 1 else "are undecided"}.get(what, what)
        return f"{listed(pairs_told(pairs))} {verb}"
    verb = {"undecided": "are undecided"}.get(what, what)
    return f"{len(pairs)} pairs {verb}, among them {listed(pairs_told(pairs[:SHOWN]))}"
