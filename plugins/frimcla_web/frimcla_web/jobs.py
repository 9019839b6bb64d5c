"""What visitors look at: images with what the model says of them, kept for a while."""

from __future__ import annotations

import asyncio
import base64
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import FrimclaError
from frimcla.parallel import cut

from .limits import Limits
from .private import Private
from .workers import AT_ONCE, Workers

COVERAGE = 0.9
"""Of the classes that are offered for an image: the true one is among them so often."""
EVERY = 60.0
"""Seconds between two looks for jobs that nobody looks at any more."""


@attrs.define(eq=False)
class Item:
    """One image of a job.

    Attributes:
        number: In its job, from 0.
        name: As the visitor calls it.
        path: Where it lies.
        said: What is said of it, a row of `frimcla.using.predictions_json`; None before.
        nearest: Examples near it: label and picture as text.
        corrected: The class a visitor says it is; empty where nobody did.
    """

    number: int
    name: str
    path: Path
    said: dict[str, Any] | None = None
    nearest: Sequence[dict[str, str]] = ()
    corrected: str = ""

    @property
    def picture(self) -> Path:
        """Where its small copy lies."""
        return self.path.with_name(f"{self.path.name}.webp")


@attrs.define(eq=False)
class Job:
    """Images that a visitor brought together."""

    id: str
    owner: str
    room: Path
    coverage: float = COVERAGE
    items: list[Item] = attrs.field(factory=list)
    problems: list[tuple[str, str]] = attrs.field(factory=list)
    bytes: int = 0
    begun: float = 0.0
    before: int = 0
    ended: float = 0.0
    touched: float = attrs.field(factory=time.monotonic)
    tasks: set[asyncio.Task[None]] = attrs.field(factory=set)

    @property
    def done(self) -> int:
        """How many images have an answer."""
        return sum(item.said is not None for item in self.items)

    @property
    def running(self) -> bool:
        """Whether some are still waiting."""
        return self.done < len(self.items)

    @property
    def rate(self) -> float:
        """Images a second, of those that were sent together; 0 before the first is done."""
        until = time.monotonic() if self.running else self.ended
        return (self.done - self.before) / max(until - self.begun, 1e-3)

    @property
    def left(self) -> float | None:
        """Seconds still to wait, as things go; None where that cannot be said."""
        return (len(self.items) - self.done) / self.rate if self.rate else None


class Jobs:
    """All jobs of a page; knows who may see which, and forgets."""

    def __init__(self, workers: Workers, private: Private, limits: Limits) -> None:
        self._workers, self._private, self._limits = workers, private, limits
        self._jobs: dict[str, Job] = {}

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def new(self, owner: str) -> Job:
        """Make a job for a visitor; where there are too many, the oldest is forgotten."""
        self.tidy()
        while len(self._jobs) >= self._limits.jobs:
            self.forget(min(self._jobs.values(), key=lambda job: job.touched))
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

    def add(self, job: Job, files: Sequence[tuple[str, Path]]) -> None:
        """Add files by name, and have them predicted meanwhile."""
        first = len(job.items)
        if not job.running:
            job.begun, job.before = time.monotonic(), job.done
        new = [Item(first + n, name, path) for n, (name, path) in enumerate(files)]
        job.items += new
        job.bytes += sum(path.stat().st_size for _, path in files)
        for some in cut(new, AT_ONCE):
            task = asyncio.create_task(self._predict(job, some))
            job.tasks.add(task)
            task.add_done_callback(job.tasks.discard)

    async def _predict(self, job: Job, items: Sequence[Item]) -> None:
        try:
            found = await self._workers.predict(
                [item.path for item in items], coverage=job.coverage, pictures=True
            )
        except FrimclaError as error:
            found = _failed(items, str(error))
        rows = zip(items, found["predictions"], found["pictures"], found["nearest"], strict=True)
        for item, said, picture, nearest in rows:
            if picture is not None and job.room.is_dir():
                item.picture.write_bytes(base64.b64decode(picture))
            item.nearest = nearest
            item.said = {**said, "file": item.name}
        job.ended = time.monotonic()

    def forget(self, job: Job) -> None:
        """Remove a job and all files of it."""
        self._jobs.pop(job.id, None)
        for task in job.tasks:
            task.cancel()
        shutil.rmtree(job.room, ignore_errors=True)

    def tidy(self) -> None:
        """Forget what nobody has looked at for long."""
        oldest = time.monotonic() - self._limits.kept
        for job in [job for job in self if job.touched < oldest and not job.running]:
            self.forget(job)

    async def tidy_now_and_then(self) -> None:
        """Tidy until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self.tidy()


def _failed(items: Sequence[Item], why: str) -> dict[str, Any]:
    return {
        "predictions": [{"predicted": "", "scores": {}, "problem": why} for _ in items],
        "pictures": [None] * len(items),
        "nearest": [()] * len(items),
    }
