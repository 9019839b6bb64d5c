"""What the pages of one model work with: the model, its workers, and what visitors brought."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import attrs

from frimcla.bundle import Model

from .facts import Facts, facts_of
from .jobs import Jobs
from .limits import Limits
from .private import Private
from .turns import Turns
from .workers import Workers


@attrs.frozen(eq=False)
class Desk:
    """One for each model that is shown."""

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
