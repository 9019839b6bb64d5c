"""How long the chosen study will take: what was timed once is not timed again."""

from __future__ import annotations

import attrs

from frimcla.opening import Opened, make_ready
from frimcla.planning import Cost
from frimcla.rehearsing import Rehearsal, keys_of, rehearse
from frimcla.study import Study


class Minutes:
    """Remembers what each pair takes on the images of one folder."""

    def __init__(self) -> None:
        self._known = Rehearsal()

    def cost(self, opened: Opened, study: Study) -> Cost:
        """Return what a settled study of the images of *opened* costs.

        Raises:
            FrimclaError: An extractor cannot run here, or an image cannot be read.
        """
        for extractor in study.extractors:
            new = tuple(
                one
                for one in study.classifiers
                if keys_of(extractor, one) not in self._known.fitting
            )
            if new or extractor.key not in self._known.describing:
                part = study.changed(extractors=(extractor,), classifiers=new)
                self._known |= _timed(attrs.evolve(opened, study=part))
        return self._known.cost(study, opened.dataset)


def _timed(opened: Opened) -> Rehearsal:
    ready = make_ready(opened)
    spaces = list(ready.spaces.values())
    return rehearse(ready.study, ready.dataset, spaces, ready.opener)


def told(cost: Cost) -> str:
    """Say it for people."""
    seconds = cost.seconds or 0.0
    about = f"{max(5, 5 * round(seconds / 5))} seconds" if seconds < 90 else _minutes(seconds)
    return f"{cost.pairs} pairs on {cost.images} images: about {about} on this machine"


def _minutes(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 90 else f"{minutes / 60:.0f} hours"
