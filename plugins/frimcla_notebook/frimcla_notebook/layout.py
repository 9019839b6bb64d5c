"""The widgets of the form, and how they lie; knows nothing of studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import ipywidgets as widgets
from markupsafe import Markup

from frimcla.errors import ConfigError, did_you_mean
from frimcla.guiding.choices import Choice, is_network

from .looks import framed, note, problem, together
from .looks import lines as paragraphs
from .sources import in_colab

MEGABYTE = 1_000_000
WIDE = widgets.Layout(width="100%")
ROW = widgets.Layout(width="100%", align_items="center", flex="0 0 auto")


@attrs.frozen(eq=False)
class Line:
    """One thing to tick: its box, what it is, and how to get what it lacks."""

    choice: Choice
    box: Any
    about: Any
    fetch: Any = None

    @classmethod
    def of(cls, choice: Choice, *, ticked: bool) -> Line:
        """Make the line; what cannot be had is grey."""
        box = widgets.Checkbox(
            value=ticked and not choice.lacking,
            disabled=bool(choice.lacking),
            description=choice.label,
            tooltip=choice.summary,
            indent=False,
            layout=widgets.Layout(width="190px"),
        )
        about = widgets.HTML(value=_about(choice), layout=widgets.Layout(flex="1 1 auto"))
        fetch = None
        if choice.lacking:
            fetch = widgets.Button(
                description=f"Fetch {choice.fetches}",
                tooltip=f"Download the trained weights of {choice.label}, once",
                layout=widgets.Layout(width="130px"),
            )
        return cls(choice, box, about, fetch)

    @property
    def row(self) -> Any:
        """The line as a widget."""
        parts = [self.box, self.about, *([self.fetch] if self.fetch else [])]
        return widgets.HBox(parts, layout=ROW)

    def fetching(self, _: str, done: int, total: int) -> None:
        """Show how much of the weights is here, in megabytes."""
        told = f"fetching: {done // MEGABYTE} of {total // MEGABYTE} MB"
        if told not in self.about.value:
            self.about.value = framed(Markup("<small>{}</small>").format(told))

    def lock(self) -> None:
        """Show again what it lacks."""
        self.about.value = _about(self.choice)

    def unlock(self) -> None:
        """Offer it, now that what it lacked is there."""
        self.box.disabled = False
        self.box.value = True
        self.about.value = framed(Markup("<small>{}</small>").format(self.choice.summary))
        if self.fetch:
            self.fetch.layout.display = "none"


def _about(choice: Choice) -> str:
    text = choice.lacking or choice.summary
    return framed(Markup("<small title='{}'>{}</small>").format(choice.summary, text))


@attrs.define(eq=False)
class Layout:
    """All widgets of a form."""

    path: Any
    upload: Any
    drive: Any
    facts: Any
    together: Any
    evidence: Any
    extractors: list[Line]
    classifiers: list[Line]
    metric: Any
    estimate: Any
    minutes: Any
    problems: Any
    estimated: bool = False

    @classmethod
    def of(
        cls,
        *,
        images: str,
        extractors: list[Line],
        classifiers: list[Line],
        metrics: Sequence[tuple[str, str]],
        metric: str,
    ) -> Layout:
        """Make the widgets with what is chosen at first."""
        return cls(
            path=widgets.Text(
                value=images,
                placeholder="a folder, a table, or a .zip",
                continuous_update=False,
                layout=widgets.Layout(flex="1 1 auto"),
            ),
            upload=widgets.FileUpload(accept=".zip", multiple=False, description="Upload a zip"),
            drive=_drive_button(),
            facts=widgets.HTML(),
            together=widgets.Checkbox(
                value=True,
                indent=False,
                layout=widgets.Layout(width="100%"),
                description="Keep together what belongs together (recommended)",
            ),
            evidence=widgets.HTML(),
            extractors=extractors,
            classifiers=classifiers,
            metric=widgets.Dropdown(
                options=[("the images decide", ""), *metrics],
                value=metric,
                layout=widgets.Layout(width="260px"),
            ),
            estimate=widgets.Button(
                description="How long will it take?", layout=widgets.Layout(width="200px")
            ),
            minutes=widgets.HTML(),
            problems=widgets.HTML(),
        )

    @property
    def box(self) -> Any:
        """The form as one widget."""
        networks = [line.row for line in self.extractors if is_network(line.choice)]
        plain = [line.row for line in self.extractors if not is_network(line.choice)]
        return widgets.VBox(
            [
                _heading(
                    "Your images",
                    "a folder with one sub-folder per class; write demo for painted cells",
                ),
                widgets.HBox([self.path, self.upload, self.drive], layout=ROW),
                self.facts,
                self.evidence,
                self.together,
                _heading(
                    "How images are described",
                    "extractors; two controls join them, which see no shapes",
                ),
                widgets.VBox(plain),
                *_networks(networks),
                _heading("What learns from the descriptions", "classifiers"),
                widgets.VBox([line.row for line in self.classifiers]),
                _heading("What counts", "the metric that decides which pair is best"),
                self.metric,
                widgets.HBox([self.estimate, self.minutes], layout=ROW),
                self.problems,
            ],
            layout=widgets.Layout(width="100%", max_width="900px"),
        )

    def about(self, lines: Sequence[str], notes: str | Sequence[str]) -> None:
        """Show what the images are, and what is wrong with them or to be known."""
        if isinstance(notes, str):
            self.facts.value = framed(problem(notes))
            return
        self.facts.value = framed(together([paragraphs(lines), *map(note, notes)]))

    def ask(self, evidence: str) -> None:
        """Ask whether images belong together; no evidence, no question."""
        self.together.layout.display = "" if evidence else "none"
        self.evidence.value = framed(note(evidence)) if evidence else ""

    def expect(self, text: str) -> None:
        """Show how long it will take."""
        self.minutes.value = framed(Markup("<b>{}</b>").format(text)) if text else ""

    def problem(self, text: str) -> None:
        """Show what is wrong with the last click."""
        self.problems.value = framed(problem(text)) if text else ""


def lines_of(key: str, offered: Sequence[Choice], wanted: Sequence[str]) -> list[Line]:
    """Return the lines of a list, those *wanted* ticked, or the usual ones.

    Raises:
        ConfigError: One is unknown, or cannot be had.
    """
    known = {choice.name: choice for choice in offered}
    problems = []
    for number, name in enumerate(wanted):
        if name not in known:
            problems.append((f"{key}[{number}]", f'no "{name}"{did_you_mean(name, known)}'))
        elif known[name].lacking:
            how = f"frimcla weights fetch {name}"
            problems.append((f"{key}[{number}]", f"{name}: {known[name].lacking}; run: {how}"))
    if problems:
        raise ConfigError("the form", problems)
    return [
        Line.of(choice, ticked=choice.name in wanted if wanted else choice.usual)
        for choice in offered
    ]


def _drive_button() -> Any:
    there = in_colab()
    return widgets.Button(
        description="Google Drive",
        disabled=not there,
        tooltip="Connect your Google Drive" if there else "Only where the notebook runs in Colab",
        layout=widgets.Layout(width="130px"),
    )


def _heading(title: str, about: str) -> Any:
    text = Markup("<h3 style='margin:.7em 0 .1em'>{}</h3><small>{}</small>")
    return widgets.HTML(framed(text.format(title, about)), layout=WIDE)


def _networks(rows: Sequence[Any]) -> list[Any]:
    """Return networks, of which there are many, in a list of their own that can be opened."""
    if not rows:
        return []
    box = widgets.VBox(list(rows), layout=widgets.Layout(max_height="340px", overflow="auto"))
    titles = (f"Networks trained on a million photographs ({len(rows)})",)
    return [widgets.Accordion([box], titles=titles, selected_index=0)]
