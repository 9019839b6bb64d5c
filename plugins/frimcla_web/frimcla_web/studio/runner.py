"""Starts the process that runs a study, one at a time, and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

import attrs

from frimcla.errors import ConfigError, FrimclaError
from frimcla.files import explain, sha256
from frimcla_web.talking import command_of

from .shelf import Kept, Shelf
from .status import PATIENCE, Status

LOG = "log.txt"
"""What libraries print while a study runs."""
GONE = (
    "Its process ended without a word, most likely for want of memory. What is finished is kept: "
    "go on, and close other programs first"
)


class Runner:
    """Runs one study at a time: two at once would only take twice as long."""

    def __init__(self, shelf: Shelf, without: Sequence[str] = ()) -> None:
        """Make it ready.

        Args:
            shelf: Where studies are kept: one that another program runs is not run as well.
            without: Plugins to be left out.
        """
        self._shelf = shelf
        self._without = without
        self._process: Process | None = None
        self._kept: Kept | None = None
        self._watch: asyncio.Task[None] | None = None
        self._last: dict[str, Status] = {}

    def status(self, kept: Kept) -> Status | None:
        """Return how far a study is; its last word counts where no disk could take it."""
        found, last = kept.status, self._last.get(kept.name)
        return last if found and last and last.beat > found.beat else found

    def runs(self, kept: Kept) -> bool:
        """Say whether a study is under way, here or in another program."""
        found = kept.status
        return self._is_ours(kept) or (found is not None and found.alive)

    @property
    def running(self) -> Kept | None:
        """The study that is under way here."""
        return self._kept if self._kept and self._is_ours(self._kept) else None

    def check_free(self) -> None:
        """Make sure that no study is under way.

        Raises:
            ConfigError: One is.
        """
        for kept in self._shelf:
            if self.runs(kept):
                what = f"{kept.title} is under way; wait until it is finished, or stop it first"
                raise ConfigError("the studio", [("one study at a time", what)])

    async def start(self, kept: Kept) -> None:
        """Start a study, or go on with one.

        Raises:
            ConfigError: Another one is under way.
            ReadOnlyError, SpaceError: Nothing can be written.
        """
        self.check_free()
        now = time.time()
        begun = Status(state="running", study=sha256(kept.toml.read_bytes()), started=now, beat=now)
        begun.write(kept.folder)  # a page that is loaded at once knows of it
        self._last.pop(kept.name, None)
        try:
            with (kept.folder / LOG).open("wb") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *command_of(
                        "frimcla_web.studio.running", str(kept.toml), without=self._without
                    ),
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for this program, which stops it orderly
                )
        except OSError as error:
            raise explain(error, kept.folder / LOG, 0) from error
        self._kept = kept
        self._watch = asyncio.create_task(self._watched(kept, self._process))

    async def stop(self) -> Kept | None:
        """Stop what is under way here, and return it; what is finished is kept."""
        kept, process = self.running, self._process
        if kept is None or process is None:
            return None
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            _kill(process)
        if self._watch:
            await self._watch
        return kept

    def _is_ours(self, kept: Kept) -> bool:
        alive = self._watch is not None and not self._watch.done()
        return alive and self._kept is not None and self._kept.name == kept.name

    async def _watched(self, kept: Kept, process: Process) -> None:
        """Wait for the end, and keep the last word."""
        assert process.stdout is not None
        said = await process.stdout.read()
        await process.wait()
        last = Status.parse(said)
        if last is None:
            found = kept.status
            if found is None:
                return
            last = attrs.evolve(found, state="failed", problem=GONE, beat=time.time())
            with contextlib.suppress(FrimclaError, OSError):
                last.write(kept.folder)
        self._last[kept.name] = last


def _kill(process: Process) -> None:
    """End a process that does not listen, and its workers."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
