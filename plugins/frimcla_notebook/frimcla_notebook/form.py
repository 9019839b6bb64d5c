"""The form of a notebook: which images, which extractors and classifiers, which metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
from IPython.display import HTML, display

from frimcla import FrimclaError, Registry
from frimcla.announcing import announced
from frimcla.balance import cautions
from frimcla.errors import ConfigError
from frimcla.fetching import fetch_all
from frimcla.files import sha256, write_atomically
from frimcla.guiding import choices
from frimcla.guiding.choosing import Chosen, recalled
from frimcla.guiding.images import DEMO, Together, images_at, opened, study_file
from frimcla.guiding.minutes import Minutes, told
from frimcla.opening import Opened, settle_pixels
from frimcla.study import Study

from .layout import Layout, Line, lines_of
from .looks import grid, left, page
from .sources import UPLOADS, connect_drive, uploaded_name


class Form:
    """Four parameters to be set by clicking; writes the study that the next cells run.

    What is chosen is only written down, as ``study.toml``: the command line runs the same.
    """

    def __init__(
        self,
        images: str | Path = DEMO,
        *,
        extractors: Sequence[str] = (),
        classifiers: Sequence[str] = (),
        metric: str = "",
        groups: str = "",
        registry: Registry | None = None,
        **settings: Any,
    ) -> None:
        """Make the form with some of it chosen.

        Args:
            images: A folder with one sub-folder per class, a manifest, a zip of either, or
                ``"demo"`` for painted cells.
            extractors: Names to tick; the usual ones if empty.
            classifiers: Names to tick; the usual ones if empty.
            metric: What decides; the images decide if empty.
            groups: What folds must not split: a column or a pattern, or ``"none"``.
            registry: What plugins offer; the installed ones if omitted.
            settings: Other settings of a study, for example ``folds=5``.

        Raises:
            ConfigError: A name is unknown, its weights are not here, or a setting is wrong.
        """
        self.registry = registry or Registry.discover()
        self._settings = choices.accepted(settings)
        self._groups = groups
        self._free = not (extractors or classifiers or metric)
        self._question: Together | None = None
        self._opened: Opened | None = None
        self._images = Path()
        self._quiet = False
        self._layout = Layout.of(
            images=str(images),
            extractors=lines_of("extractors", choices.extractors(self.registry), extractors),
            classifiers=lines_of("classifiers", choices.classifiers(self.registry), classifiers),
            metrics=[(choice.label, choice.name) for choice in choices.metrics(self.registry)],
            metric=metric,
        )
        self._listen()
        self._look()

    def _ipython_display_(self) -> None:
        display(self._layout.box)

    def write(self) -> Path:
        """Write what is chosen; return the ``study.toml``.

        Raises:
            ConfigError: Nothing that can be studied is chosen.
        """
        self._needed()
        return self._now.write("the form")

    @property
    def _now(self) -> Chosen:
        """What is chosen now."""
        return Chosen(
            images=self._images,
            extractors=self._names("extractors"),
            classifiers=self._names("classifiers"),
            metric=self._layout.metric.value,
            groups=self._settled_groups(),
            settings=self._settings,
        )

    def _listen(self) -> None:
        layout = self._layout
        layout.path.observe(lambda _: self._tried(self._look), "value")
        layout.upload.observe(lambda _: self._tried(self._uploaded), "value")
        layout.drive.on_click(lambda _: self._tried(self._connect))
        layout.together.observe(lambda _: self._tried(self._group), "value")
        layout.estimate.on_click(lambda _: self._tried(self._estimate))
        layout.metric.observe(lambda _: self._tried(self._chosen), "value")
        for line in (*layout.extractors, *layout.classifiers):
            line.box.observe(lambda _: self._tried(self._chosen), "value")
            if line.fetch:
                line.fetch.on_click(lambda _, line=line: self._tried(lambda: self._fetch(line)))

    def _tried(self, act: Callable[[], None]) -> None:
        """Do what a click asks for; what is wrong is a sentence in the form."""
        self._layout.problem("")
        try:
            act()
        except (FrimclaError, OSError) as error:
            self._layout.expect("")
            self._layout.problem(str(error))

    def _look(self) -> None:
        """Look at the images that are named; a form with wrong ones is a form all the same."""
        self._opened, self._question = None, None
        self._minutes = Minutes()  # other images, other times
        self._layout.ask("")
        self._layout.about(["looking ..."], [])
        try:
            self._images = images_at(self._layout.path.value)
            found = opened(self._images, self.registry, self._groups)
            self._question = Together.of(found)
            if self._free:
                self._recall()
            if self._question:
                self._layout.ask(self._question.evidence)
                self._group()
            else:
                self._keep(found)
        except (FrimclaError, OSError) as error:
            self._layout.about([], str(error))

    def _recall(self) -> None:
        """Tick what was chosen last time for these images, if anything was."""
        before = recalled(study_file(self._images))
        if before is None:
            return
        self._quiet = True
        for key in ("extractors", "classifiers"):
            lines: Sequence[Line] = getattr(self._layout, key)
            named = getattr(before, key)
            again = [one for one in lines if one.choice.name in named and not one.choice.lacking]
            for line in lines if again else ():
                line.box.value = line in again
        if before.metric in [name for _, name in self._layout.metric.options]:
            self._layout.metric.value = before.metric
        self._quiet = False

    def _group(self) -> None:
        """List the images anew with the answer to the question."""
        if self._question:
            self._keep(opened(self._images, self.registry, self._settled_groups()))

    def _keep(self, found: Opened) -> None:
        """Settle what is seen of the images, once, and tell what they are."""
        self._opened = settle_pixels(found)
        self._chosen()

    def _chosen(self) -> None:
        """Tell what the images are, and what the choice means for them."""
        if self._opened is None or self._quiet:
            return
        found, study = self._settled()
        notes = cautions(study, found.dataset)
        lines = [line for line in announced(found) if not line.startswith("warning")]
        self._layout.about(
            [*lines, f"{study.deciding.label} decides, in {study.folds} folds"], notes
        )
        self._layout.expect("")
        if self._layout.estimated:
            self._estimate()

    def _estimate(self) -> None:
        self._layout.expect("trying a little of it ...")
        self._layout.estimated = True
        self._layout.expect(self.expected())

    def expected(self) -> str:
        """Say how long the chosen study will take, from a little of it.

        Raises:
            FrimclaError: It cannot be studied.
        """
        found, study = self._settled()
        return told(self._minutes.cost(attrs.evolve(found, study=study), study))

    def plan(self) -> HTML:
        """Show what is chosen, and how long it will take.

        Raises:
            FrimclaError: It cannot be studied.
        """
        _, study = self._settled()
        controls = [one.label for one in study.controls]
        chosen = [one.label for one in study.extractors if one.label not in controls]
        facts = {
            "images": str(study.images),
            "extractors": ", ".join(chosen),
            "controls": ", ".join(controls),
            "classifiers": ", ".join(one.label for one in study.classifiers),
            "metric": study.deciding.label,
            "folds": str(study.folds),
            "time": self.expected(),
        }
        return page(grid((), [(name, left(text)) for name, text in facts.items()]))

    def _settled(self) -> tuple[Opened, Study]:
        """Return the images, and the study that is chosen with what the images decide."""
        return self._now.settled(self._needed(), "the form")

    def _needed(self) -> Opened:
        problems = self._now.lacking
        if self._opened is None:
            problems.insert(0, ("images", "cannot be studied; see what the form says of them"))
        if problems:
            raise ConfigError("the form", problems)
        assert self._opened
        return self._opened

    def _settled_groups(self) -> str:
        if self._question is None:
            return self._groups
        return self._question.groups(bool(self._layout.together.value))

    def _names(self, key: str) -> tuple[str, ...]:
        lines: Sequence[Line] = getattr(self._layout, key)
        return tuple(line.choice.name for line in lines if line.box.value)

    def _uploaded(self) -> None:
        """Keep an uploaded zip, and study what is in it."""
        for file in self._layout.upload.value:
            content = bytes(file["content"])
            name = uploaded_name(file["name"], "images.zip")
            path = UPLOADS / sha256(content)[:8] / name  # over nothing that is there
            write_atomically(path, content)
            if self._layout.path.value == str(path):
                self._look()
            self._layout.path.value = str(path)  # and look, where that is another

    def _connect(self) -> None:
        self._layout.path.value = connect_drive()

    def _fetch(self, line: Line) -> None:
        """Fetch what a line lacks; what a click prints, no cell would show."""
        try:
            fetch_all([line.choice.name], registry=self.registry, progress=line.fetching).check()
        except FrimclaError:
            line.lock()
            raise
        line.unlock()
