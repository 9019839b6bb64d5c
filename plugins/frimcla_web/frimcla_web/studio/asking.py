"""The assistant from outside: asked for one thing after the other, its answers remembered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import attrs

from frimcla.errors import FrimclaError
from frimcla.progress import Pace
from frimcla_web.talking import DiedError, Talk, command_of

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
        self._talk = Talk(command_of("frimcla_web.studio.assistant", without=without))
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
        await self._talk.stop()

    def _forget(self) -> None:
        done = [key for key, errand in self._errands.items() if not errand.running]
        for key in done[: max(0, len(self._errands) - REMEMBERED)]:
            del self._errands[key]

    async def _do(self, errand: Errand) -> None:
        async with self._turn:
            try:
                if not self._talk.alive:
                    await self._talk.start()
                await self._talk.tell(errand.order)
                while errand.running:
                    errand.hear(await self._talk.hear())
            except DiedError:
                errand.refused = GONE
            except (FrimclaError, OSError) as error:
                errand.refused = str(error)
