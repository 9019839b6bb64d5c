"""Step 3: what is compared, what decides, and about how long that takes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frimcla.errors import FrimclaError
from frimcla.guiding import choices
from frimcla.guiding.choices import Choice, is_network
from frimcla.guiding.choosing import Chosen
from frimcla.registry import Registry

from .orders import to_look, to_time
from .presets import PRESETS
from .room import Room, problems_of, sent, text, texts, to
from .slips import Problems

FOLDS = (3, 5, 10)


@attrs.frozen(kw_only=True)
class Menu:
    """What can be ticked."""

    extractors: Sequence[Choice]
    classifiers: Sequence[Choice]
    metrics: Sequence[Choice]

    @classmethod
    def of(cls, registry: Registry) -> Menu:
        """Look which weights are here, too."""
        return cls(
            extractors=choices.extractors(registry),
            classifiers=choices.classifiers(registry),
            metrics=choices.metrics(registry),
        )

    @property
    def plain(self) -> list[Choice]:
        """Extractors that were trained on nothing."""
        return [one for one in self.extractors if not is_network(one)]

    @property
    def networks(self) -> list[Choice]:
        """The others; those whose weights are here first."""
        return sorted(filter(is_network, self.extractors), key=lambda one: bool(one.lacking))

    def wrong(self, chosen: Chosen) -> Problems:
        """Say what of a choice cannot be had."""
        problems = chosen.lacking
        for key in ("extractors", "classifiers"):
            known = {one.name: one for one in getattr(self, key)}
            for name in getattr(chosen, key):
                if name not in known:
                    problems.append((key, f'"{name}" is not installed; leave it out'))
                elif known[name].lacking:
                    how = f"run: frimcla weights fetch {name}"
                    problems.append((key, f"{name}: {known[name].lacking}; {how}"))
        if chosen.metric and chosen.metric not in {one.name for one in self.metrics}:
            problems.append(("metric", f'"{chosen.metric}" is not installed; choose another'))
        return problems


@attrs.frozen(eq=False)
class ChoiceStep:
    """The page of what is compared."""

    room: Room

    @property
    def routes(self) -> list[Route]:
        """What its addresses answer."""
        address = "/study/{name}/choices"
        return [Route(address, self.show), Route(address, self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Show what can be ticked, and what is: by the file, a preset, or a form that was wrong."""
        kept = self.room.kept(request)
        menu = await run_in_threadpool(Menu.of, self.room.registry)
        chosen = kept.chosen
        preset = PRESETS.get(request.query_params.get("preset", ""))
        if preset:
            chosen = preset.of(chosen, menu.extractors, menu.classifiers)
        chosen = self.room.slips.of(request).values.get("chosen", chosen)
        look = self.room.assistant.ask(to_look(chosen.images))
        decided = (look.found or {}).get("answers", {}).get(chosen.groups)
        return self.room.page(
            request,
            "studio_choices.html",
            3,
            kept=kept,
            chosen=chosen,
            menu=menu,
            presets=PRESETS,
            preset=preset,
            folds=FOLDS,
            decided=decided,
            timing=None if preset else self.room.assistant.known(to_time(chosen)),
        )

    async def take(self, request: Request) -> Response:
        """Write down what is ticked; then time it, or run it."""
        kept = self.room.kept(request)
        address = f"/study/{quote(kept.name)}"
        async with sent(request) as form:
            chosen, do = _read(form, kept.chosen), text(form, "do")
        menu = await run_in_threadpool(Menu.of, self.room.registry)
        if problems := menu.wrong(chosen):
            return self.room.refuse(request, f"{address}/choices", problems, chosen=chosen)
        try:
            if do == "run":
                self.room.runner.check_free()
            await run_in_threadpool(chosen.write, "the study")
            if do == "run":
                await self.room.runner.start(kept)
                return to(request, f"{address}/running")
        except (FrimclaError, OSError) as error:
            problems = problems_of(error)
            return self.room.refuse(request, f"{address}/choices", problems, chosen=chosen)
        if do == "minutes":
            self.room.assistant.ask(to_time(chosen), anew=True)
        return to(request, f"{address}/choices")


def _read(form: FormData, before: Chosen) -> Chosen:
    """Return what a form says is chosen; what it does not ask for stays as it was."""
    settings = {key: value for key, value in before.settings.items() if key != "folds"}
    if (folds := text(form, "folds")).isdecimal() and len(folds) < 4:
        settings["folds"] = int(folds)
    return attrs.evolve(
        before,
        extractors=texts(form, "extractors"),
        classifiers=texts(form, "classifiers"),
        metric=text(form, "metric"),
        settings=settings,
    )
