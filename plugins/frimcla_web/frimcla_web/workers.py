"""Worker processes from outside: started, asked, watched by a clock, and started anew."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import BundleError, FrimclaError

from .limiting import environment
from .limits import MEGABYTE, Limits
from .rows import unread

AT_ONCE = 16
"""Images of one order: who comes later waits for one order, not for all of somebody's images."""
START = 120.0
"""Seconds for a model to be loaded."""
LONGEST = 64 * MEGABYTE
"""Bytes of one answer."""


class DiedError(FrimclaError):
    """A worker died, or took too long."""


@attrs.define(eq=False)
class Worker:
    """One process; answers one order at a time."""

    command: Sequence[str]
    process: Process | None = None

    async def start(self) -> list[str]:
        """Start it; return what there is to know of the model.

        Raises:
            BundleError: The model cannot be used.
        """
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=PIPE, stdout=PIPE, limit=LONGEST, env=environment()
        )
        try:
            answer = await self._answer(START)
        except DiedError:
            raise BundleError(
                "the model could not be loaded in time, or its process died"
            ) from None
        if "refused" in answer:
            raise BundleError(answer["refused"])
        return [str(notice) for notice in answer["notices"]]

    async def ask(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to an order; after a death, start anew first.

        Raises:
            DiedError: There is none in time.
        """
        if self.process is None or self.process.returncode is not None:
            await self.start()
        assert self.process is not None
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            await self.process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            await self.stop()
            raise DiedError("its process ended") from None
        return await self._answer(seconds)

    async def _answer(self, seconds: float) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
            found: dict[str, Any] = json.loads(line)
        except (TimeoutError, ValueError, asyncio.CancelledError) as error:
            await self.stop()  # what it would still say is no answer to the next order
            if isinstance(error, asyncio.CancelledError):
                raise
            raise DiedError(
                "took too long" if isinstance(error, TimeoutError) else "died"
            ) from None
        return found

    async def stop(self) -> None:
        """End it at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self.process = None


class Workers:
    """Several of them; who asks waits for a free one, first come first served."""

    def __init__(
        self, bundle: Path, limits: Limits, count: int, without: Sequence[str] = ()
    ) -> None:
        """Make them ready to start.

        Args:
            bundle: The trained model.
            limits: On each.
            count: How many.
            without: Plugins to be left out.
        """
        command = [
            *(sys.executable, "-P", "-m", "frimcla_web.worker", str(bundle.absolute())),
            *("--memory", str(limits.memory), "--megapixels", str(limits.megapixels)),
            *(part for name in without for part in ("--no-plugin", name)),
        ]
        self.count = count
        self._limits = limits
        self.all = [Worker(command) for _ in range(count)]
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self.notices: tuple[str, ...] = ()

    async def start(self) -> None:
        """Start them all.

        Raises:
            BundleError: The model cannot be used.
        """
        found = await asyncio.gather(*(worker.start() for worker in self.all))
        self.notices = tuple(found[0])
        for worker in self.all:
            self._free.put_nowait(worker)

    async def stop(self) -> None:
        """End them all at once."""
        for worker in self.all:
            await worker.stop()

    async def predict(
        self, files: Sequence[Path], *, coverage: float, pictures: bool = False
    ) -> dict[str, Any]:
        """Predict at most `AT_ONCE` files; one that kills a worker has a problem, the rest go on.

        Returns:
            `frimcla.predicted.predictions_json`; with *pictures* a small copy of each as well, and
            examples near it.
        """
        order = {
            "do": "predict",
            "files": [str(path) for path in files],
            "coverage": coverage,
            "pictures": pictures,
        }
        seconds = self._limits.seconds
        try:
            return await self._ask(order, seconds if len(files) == 1 else seconds * 2)
        except DiedError:
            if len(files) == 1:
                return self._given_up(files[0], coverage, pictures=pictures)
        alone = [await self.predict([one], coverage=coverage, pictures=pictures) for one in files]
        joined = {key: [one for said in alone for one in said[key]] for key in _per_image(alone[0])}
        return {**alone[0], **joined}

    async def map(self, path: Path) -> dict[str, Any]:
        """Find where the model looks in one image.

        Raises:
            FrimclaError: It cannot be found; a sentence.
        """
        return await self._ask(_order("map", path), 6 * self._limits.seconds)

    async def show(self, path: Path) -> str:
        """Return a larger copy of an image, WebP, as text.

        Raises:
            FrimclaError: It cannot be read.
        """
        return str((await self._ask(_order("show", path), self._limits.seconds))["picture"])

    async def _ask(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        worker = await self._free.get()
        try:
            answer = await worker.ask(order, seconds)
        finally:
            self._free.put_nowait(worker)
        if "refused" in answer:
            raise FrimclaError(answer["refused"])
        return answer

    def _given_up(self, path: Path, coverage: float, *, pictures: bool) -> dict[str, Any]:
        limits = self._limits
        problem = (
            f"cannot be read within {limits.seconds:g} seconds and "
            f"{limits.memory // MEGABYTE:,} MiB; save it anew, or shrink it"
        )
        return {
            "coverage": coverage,
            "predictions": [unread(str(path), problem)],
            **({"pictures": [None], "nearest": [[]]} if pictures else {}),
        }


def _order(what: str, path: Path) -> dict[str, Any]:
    return {"do": what, "file": str(path)}


def _per_image(said: dict[str, Any]) -> list[str]:
    return [key for key in ("predictions", "pictures", "nearest") if key in said]
