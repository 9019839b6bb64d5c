"""Trained models to be tried: the pages that ``frimcla serve`` shows, below those of a study."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import attrs
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from frimcla.bundle import load
from frimcla.errors import FrimclaError
from frimcla_web import pages
from frimcla_web.app import routes_of
from frimcla_web.desk import Desk
from frimcla_web.limits import Limits

from .room import Room
from .shelf import Kept


@attrs.define(eq=False)
class Opened:
    """A model that is open: its workers stand ready.

    Attributes:
        written: When its file was.
        app: The pages.
        closing: Set when it is closed.
        task: Holds it open.
    """

    written: int
    app: ASGIApp
    closing: asyncio.Event
    task: asyncio.Task[None]


class Tries:
    """Opens a model when somebody first comes to try it; one at a time stands open."""

    def __init__(self, room: Room, limits: Limits, without: tuple[str, ...] = ()) -> None:
        """Make it ready, without some plugins."""
        self._room, self._limits, self._without = room, limits, without
        self._open: dict[str, Opened] = {}
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request below a study."""
        request = Request(scope, receive)
        try:
            kept = self._room.kept(request)
            app = await self._app(kept)
        except FrimclaError as error:
            refused = await pages.refused(request, HTTPException(422, str(error)))
            await refused(scope, receive, send)
            return
        request.state.above = f"/study/{quote(kept.name)}/result"
        await app(scope, receive, send)

    async def close(self) -> None:
        """Close what is open."""
        for opened in self._open.values():
            opened.closing.set()
        await asyncio.gather(*(opened.task for opened in self._open.values()))
        self._open.clear()

    async def _app(self, kept: Kept) -> ASGIApp:
        async with self._turn:
            if not kept.model.is_file():
                raise HTTPException(404, "There is no trained model yet; run the study first.")
            written = kept.model.stat().st_mtime_ns
            known = self._open.get(kept.name)
            if known is None or known.written != written or known.task.done():
                await self.close()
                known = self._open[kept.name] = await self._opened(kept, written)
            return known.app

    async def _opened(self, kept: Kept, written: int) -> Opened:
        model = await run_in_threadpool(load, kept.model, self._room.registry)
        desk = Desk.of(kept.model, model, self._limits, 1, self._without)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        closing = asyncio.Event()

        async def hold() -> None:
            try:
                async with desk.open():
                    ready.set_result(None)
                    await closing.wait()
            except Exception as error:
                if ready.done():
                    raise
                ready.set_exception(error)

        task = asyncio.create_task(hold())
        await ready
        app = Starlette(
            routes=routes_of(desk),
            exception_handlers={HTTPException: pages.refused, Exception: pages.refused},
        )
        return Opened(written=written, app=app, closing=closing, task=task)
