"""What comes after the verdict: the audit, the pictures, and the report that shows it all."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .auditing import audit_opened
from .auditing.core import identity
from .auditing.findings import Audit, read_audit, write_audit
from .contracts import Progress
from .outputs import write_record
from .picturing import make_album
from .reporting import report
from .reporting.galleries import galleries_of
from .result import Result, record_of


def conclude(result: Result, progress: Progress | None = None) -> Result:
    """Audit the images, draw what the report shows of them, and write record and report.

    Args:
        result: Of a comparison, with or without a trained model.
        progress: Called as work is done.
    """
    output = result.study.output
    with result.clock.phase("audit"):
        audit = _audited(result, progress)
        write_audit(output, audit)
    with result.clock.phase("picture"):
        make_album(
            result.opened,
            result.table,
            result.selection.winner,
            wanted=wanted(result, audit),
            model=result.model,
            explain=result.study.explain,
            progress=progress,
        )
    write_record(output, record_of(result))
    report(output, progress=progress)
    return attrs.evolve(result, audit=audit)


def _audited(result: Result, progress: Progress | None) -> Audit:
    """Audit the images, or take what an audit of the same images and predictions found."""
    pairs = result.verdict.recommended
    before = read_audit(result.study.output)
    if before and before.made_for == identity(result.opened, result.table, pairs):
        return before
    return audit_opened(result.opened, result.table, pairs, progress=progress)


def wanted(result: Result, audit: Audit) -> Iterator[str]:
    """Yield the keys of images that the report shows by themselves, the most telling first."""
    table = result.table
    best = galleries_of(table, result.selection.winner)
    yield from (table.images[row] for row in (*best.errors, *best.unsure))
    for finding in audit.findings:
        for one in finding.suspects:
            yield one.key
            yield from one.beside
    for pair in result.selection.ranking[1:]:
        found = galleries_of(table, pair)
        yield from (table.images[row] for row in (*found.errors, *found.unsure))
