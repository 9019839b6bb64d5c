"""Sentences of the page that ``verdict.txt`` does not have."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from frimcla.auditing.findings import Audit, Severity
from frimcla.saying import points

from .story import Story

PHASES = {
    "list": "listing and hashing the images",
    "extract": "describing them",
    "plan": "planning the folds",
    "read": "looking at what was there",
    "compare": "fitting and predicting",
    "select": "choosing and testing",
    "shuffle": "shuffling the classes",
    "write": "writing tables and plots",
    "train": "training the winner",
    "audit": "auditing the images",
    "picture": "drawing the images",
}
"""What each phase of a run did."""


def naive_told(story: Story) -> str:
    """Say what is wrong with the number in the table."""
    count = int(story.numbers["pairs"].value)
    if count == 1:
        return "the only pair: nothing was chosen"
    gap = points(story.numbers["optimism"].value, percent=story.percent)
    if float(gap.split()[0]) > 0:
        return f"optimistic by {gap}, as the best of {count:,} pairs"
    return f"the best of {count:,} pairs; here it does not look too good"


def cheapest_told(story: Story) -> str:
    """Say why the cheapest recommended pair may be taken."""
    name = story.verdict["cheapest"]
    if name == story.verdict["winner"]:
        others = len(story.verdict["recommended"]) - 1
        return "nothing recommended costs less" if others else "nothing else may stand in for it"
    rope = points(story.numbers["rope"].value, percent=story.percent)
    worse = 100 * story.numbers[f"p_worse.{name}"].value
    return f"worse than the best by more than {rope} with a probability of {worse:.1f} %"


def headline(story: Story) -> str:
    """Say how the honest number was found."""
    nested = story.verdict["headline"] == "nested"
    return "nested cross-validation" if nested else "BBC-CV, from resampled predictions"


def commands(story: Story, place: str) -> Iterator[tuple[str, str]]:
    """Yield what to type next, and why."""
    model = shlex.quote(f"{place}/model.frimcla")
    if story.record.get("trained"):
        yield f"frimcla predict {model} NEW_IMAGES", "say what new images are"
        yield f"frimcla evaluate {model} LABELLED_FOLDER", "how good it is elsewhere"
    study = shlex.quote(f"{place}/study.toml")
    if story.verdict["cheapest"] != story.verdict["winner"]:
        yield f"frimcla train {study} --cheapest", "train the cheaper pair instead"
    needed = [story.numbers.get(f"repeats_needed.{name}") for name in story.verdict["undecided"]]
    repeats = max((int(one.value) for one in needed if one), default=0)
    if repeats:
        why = f"after repeats = {repeats} in it: more may be decided"
        yield f"frimcla run {study}", why
    elif not story.record.get("trained"):
        yield f"frimcla train {study}", "train the best pair on all images"
    yield f"frimcla audit {shlex.quote(place)}", "look for what may make the score too good"


def trained_told(story: Story) -> str:
    """Say which pair the model is, where that is not the winner."""
    trained = story.record.get("trained")
    if not trained or trained == story.verdict["winner"]:
        return ""
    return f"The model that was trained is {trained}, not the best pair."


def audit_told(audit: Audit | None) -> tuple[str, str]:
    """Return what the audit found in a few words, and how that looks."""
    if audit is None:
        return "not made", ""
    errors = sum(one.severity == Severity.ERROR for one in audit.findings)
    warnings = sum(one.severity == Severity.WARNING for one in audit.findings)
    words = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return ", ".join(words) or "nothing to worry about", (
        "bad" if errors else "worry" if warnings else "fine"
    )


def harmless(record: Mapping[str, Any], names: tuple[str, ...], pictures: bool) -> list[str]:
    """Return the warnings of a run; of those that name files only how many, if names are hidden."""
    warnings = list(record["warnings"])
    if pictures:
        return warnings
    secret = {*names, *(name for name in record["unreadable"])}
    secret |= {name for pair in record["near_duplicates"] for name in pair}
    secret |= {name.rpartition("/")[2] for name in secret}
    kept = [line for line in warnings if not any(name in line for name in secret)]
    hidden = len(warnings) - len(kept)
    return [*kept, f"{hidden} more name files and are left out"] if hidden else kept
