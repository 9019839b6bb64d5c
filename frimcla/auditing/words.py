"""What an audit says on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from frimcla.codes import CODES
from frimcla.number import Number

from .findings import Audit, Finding, Severity, Suspect

SHOWN = 5
"""Images that are named of a finding."""


def told(audit: Audit) -> Iterator[str]:
    """Say what was found, errors first, a line each."""
    for finding in audit.findings:
        yield from _finding(finding)
    yield _made(audit)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.code} {finding.severity.value}: {finding.title}: {finding.sentence}"
    for name, number in finding.numbers.items():
        yield f"  {name} {shown(number)} ({number.metric}; {number.method})"
    for suspect in finding.suspects[:SHOWN]:
        yield f"  {_suspect(suspect)}"
    if len(finding.suspects) > SHOWN:
        yield f"  and {len(finding.suspects) - SHOWN} more in audit.json"
    yield f"  see {finding.page}"


def _suspect(suspect: Suspect) -> str:
    what = f": {suspect.told}" if suspect.told else ""
    return f"{suspect.name} ({suspect.label}){what}"


def shown(number: Number) -> str:
    """Return a number as people write it, by its unit."""
    if number.unit == "share":
        return f"{100 * number.value:.0f} %"
    if number.unit == "count":
        return f"{number.value:,.0f}"
    return f"{number.value:.2g}" if number.unit == "p" else f"{number.value:.2f}"


def _made(audit: Audit) -> str:
    """Count what was looked for and found; say what was left out, and why."""
    many = Counter(finding.severity for finding in audit.findings)
    found = ", ".join(
        f"{many[one]} {one.value}{'' if many[one] == 1 else 's'}" for one in Severity if many[one]
    )
    checks = "1 check" if len(audit.checked) == 1 else f"{len(audit.checked)} checks"
    line = f"{checks} made, {found or 'nothing found'}"
    for why in dict.fromkeys(audit.left_out.values()):
        codes = [code for code in CODES if audit.left_out.get(code) == why]
        line += f"; left out: {', '.join(codes)} ({why})"
    return line
