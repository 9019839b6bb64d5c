"""Which job, and which image of it, an address means; and its own address."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from .items import Item, Job
from .jobs import Jobs
from .receiving import FORGOTTEN


def job_of(jobs: Jobs, request: Request) -> Job:
    """Return the job that an address names.

    Raises:
        HTTPException: 404; this visitor has no such job.
    """
    found = jobs.of(request.state.session, request.path_params["job"])
    if found is None:
        raise HTTPException(404, FORGOTTEN)
    return found


def item_of(jobs: Jobs, request: Request) -> tuple[Job, Item]:
    """Return the job and the image that an address names.

    Raises:
        HTTPException: 404; there is none, or nothing is said of it yet.
    """
    job, number = job_of(jobs, request), request.path_params["number"]
    if number >= len(job.items):
        raise HTTPException(404, "There is no such image.")
    item = job.items[number]
    if item.said is None:
        raise HTTPException(404, "This image still waits to be looked at; come back soon.")
    return job, item


def address_of(request: Request, job: Job) -> str:
    """Return where a job is shown."""
    return f"{request.scope.get('root_path', '')}/jobs/{job.id}"
