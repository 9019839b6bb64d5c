"""A row of the table in sentences for a paper: do they differ, who is best, who is worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .outcome import Outcome
from .pairs import mean_of
from .predictions import Labels
from .row_evidence import Tested, tested_by
from .saying import amount, bare, fixed, listed, points, probable
from .stats.rows import EXACT, Against, Classic, Strict

TESTS: Mapping[str, str] = {
    "RM-ANOVA (Greenhouse-Geisser)": "repeated-measures analysis of variance with Greenhouse and "
    "Geisser's correction [@greenhouse1959]",
    "Friedman (Iman-Davenport, tie-corrected)": "Friedman's test [@friedman1937], tie-corrected, "
    "as Iman and Davenport's F [@iman1980; @demsar2006]",
    "paired t": "the paired t test",
    EXACT: "Wilcoxon's exact signed-rank test [@wilcoxon1945]",
}
"""What the tests of a row are called in a paper, the first time."""
SIZES: Mapping[str, str] = {"partial_eta2": "partial eta squared", "kendall_W": "Kendall's W"}


def row_sentences(
    outcome: Outcome, where: str, who: str, row: Strict | Classic, pairs: Mapping[str, Labels]
) -> Iterator[str]:
    """Yield the sentences of a row.

    Args:
        outcome: What the row is of.
        where: How its first sentence begins, ``"For LAB, "``; or nothing.
        who: What stands in it: ``"classifiers"``.
        row: What was tested.
        pairs: The pair behind each name in it.
    """
    best = _mean(outcome, pairs[row.winner])
    test = tested_by(row)
    if test is None:
        yield _sentence(f"{where}{row.winner} alone was compared ({best})")
        return
    found = test.p < outcome.verdict.alpha
    if found:
        differ = f"{who} differed"
    elif test.test == EXACT and isinstance(row, Strict) and not row.wilcoxon_can:
        differ = "the test cannot reach significance"
    else:
        differ = f"the test did not show that {who} differ"
    yield _sentence(f"{where}{differ} ({_about(row, test)})")
    worse, alike = _told(outcome, row)
    sentence = f"{row.winner} had the best mean {outcome.metric} ({best})"
    if isinstance(row, Classic) and row.winner != _best_mean(outcome, pairs):
        sentence = f"{row.winner} ranked best (mean {outcome.metric} {best})"
    parts = [sentence]
    if worse:
        parts.append(f"it was better than {listed(worse)}")
    if alike:
        why = "it was" if found else "without an overall effect it was"
        parts.append(f"{why} not distinguishable from {listed(alike)}")
    yield _sentence("; ".join(parts))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text.startswith("the ") else f"{text}."


def _mean(outcome: Outcome, pair: Labels) -> str:
    number, cell = mean_of(outcome.selection, pair), outcome.selection.cells[pair]
    spread = bare(cell.std, percent=outcome.percent)
    return f"{amount(number.value, percent=outcome.percent)}, SD {spread}"


def _best_mean(outcome: Outcome, pairs: Mapping[str, Labels]) -> str:
    ranking = outcome.selection.ranking
    return min(pairs, key=lambda name: ranking.index(pairs[name]))


def _about(row: Strict | Classic, found: Tested) -> str:
    """Return the test of a row with everything about it, as in a paper."""
    head = f"{found.test}, {_statistic(found)}, p = {probable(found.p)}"
    if isinstance(row, Classic):
        return head
    size = f"{SIZES[row.omnibus.effect]} = {fixed(row.omnibus.size.value, 2)}"
    checks = (
        f"residual Shapiro-Wilk p = {probable(row.shapiro_p)}, "
        f"Brown-Forsythe p = {probable(row.levene_p)}"
    )
    return f"{head}, {size}; {checks}"


def _statistic(found: Tested) -> str:
    if found.test in {EXACT, "Wilcoxon"}:
        return f"smaller rank sum {found.statistic:g} of {found.df[0]:g} differences"
    letter = "t" if found.test.endswith(" t") else "F"
    return f"{letter}({', '.join(map(probable, found.df))}) = {fixed(found.statistic, 2)}"


def _told(outcome: Outcome, row: Strict | Classic) -> tuple[list[str], list[str]]:
    """Return who was found worse, and who was not, each with its numbers."""
    worse: list[str] = []
    alike: list[str] = []
    if isinstance(row, Classic):
        level = outcome.verdict.alpha if row.p < outcome.verdict.alpha else 0.0
        for name, p in row.adjusted.items():
            (worse if p < level else alike).append(f"{name} (adjusted p = {probable(p)})")
        return worse, alike
    for name, found in row.against.items():
        if found.worse:
            worse.append(f"{name} {_by(outcome, row, found)}")
        else:
            equivalent = probable(found.posterior.equivalent)
            adjusted = probable(found.p)
            alike.append(f"{name} (Holm p = {adjusted}, P(equivalent) = {equivalent})")
    return worse, alike


def _by(outcome: Outcome, row: Strict, found: Against) -> str:
    """Say by how much, with interval and p values."""
    gap, percent = found.difference, outcome.percent
    low, high = (bare(end, percent=percent) for end in (gap.low, gap.high))
    ranked = f"; exact Wilcoxon, Holm p = {probable(found.p_wilcoxon)}" if row.wilcoxon_can else ""
    return (
        f"by {points(gap.mean, percent=percent)} (95 % CI [{low}, {high}], "
        f"Holm p = {probable(found.p)}{ranked})"
    )
