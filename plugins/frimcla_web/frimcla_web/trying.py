"""The pages on which images are tried: sent, shown together, taken home, forgotten."""

from __future__ import annotations

import attrs
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import rows
from .cards import UNLIKE, card_of, images_of
from .desk import Desk
from .finding import address_of, job_of
from .guard import asks_json, check_csrf
from .items import Job
from .labels import tally
from .pages import page, seen, with_query
from .receiving import form_of, received, refuse_more, size_of, uploads_of
from .views import SHOWS, SORTS, View

CSV = "text/csv; charset=utf-8"


@attrs.frozen(eq=False)
class Trying:
    """What answers below ``/jobs``."""

    desk: Desk

    @property
    def routes(self) -> list[Route]:
        """What each address answers."""
        return [
            Route("/jobs", self.begin, methods=["POST"]),
            Route("/jobs/{job}", self.job),
            Route("/jobs/{job}/images", self.more, methods=["POST"]),
            Route("/jobs/{job}/progress", self.progress),
            Route("/jobs/{job}/predictions.csv", self.table),
            Route("/jobs/{job}/confirm", self.confirm, methods=["POST"]),
            Route("/jobs/{job}/forget", self.forget, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Take images, and go to the page that shows them."""
        size = size_of(request, self.desk.limits)
        with self.desk.turns.turn(), self.desk.jobs.coming(request, size) as counted:
            async with form_of(counted, self.desk.limits) as form:
                check_csrf(request, form)
                if not uploads_of(form):
                    raise HTTPException(422, "Choose some images first.")
                job = self.desk.jobs.new(request.state.session)
                try:
                    await self._take(job, form)
                except BaseException:
                    self.desk.jobs.forget(job)
                    raise
        return self._went(request, job)

    async def more(self, request: Request) -> Response:
        """Take further images of a job: a script sends many in portions."""
        job = job_of(self.desk.jobs, request)
        size = size_of(request, self.desk.limits)
        with self.desk.turns.turn(), self.desk.jobs.coming(request, size) as counted:
            async with form_of(counted, self.desk.limits) as form:
                check_csrf(request, form)
                await self._take(job, form)
        return self._went(request, job)

    async def _take(self, job: Job, form: FormData) -> None:
        uploads = uploads_of(form)
        refuse_more(len(job.items), len(uploads), self.desk.limits)
        found = await received(uploads, job.room, self.desk.model.readers, self.desk.limits)
        try:
            refuse_more(len(job.items), len(found.images), self.desk.limits)
            self.desk.jobs.check_room(found.bytes)
        except HTTPException:
            found.remove()
            raise
        job.passed_over += found.passed_over
        job.bytes += found.bytes
        self.desk.jobs.add(job, found.images, found.problems)

    def _went(self, request: Request, job: Job) -> Response:
        address = address_of(request, job)
        return JSONResponse({"job": address}) if asks_json(request) else seen(address)

    async def job(self, request: Request) -> Response:
        """Show images and what is said of them."""
        job = job_of(self.desk.jobs, request)
        view = View.of(request.query_params, self.desk.model.classes)
        items = view.items(job)
        shown, count = view.paged(items)
        return page(
            request,
            "job.html",
            model=self.desk.model,
            job=job,
            view=view,
            cards=[card_of(item, job.coverage, images_of(self.desk.model)) for item in shown],
            found=len(items),
            pages=count,
            page=min(view.page, count),
            tally=tally(job, self.desk.model.classes),
            progress=_progress(job),
            unlike=UNLIKE,
            sorts=SORTS,
            shows=SHOWS,
            kept=round(self.desk.limits.kept / 60),
        )

    async def progress(self, request: Request) -> Response:
        """Say how far a job is."""
        job = job_of(self.desk.jobs, request)
        return JSONResponse(
            {
                "done": job.done,
                "all": len(job.items),
                "running": job.running,
                "told": _progress(job),
            }
        )

    async def confirm(self, request: Request) -> Response:
        """Keep that images of a page which nobody has labelled are what is said.

        But not those unlike training: who presses one button for all has not looked at each.
        """
        job = job_of(self.desk.jobs, request)
        async with form_of(request, self.desk.limits, files=False) as form:
            check_csrf(request, form)
        view = View.of(request.query_params, self.desk.model.classes)
        shown, _ = view.paged(view.items(job))
        for item in shown:
            if item.said and not item.corrected and not item.said["unlike_training"]:
                item.corrected = item.said["predicted"]
        return seen(with_query(address_of(request, job), view.query()))

    async def table(self, request: Request) -> Response:
        """Give what is said of all images, and the labels, as a CSV file."""
        job = job_of(self.desk.jobs, request)
        said = [(item.said, item.corrected) for item in job.items if item.said]
        text = rows.table([row for row, _ in said], [c for _, c in said], self.desk.model.classes)
        headers = {"content-disposition": 'attachment; filename="predictions.csv"'}
        return Response(text, media_type=CSV, headers=headers)

    async def forget(self, request: Request) -> Response:
        """Remove images at once."""
        job = job_of(self.desk.jobs, request)
        async with form_of(request, self.desk.limits, files=False) as form:
            check_csrf(request, form)
        self.desk.jobs.forget(job)
        return seen(f"{request.scope.get('root_path', '')}/?forgotten=yes")


def _progress(job: Job) -> str:
    """Say how far a job is, how fast, and how long it takes."""
    told = f"{job.done:,} of {len(job.items):,} images"
    if not job.running or job.left is None:
        return told
    left = job.left
    time = f"{max(1, round(left))} seconds" if left < 90 else f"{left / 60:.0f} minutes"
    return f"{told}, {job.rate:.1f} a second, about {time} left"
