"""Step 1: which images."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlencode

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frimcla.errors import ConfigError, FrimclaError
from frimcla.guiding.images import DEMO, bare, images_at

from .browsing import look_into
from .room import Room, images_address, problems_of, sent, text, to


@attrs.frozen(eq=False)
class FolderStep:
    """Where a study begins."""

    room: Room

    @property
    def routes(self) -> list[Route]:
        """What its addresses answer."""
        return [Route("/", self.show), Route("/", self.choose, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Show the folders below the first one, and the studies that are here."""
        below = request.query_params.get("in", "")
        here = await run_in_threadpool(look_into, self.room.start, below, self.room.readers)
        if here is None:
            raise HTTPException(404, "There is no such folder here; go back and choose another.")
        return self.room.page(
            request,
            "studio_folder.html",
            1,
            here=here,
            address=str(named(here.path)),
            below=below,
            path=request.query_params.get("path", ""),
            studies=[(one, self.room.runner.status(one)) for one in self.room.shelf],
            demo=DEMO,
        )

    async def choose(self, request: Request) -> Response:
        """Take a folder, a table or a zip, or paint cells; go on to its images."""
        async with sent(request) as form:
            written, below = text(form, "path"), text(form, "in")
        try:
            images = await run_in_threadpool(found, written, self.room)
        except (FrimclaError, OSError) as error:
            address = f"/?{urlencode({'in': below, 'path': written})}"
            return self.room.refuse(request, address, problems_of(error))
        return to(request, images_address(images))


def found(written: str, room: Room) -> Path:
    """Return the images that a person wrote, as they are found from the working folder.

    Raises:
        FrimclaError: There are none; or they lie where a page that others reach must not look.
    """
    name = bare(written)
    if name not in {"", DEMO}:
        room.check_inside(Path(os.path.expanduser(name)))
    try:
        return named(images_at(written))
    except ValueError:
        raise ConfigError("the images", [("images", "have no such path")]) from None


def named(path: Path) -> Path:
    """Return a path as it is written down: relative to the working folder if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path.absolute()
