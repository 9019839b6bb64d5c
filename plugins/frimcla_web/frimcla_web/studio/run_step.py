"""Step 4: the study at work, and its growing table."""

from __future__ import annotations

from urllib.parse import quote

import attrs
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frimcla.errors import FrimclaError

from .room import Room, problems_of, sent, to
from .shelf import Kept


@attrs.frozen(eq=False)
class RunStep:
    """The page of a study that is under way, was stopped, or failed."""

    room: Room

    @property
    def routes(self) -> list[Route]:
        """What its addresses answer."""
        return [
            Route("/study/{name}/running", self.show),
            Route("/study/{name}/run", self.run, methods=["POST"]),
            Route("/study/{name}/stop", self.stop, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show how far it is."""
        kept = self.room.kept(request)
        return self.room.page(
            request,
            "studio_running.html",
            4,
            kept=kept,
            chosen=kept.chosen,
            word=self.room.runner.status(kept),
            runs=self.room.runner.runs(kept),
        )

    async def run(self, request: Request) -> Response:
        """Start it, or go on; what is finished is not done again."""
        kept, address = await self._asked(request)
        try:
            await self.room.runner.start(kept)
        except (FrimclaError, OSError) as error:
            return self.room.refuse(request, address, problems_of(error))
        return to(request, address)

    async def stop(self, request: Request) -> Response:
        """Stop it; what is finished is kept."""
        kept, address = await self._asked(request)
        under_way = self.room.runner.running
        if under_way and under_way.name == kept.name:
            await self.room.runner.stop()
        elif self.room.runner.runs(kept):
            what = "is run by another window of frimcla studio; stop it there"
            return self.room.refuse(request, address, [(kept.title, what)])
        return to(request, address)

    async def _asked(self, request: Request) -> tuple[Kept, str]:
        """Return the study of a form, and the address of its page."""
        kept = self.room.kept(request)
        async with sent(request):
            return kept, f"/study/{quote(kept.name)}/running"
