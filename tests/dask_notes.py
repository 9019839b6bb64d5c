"""What a Dask scheduler notes for tests: every task that ended, and every worker that was lost.

A scheduler takes it by ``--preload``; lines go to the file that ``DASK_NOTES`` names.
"""

from __future__ import annotations

import os

from distributed.diagnostics.plugin import SchedulerPlugin


class Notes(SchedulerPlugin):
    def __init__(self, scheduler, path) -> None:
        self.scheduler = scheduler
        self.path = path
        self.names = {}

    def add_worker(self, scheduler, worker) -> None:
        self.names[worker] = scheduler.workers[worker].name

    def transition(self, key, start, finish, *_, **more) -> None:
        if start == "processing" and finish in {"memory", "erred"}:
            self._note(finish, str(key).rpartition("-")[0], self.names.get(more.get("worker"), "?"))

    def remove_worker(self, scheduler, worker, **_) -> None:
        self._note("lost", "worker", self.names[worker])

    def _note(self, *words) -> None:
        with open(self.path, "a") as file:
            print(*words, file=file)


def dask_setup(scheduler) -> None:
    scheduler.add_plugin(Notes(scheduler, os.environ["DASK_NOTES"]))
