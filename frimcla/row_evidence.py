"""The numbers of a row of the table: what its test found, whichever test it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .number import Number
from .stats.rows import Against, Classic, Omnibus, Strict

Named = Iterator[tuple[str, Number]]


class Tested(NamedTuple):
    """What the test of a row found."""

    test: str
    statistic: float
    df: tuple[float, ...]
    p: float


def tested_by(row: Strict | Classic) -> Tested | None:
    """Return the test that stands in the table; None for a row of one."""
    if isinstance(row, Classic):
        return Tested(row.test, row.statistic, row.df, row.p) if row.adjusted else None
    found = row.omnibus
    return Tested(found.test, found.statistic, found.df, found.p) if row.against else None


def row_numbers(name: str, row: Strict | Classic) -> Named:
    """Yield the numbers of a row, ``NAME.p`` and so on; of a row of one, none."""
    if isinstance(row, Strict):
        return _strict(name, row)
    return _classic(name, row)


def _strict(name: str, row: Strict) -> Named:
    if not row.against:
        return
    yield from _omnibus(name, row.omnibus)
    if row.other_omnibus:
        yield from _omnibus(f"{name}.other", row.other_omnibus)
    yield f"{name}.shapiro_p", _p(row.shapiro_p, "Shapiro-Wilk, residuals, first repeat")
    yield f"{name}.brown_forsythe_p", _p(row.levene_p, "Brown-Forsythe, first repeat")
    epsilon = row.sphericity.greenhouse_geisser
    yield f"{name}.epsilon", _plain(epsilon, "Greenhouse-Geisser, first repeat")
    for label, rank in row.mean_ranks.items():
        yield f"{name}.mean_rank.{label}", _plain(rank, "over folds of the first repeat, 1 is best")
    for label, found in row.against.items():
        yield from _against(name, label, row.winner, found)


def _omnibus(name: str, found: Omnibus) -> Named:
    how = f"{found.test}, first repeat"
    yield f"{name}.statistic", _plain(found.statistic, how)
    for place, df in enumerate(found.df, 1):
        yield f"{name}.df{place}", _plain(df, f"degrees of freedom {place}, {found.test}")
    yield f"{name}.p", _p(found.p, how)
    size = found.size
    yield (
        f"{name}.{found.effect}",
        Number(value=size.value, unit="", metric="", method=how, low=size.low, high=size.high),
    )


def _against(name: str, label: str, winner: str, found: Against) -> Named:
    gap = found.difference
    how = f"{winner} less {label}, in the metric's direction, corrected t"
    yield (
        f"{name}.difference.{label}",
        Number(value=gap.mean, unit="", metric="", method=how, low=gap.low, high=gap.high),
    )
    yield f"{name}.p_holm.{label}", _p(found.p, "corrected t, Holm over this row")
    wilcoxon = "exact signed ranks of the first repeat, Holm over this row"
    yield f"{name}.p_wilcoxon.{label}", _p(found.p_wilcoxon, wilcoxon)
    for what in ("worse", "equivalent", "better"):
        mirrored = {"worse": "better", "better": "worse"}.get(what, what)
        value = float(getattr(found.posterior, mirrored))
        yield f"{name}.p_{what}.{label}", _p(value, f"P({label} {what}), beside {winner}")


def _classic(name: str, row: Classic) -> Named:
    if not row.adjusted:
        return
    how = f"{row.test}, first repeat, as the 2019 papers"
    yield f"{name}.statistic", _plain(row.statistic, how)
    for place, df in enumerate(row.df, 1):
        yield f"{name}.df{place}", _plain(df, f"degrees of freedom {place}, {row.test}")
    yield f"{name}.p", _p(row.p, how)
    yield f"{name}.shapiro_p", _p(row.shapiro_pooled.p, "Shapiro-Wilk of scores pooled, as then")
    yield f"{name}.brown_forsythe_p", _p(row.levene.p, "Brown-Forsythe, first repeat")
    for label, p in row.adjusted.items():
        yield f"{name}.p_adjusted.{label}", _p(p, f"{row.winner} against {label}, as then")


def _plain(value: float, method: str) -> Number:
    return Number(value=value, unit="", metric="", method=method)


def _p(value: float, method: str) -> Number:
    return Number(value=value, unit="p", metric="", method=method)
