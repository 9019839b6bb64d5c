"""What a run found, as a value, and the record of it that stays beside the results."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from . import duplicates, versions
from .announcing import copies, ungrouped
from .auditing.findings import Audit
from .balance import cautions
from .bundle import Model
from .by_group import GroupScore
from .catalogue import provenance
from .evaluation import Evaluated
from .extraction import Extracted
from .folds import Plan
from .measuring import seen_as
from .naming import is_manifest
from .number import Number
from .opening import Opened
from .outcome import Outcome
from .outputs import Clock
from .per_class import ClassScores, per_class, positives
from .predictions import Labels, Predictions
from .scoring import Answers
from .selection import Selection, told_pair
from .study import Study
from .verdict import Verdict

GENERAL = ("data", "dataset", "images", "train", "training")
"""Names of folders that say nothing of what is in them."""


@attrs.frozen(kw_only=True, eq=False)
class Result:
    """What a comparison found.

    Attributes:
        study: As it was run: metric and folds are settled.
        opened: The images, without those that could not be read.
        plan: The folds, the same for every pair.
        extracted: What was decoded and computed, and what was there.
        evaluated: What was fitted, and what was there.
        table: The out-of-fold predictions, as read back from ``predictions.h5``.
        selection: The pairs under the deciding metric.
        verdict: Who is best, who is as good, and what to expect.
        clock: Seconds per phase.
        groups: How the best pair does in each group; empty where none are declared.
        twins: Test images that look like images that were learnt from, as pairs of names.
        model: The trained pair, or None where only a comparison was asked for.
        aside: The file of a model that is none of the results.
        reported: The best pair under every metric of the study, the deciding one first.
        tested: The trained pair on the images of `Study.test`, likewise; empty without.
        test_answers: What it says of them, or None.
        audit: What an audit of the images found; None before it is made.
    """

    study: Study
    opened: Opened
    plan: Plan
    extracted: Extracted
    evaluated: Evaluated
    table: Predictions
    selection: Selection
    verdict: Verdict
    clock: Clock
    groups: tuple[GroupScore, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    model: Model | None = None
    aside: Path | None = None
    reported: tuple[Number, ...] = ()
    tested: tuple[Number, ...] = ()
    test_answers: Answers | None = None
    audit: Audit | None = None

    @property
    def concluded(self) -> bool:
        """Whether all of it is written down: nothing is left to do."""
        return self.audit is not None

    @property
    def model_path(self) -> Path:
        """Where the trained pair lies."""
        return self.aside or self.study.output / "model.frimcla"

    @property
    def per_class(self) -> tuple[ClassScores, ...]:
        """How the best pair does on each class, out of fold."""
        return per_class(self.table.answers(self.selection.winner))

    @property
    def positive(self) -> tuple[str, ...]:
        """The classes that metrics of the study call positive."""
        return positives(self.study.judges, self.table.classes)

    @property
    def outcome(self) -> Outcome:
        """What is told of it."""
        trained: Labels | None = None
        if self.model and self.tested:
            label = self.model.manifest.label
            trained = next(pair for pair in self.selection.cells if told_pair(pair) == label)
        return Outcome(
            study=self.study,
            table=self.table,
            verdict=self.verdict,
            grouped_by=self.opened.dataset.grouped_by,
            groups=self.groups,
            trained=trained,
            test_images=len(self.test_answers.truth) if self.test_answers else 0,
        )


def record_of(result: Result) -> dict[str, Any]:
    """Return what ``run.json`` says: versions, seconds, what was reused, what was left out."""
    dataset, extracted, evaluated = (
        result.opened.dataset,
        result.extracted,
        result.evaluated,
    )
    return {
        "state": "done",
        "title": title_of(result.study.images),
        "versions": versions.of_a_run(result.opened.packages.values()),
        "extractors": provenance(result.study.extractors),
        "engines": {label: name for label, name in result.opened.engines.items() if name},
        "seconds": result.clock.seconds,
        "spaces": result.opened.homes,
        "images": len(dataset.images),
        "classes": dataset.counts,
        "data": dataset.key,
        "groups": {"by": dataset.grouped_by, **dataset.independent} if dataset.grouped_by else None,
        "seen": list(seen_as(result.opened.policy, dataset)),
        "extract": {
            "decoded": extracted.decoded,
            "computed": extracted.computed,
            "reused": extracted.reused,
            "notices": list(extracted.notices),
        },
        "compare": {"fitted": evaluated.fitted, "reused": evaluated.reused},
        "heard": {pair.label: dict(heard) for pair, heard in evaluated.warnings.items()},
        "winner": " + ".join(result.selection.winner),
        "trained": result.model.manifest.label if result.model else None,
        "expected": attrs.asdict(expected_of(result)),
        "reported": [attrs.asdict(number) for number in result.reported],
        "tested": [attrs.asdict(number) for number in result.tested],
        "rival": result.verdict.rival,
        "against_rival": _facts(result.verdict.against_rival),
        "chance": _facts(result.verdict.chance),
        "failed": {" + ".join(pair): why for pair, why in result.selection.failed.items()},
        "stopped": {told_pair(pair): one.told for pair, one in result.selection.stopped.items()},
        "late": evaluated.late,
        "warnings": warnings_of(result),
        "copies": dataset.copies,
        "near_duplicates": result.twins,
        "passed_over": dict(Counter(reason for _, reason in dataset.passed_over)),
        "unreadable": dict(dataset.unreadable),
    }


def _facts(number: Number | None) -> dict[str, Any] | None:
    return attrs.asdict(number) if number else None


def title_of(images: Path) -> str:
    """Return what images are called: their folder's name, and the one above if it says nothing."""
    folder = images.resolve()
    if is_manifest(folder):
        folder = folder.parent
    named = folder.name.lower() in GENERAL and folder.parent.name
    return f"{folder.parent.name}/{folder.name}" if named else folder.name or "Images"


def expected_of(result: Result) -> Number:
    """Return what to expect of the chosen pair: the test images' word, where there are any."""
    if result.tested:
        return result.tested[0]
    if result.model:
        return result.model.manifest.expected
    return result.verdict.expectation.numbers[0]


def warnings_of(result: Result) -> list[str]:
    """Return what a reader of the results should know, one sentence each."""
    dataset = result.opened.dataset
    told = [*cautions(result.study, dataset), *copies(dataset)]
    if skipped := [name for name, _ in dataset.unreadable]:
        more = ", ..." if len(skipped) > 5 else ""
        told.append(f"skipped as unreadable ({len(skipped)}): {', '.join(skipped[:5])}{more}")
    heard: Counter[tuple[str, str]] = Counter()
    for pair, texts in result.evaluated.warnings.items():
        for text, count in texts.items():
            heard[pair.classifier.label, text] += count
    told += [f"{label}: {text} (in {count} fits)" for (label, text), count in heard.items()]
    if result.twins:
        told.append(duplicates.told(result.twins))
    if suspected := ungrouped(result.opened):
        told.append(suspected)
    return [*told, *result.opened.notices]
