"""Predictions for programs: images in, JSON out, nothing kept. ``openapi.json`` describes it."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frimcla.errors import ConfigError
from frimcla.parallel import cut
from frimcla.predicted import predictions_json
from frimcla.trust import COVERAGE, check_coverage

from .desk import Desk
from .guard import API
from .receiving import IMAGES, form_of, received, refuse_more, size_of, uploads_of
from .rows import Row, unread
from .workers import AT_ONCE

FORM = "multipart/form-data"


@attrs.frozen(eq=False)
class Api:
    """What answers below ``/api``."""

    desk: Desk

    @property
    def routes(self) -> list[Route]:
        """What each address answers."""
        return [
            Route(f"{API}predict", self.predict, methods=["POST"]),
            Route(f"{API}health", self.health),
            Route(f"{API}openapi.json", self.described),
        ]

    async def predict(self, request: Request) -> Response:
        """Predict images, and forget them."""
        if not request.headers.get("content-type", "").startswith(FORM):
            raise HTTPException(415, f"Send images as {FORM}, in the field {IMAGES}.")
        size = size_of(request, self.desk.limits)
        with self.desk.turns.turn(), self.desk.jobs.coming(request, size) as counted:
            async with form_of(counted, self.desk.limits) as form:
                coverage = _coverage(form)
                if not uploads_of(form):
                    raise HTTPException(422, f"Send images in the field {IMAGES}.")
                room = self.desk.private.room()
                try:
                    rows = await self._rows(form, room, coverage)
                finally:
                    await run_in_threadpool(shutil.rmtree, room, ignore_errors=True)
        answer = predictions_json([], self.desk.model, coverage)
        return JSONResponse({**answer, "predictions": rows})

    async def _rows(self, form: FormData, room: Path, coverage: float) -> list[Row]:
        found = await received(uploads_of(form), room, self.desk.model.readers, self.desk.limits)
        refuse_more(0, len(found.images), self.desk.limits)
        rows: list[Row] = []
        for some in cut(found.images, AT_ONCE):
            said = await self.desk.workers.predict([path for _, path in some], coverage=coverage)
            named = zip(some, said["predictions"], strict=True)
            rows += [{**row, "file": name} for (name, _), row in named]
        return rows + [unread(name, what) for name, what in found.problems]

    async def health(self, request: Request) -> Response:
        """Say that it is alive, and what it serves."""
        return JSONResponse({"status": "ok", "model": self.desk.model.manifest.label})

    async def described(self, request: Request) -> Response:
        """Return how all this is described to programs."""
        return Response(_description(), media_type="application/json")


def _coverage(form: FormData) -> float:
    try:
        return check_coverage(float(str(form.get("coverage") or COVERAGE)))
    except ConfigError as error:
        raise HTTPException(422, f"coverage {error.problems[0][1]}.") from None
    except ValueError:
        raise HTTPException(422, "coverage must be a number, such as 0.9.") from None


@cache
def _description() -> bytes:
    return (files("frimcla_web") / "openapi.json").read_bytes()
