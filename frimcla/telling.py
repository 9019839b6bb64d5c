"""Values to words: what the command line prints. Decides nothing, computes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from .bundle import Model, Prediction
from .dataset import Dataset
from .extraction import Extracted
from .opening import Opened
from .outputs import confusion_of
from .planning import Cost
from .result import Result, expected_of, warnings_of
from .selection import Number
from .starting import Demonstration
from .study import Study
from .tables import aligned, confusion_text, marked_table, told
from .using import Evaluation


def images(dataset: Dataset) -> str:
    """Say what the folder of images holds, and what in it is none."""
    counts = ", ".join(f"{label} {count}" for label, count in dataset.counts.items())
    text = f"{len(dataset.images)} images in {len(dataset.classes)} classes: {counts}"
    if dataset.passed_over:
        reasons = Counter(reason for _, reason in dataset.passed_over)
        why = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        text += f"\n{_files(len(dataset.passed_over))} passed over: {why}"
    if dataset.unreadable:
        text += f"\n{_files(len(dataset.unreadable))} skipped because they cannot be read"
    return text


def plan(study: Study, opened: Opened, cost: Cost) -> str:
    """Say what a study will do."""
    lines = [
        images(opened.dataset),
        f"extractors   {', '.join(recipe.label for recipe in study.extractors)}",
        f"classifiers  {', '.join(recipe.label for recipe in study.classifiers)}",
        f"metric       {', '.join(recipe.label for recipe in study.judges)}",
        f"folds        {study.folds}, inner folds {study.inner_folds}, seed {study.seed}",
        f"output       {study.output}",
        f"{cost.pairs} pairs x {study.folds} folds, with search: {cost.fits:,} fits",
    ]
    lines += left_out(study)
    if opened.test:
        lines.insert(1, f"{len(opened.test.images)} test images, kept for the end")
    if cost.seconds is None:
        lines.append("add --rehearse to estimate the time")
    else:
        lines.append(f"about {_duration(cost.seconds)}, from a rehearsal on this machine")
    return "\n".join(lines)


def left_out(study: Study) -> list[str]:
    """Say in a line which networks the default study goes without, and how to bring them."""
    if not study.left_out:
        return []
    names = " ".join(study.left_out)
    what = "1 network is" if len(study.left_out) == 1 else f"{len(study.left_out)} networks are"
    return [f"{what} left out for want of weights; to fetch: frimcla weights fetch {names}"]


def extraction(opened: Opened, done: Extracted) -> str:
    """Say what was computed and what was there."""
    rows = f"{done.computed} rows of features computed, {done.reused} were there"
    work = f"decoded {done.decoded} images; {rows}"
    notes = [*left_out(opened.study), *opened.notices]
    return "\n".join([images(opened.dataset), *notes, work, f"Features: {opened.store.folder}"])


def comparison(result: Result) -> str:
    """Tell a comparison: images, table, best pair, how far to trust it."""
    return "\n".join(_comparison(result))


def run(result: Result) -> str:
    """Tell a whole run; ends with the three commands that come next."""
    return "\n".join([*_comparison(result), "", *_next(result)])


def training(result: Result) -> str:
    """Say what was trained, and the three commands that come next."""
    assert result.model
    told_before = f"{result.model.manifest.label}, expected {_expected(result)}"
    return "\n".join([told_before, *_next(result)])


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
            predictions(shown.unseen, shown.result.opened.dataset.classes),
            "",
            "Look at",
            f"  {shown.folder / 'cells'}  the images",
            f"  {output / 'scatter.png'}  every pair",
            f"  {output / 'confusion.png'}  what the best pair confuses",
            f"  {output / 'predictions.csv'}  which images were wrong",
            "Then try it on your own images, one folder per class: frimcla run FOLDER",
        ]
    )


def predicted(found: Sequence[Prediction], classes: Sequence[str], out: Path | None) -> str:
    """Tell predictions; of those that went to a file, only how many and which failed."""
    bad = [prediction for prediction in found if prediction.problem]
    if out is None:
        return predictions(found, classes)
    lines = [f"{prediction.file}  {prediction.problem}" for prediction in bad]
    failed = f", {len(bad)} of them failed" if bad else ""
    return "\n".join([*lines, f"wrote {len(found)} rows to {out}{failed}"])


def predictions(found: Sequence[Prediction], classes: Sequence[str]) -> str:
    """Return predictions as a table for the terminal."""
    rows = [["file", "predicted", *classes]]
    for prediction in found:
        if prediction.problem:
            rows.append([prediction.file, f"- {prediction.problem}", *[""] * len(classes)])
        else:
            scores = [f"{prediction.scores[label]:.3f}" for label in classes]
            rows.append([prediction.file, prediction.predicted, *scores])
    return aligned(rows)


def evaluation(found: Evaluation) -> str:
    """Tell how a model does on labelled images."""
    lines = [images(found.dataset)]
    if found.seen:
        lines.append(
            f"warning: the model was trained on {found.seen} of these images; "
            "the scores are too good"
        )
    if absent := [label for label, (*_, n) in found.per_class.items() if not n]:
        lines.append(f"warning: no images of {', '.join(absent)}; nothing is said of them")
    lines += ["", *(f"{s.metric:<20} {told(s)}; {s.method}" for s in found.scores)]
    lines += ["", confusion_text(found.confusion, list(found.answers.classes)), ""]
    rows = [["class", "precision", "recall", "F1", "images"]]
    for label, (precision, recall, f1, count) in found.per_class.items():
        shown = [f"{value:.3f}" if count else "-" for value in (precision, recall, f1)]
        rows.append([label, *shown, str(count)])
    return "\n".join([*lines, aligned(rows)])


def model(found: Model) -> str:
    """Say what a trained model is."""
    manifest = found.manifest
    trained = manifest.trained_on
    counts = ", ".join(f"{label} {count}" for label, count in trained["per_class"].items())
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    return "\n".join(
        [
            "whole: every member is there and matches its checksum; no foreign types",
            "the same here: five drawn images get the scores they got where it was trained",
            f"pair        {manifest.label}",
            f"classes     {', '.join(manifest.classes)}",
            f"trained on  {trained['images']} images ({counts})",
            f"expected    {manifest.expected.metric} {told(manifest.expected)}",
            f"            {manifest.expected.method}",
            f"made with   {versions}",
        ]
    )


def _comparison(result: Result) -> Iterator[str]:
    study, selection = result.study, result.selection
    yield images(result.opened.dataset)
    yield from left_out(study)
    if result.opened.test:
        yield f"{len(result.opened.test.images)} test images, kept for the end"
    yield (
        f"decoded {result.extracted.decoded} different images, fitted "
        f"{result.evaluated.fitted} of {result.evaluated.fitted + result.evaluated.reused} "
        "pairs and folds; what was finished before was reused"
    )
    yield ""
    yield marked_table(selection)
    yield ""
    best = " + ".join(selection.winner)
    naive = selection.naive_of(selection.winner)
    yield f"Best: {best}, {naive.metric} {told(naive)} ({naive.method})."
    for number in result.reported[1:]:
        yield f"Its {number.metric}: {told(number)} ({number.method})."
    judges_scores = selection.judge.needs_probabilities
    skill = "the shares of the classes" if judges_scores else "always the most frequent class"
    yield f"Without skill: {told(_baseline(result))} ({skill})."
    yield from _expectation(result)
    for warning in warnings_of(result):
        yield f"warning: {warning}"
    for pair, why in selection.failed.items():
        yield f"failed: {' + '.join(pair)}: {why}"
    yield f"Tables and plots: {study.output}"


def _expectation(result: Result) -> Iterator[str]:
    if result.tested and result.test_answers:
        number = expected_of(result)
        yield f"Expect {number.metric} {told(number)} on new images ({number.method})."
        for other in result.tested[1:]:
            yield f"On the same images {other.metric} {told(other)} ({other.method})."
        counts = confusion_of(result.test_answers)
        yield ""
        yield confusion_text(counts, list(result.test_answers.classes))
    elif not result.opened.test:
        yield 'To know what to expect of new images, keep some aside: test = "FOLDER".'


def _expected(result: Result) -> str:
    number = expected_of(result)
    return f"{number.metric} {told(number)} ({number.method})"


def _baseline(result: Result) -> Number:
    naive = result.selection.naive_of(result.selection.winner)
    return Number(
        value=result.selection.baseline, unit=naive.unit, metric=naive.metric, method="baseline"
    )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
