"""The report as HTML: one file that needs no other, no network, and no script to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jinja2
from markupsafe import Markup

from frimcla import engines
from frimcla.contracts import Progress
from frimcla.errors import readable
from frimcla.inspecting.words import begun, shortened
from frimcla.number import Number
from frimcla.plotting.svg import Drawing, Sheet

from . import marking, parts, pictured, plots, sections, worded
from .detail import HEADS, detail_of, draws_of
from .facts import facts_of, text_of
from .grid import grid_of
from .matrix import cells_of
from .settings import settings_of
from .shown import Shown
from .sources import sources_of
from .story import Story
from .style import policy_of, style_of, template
from .swapping import RECALL, RELIABILITY, ROC, panels_of
from .words import WORDS


def page(story: Story, *, pictures: bool, progress: Progress | None = None) -> str:
    """Return the page; every name in it is escaped by the template's engine.

    Args:
        story: What the study left.
        pictures: Whether images and their names are shown; else hashes stand for them.
        progress: Called as pairs are looked at.
    """
    shown = Shown(table=story.table, album=story.album, pictures=pictures)
    sheet, draws = Sheet(), draws_of(story)
    details = []
    for number, name in enumerate(story.pairs, start=1):
        details.append(detail_of(story, name, draws))
        if progress:
            progress("report", number, len(story.pairs))
    best = details[0]
    drawn = _drawn(story, sheet)
    panels = next((made for one in details if (made := panels_of(one, sheet))), None)
    if panels:  # of the winner; where it gives no probabilities, of the next that does, hidden
        drawn |= panels.drawings
    clouds, places = sections.clouds_of(story, best.galleries, sheet)
    slices = parts.slices_of(story, shown, draws, sheet)
    growth = sections.growth_of(story, sheet)
    facts = Markup(text_of(facts_of(story, shown, details, panels, places)))
    style, script = style_of(sheet, shown), template("page.js")
    world = _world(story, shown, best.galleries)
    return world.get_template("page.html").render(
        story=story,
        shown=shown,
        title=readable(story.title) if pictures else "A study of images",
        policy=policy_of(style, script),
        style=Markup(style),
        script=Markup(script),
        facts=facts,
        plots={
            **dict.fromkeys((ROC, RECALL, RELIABILITY, "growth", "pareto"), ""),
            **{name: plots.markup(one) for name, one in {**drawn, **growth}.items()},
        },
        grid=grid_of(story),
        detail=best,
        look=sections.looked_at(best, cells_of(best, story.table.classes), draws),
        galleries=sections.Told(best.galleries, story.table.classes),
        clouds=clouds,
        slices=slices,
        looks=pictured.looks_of(story, shown),
        findings=pictured.findings_of(story, shown),
        checks=list(pictured.checks_of(story)),
        sheets=sections.sheets_of(story, shown),
        shares=sections.shares_of(story),
        words=WORDS.items(),
        **_sentences(story, pictures),
    )


def _drawn(story: Story, sheet: Sheet) -> dict[str, Drawing]:
    wide, narrow = plots.forests(story, sheet)
    drawn = {
        "honest": plots.honest_plot(story, sheet),
        "forest": wide,
        "forest_narrow": narrow,
    }
    if len({story.numbers[f"price_work.{name}"].value for name in story.pairs}) > 1:
        drawn["pareto"] = plots.pareto_plot(story, sheet)  # else all would stand above each other
    return drawn


def _sentences(story: Story, pictures: bool) -> dict[str, Any]:
    """Return what is said in words, and what is listed."""
    place = story.folder.resolve().name
    audit_told, audit_look = worded.audit_told(story.audit)
    tested = f"tested.{story.metric}"
    rows, unlisted = sections.beside(story)
    return {
        "expected_key": f"expected.{story.metric}",
        "tested_key": tested if tested in story.numbers else "",
        "headline": worded.headline(story),
        "naive_told": worded.naive_told(story),
        "cheapest_told": worded.cheapest_told(story),
        "audit_told": audit_told,
        "audit_look": audit_look,
        "place": place,
        "commands": list(worded.commands(story, place)),
        "trained_told": worded.trained_told(story),
        "several": len(story.pairs) > 1,
        "beside": rows,
        "unlisted": unlisted,
        "warnings": worded.harmless(story.record, story.table.names, pictures),
        "seen": story.record["seen"],
        "settings": list(settings_of(story.settings, private=not pictures)),
        "sources": list(sources_of(story.record)),
        "phases": worded.PHASES,
        "heads": HEADS,
    }


def _world(story: Story, shown: Shown, galleries: Any) -> jinja2.Environment:
    world = jinja2.Environment(
        loader=jinja2.PackageLoader("frimcla.reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    world.filters |= {
        "num": partial(_named, marking.datum, story.numbers),
        "datum": marking.datum,
        "bare": marking.bare_datum,
        "ends": partial(_ends, story.numbers),
        "both": marking.both,
        "begun": begun,
        "engines": lambda engine: engines.told(str(engine)),
        "readable": readable,
        "shortened": shortened,
        "long": marking.long_name,
        "noun": partial(_noun, story.numbers),
        "base": lambda name: name.rpartition("/")[2],
    }
    return world


def _named(
    mark: Callable[[Number, str], Markup], numbers: Mapping[str, Number], key: str
) -> Markup:
    return mark(numbers[key], key)


def _noun(numbers: Mapping[str, Number], key: str, noun: str) -> str:
    return noun if numbers[key].value == 1 else f"{noun}s"


def _ends(numbers: Mapping[str, Number], number: Number | str, key: str = "") -> Markup:
    """Mark the interval of a number, or of the number of ``verdict.json`` that is so called."""
    if isinstance(number, str):
        return marking.interval(numbers[number], number)
    return marking.interval(number, key)
