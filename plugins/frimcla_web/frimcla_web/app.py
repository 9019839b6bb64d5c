"""The page of a trained model: what each address answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import attrs
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from frimcla.bundle import Model

from . import pages
from .api import Api
from .door import Door
from .facts import Facts, facts_of
from .guard import Guard
from .jobs import Jobs
from .limits import MEGABYTE, Limits
from .looking import Looking
from .private import Private
from .trying import Trying
from .turns import Turns
from .workers import Workers


@attrs.frozen(eq=False)
class Desk:
    """What the pages of one model work with."""

    model: Model
    facts: Facts
    workers: Workers
    jobs: Jobs
    private: Private
    limits: Limits
    turns: Turns

    @classmethod
    def of(
        cls, bundle: Path, model: Model, limits: Limits, count: int = 1, without: Sequence[str] = ()
    ) -> Desk:
        """Set one up for a model that was loaded from *bundle*, without some plugins."""
        workers = Workers(bundle, limits, count, without)
        private = Private.made()
        jobs = Jobs(workers, private, limits)
        facts = facts_of(model, bundle)
        return cls(model, facts, workers, jobs, private, limits, Turns(limits.waiting))

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the workers, and tidy up at the end."""
        tidying = asyncio.create_task(self.jobs.tidy_now_and_then())
        try:
            await self.workers.start()
            yield
        finally:
            tidying.cancel()
            self.jobs.stop()
            await self.workers.stop()
            self.private.remove()

    @property
    def routes(self) -> list[BaseRoute]:
        """What each address answers, below the place where the pages are mounted."""
        trying = Trying(model=self.model, jobs=self.jobs, limits=self.limits, turns=self.turns)
        looking = Looking(
            model=self.model,
            workers=self.workers,
            jobs=self.jobs,
            limits=self.limits,
            turns=self.turns,
        )
        api = Api(
            model=self.model,
            workers=self.workers,
            jobs=self.jobs,
            private=self.private,
            limits=self.limits,
            turns=self.turns,
        )
        return [
            Mount("/static", pages.static()),
            Route("/", self.index),
            Route("/model", self.about),
            *trying.routes,
            *looking.routes,
            *api.routes,
        ]

    async def index(self, request: Request) -> Response:
        """Show the model, and where images are dropped."""
        return pages.page(
            request,
            "index.html",
            facts=self.facts,
            limits=self.limits,
            megabytes=self.limits.body // MEGABYTE,
            kept=round(self.limits.kept / 60),
            forgotten="forgotten" in request.query_params,
        )

    async def about(self, request: Request) -> Response:
        """Say what the model is, and what it must not be used for."""
        return pages.page(request, "model.html", facts=self.facts)


def application(desk: Desk, door: Door) -> ASGIApp:
    """Return the whole page, guarded."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with desk.open():
            yield

    inner = Starlette(
        routes=desk.routes,
        lifespan=lifespan,
        exception_handlers={HTTPException: pages.refused, Exception: pages.refused},
    )
    return Guard(RequestBodyLimitMiddleware(inner, desk.limits.body), door, desk.limits)
