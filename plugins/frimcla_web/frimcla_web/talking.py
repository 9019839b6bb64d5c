"""A process of ours at the other end of two pipes: a line of JSON each way, seen from both ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import attrs

from frimcla.errors import FrimclaError

LONGEST = 64 * 2**20
"""Bytes of one line."""


class DiedError(FrimclaError):
    """The process ended before it answered."""


class LateError(DiedError):
    """It was killed, for it took too long."""


def command_of(module: str, *arguments: str, without: Sequence[str] = ()) -> list[str]:
    """Return what starts a module of ours as a process, without some plugins."""
    left_out = [part for name in without for part in ("--no-plugin", name)]
    return [sys.executable, "-P", "-m", module, *arguments, *left_out]


@attrs.define(eq=False)
class Talk:
    """The process as it is seen by who started it; what goes wrong in it ends it.

    Attributes:
        command: By `command_of`.
        environment: Its variables; None: those that are here.
        process: None before it is started, and after it was stopped.
    """

    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    process: Process | None = None

    @property
    def alive(self) -> bool:
        """Whether it can be told something."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start it; it ends when its input does."""
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=PIPE,
            stdout=PIPE,
            limit=LONGEST,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is for who started it
        )

    async def tell(self, order: Mapping[str, Any]) -> None:
        """Send a line.

        Raises:
            DiedError: Nobody is there.
        """
        assert self.process is not None
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            await self.process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            await self.stop()
            raise DiedError("its process ended") from None

    async def hear(self, seconds: float | None = None) -> dict[str, Any]:
        """Return the next line.

        Raises:
            DiedError: There is none; a `LateError` where there was none in time.
        """
        assert self.process is not None
        assert self.process.stdout is not None
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
            said: dict[str, Any] = json.loads(line)
        except BaseException as error:  # what it would still say is no answer to the next order
            await self.stop()
            if isinstance(error, TimeoutError):
                raise LateError("its process took too long") from None
            if isinstance(error, ValueError):  # its end, or a line that is too long
                raise DiedError("its process ended") from None
            raise
        return said

    async def stop(self) -> None:
        """End it at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self.process = None


def answers() -> TextIO:
    """Return where the process itself answers; what libraries print goes elsewhere from now on."""
    found = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return found


def say(to: TextIO, what: Mapping[str, Any]) -> None:
    """Answer a line."""
    to.write(json.dumps(what) + "\n")
    to.flush()
