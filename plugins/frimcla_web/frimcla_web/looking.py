"""The pages of one image: larger, in words, labelled, and where the model looks."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from frimcla.errors import FrimclaError

from .cards import card_of, images_of
from .desk import Desk
from .finding import address_of, item_of
from .guard import asks_json, check_csrf
from .items import Item
from .labels import tally
from .pages import fragment, page, seen, with_query
from .receiving import FORGOTTEN, form_of
from .views import View

WEBP = "image/webp"
SMALL, LARGE, MAP = "small", "large", "map"
"""Pictures of an image."""


@attrs.frozen(eq=False)
class Looking:
    """What answers below ``/jobs/ID/images/N``."""

    desk: Desk

    @property
    def routes(self) -> list[Route]:
        """What each address answers."""
        image = "/jobs/{job}/images/{number:int}"
        return [
            Route(image, self.image),
            Route(f"{image}/label", self.label, methods=["POST"]),
            Route(f"{image}/map", self.map),
            Route(f"{image}/{{name}}.webp", self.picture),
        ]

    async def image(self, request: Request) -> Response:
        """Show one image, larger, and all that is said of it."""
        job, item = item_of(self.desk.jobs, request)
        view = View.of(request.query_params, self.desk.model.classes)
        beside = [one.number for one in view.items(job)]
        place = beside.index(item.number) if item.number in beside else -1
        looks = await self._looks(item) if request.query_params.get("look") else None
        return page(
            request,
            "image.html",
            model=self.desk.model,
            job=job,
            view=view,
            card=card_of(item, job.coverage, images_of(self.desk.model)),
            before=beside[place - 1] if place > 0 else None,
            after=beside[place + 1] if -1 < place < len(beside) - 1 else None,
            looks=looks,
        )

    async def map(self, request: Request) -> Response:
        """Show where the model looks, as a part of a page."""
        job, item = item_of(self.desk.jobs, request)
        looks = await self._looks(item)
        text = fragment(request, "looks.html", job=job, item=item, looks=looks)
        return Response(text, media_type="text/html")

    async def _looks(self, item: Item) -> list[str]:
        """Draw where the model looks, once; return what to know of it."""
        if item.looks is None:
            with self.desk.turns.turn():
                try:
                    found = await self.desk.workers.map(item.path)
                except FrimclaError as error:
                    return [f"The map cannot be drawn: {error}."]
            await _written(item.beside(MAP), found["picture"])
            item.looks = found["sentences"]
        return list(item.looks)

    async def picture(self, request: Request) -> Response:
        """Show an image: small, large, or with the map over it."""
        _, item = item_of(self.desk.jobs, request)
        name = request.path_params["name"]
        path = item.beside(name)
        if name == LARGE and not path.exists():
            with self.desk.turns.turn():
                try:
                    await _written(path, await self.desk.workers.show(item.path))
                except FrimclaError:
                    path = item.beside(SMALL)
        if name not in {SMALL, LARGE, MAP} or not path.exists():
            raise HTTPException(404, "There is no such picture.")
        return FileResponse(path, media_type=WEBP)

    async def label(self, request: Request) -> Response:
        """Keep what a visitor says that an image is."""
        job, item = item_of(self.desk.jobs, request)
        async with form_of(request, self.desk.limits, files=False) as form:
            check_csrf(request, form)
            label = str(form.get("label") or "")
        if label and label not in self.desk.model.classes:
            raise HTTPException(422, "The model knows no such class; choose one of the list.")
        item.corrected = label
        if asks_json(request):
            said = tally(job, self.desk.model.classes)
            return JSONResponse({"label": label, "labelled": said.labelled, "told": said.told})
        view = View.of(request.query_params, self.desk.model.classes)
        address = address_of(request, job)
        if request.query_params.get("at") == "image":
            return seen(with_query(f"{address}/images/{item.number}", view.query()))
        return seen(with_query(address, view.query()) + f"#image-{item.number}")


async def _written(path: Path, text: Any) -> None:
    try:
        await run_in_threadpool(path.write_bytes, base64.b64decode(text))
    except FileNotFoundError:
        raise HTTPException(404, FORGOTTEN) from None
