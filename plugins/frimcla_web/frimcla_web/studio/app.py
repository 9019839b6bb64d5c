"""The pages of the studio, guarded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from frimcla.errors import FrimclaError
from frimcla.registry import Registry
from frimcla_web import pages
from frimcla_web.door import HERE, Door
from frimcla_web.guard import Guard
from frimcla_web.limits import Limits

from .asking import Assistant
from .choice_step import ChoiceStep
from .folder_step import FolderStep
from .images_step import ImagesStep
from .result_step import ResultStep
from .room import Room
from .run_step import RunStep
from .runner import Runner
from .shelf import Shelf
from .trying import Tries

STEPS = (FolderStep, ImagesStep, ChoiceStep, RunStep, ResultStep)


def application(
    registry: Registry,
    start: Path,
    door: Door,
    limits: Limits,
    *,
    without: Sequence[str] = (),
    stopped: Callable[[Path], None] = lambda _: None,
) -> ASGIApp:
    """Return all pages.

    Args:
        registry: What plugins offer.
        start: Where browsing for images begins.
        door: Who may come in.
        limits: What one visitor may ask for.
        without: Plugins to be left out.
        stopped: Called with the ``study.toml`` that was under way when the pages end, if one was.
    """
    shelf = Shelf(Path())
    room = Room(
        registry=registry,
        start=start,
        bounded=door.host not in HERE,
        shelf=shelf,
        assistant=Assistant(without),
        runner=Runner(shelf, without),
    )
    tries = Tries(room, limits, tuple(without))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            if kept := await room.runner.stop():
                stopped(kept.toml)
            await room.assistant.stop()
            await tries.close()

    inner = Starlette(
        routes=[
            Mount("/static", pages.static()),
            Mount("/study/{name}/try", tries),
            *(route for step in STEPS for route in step(room).routes),
        ],
        lifespan=lifespan,
        exception_handlers={
            HTTPException: pages.refused,
            FrimclaError: _refused,
            Exception: pages.refused,
        },
    )
    return Guard(RequestBodyLimitMiddleware(inner, limits.body), door, limits)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer what a study cannot do in a sentence."""
    return await pages.refused(request, HTTPException(422, str(error)))
