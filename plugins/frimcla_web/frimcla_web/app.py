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
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from frimcla.bundle import Model

from . import pages
from .door import Door
from .guard import Guard, check_csrf
from .jobs import Job, Jobs
from .limits import Limits
from .private import Private
from .receiving import form_of, received, refuse_more, uploads_of
from .workers import Workers


@attrs.frozen(eq=False)
class Desk:
    """What the pages of one model work with."""

    model: Model
    workers: Workers
    jobs: Jobs
    private: Private
    limits: Limits

    @classmethod
    def of(
        cls, bundle: Path, model: Model, limits: Limits, count: int = 1, without: Sequence[str] = ()
    ) -> Desk:
        """Set one up for a model that was loaded from *bundle*, without some plugins."""
        workers = Workers(bundle, limits, count, without)
        private = Private.made()
        return cls(model, workers, Jobs(workers, private, limits), private, limits)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the workers, and tidy up at the end."""
        tidying = asyncio.create_task(self.jobs.tidy_now_and_then())
        try:
            await self.workers.start()
            yield
        finally:
            tidying.cancel()
            for job in list(self.jobs):
                self.jobs.forget(job)
            await self.workers.stop()
            self.private.remove()

    @property
    def routes(self) -> list[Route]:
        """What each address answers, below the place where the pages are mounted."""
        return [
            Route("/", self.index),
            Route("/jobs", self.begin, methods=["POST"]),
            Route("/jobs/{job}", self.job),
        ]

    async def index(self, request: Request) -> Response:
        """Show the model, and where images are dropped."""
        return pages.page(request, "index.html", model=self.model)

    async def begin(self, request: Request) -> Response:
        """Take images, and go to the page that shows them."""
        async with form_of(request, self.limits) as form:
            check_csrf(request, form)
            job = self.jobs.new(request.state.session)
            found, problems = await received(
                uploads_of(form), job.room, self.model.readers, self.limits
            )
            refuse_more(0, len(found), self.limits)
        job.problems += problems
        self.jobs.add(job, found)
        return RedirectResponse(f"{request.scope.get('root_path', '')}/jobs/{job.id}", 303)

    async def job(self, request: Request) -> Response:
        """Show images and what is said of them."""
        return pages.page(request, "job.html", job=self._job(request), model=self.model)

    def _job(self, request: Request) -> Job:
        found = self.jobs.of(request.state.session, request.path_params["job"])
        if found is None:
            raise HTTPException(404, "These images were forgotten; send them again.")
        return found


def application(desk: Desk, door: Door) -> ASGIApp:
    """Return the whole page, guarded."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with desk.open():
            yield

    inner = Starlette(
        routes=[Mount("/static", pages.static()), *desk.routes],
        lifespan=lifespan,
        exception_handlers={HTTPException: pages.refused, Exception: pages.refused},
    )
    return Guard(RequestBodyLimitMiddleware(inner, desk.limits.body), door, desk.limits)
