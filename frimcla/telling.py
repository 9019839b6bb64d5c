"""Values to words: what the command line prints. Decides nothing, computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import answering, by_group
from .announcing import announced, copies
from .auditing.findings import Audit, Severity
from .balance import cautions
from .class_tables import class_table
from .codes import CODES
from .extraction import Extracted
from .opening import Opened
from .paper_table import marked_table
from .per_class import per_class
from .planning import Cost
from .reporting import FILE as REPORT
from .result import Result, expected_of, warnings_of
from .saying import told
from .scoring import confusion_of
from .selection import told_pair
from .starting import Demonstration
from .study import Study
from .tables import confusion_text
from .verdict_text import verdict_lines


def plan(study: Study, opened: Opened, cost: Cost) -> str:
    """Say what a study will do."""
    others = [recipe for recipe in study.extractors if recipe not in study.controls]
    extractors = {"extractors": others, "controls": study.controls}
    lines = [
        *announced(opened),
        *(
            f"{what:<12} {', '.join(recipe.label for recipe in recipes)}"
            for what, recipes in extractors.items()
            if recipes
        ),
        f"classifiers  {', '.join(recipe.label for recipe in study.classifiers)}",
        f"metric       {', '.join(recipe.label for recipe in study.judges)}",
        f"folds        {study.folds}, inner folds {study.inner_folds}, seed {study.seed}",
        f"output       {study.output}",
        f"{cost.pairs} pairs x {_folds(study)}, with search: {_most(study)}{cost.fits:,} fits",
        *_nesting(cost),
    ]
    if study.budget:
        lines.append(f"budget       {study.budget}: nothing new is begun after that")
    warnings = [*copies(opened.dataset), *cautions(study, opened.dataset)]
    lines += [f"warning: {warning}" for warning in warnings]
    if cost.seconds is None:
        lines.append("add --rehearse to estimate the time")
    else:
        lines.append(f"about {_duration(cost.seconds)}, from a rehearsal on this machine")
    return "\n".join(lines)


def extraction(opened: Opened, done: Extracted) -> str:
    """Say what was computed and what was there."""
    rows = f"{done.computed} rows of features computed, {done.reused} were there"
    work = f"decoded {done.decoded} images; {rows}"
    where = " and ".join(map(str, opened.store.folders))
    return "\n".join([*opened.notices, *done.notices, work, f"Features: {where}"])


def comparison(result: Result) -> str:
    """Tell a comparison: table, best pair, how far to trust it."""
    return "\n".join(_comparison(result))


def run(result: Result) -> str:
    """Tell a whole run; ends with the three commands that come next."""
    return "\n".join([*_comparison(result), "", *_next(result)])


def training(result: Result) -> str:
    """Say what was trained, and the three commands that come next."""
    assert result.model
    label = result.model.manifest.label
    lines = [f"{label}, expected {_expected(result)}"]
    if not result.aside and label != told_pair(result.verdict.winner):
        lines.append("It takes the place of the best pair's model; --model FILE keeps both.")
    if examples := result.model.examples:
        lines.append(
            f"Small pictures of {len(examples.labels)} training images are in the file now: give "
            "it to nobody who must not see them."
        )
    return "\n".join([*lines, *_next(result)])


def _next(result: Result) -> list[str]:
    model = result.model_path
    return [
        f"Trained on all {len(result.opened.dataset.images)} images: {model}",
        "Next:",
        f"  frimcla predict {model} NEW_IMAGES --out predictions.csv",
        f"  frimcla evaluate {model} LABELLED_FOLDER",
        f"  frimcla verify {model}",
    ]


def demonstration(shown: Demonstration) -> str:
    """Tell the demonstration, and what to look at."""
    output = shown.result.study.output
    return "\n".join(
        [
            "The images are synthetic: painted cells of three phenotypes.",
            *_comparison(shown.result),
            "",
            "Three painted cells that the study has not seen:",
            answering.predictions(shown.unseen, shown.result.opened.dataset.classes),
            "",
            "Look at",
            f"  {shown.folder / 'cells'}  the images",
            f"  {output / REPORT}  the whole story, for a browser",
            f"  {output / 'predictions.csv'}  what was said of each image",
            "Then try it on your own images, one folder per class: frimcla run FOLDER",
        ]
    )


def _comparison(result: Result) -> Iterator[str]:
    study, selection = result.study, result.selection
    yield (
        f"decoded {result.extracted.decoded} different images, fitted "
        f"{result.evaluated.fitted} of {result.evaluated.fitted + result.evaluated.reused} "
        "pairs and folds; what was finished before was reused"
    )
    yield ""
    yield marked_table(result.verdict)
    yield "\nBest pair, class by class, out of fold"
    yield class_table(result.per_class, result.positive)
    yield ""
    yield from verdict_lines(result.outcome)
    for number in result.verdict.expectation.numbers[1:]:
        yield f"Expect {number.metric} {told(number)} as well ({number.method})."
    if result.groups:
        yield f"{by_group.told(result.groups)}; see groups.csv."
    yield from _expectation(result)
    for warning in (*result.extracted.notices, *warnings_of(result)):
        yield f"warning: {warning}"
    for pair, why in selection.failed.items():
        yield f"failed: {' + '.join(pair)}: {why}"
    yield from audited(result.audit, study.output)
    yield f"The report: {study.output / REPORT}; tables and plots lie beside it"


def audited(audit: Audit | None, output: Path) -> Iterator[str]:
    """Say in a line what the audit found that scores may suffer from."""
    for severity in (Severity.ERROR, Severity.WARNING):
        codes = [one.code for one in audit.findings if one.severity == severity] if audit else []
        if codes:
            titles = ", ".join(f"{CODES[code]} ({code})" for code in dict.fromkeys(codes))
            yield f"audit {severity}: {titles}; see the report, or frimcla audit {output}"


def _expectation(result: Result) -> Iterator[str]:
    if result.tested and result.test_answers:
        for other in result.tested[1:]:
            yield f"On the same images {other.metric} {told(other)} ({other.method})."
        yield "\nThe images kept until the end"
        counts = confusion_of(result.test_answers)
        yield f"{confusion_text(counts, list(result.test_answers.classes))}"
        yield f"\n{class_table(per_class(result.test_answers), result.positive)}"


def _expected(result: Result) -> str:
    number = expected_of(result)
    return f"{number.metric} {told(number)} ({number.method})"


def _folds(study: Study) -> str:
    repeated = f"{study.repeats} x " if study.repeats > 1 else ""
    return f"{repeated}{study.folds} folds"


def _most(study: Study) -> str:
    """Say that it may be less where pairs stop."""
    return "at most " if study.races else ""


def _nesting(cost: Cost) -> list[str]:
    """Say what the honest estimate costs, and the test against chance."""
    told = []
    if cost.nested_fits:
        time = f", {_duration(cost.nested_seconds)}" if cost.seconds is not None else ""
        told.append(
            f"nested       up to {cost.nested_fits:,} fits more{time}: what to expect of the best"
        )
    if cost.shuffled_fits:
        told.append(f"permutations {cost.shuffled_fits:,} fits more, without search")
    return told


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
