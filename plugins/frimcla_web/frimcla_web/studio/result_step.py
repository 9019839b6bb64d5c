"""Step 5: what a study found; nothing is worked out here, all of it is read."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from frimcla import telling
from frimcla.auditing.findings import FILE as AUDIT
from frimcla.auditing.findings import read_audit
from frimcla.reporting import FILE as REPORT
from frimcla.study import RECORD

from .plain import is_plain, read_plain
from .room import Room, to
from .shelf import Kept

CHANGED = (OSError, csv.Error, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading results raises that are missing, or not as they were written."""
SHOWN = {
    "scatter.png": "Every pair: its mean score and how sure that is. Ringed is what may be taken.",
    "confusion.png": "What the best pair confuses: rows are true classes.",
}
TAKEN = {
    "model.frimcla": "the trained model",
    REPORT: "the whole story, one file",
    "predictions.csv": "what was said of every image while it was held out",
    "scores.csv": "every score of every pair in every fold",
    "table.csv": "the table",
    "methods.txt": "a paragraph for the methods section",
}
"""Files of a study that may be downloaded."""
SANDBOX = (
    "sandbox allow-scripts allow-popups allow-downloads; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'"
)
"""Of the report: it may do what its own policy allows, but is no page of ours: it has another
origin, and reaches nothing here."""


@attrs.frozen(kw_only=True)
class Found:
    """What is shown.

    Attributes:
        sentences: The verdict.
        notes: What a reader should know besides: warnings, and what the audit found.
        classifiers: The columns of the table.
        rows: Extractors, each with its cells.
        winner: Extractor and classifier to be taken.
        recommended: Pairs that may be taken as well.
        metric: What decided, with its unit.
        plots: Names of pictures, with what they show.
        files: Names to be downloaded, with what they are.
    """

    sentences: Sequence[str]
    notes: Sequence[str]
    classifiers: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    winner: tuple[str, str]
    recommended: Sequence[tuple[str, str]]
    metric: str
    plots: dict[str, str]
    files: dict[str, str]

    @classmethod
    def read(cls, output: Path) -> Found:
        """Read what a study left.

        Raises:
            Exception: One of `CHANGED`: something is missing, or was changed.
        """
        verdict: dict[str, Any] = json.loads(read_plain(output / "verdict.json"))
        table = read_plain(output / "table.csv").decode("utf-8-sig")
        header, *lines = csv.reader(io.StringIO(table, newline=""))
        pairs = _pairs(header[1:-3], [line[0] for line in lines])
        count = len(header) - 3
        return cls(
            sentences=read_plain(output / "verdict.txt").decode().splitlines(),
            notes=[*_warnings(output), *_audited(output)],
            classifiers=header[1:count],
            rows=[(line[0], line[1:count]) for line in lines if any(line[1:count])],
            winner=pairs[verdict["winner"]],
            recommended=[pairs[name] for name in verdict["recommended"] if name in pairs],
            metric=_measured(verdict),
            plots={name: what for name, what in SHOWN.items() if is_plain(output / name)},
            files={name: what for name, what in TAKEN.items() if is_plain(output / name)},
        )


def _warnings(output: Path) -> list[str]:
    record: dict[str, Any] = json.loads(read_plain(output / RECORD))
    return [str(one) for one in record["warnings"]]


def _audited(output: Path) -> Iterator[str]:
    return telling.audited(read_audit(output) if is_plain(output / AUDIT) else None, output)


def _measured(verdict: dict[str, Any]) -> str:
    """Return the metric, and that it is shown in percent if it is."""
    percent = verdict["numbers"][f"mean.{verdict['winner']}"]["unit"] == "share"
    return f"{verdict['metric']} in percent" if percent else str(verdict["metric"])


def _pairs(classifiers: Sequence[str], extractors: Sequence[str]) -> dict[str, tuple[str, str]]:
    return {f"{one} + {other}": (one, other) for one in extractors for other in classifiers}


@attrs.frozen(eq=False)
class ResultStep:
    """The page of what was found."""

    room: Room

    @property
    def routes(self) -> list[Route]:
        """What its addresses answer."""
        return [
            Route("/study/{name}/result", self.show),
            Route("/study/{name}/report", self.report),
            Route("/study/{name}/plot/{file}", self.plot),
            Route("/study/{name}/take/{file}", self.take),
        ]

    async def show(self, request: Request) -> Response:
        """Show the verdict, the table and what can be done next."""
        kept = self.room.kept(request)
        if not kept.finished:
            return to(request, f"/study/{quote(kept.name)}/running")
        try:
            found = await run_in_threadpool(Found.read, kept.output)
        except CHANGED:
            what = f"Files in {kept.output} are missing or were changed; run the study again."
            raise HTTPException(404, what) from None
        return self.room.page(
            request,
            "studio_result.html",
            5,
            kept=kept,
            chosen=kept.chosen,
            found=found,
            current=kept.current,
            commands=_commands(kept),
        )

    async def report(self, request: Request) -> Response:
        """Show the report, as if it came from elsewhere."""
        kept = self.room.kept(request)
        headers = {"content-security-policy": SANDBOX}
        return FileResponse(_there(kept, REPORT), media_type="text/html", headers=headers)

    async def plot(self, request: Request) -> Response:
        """Send one of the pictures."""
        name = _one_of(request, SHOWN)
        return FileResponse(_there(self.room.kept(request), name), media_type="image/png")

    async def take(self, request: Request) -> Response:
        """Send one of the files, to be kept."""
        kept, name = self.room.kept(request), _one_of(request, TAKEN)
        path = _there(kept, name)
        return FileResponse(path, filename=f"{kept.title}-{name}")


def _commands(kept: Kept) -> list[str]:
    """Return what to type for the same, and for what comes next."""
    model = ["frimcla", "predict", str(kept.model), "NEW_IMAGES", "--out", "predictions.csv"]
    return [
        shlex.join(["frimcla", "run", str(kept.toml)]),
        shlex.join(model),
        shlex.join(["frimcla", "evaluate", str(kept.model), "LABELLED_FOLDER"]),
        shlex.join(["frimcla", "serve", str(kept.model)]),
    ]


def _one_of(request: Request, known: dict[str, str]) -> str:
    name: str = request.path_params["file"]
    if name not in known:
        raise HTTPException(404, "There is no such file.")
    return name


def _there(kept: Kept, name: str) -> Path:
    path = kept.output / name
    if not is_plain(path):
        raise HTTPException(404, "This file is not there; run the study first.")
    return path
