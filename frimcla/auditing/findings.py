"""What an audit found, as values, and the file it is kept in."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.codes import CODES
from frimcla.files import sha256, write_atomically
from frimcla.keys import canonical
from frimcla.number import Number

FORMAT, FILE = 2, "audit.json"


class Severity(enum.StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # scores are not to be trusted before somebody has looked
    WARNING = "warning"
    NOTE = "note"


@attrs.frozen(kw_only=True)
class Suspect:
    """An image that a finding is about.

    Attributes:
        key: SHA-256 of the image.
        name: Of the image.
        label: Its class.
        told: What is wrong with it, in a few words, without the name of any file.
        beside: Keys of images to be shown beside it: its copy.
    """

    key: str
    name: str
    label: str
    told: str = ""
    beside: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was found.

    Attributes:
        code: Of the check, ``"FRM204"``.
        severity: How much it matters.
        sentence: What was found, and what to do; names no file and no group.
        numbers: The evidence, by name.
        suspects: Images it is about, the worst first.
    """

    code: str
    severity: Severity
    sentence: str
    numbers: Mapping[str, Number] = attrs.field(factory=dict)
    suspects: tuple[Suspect, ...] = ()

    @property
    def title(self) -> str:
        """Of the check."""
        return CODES[self.code]

    @property
    def page(self) -> str:
        """Where it is explained: a place in ``docs/audit.md``."""
        return f"docs/audit.md#{self.code.lower()}"


@attrs.frozen(kw_only=True)
class Audit:
    """All that was looked for.

    Attributes:
        findings: What was found: errors first, then by code.
        checked: Codes of the checks that were made.
        left_out: Of those that were not, by code: why.
        curve: Score against number of images, `frimcla.auditing.learning.Curve` as a dictionary;
            None where it was not drawn.
        made_for: A digest of all that decides it; equal ones find the same.
        said: A digest of the predictions that were looked at; empty where there were none.
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    left_out: Mapping[str, str] = attrs.field(factory=dict)
    curve: Mapping[str, Any] | None = None
    made_for: str = ""
    said: str = ""

    @property
    def failed(self) -> bool:
        """Whether a check of level error fired."""
        return any(one.severity == Severity.ERROR for one in self.findings)


def write_audit(folder: Path, audit: Audit) -> None:
    """Write ``audit.json``: equal data, equal bytes."""
    content = {"format": FORMAT, **attrs.asdict(audit)}
    content["seal"] = _seal(content)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / FILE, f"{text}\n".encode())


def read_audit(folder: Path) -> Audit | None:
    """Read ``audit.json`` back; None where there is none, or it is another than was written."""
    try:
        content = json.loads((folder / FILE).read_text("utf-8"))
        if content["format"] != FORMAT or content.pop("seal") != _seal(content):
            return None
        return Audit(
            findings=tuple(map(_finding, content["findings"])),
            checked=tuple(content["checked"]),
            left_out=dict(content["left_out"].items()),
            curve=content["curve"],
            made_for=content["made_for"],
            said=content["said"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _seal(content: Mapping[str, Any]) -> str:
    """Return a hash of all that is in the file: a later run takes it as it is."""
    return sha256(canonical(dict(content)))


def _finding(content: Mapping[str, Any]) -> Finding:
    """Read a finding back.

    Raises:
        ValueError: It is of a check that there is not, or holds something else than it should.
    """
    texts = [content["sentence"], *content["numbers"]]
    values = [one["value"] for one in content["numbers"].values()]
    if content["code"] not in CODES or not all(isinstance(text, str) for text in texts):
        raise ValueError(content["code"])
    if not all(isinstance(value, (int, float)) for value in values):
        raise ValueError(content["numbers"])
    suspects = [Suspect(**{**one, "beside": tuple(one["beside"])}) for one in content["suspects"]]
    return Finding(
        code=content["code"],
        severity=Severity(content["severity"]),
        sentence=content["sentence"],
        numbers={name: Number(**one) for name, one in content["numbers"].items()},
        suspects=tuple(suspects),
    )
