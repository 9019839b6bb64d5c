"""The pages on which images are tried: sent, looked at, labelled, taken home, forgotten."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from frimcla.bundle import Model
from frimcla.errors import FrimclaError

from . import pages, rows
from .cards import UNLIKE, card_of
from .guard import asks_json, check_csrf
from .jobs import Item, Job, Jobs
from .labels import tally
from .limits import Limits
from .receiving import FORGOTTEN, form_of, received, refuse_more, size_of, uploads_of
from .turns import Turns
from .views import SHOWS, SORTS, View
from .workers import Workers

WEBP, CSV = "image/webp", "text/csv; charset=utf-8"
SMALL, LARGE, MAP = "small", "large", "map"
"""Pictures of an image."""


@attrs.frozen(kw_only=True, eq=False)
class Trying:
    """What answers below ``/jobs``."""

    model: Model
    workers: Workers
    jobs: Jobs
    limits: Limits
    turns: Turns

    @property
    def routes(self) -> list[Route]:
        """What each address answers."""
        image = "/jobs/{job}/images/{number:int}"
        return [
            Route("/jobs", self.begin, methods=["POST"]),
            Route("/jobs/{job}", self.job),
            Route("/jobs/{job}/images", self.more, methods=["POST"]),
            Route("/jobs/{job}/progress", self.progress),
            Route("/jobs/{job}/predictions.csv", self.table),
            Route("/jobs/{job}/confirm", self.confirm, methods=["POST"]),
            Route("/jobs/{job}/forget", self.forget, methods=["POST"]),
            Route(image, self.image),
            Route(f"{image}/label", self.label, methods=["POST"]),
            Route(f"{image}/map", self.map),
            Route(f"{image}/{{name}}.webp", self.picture),
        ]

    async def begin(self, request: Request) -> Response:
        """Take images, and go to the page that shows them."""
        with self.turns.turn(), self.jobs.room_for(size_of(request, self.limits)):
            async with form_of(request, self.limits) as form:
                check_csrf(request, form)
                if not uploads_of(form):
                    raise HTTPException(422, "Choose some images first.")
                job = self.jobs.new(request.state.session)
                try:
                    await self._take(job, form)
                except BaseException:
                    self.jobs.forget(job)
                    raise
        return self._went(request, job)

    async def more(self, request: Request) -> Response:
        """Take further images of a job: a script sends many in portions."""
        job = self._job(request)
        with self.turns.turn(), self.jobs.room_for(size_of(request, self.limits)):
            async with form_of(request, self.limits) as form:
                check_csrf(request, form)
                await self._take(job, form)
        return self._went(request, job)

    async def _take(self, job: Job, form: FormData) -> None:
        uploads = uploads_of(form)
        refuse_more(len(job.items), len(uploads), self.limits)
        found = await received(uploads, job.room, self.model.readers, self.limits)
        try:
            refuse_more(len(job.items), len(found.images), self.limits)
            self.jobs.check_room(found.bytes)
        except HTTPException:
            found.remove()
            raise
        job.passed_over += found.passed_over
        job.bytes += found.bytes
        self.jobs.add(job, found.images, found.problems)

    def _went(self, request: Request, job: Job) -> Response:
        address = _address(request, job)
        return JSONResponse({"job": address}) if asks_json(request) else _seen(address)

    async def job(self, request: Request) -> Response:
        """Show images and what is said of them."""
        job = self._job(request)
        view = View.of(request.query_params, self.model.classes)
        items = view.items(job)
        shown, count = view.paged(items)
        return pages.page(
            request,
            "job.html",
            model=self.model,
            job=job,
            view=view,
            cards=[card_of(item, job.coverage, self._images) for item in shown],
            found=len(items),
            pages=count,
            page=min(view.page, count),
            tally=tally(job, self.model.classes),
            progress=_progress(job),
            unlike=UNLIKE,
            sorts=SORTS,
            shows=SHOWS,
            kept=round(self.limits.kept / 60),
        )

    async def progress(self, request: Request) -> Response:
        """Say how far a job is."""
        job = self._job(request)
        return JSONResponse(
            {
                "done": job.done,
                "all": len(job.items),
                "running": job.running,
                "told": _progress(job),
            }
        )

    async def image(self, request: Request) -> Response:
        """Show one image, larger, and all that is said of it."""
        job, item = self._item(request)
        view = View.of(request.query_params, self.model.classes)
        beside = [one.number for one in view.items(job)]
        place = beside.index(item.number) if item.number in beside else -1
        looks = await self._looks(item) if request.query_params.get("look") else None
        return pages.page(
            request,
            "image.html",
            model=self.model,
            job=job,
            view=view,
            card=card_of(item, job.coverage, self._images),
            before=beside[place - 1] if place > 0 else None,
            after=beside[place + 1] if -1 < place < len(beside) - 1 else None,
            looks=looks,
        )

    async def map(self, request: Request) -> Response:
        """Show where the model looks, as a part of a page."""
        job, item = self._item(request)
        looks = await self._looks(item)
        text = pages.fragment(request, "looks.html", job=job, item=item, looks=looks)
        return Response(text, media_type="text/html")

    async def _looks(self, item: Item) -> list[str]:
        """Draw where the model looks, once; return what to know of it."""
        if item.looks is None:
            with self.turns.turn():
                try:
                    found = await self.workers.map(item.path)
                except FrimclaError as error:
                    return [f"The map cannot be drawn: {error}."]
            await _written(item.beside(MAP), found["picture"])
            item.looks = found["sentences"]
        return list(item.looks)

    async def picture(self, request: Request) -> Response:
        """Show an image: small, large, or with the map over it."""
        _, item = self._item(request)
        name = request.path_params["name"]
        path = item.beside(name)
        if name == LARGE and not path.exists():
            with self.turns.turn():
                try:
                    await _written(path, await self.workers.show(item.path))
                except FrimclaError:
                    path = item.beside(SMALL)
        if name not in {SMALL, LARGE, MAP} or not path.exists():
            raise HTTPException(404, "There is no such picture.")
        return FileResponse(path, media_type=WEBP)

    async def label(self, request: Request) -> Response:
        """Keep what a visitor says that an image is."""
        job, item = self._item(request)
        async with form_of(request, self.limits) as form:
            check_csrf(request, form)
            label = str(form.get("label") or "")
        if label and label not in self.model.classes:
            raise HTTPException(422, "The model knows no such class; choose one of the list.")
        item.corrected = label
        if asks_json(request):
            said = tally(job, self.model.classes)
            return JSONResponse({"label": label, "labelled": said.labelled, "told": said.told})
        view = View.of(request.query_params, self.model.classes)
        address = _address(request, job)
        if request.query_params.get("at") == "image":
            return _seen(pages.with_query(f"{address}/images/{item.number}", view.query()))
        return _seen(pages.with_query(address, view.query()) + f"#image-{item.number}")

    async def confirm(self, request: Request) -> Response:
        """Keep that all images of a page which the visitor has not labelled are what is said."""
        job = self._job(request)
        async with form_of(request, self.limits) as form:
            check_csrf(request, form)
        view = View.of(request.query_params, self.model.classes)
        shown, _ = view.paged(view.items(job))
        for item in shown:
            if item.said and not item.corrected:
                item.corrected = item.said["predicted"]
        return _seen(pages.with_query(_address(request, job), view.query()))

    async def table(self, request: Request) -> Response:
        """Give what is said of all images, and the labels, as a CSV file."""
        job = self._job(request)
        said = [(item.said, item.corrected) for item in job.items if item.said]
        text = rows.table([row for row, _ in said], [c for _, c in said], self.model.classes)
        headers = {"content-disposition": 'attachment; filename="predictions.csv"'}
        return Response(text, media_type=CSV, headers=headers)

    async def forget(self, request: Request) -> Response:
        """Remove images at once."""
        job = self._job(request)
        async with form_of(request, self.limits) as form:
            check_csrf(request, form)
        await run_in_threadpool(self.jobs.forget, job)
        return _seen(f"{request.scope.get('root_path', '')}/?forgotten=yes")

    @property
    def _images(self) -> int:
        return int(self.model.manifest.trained_on["images"])

    def _job(self, request: Request) -> Job:
        found = self.jobs.of(request.state.session, request.path_params["job"])
        if found is None:
            raise HTTPException(404, FORGOTTEN)
        return found

    def _item(self, request: Request) -> tuple[Job, Item]:
        job, number = self._job(request), request.path_params["number"]
        if number >= len(job.items):
            raise HTTPException(404, "There is no such image.")
        item = job.items[number]
        if item.said is None:
            raise HTTPException(404, "This image still waits to be looked at; come back soon.")
        return job, item


def _progress(job: Job) -> str:
    """Say how far a job is, how fast, and how long it takes."""
    told = f"{job.done:,} of {len(job.items):,} images"
    if not job.running or job.left is None:
        return told
    left = job.left
    time = f"{max(1, round(left))} seconds" if left < 90 else f"{left / 60:.0f} minutes"
    return f"{told}, {job.rate:.1f} a second, about {time} left"


async def _written(path: Path, text: Any) -> None:
    try:
        await run_in_threadpool(path.write_bytes, base64.b64decode(text))
    except FileNotFoundError:
        raise HTTPException(404, FORGOTTEN) from None


def _address(request: Request, job: Job) -> str:
    return f"{request.scope.get('root_path', '')}/jobs/{job.id}"


def _seen(address: str) -> Response:
    return RedirectResponse(address, 303)
