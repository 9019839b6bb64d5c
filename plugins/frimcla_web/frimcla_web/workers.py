"""Worker processes from outside: asked, watched by a clock, and started anew."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import BundleError, FrimclaError

from .limiting import environment
from .limits import MEGABYTE, Limits
from .rows import unread_all
from .talking import DiedError, LateError, Talk, command_of

AT_ONCE = 16
"""Images of one order: who comes later waits for one order, not for all of somebody's images."""
START = 120.0
"""Seconds for a model to be loaded."""


@attrs.define(eq=False)
class Worker(Talk):
    """One process; answers one order at a time."""

    async def begin(self) -> None:
        """Start it, and wait until it has loaded the model.

        Raises:
            BundleError: The model cannot be used.
        """
        await self.start()
        try:
            answer = await self.hear(START)
        except DiedError:
            raise BundleError(
                "the model could not be loaded in time, or its process died"
            ) from None
        if "refused" in answer:
            raise BundleError(answer["refused"])

    async def ask(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to an order; after a death, start anew first.

        Raises:
            DiedError: There is none in time.
        """
        if not self.alive:
            await self.begin()
        await self.tell(order)
        return await self.hear(seconds)


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
        bounds = ("--memory", str(limits.memory), "--megapixels", str(limits.megapixels))
        command = command_of("frimcla_web.worker", str(bundle.absolute()), *bounds, without=without)
        self.count = count
        self._limits = limits
        self.all = [Worker(command, environment()) for _ in range(count)]
        self._free: asyncio.Queue[Worker] = asyncio.Queue()

    async def start(self) -> None:
        """Start them all.

        Raises:
            BundleError: The model cannot be used.
        """
        await asyncio.gather(*(worker.begin() for worker in self.all))
        for worker in self.all:
            self._free.put_nowait(worker)

    async def stop(self) -> None:
        """End them all at once."""
        for worker in self.all:
            await worker.stop()

    async def predict(
        self,
        files: Sequence[Path],
        *,
        coverage: float,
        pictures: bool = False,
        again: bool = False,
    ) -> dict[str, list[Any]]:
        """Predict at most `AT_ONCE` files; of one that cannot be, a problem is told.

        Args:
            files: Images.
            coverage: Of the classes that each may be of.
            pictures: Whether to draw small copies, too.
            again: Whether a worker died of it before.

        Returns:
            By ``"predictions"`` rows of `frimcla.predicted.predictions_json`; with *pictures* by
            ``"pictures"`` a small copy of each, and by ``"nearest"`` examples near it.
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
        except LateError:
            why = self._too_much
        except DiedError:  # perhaps for another reason than its images: they get a second worker
            why = self._too_much if again else ""
        except FrimclaError as error:  # the extractor cannot describe one of them, say
            why = str(error)
        if why and len(files) == 1:
            return unread_all([str(files[0])], why, pictures=pictures)
        alone = [
            await self.predict([one], coverage=coverage, pictures=pictures, again=True)
            for one in files
        ]
        return {key: [one for said in alone for one in said[key]] for key in alone[0]}

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

    @property
    def _too_much(self) -> str:
        limits = self._limits
        return (
            f"cannot be read within {limits.seconds:g} seconds and "
            f"{limits.memory // MEGABYTE:,} MiB; save it anew, or shrink it"
        )


def _order(what: str, path: Path) -> dict[str, Any]:
    return {"do": what, "file": str(path)}
