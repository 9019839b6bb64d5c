"""What visitors look at: images with what the model says of them, kept for a while."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from .items import Item, Job
from .limits import Limits
from .private import Private
from .receiving import FULL
from .rows import unread, unread_all
from .turns import LATER
from .workers import AT_ONCE, Workers

EVERY = 60.0
"""Seconds between two looks for jobs that nobody looks at any more."""
QUIET = 600.0
"""Seconds after which a job that nobody looks at makes room for others, where room is scarce."""


class Jobs:
    """All jobs of a page; knows who may see which, and forgets."""

    def __init__(self, workers: Workers, private: Private, limits: Limits) -> None:
        self._workers, self._private, self._limits = workers, private, limits
        self._jobs: dict[str, Job] = {}
        self._coming = 0

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def new(self, owner: str) -> Job:
        """Make a job for a visitor; where there are too many, a quiet one is forgotten.

        Raises:
            HTTPException: 429; there are too many, and all are looked at.
        """
        self.tidy()
        self._make_room(lambda: len(self._jobs) < self._limits.jobs)
        job = Job(id=secrets.token_urlsafe(16), owner=owner, room=self._private.room())
        self._jobs[job.id] = job
        return job

    def of(self, owner: str, name: str) -> Job | None:
        """Return a job of this visitor; None where there is none, or it is somebody else's."""
        job = self._jobs.get(name)
        if job is None or not secrets.compare_digest(job.owner, owner):
            return None
        job.touched = time.monotonic()
        return job

    @contextlib.contextmanager
    def coming(self, request: Request, size: int) -> Iterator[Request]:
        """Count what a request brings as it comes: what is only announced takes nobody's place.

        Args:
            request: The request.
            size: Bytes that it announces.

        Raises:
            HTTPException: 429; there is no room for it.
        """
        self.check_room(size)
        came = 0

        async def piece() -> Message:
            nonlocal came
            message = await request.receive()
            more = len(message.get("body", b""))
            self.check_room(more)
            came += more
            self._coming += more
            return message

        try:
            yield Request(request.scope, piece)
        finally:
            self._coming -= came

    def check_room(self, size: int) -> None:
        """Make sure that there is room for bytes that come, or came, or unfolded.

        Raises:
            HTTPException: 429; there is none.
        """
        self._make_room(lambda: self._held + size <= self._limits.held)

    @property
    def _held(self) -> int:
        return self._coming + sum(job.bytes for job in self)

    def _make_room(self, enough: Callable[[], bool]) -> None:
        while not enough():
            quiet = time.monotonic() - QUIET
            others = [job for job in self if job.touched < quiet and not job.running]
            if not others:
                raise HTTPException(429, FULL, LATER)
            self.forget(min(others, key=lambda job: job.touched))

    def add(
        self,
        job: Job,
        files: Sequence[tuple[str, Path]],
        problems: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Add files by name, and have them predicted meanwhile.

        Args:
            job: That they are part of.
            files: Names and places.
            problems: What could not be taken: names, and a sentence for each.
        """
        if not job.running:
            job.begun, job.before = time.monotonic(), job.done + len(problems)
        for name, what in problems:
            said = unread(name, what)
            job.items.append(Item(len(job.items), name, job.room / "nothing", said))
        for name, path in files:
            job.items.append(item := Item(len(job.items), name, path))
            job.waiting.append(item)
        # One order of each job at a time and worker: who comes later waits for no whole job.
        lanes = sum(not task.done() for task in job.tasks)
        for _ in range(lanes, min(self._workers.count, len(job.waiting))):
            task = asyncio.create_task(self._predict(job))
            job.tasks.add(task)
            task.add_done_callback(job.tasks.discard)

    async def _predict(self, job: Job) -> None:
        while job.waiting:
            items = [job.waiting.popleft() for _ in range(min(AT_ONCE, len(job.waiting)))]
            try:
                found = await self._workers.predict(
                    [item.path for item in items], coverage=job.coverage, pictures=True
                )
            except Exception:  # nobody may wait forever
                names = [item.name for item in items]
                found = unread_all(names, "could not be looked at; send it again", pictures=True)
            rows = zip(
                items, found["predictions"], found["pictures"], found["nearest"], strict=True
            )
            for item, said, picture, nearest in rows:
                with contextlib.suppress(OSError):  # forgotten meanwhile, or the disk is full
                    if picture is not None:
                        item.picture.write_bytes(base64.b64decode(picture))
                item.nearest = nearest
                item.said = {**said, "file": item.name}
            job.ended = time.monotonic()

    def forget(self, job: Job) -> None:
        """Remove a job and all files of it; what is looked at now is not told any more."""
        self._jobs.pop(job.id, None)
        job.waiting.clear()
        shutil.rmtree(job.room, ignore_errors=True)

    def stop(self) -> None:
        """Remove all of them, and wait for nothing."""
        for job in list(self):
            self.forget(job)
            for task in job.tasks:
                task.cancel()

    def tidy(self) -> None:
        """Forget what nobody has looked at for long."""
        oldest = time.monotonic() - self._limits.kept
        for job in [job for job in self if job.touched < oldest]:
            self.forget(job)

    async def tidy_now_and_then(self) -> None:
        """Tidy until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self.tidy()
