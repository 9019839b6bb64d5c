"""Step 2: what the images are, and the one question that their names may raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frimcla.errors import ConfigError, FrimclaError
from frimcla.guiding import choices
from frimcla.guiding.choosing import Chosen, recalled
from frimcla.guiding.images import found_at, study_file, work_folder

from .asking import Errand
from .folder_step import named
from .orders import to_look
from .room import Room, images_address, problems_of, sent, text, to
from .slips import Problems

YES = "yes"


@attrs.frozen(eq=False)
class ImagesStep:
    """The page of the images of one folder."""

    room: Room

    @property
    def routes(self) -> list[Route]:
        """What its addresses answer."""
        return [Route("/images", self.show), Route("/images", self.go_on, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Show some images of every class, and what there is to know of them."""
        path = request.query_params.get("path", "")
        errand = before = other = None
        problems: Problems = ()
        try:
            images = await run_in_threadpool(self._images, path)
            errand = self._look(images)
            before = await run_in_threadpool(recalled, study_file(images))
        except (FrimclaError, OSError) as error:
            problems = problems_of(error)
        if before is not None and str(before.images) != path:
            before, other = None, before  # of other images that are called alike
        return self.room.page(
            request,
            "studio_images.html",
            2,
            kept=self.room.shelf.of(work_folder(before.images).name) if before else None,
            chosen=before,
            path=path,
            errand=errand,
            seen=errand.found if errand else None,
            answer=_answer(before, errand),
            skip=before is not None and before.settings.get("unreadable") == "skip",
            other=other,
            problems=problems,
        )

    async def go_on(self, request: Request) -> Response:
        """Take the answer to the question, write it down, and go on to what is compared."""
        async with sent(request) as form:
            path, together, skip = (text(form, key) for key in ("path", "together", "skip"))
            again = text(form, "do") == "again"
        try:
            images = await run_in_threadpool(self._images, path)
            errand = self._look(images, anew=again)
            if again:
                return to(request, images_address(images))
            if problems := _unready(errand, skip):
                return self.room.refuse(request, images_address(path), problems)
            assert errand.found
            groups = _groups(errand.found, together)
            target = await run_in_threadpool(self._write, images, groups, skip)
        except (FrimclaError, OSError) as error:
            return self.room.refuse(request, images_address(path), problems_of(error))
        return to(request, f"/study/{quote(target.parent.name)}/choices")

    def _images(self, path: str) -> Path:
        """Return the images that an address names.

        Raises:
            ConfigError: There are none.
        """
        images = Path(path)
        try:
            self.room.check_inside(images)
            return named(found_at(images))
        except ValueError:  # no path at all
            raise ConfigError("the images", [("images", "have no such path")]) from None

    def _look(self, images: Path, *, anew: bool = False) -> Errand:
        return self.room.assistant.ask(to_look(images), anew=anew)

    def _write(self, images: Path, groups: str, skip: str) -> Path:
        """Write down the images with what was ticked for them last, or else the usual."""
        before = recalled(study_file(images)) or usual(self.room)
        settings = {key: value for key, value in before.settings.items() if key != "unreadable"}
        if skip:
            settings["unreadable"] = "skip"
        changed = attrs.evolve(before, images=images, groups=groups, settings=settings)
        if changed.lacking:  # what was ticked last was edited away
            most = usual(self.room)
            changed = attrs.evolve(
                changed, extractors=most.extractors, classifiers=most.classifiers
            )
        return changed.write("the study")


def usual(room: Room) -> Chosen:
    """Return what a study that names nothing compares."""
    extractors = [one.name for one in choices.extractors(room.registry) if one.usual]
    classifiers = [one.name for one in choices.classifiers(room.registry) if one.usual]
    return Chosen(images=Path(), extractors=tuple(extractors), classifiers=tuple(classifiers))


def _unready(errand: Errand, skip: str) -> Problems:
    """Say why nobody can go on from these images."""
    if errand.running:
        return [("images", "are still being looked at; wait a moment")]
    if errand.found is None:
        return errand.problems or [("images", errand.refused)]
    if errand.found["problems"]:
        return [("images", "cannot be studied as they are; see below")]
    if errand.found["unreadable"] and not skip:
        return [("unreadable", "mend these files, or tick that they are left out")]
    return []


def _groups(seen: dict[str, Any], together: str) -> str:
    """Return the setting for an answer; empty where nothing was asked."""
    yes, *no = map(str, seen["answers"])
    return yes if together == YES or not no else no[0]


def _answer(before: Chosen | None, errand: Errand | None) -> str:
    """Return what was answered last time."""
    if before is None or errand is None or errand.found is None or not errand.found["question"]:
        return YES
    return YES if before.groups == errand.found["question"]["setting"] else "no"
