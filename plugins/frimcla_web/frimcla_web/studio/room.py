"""What all steps share: who is asked for what, and how a step is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from frimcla.commands import plain
from frimcla.errors import ConfigError, FrimclaError, ProblemsError, readable
from frimcla.guiding.choosing import Chosen
from frimcla.guiding.images import CELLS, UNZIPPED
from frimcla.reading import Readers
from frimcla.registry import Registry
from frimcla_web import pages
from frimcla_web.guard import check_csrf

from .asking import Assistant
from .runner import Runner
from .shelf import Kept, Shelf
from .slips import KEY, Problems, Slip, Slips

STEPS = ("Folder", "Images", "Choices", "Study", "Result")
FIELDS = 500
"""Parts of a form: a box for everything that can be ticked."""


@attrs.frozen(eq=False)
class Room:
    """What the pages work with.

    Attributes:
        registry: What plugins offer.
        start: Where browsing for images begins.
        bounded: Whether images must lie below `start`: so it is where others reach the pages.
        shelf: The studies.
        assistant: Looks at images.
        runner: Runs studies.
        slips: What was wrong with forms.
    """

    registry: Registry
    start: Path
    bounded: bool
    shelf: Shelf
    assistant: Assistant
    runner: Runner
    slips: Slips = attrs.field(factory=Slips)

    @property
    def readers(self) -> Readers:
        """What knows images."""
        return Readers.of(self.registry)

    def check_inside(self, path: Path) -> None:
        """Make sure that images may be looked at, links followed.

        Raises:
            ConfigError: They lie where a page that others reach must not look.
        """
        roots = (self.start, CELLS, UNZIPPED)
        if self.bounded and not any(path.resolve().is_relative_to(r.resolve()) for r in roots):
            what = (
                f'must lie below the folder that is shown here (got "{path}"), for others can '
                "reach this page; start frimcla studio with the folder above your images"
            )
            raise ConfigError("the choice of images", [("images", what)])

    def kept(self, request: Request) -> Kept:
        """Return the study that an address names.

        Raises:
            ConfigError: Its images lie where a page that others reach must not look.
            HTTPException: 404; there is none.
        """
        found = self.shelf.of(request.path_params["name"])
        if found is None:
            raise HTTPException(404, "There is no such study here; begin with a folder of images.")
        if self.bounded:
            self.check_inside(found.chosen.images)
        return found

    def page(
        self,
        request: Request,
        template: str,
        step: int,
        *,
        kept: Kept | None = None,
        chosen: Chosen | None = None,
        **values: Any,
    ) -> Response:
        """Return the page of a step, with the way there and on.

        Args:
            request: What is answered.
            template: Its file.
            step: Its number, from 1.
            kept: The study, once there is one.
            chosen: What is chosen of it.
            values: What it shows, besides the `problems` of the form before.
        """
        way = [
            (name, address) for name, address in zip(STEPS, self._way(kept, chosen), strict=True)
        ]
        under_way = self.runner.running
        return pages.page(
            request,
            template,
            way=way,
            step=step,
            kept=kept,
            chosen=chosen,
            problems=values.pop("problems", ()) or self.slips.of(request).problems,
            under_way=under_way
            if under_way and (not kept or kept.name != under_way.name)
            else None,
            **values,
        )

    def refuse(self, request: Request, address: str, problems: Problems, **values: Any) -> Response:
        """Go to a page that says what was wrong with a form.

        Args:
            request: What is answered.
            address: Of the page.
            problems: What was wrong.
            values: What was in the form, if the page shows it again.
        """
        name = self.slips.keep(Slip(problems=problems, values=values))
        return to(request, f"{address}{'&' if '?' in address else '?'}{KEY}={name}")

    def _way(self, kept: Kept | None, chosen: Chosen | None) -> list[str]:
        """Return the address of each step; empty where it cannot be gone to yet."""
        if kept is None or chosen is None:
            return ["/", "", "", "", ""]
        known = kept.status is not None
        return [
            "/",
            images_address(chosen.images),
            f"/study/{quote(kept.name)}/choices",
            f"/study/{quote(kept.name)}/running" if known else "",
            f"/study/{quote(kept.name)}/result" if kept.finished else "",
        ]


def images_address(images: Path | str) -> str:
    """Return the address of the page that shows images."""
    return f"/images?path={quote(str(images), safe='/')}"


def to(request: Request, address: str) -> Response:
    """Go to another page."""
    return RedirectResponse(request.scope.get("root_path", "") + address, 303)


@asynccontextmanager
async def sent(request: Request) -> AsyncIterator[FormData]:
    """Read a form of ours.

    Raises:
        HTTPException: 400, 403; it is none.
    """
    async with request.form(max_files=0, max_fields=FIELDS, max_part_size=64 * 1024) as form:
        check_csrf(request, form)
        yield form


def text(form: FormData, key: str) -> str:
    """Return a field of a form, empty where it is missing."""
    value = form.get(key, "")
    return value if isinstance(value, str) else ""


def texts(form: FormData, key: str) -> tuple[str, ...]:
    """Return what is ticked of a list."""
    return tuple(value for value in form.getlist(key) if isinstance(value, str))


def problems_of(error: FrimclaError | OSError) -> Problems:
    """Return what is wrong, by place: a sentence each, fit to be shown."""
    if isinstance(error, ProblemsError):
        return [(readable(place), plain(what)) for place, what in error.problems]
    if isinstance(error, OSError):
        return [(readable(str(error.filename or "")), error.strerror or type(error).__name__)]
    return [("", plain(str(error)))]
