"""A look at images for a page: some of each class, facts, what is worth a second look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla.complaints import complaints
from frimcla.contracts import Progress
from frimcla.errors import DatasetError, readable
from frimcla.guiding.images import study_of
from frimcla.inspecting.found import ClassSheet, Inspection, Seen
from frimcla.inspecting.inspection import evenly, found_of, look_at_all
from frimcla.inspecting.thumbnails import draw
from frimcla.intake import Batch
from frimcla.opening import Opened, list_study, settle_pixels
from frimcla.parallel import unordered
from frimcla.registry import Registry

SHOWN, IN_STRIP, IN_ALL, AT_LEAST = 12, 4, 240, 3
"""Images of a class, of those worth a second look, on a page, and of a class on a full one."""
AT_ONCE = 4


@attrs.frozen(kw_only=True)
class Look:
    """What was seen.

    Attributes:
        opened: The images that can be read, without groups.
        shown: What a page shows of them, as JSON.
        bad: Why an image cannot be read, by its key.
    """

    opened: Opened
    shown: dict[str, Any]
    bad: dict[str, str]


def look(images: Path, registry: Registry, progress: Progress) -> Look:
    """Look at every image.

    Raises:
        FrimclaError: There is nothing to look at.
    """
    study = study_of(images, registry)
    opened, problems = list_study(study, registry, progress)
    if not opened.dataset.images:
        raise DatasetError(str(images), problems)
    opened = settle_pixels(opened, progress)
    facts, unreadable = look_at_all(opened, progress)
    found = found_of(opened, facts, problems=problems, unreadable=unreadable)
    why = dict(unreadable)
    bad = {one.key: why[one.name] for one in opened.dataset.images if one.name in why}
    rest = attrs.evolve(opened, dataset=opened.dataset.without(bad))
    lacking = complaints(rest.dataset, None, study.seed) if bad and not problems else []
    shown = {
        "images": len(found.images),
        "classes": _drawn(found),
        "hints": [sentence for _, sentence in found.hints],
        "problems": [*found.problems, *lacking],
        "unreadable": list(unreadable),
    }
    return Look(opened=rest, shown=shown, bad=bad)


def _drawn(found: Inspection) -> list[dict[str, Any]]:
    """Draw what is shown of each class."""
    most = max(AT_LEAST, min(SHOWN, IN_ALL // len(found.sheets)))
    chosen = {sheet.label: evenly(sheet.shown, most) for sheet in found.sheets}
    wanted = [seen for some in chosen.values() for seen in some]
    wanted += [one for sheet in found.sheets for _, some in sheet.strips for one in some[:IN_STRIP]]
    opener = attrs.evolve(found.opened.opener, kind=None)
    images = {seen.name: seen.facts.image for seen in wanted}
    tasks = Batch.cut(images.values(), opener, AT_ONCE)
    done = unordered(draw, tasks, found.opened.study.n_jobs)
    pictures = {name: one.uris[0] for part in done for name, one in part}
    return [_class(sheet, chosen[sheet.label], pictures) for sheet in found.sheets]


def _class(sheet: ClassSheet, chosen: Sequence[Seen], pictures: dict[str, str]) -> dict[str, Any]:
    return {
        "label": readable(sheet.label),
        "count": len(sheet.images),
        "pictures": [_picture(seen, pictures) for seen in chosen],
        "strips": [
            {
                "name": rule.name,
                "count": sheet.marked[rule],
                "when": rule.when,
                "why": rule.why,
                "pictures": [_picture(seen, pictures) for seen in some[:IN_STRIP]],
            }
            for rule, some in sheet.strips
        ],
    }


def _picture(seen: Seen, pictures: dict[str, str]) -> dict[str, str]:
    return {"name": readable(seen.name), "uri": pictures[seen.name]}
