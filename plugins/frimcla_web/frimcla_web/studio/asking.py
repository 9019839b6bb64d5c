"""The assistant from outside: asked for one thing after the other, its answers remembered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Any

import attrs

from frimcla.errors import FrimclaError
from frimcla.progress import Pace

LONGEST = 64 * 2**20
"""Bytes of one answer."""
REMEMBERED = 20
"""Answers that are kept."""
GONE = "the process that looks at images ended (out of memory?); try again"


@attrs.define(eq=False)
class Errand:
    """One thing that the assistant was asked.

    Attributes:
        order: What.
        paces: How far its phases are, in the order in which they began.
        found: The answer; None before.
        refused: Why there is none, a sentence; empty otherwise.
        problems: The same by place, where several things are wrong.
        task: Who waits for the answer.
    """

    order: dict[str, Any]
    paces: dict[str, Pace] = attrs.field(factory=dict)
    found: dict[str, Any] | None = None
    refused: str = ""
    problems: Sequence[tuple[str, str]] = ()
    task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether there is no answer yet."""
        return self.found is None and not self.refused

    def hear(self, said: dict[str, Any]) -> None:
        """Take a line of the assistant's."""
        if "progress" in said:
            phase, done, total = said["progress"]
            now = time.monotonic()
            self.paces.setdefault(phase, Pace(phase=phase, started=now)).note(done, total, now)
        elif "found" in said:
            self.found = said["found"]
        else:
            self.problems = [(str(place), str(what)) for place, what in said["problems"]]
            self.refused = said["refused"]


class Assistant:
    """Starts the process when it is first asked; one order at a time, the others wait."""

    def __init__(self, without: Sequence[str] = ()) -> None:
        """Make it ready to start, without some plugins."""
        self._command = [
            *(sys.executable, "-P", "-m", "frimcla_web.studio.assistant"),
            *(part for name in without for part in ("--no-plugin", name)),
        ]
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._errands: dict[str, Errand] = {}

    def ask(self, order: dict[str, Any], *, anew: bool = False) -> Errand:
        """Ask for something, and return how far it is; what was asked before is not done again.

        Args:
            order: What.
            anew: Do it again, if it is done: images may have changed.
        """
        key = json.dumps(order, sort_keys=True)
        known = self._errands.get(key)
        if known and (known.running or not anew):
            return known
        errand = Errand(order)
        self._errands.pop(key, None)
        self._errands[key] = errand
        errand.task = asyncio.create_task(self._do(errand))
        self._forget()
        return errand

    def known(self, order: dict[str, Any]) -> Errand | None:
        """Return how far an order is; None where nobody gave it."""
        return self._errands.get(json.dumps(order, sort_keys=True))

    async def stop(self) -> None:
        """End the process, and whoever waits for it."""
        for errand in self._errands.values():
            if errand.task:
                errand.task.cancel()
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _forget(self) -> None:
        done = [key for key, errand in self._errands.items() if not errand.running]
        for key in done[: max(0, len(self._errands) - REMEMBERED)]:
            del self._errands[key]

    async def _do(self, errand: Errand) -> None:
        async with self._turn:
            try:
                process = await self._started()
                assert process.stdin is not None
                process.stdin.write(json.dumps(errand.order).encode() + b"\n")
                await process.stdin.drain()
                while errand.running:
                    errand.hear(await _line(process))
            except (FrimclaError, OSError) as error:
                errand.refused = str(error)

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, limit=LONGEST
            )
        return self._process


async def _line(process: Process) -> dict[str, Any]:
    """Return the next line.

    Raises:
        FrimclaError: There is none.
    """
    assert process.stdout is not None
    try:
        said: dict[str, Any] = json.loads(await process.stdout.readline())
    except ValueError:  # the end of a process that died, or a line that is too long
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise FrimclaError(GONE) from None
    return said
