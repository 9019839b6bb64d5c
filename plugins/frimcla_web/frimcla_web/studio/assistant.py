"""The process that looks at images and tries how long a study takes, so that pages need not wait.

Reads orders from its input, a line of JSON each; answers with lines, too: any number of
``{"progress": [phase, done, total]}``, then ``{"found": ...}`` or ``{"refused": ...}``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from frimcla import FrimclaError, Registry
from frimcla.announcing import images
from frimcla.balance import cautions
from frimcla.errors import ProblemsError
from frimcla.guiding import minutes as timing
from frimcla.guiding.images import Together, opened
from frimcla.guiding.minutes import Minutes
from frimcla.measuring import seen_as
from frimcla.opening import Opened, settle_pixels
from frimcla.planning import settle
from frimcla_web.talking import answers, say

from .looking import look
from .orders import chosen_of


class Assistant:
    """Does what it is asked, and remembers the images it was asked about last."""

    def __init__(self, registry: Registry, say: Callable[[dict[str, Any]], None]) -> None:
        self._registry, self._say = registry, say
        self._about = Path()
        self._known: dict[str, Opened] = {}
        self._bad: dict[str, str] = {}
        self._minutes = Minutes()

    def look(self, order: dict[str, Any]) -> dict[str, Any]:
        """Look at every image: what a person should see before anything is learnt from them."""
        self._turn_to(Path(order["images"]), anew=True)
        found = look(self._about, self._registry, self._progress)
        self._known[""], self._bad = found.opened, found.bad
        question, answers = None, {}
        if not found.shown["problems"]:
            question = Together.of(found.opened)
            said = [question.groups(yes) for yes in (True, False)] if question else [""]
            answers = {groups: self._begins(groups) for groups in said}
        asked = attrs.asdict(question) if question else None
        return {**found.shown, "question": asked, "answers": answers}

    def minutes(self, order: dict[str, Any]) -> dict[str, Any]:
        """Say how long a study will take, from a little of it."""
        chosen = chosen_of(order)
        self._turn_to(chosen.images)
        found, study = chosen.settled(self._opened(chosen.groups), "what is ticked")
        cost = self._minutes.cost(attrs.evolve(found, study=study), study)
        return {"told": timing.told(cost), "seconds": cost.seconds}

    def _turn_to(self, about: Path, *, anew: bool = False) -> None:
        if about != self._about or anew:  # other images, other times
            self._about, self._known, self._minutes = about, {}, Minutes()
            self._bad = {}

    def _opened(self, groups: str) -> Opened:
        if groups not in self._known:
            found = opened(self._about, self._registry, groups)
            found = attrs.evolve(found, dataset=found.dataset.without(self._bad))
            self._known[groups] = settle_pixels(found, self._progress)
        return self._known[groups]

    def _begins(self, groups: str) -> dict[str, Any]:
        """Say what a study with this answer begins with, and what it decides by its images."""
        found = self._opened(groups)
        study = settle(found.study, found.dataset, self._registry)
        return {
            "told": [
                *images(found.dataset).splitlines()[1:],
                *seen_as(found.policy, found.dataset),
            ],
            "cautions": cautions(study, found.dataset),
            "metric": study.deciding.label,
            "folds": study.folds,
        }

    def _progress(self, phase: str, done: int, total: int) -> None:
        self._say({"progress": [phase, done, total]})


def main() -> None:
    """Answer until the orders end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-plugin", action="append", default=[])
    asked = parser.parse_args()
    told = partial(say, answers())
    assistant = Assistant(Registry.discover(asked.no_plugin), told)
    does = {"look": assistant.look, "minutes": assistant.minutes}
    for line in sys.stdin:
        order = json.loads(line)
        try:
            told({"found": does[order["do"]](order)})
        except (FrimclaError, OSError) as error:
            problems = error.problems if isinstance(error, ProblemsError) else ()
            told({"refused": str(error), "problems": problems})


if __name__ == "__main__":
    main()
