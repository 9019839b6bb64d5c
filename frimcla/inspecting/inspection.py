"""Looks at every image once, at those that are shown twice, and writes it all down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from frimcla.announcing import images as counted
from frimcla.announcing import ungrouped
from frimcla.config import read_study
from frimcla.contracts import Progress
from frimcla.errors import DatasetError, ImageError, readable
from frimcla.intake import Batch, Opener
from frimcla.measuring import seen_as
from frimcla.opening import Opened, list_study, settle_pixels
from frimcla.parallel import unordered
from frimcla.registry import Registry
from frimcla.study import Study

from .facts import ImageFacts, facts_of
from .found import ClassSheet, Inspection, Seen
from .oddities import RULES, Rule, marks_of
from .shortcuts import copies, hints
from .thumbnails import Thumbnail, draw
from .words import slug
from .writing import begin, check_target, write_inspection, write_sheet

AT_ONCE, DRAWN_AT_ONCE = 16, 4
"""Images of one task, of those that look and those that draw."""
SHOWN, SHOWN_IN_ALL, SHOWN_AT_LEAST = 24, 600, 6
"""Images of a sheet; fewer where there are many classes, for a page has to stay one page."""
IN_STRIP = 12
"""Images shown for each thing that is worth a second look, the worst first."""
EXCEPTIONAL = 0.5
"""Share of all images up to which what a rule marks stands out: white paper is on every page."""


def inspect(
    source: str | Path | Study,
    out: str | Path = "inspection",
    *,
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> Inspection:
    """Draw what extractors see: a contact sheet per class, with facts and warnings.

    Images kept for the final check are not among them.

    Args:
        source: A configuration, a folder or manifest of images, or a study.
        out: Folder to write to: a new or empty one, or that of an inspection before.
        registry: What plugins offer; the installed ones if omitted.
        progress: Called as images are looked at.

    Raises:
        ConfigError: The configuration is wrong, or *out* holds files of somebody else.
        DatasetError: There are no images to look at.
    """
    registry = registry or Registry.discover()
    study = source if isinstance(source, Study) else read_study(source, registry, output=out)
    target = Path(out)
    check_target(target)
    opened, problems = list_study(study, registry, progress)
    if not opened.dataset.images:
        raise DatasetError(str(study.images), problems)
    opened = settle_pixels(opened, progress)
    facts, unreadable = look_at_all(opened, progress)
    found = found_of(opened, facts, problems=problems, unreadable=unreadable, folder=str(out))
    found = begin(target, found)
    thumbnails: dict[str, dict[str, tuple[str, ...]]] = {}
    for sheet, drawn in _drawn(found, progress):
        write_sheet(target, found, sheet, drawn)
        thumbnails[sheet.label] = {name: one.uris for name, one in drawn.items()}
    write_inspection(target, found, thumbnails)
    return found


def found_of(
    opened: Opened,
    facts: Sequence[ImageFacts],
    *,
    problems: Sequence[tuple[str, str]] = (),
    unreadable: tuple[tuple[str, str], ...] = (),
    folder: str = "",
) -> Inspection:
    """Return what there is to tell of images that were looked at."""
    sheets = tuple(_sheets(opened, facts))
    images = opened.study.images
    classes = [(sheet.label, [seen.facts for seen in sheet.images]) for sheet in sheets]
    return Inspection(
        opened=opened,
        title=readable(images.resolve().name or str(images)),
        told=tuple(_told(opened)),
        sheets=sheets,
        hints=(*hints(classes), *copies(opened.dataset.copies)),
        problems=tuple(sorted(set(problems))),
        unreadable=unreadable,
        folder=folder,
    )


def _told(opened: Opened) -> Iterator[str]:
    """Say what is looked at, a line each; of extractors nothing, for none is asked."""
    yield from counted(opened.dataset).splitlines()
    if opened.test:
        yield f"{len(opened.test.images)} images kept for the final check are not shown"
    yield from seen_as(opened.policy, opened.dataset)
    if warning := ungrouped(opened):
        yield f"warning: {warning}"


def look_at_all(
    opened: Opened, progress: Progress | None
) -> tuple[list[ImageFacts], tuple[tuple[str, str], ...]]:
    """Return the facts of all images that can be read, by name, and why the others cannot."""
    images = opened.dataset.images
    facts: list[ImageFacts] = []
    bad: list[tuple[str, str]] = []
    tasks = Batch.cut(images, _opener(opened), AT_ONCE)
    for found, unreadable in unordered(look, tasks, opened.study.n_jobs, ahead=64):
        facts += found
        bad += unreadable
        if progress:
            progress("inspect", len(facts) + len(bad), len(images))
    facts.sort(key=lambda one: (one.image.name, one.image.key))
    return facts, tuple(sorted(bad))


def look(batch: Batch) -> tuple[list[ImageFacts], list[tuple[str, str]]]:
    """Return the facts of images, and what cannot be read."""
    found, bad = [], []
    for image in batch.images:
        try:
            found.append(facts_of(image, batch.opener.picture(image)))
        except ImageError as error:
            bad.append((image.name, str(error)))
    return found, bad


def evenly(images: Sequence[Seen], count: int) -> tuple[Seen, ...]:
    """Return *count* of the images, evenly spread: the same ones whenever it is asked."""
    if len(images) <= count:
        return tuple(images)
    return tuple(images[(2 * number + 1) * len(images) // (2 * count)] for number in range(count))


def _opener(opened: Opened) -> Opener:
    """Return what reads images of any kind: those of another kind are shown, and marked."""
    return attrs.evolve(opened.opener, kind=None)


def _sheets(opened: Opened, facts: Sequence[ImageFacts]) -> Iterator[ClassSheet]:
    classes = opened.dataset.classes
    count = max(SHOWN_AT_LEAST, min(SHOWN, SHOWN_IN_ALL // len(classes)))
    every = [Seen(facts=one, marks=marks_of(one, opened.policy, opened.kind)) for one in facts]
    rules = [rule for rule in RULES if _stands_out(rule, every)]
    for number, label in enumerate(classes, start=1):
        images = tuple(seen for seen in every if seen.facts.image.label == label)
        marked = [(rule, [image for image in images if image.marked(rule)]) for rule in rules]
        yield ClassSheet(
            number=number,
            label=label,
            images=images,
            shown=_drawn_from(images, count),
            strips=tuple((rule, _worst(rule, some)) for rule, some in marked if some),
            file=f"{number:0{len(str(len(classes)))}}-{slug(label)}.png",
        )


def _stands_out(rule: Rule, images: Sequence[Seen]) -> bool:
    return sum(seen.marked(rule) for seen in images) <= EXCEPTIONAL * len(images)


def _worst(rule: Rule, images: Sequence[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(images, key=lambda seen: (-seen.worst(rule), seen.name))[:IN_STRIP])


def _drawn_from(images: Sequence[Seen], count: int) -> tuple[Seen, ...]:
    """Draw by the hashes of their contents, so that names decide nothing; show them by name."""
    by_key = sorted(images, key=lambda seen: (seen.facts.image.key, seen.name))
    return tuple(sorted(evenly(by_key, count), key=lambda seen: seen.name))


def _drawn(
    found: Inspection, progress: Progress | None
) -> Iterator[tuple[ClassSheet, dict[str, Thumbnail]]]:
    """Yield each class with its thumbnails by name; one class at a time bounds memory."""
    opener = _opener(found.opened)
    for done, sheet in enumerate(found.sheets, start=1):
        shown = {seen.name: seen.facts.image for seen in sheet.shown}
        shown |= {seen.name: seen.facts.image for _, some in sheet.strips for seen in some}
        tasks = Batch.cut(shown.values(), opener, DRAWN_AT_ONCE)
        rows = [row for part in unordered(draw, tasks, found.opened.study.n_jobs) for row in part]
        yield sheet, dict(rows)
        if progress:
            progress("draw", done, len(found.sheets))
