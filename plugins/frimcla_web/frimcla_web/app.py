"""The page of a trained model: what each address answers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import attrs
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from . import pages
from .api import Api
from .desk import Desk
from .door import Door
from .guard import Guard
from .limits import MEGABYTE
from .looking import Looking
from .trying import Trying


@attrs.frozen(eq=False)
class Front:
    """The pages that are about the model."""

    desk: Desk

    @property
    def routes(self) -> list[BaseRoute]:
        """What each address answers."""
        return [Route("/", self.index), Route("/model", self.about)]

    async def index(self, request: Request) -> Response:
        """Show the model, and where images are dropped."""
        return pages.page(
            request,
            "index.html",
            facts=self.desk.facts,
            limits=self.desk.limits,
            megabytes=self.desk.limits.body // MEGABYTE,
            kept=round(self.desk.limits.kept / 60),
            forgotten="forgotten" in request.query_params,
        )

    async def about(self, request: Request) -> Response:
        """Say what the model is, and what it must not be used for."""
        return pages.page(request, "model.html", facts=self.desk.facts)


def routes_of(desk: Desk) -> list[BaseRoute]:
    """Return what each address answers, below the place where the pages are mounted."""
    answering = (Front(desk), Trying(desk), Looking(desk), Api(desk))
    return [Mount("/static", pages.static()), *(route for one in answering for route in one.routes)]


def application(desk: Desk, door: Door) -> ASGIApp:
    """Return the whole page, guarded."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with desk.open():
            yield

    inner = Starlette(
        routes=routes_of(desk),
        lifespan=lifespan,
        exception_handlers={HTTPException: pages.refused, Exception: pages.refused},
    )
    return Guard(RequestBodyLimitMiddleware(inner, desk.limits.body), door, desk.limits)
