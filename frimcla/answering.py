"""What a trained model says, and what it is, in words for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .announcing import images
from .bundle import Model, Prediction
from .class_tables import class_table
from .manifest import Manifest
from .predicted import set_cell
from .saying import told
from .stats.proportions import clopper_pearson
from .tables import aligned, confusion_text
from .trust import FALSE_ALARMS
from .using import Evaluation

UNLIKE = "unlike training"
"""What stands beside such an image."""


def predicted(
    found: Sequence[Prediction],
    classes: Sequence[str],
    out: Path | None,
    *,
    coverage: float | None = None,
) -> str:
    """Tell predictions; of those that went to a file, only how many, and which are to be doubted.

    Args:
        found: The predictions.
        classes: Of the model.
        out: The file they went to, if any.
        coverage: Of the sets, where those were asked for.
    """
    if out is None:
        return predictions(found, classes, coverage=coverage)
    bad = [f"{one.file}  {one.problem}" for one in found if one.problem]
    failed = f", {len(bad)} of them failed" if bad else ""
    return "\n".join([*bad, f"wrote {len(found)} rows to {out}{failed}", *_doubts(found, coverage)])


def predictions(
    found: Sequence[Prediction], classes: Sequence[str], *, coverage: float | None = None
) -> str:
    """Return predictions as a table for the terminal, and below it what is to be doubted."""
    good = [one for one in found if not one.problem]
    marks = {one.file: UNLIKE if one.trust and one.trust.unlike else "" for one in good}
    marked = any(marks.values())
    rows = [["file", "predicted", *classes, *(["set"] if coverage else []), *[""] * marked]]
    for one in good:
        scores = (f"{one.scores[label]:.3f}" for label in classes)
        candidates = [set_cell(one.trust)] if coverage else []
        rows.append([one.file, one.predicted, *scores, *candidates, *[marks[one.file]] * marked])
    bad = [f"{one.file}  {one.problem}" for one in found if one.problem]
    table = [aligned(rows)] if good else []
    return "\n".join([*table, *bad, *_doubts(found, coverage)])


def _doubts(found: Sequence[Prediction], coverage: float | None) -> Iterator[str]:
    """Say how many images are unlike training, and what that and a set mean."""
    judged = [one.trust for one in found if one.trust]
    if unlike := sum(trust.unlike for trust in judged):
        yield (
            f"{unlike} of {len(judged)} images are unlike anything in training: they may be of "
            f"none of these classes. Of images like those of training, {_percent(FALSE_ALARMS)} "
            "are called so, too."
        )
    if coverage is None:
        return
    if any(trust.candidates is not None for trust in judged):
        yield (
            f"set: the classes an image may be of; it holds the right one for "
            f"{_percent(coverage)} of images like those of training. An empty one: no class fits."
        )
    elif any(not one.problem for one in found):
        yield (
            "set: empty, for this model cannot tell; its classifier offers no probabilities, or "
            "it was trained by a FrImCla of before: train it again."
        )


def evaluation(found: Evaluation) -> str:
    """Tell how a model does on labelled images."""
    lines = [images(found.dataset)]
    if found.seen:
        lines.append(
            f"warning: the model was trained on {found.seen} of these images; "
            "the scores are too good"
        )
    if found.grouped_by and not found.dataset.grouped_by:
        lines.append(
            f"warning: the model was trained with groups ({found.grouped_by}); if these images "
            "have some, name them by --groups, or the intervals are too narrow"
        )
    if told_unlike := _unlike(found):
        lines.append(told_unlike)
    if absent := [one.label for one in found.per_class if not one.images]:
        lines.append(f"warning: no images of {', '.join(absent)}; nothing is said of them")
    lines += ["", *(f"{s.metric:<20} {told(s)}; {s.method}" for s in found.scores)]
    lines += ["", confusion_text(found.confusion, list(found.answers.classes)), ""]
    return "\n".join([*lines, class_table(found.per_class, found.positive)])


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _unlike(found: Evaluation) -> str:
    """Say how many images are unlike training, where false alarms cannot be all of it."""
    n = len(found.names)
    if not found.unlike or clopper_pearson(found.unlike, n)[0] <= FALSE_ALARMS:
        return ""
    return (
        f"warning: {found.unlike} of these {n} images are unlike anything in training, more than "
        f"the {_percent(FALSE_ALARMS)} of false alarms; they may come from elsewhere than those "
        "the model has learnt from"
    )


def model(found: Model) -> str:
    """Say what a trained model is."""
    manifest = found.manifest
    trained = manifest.trained_on
    counts = ", ".join(f"{label} {count}" for label, count in trained["per_class"].items())
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    members = ", ".join(manifest.members)
    pictures = _pictures(found)
    return "\n".join(
        [
            f"whole: {members} and the manifest match their checksums; no foreign types",
            f"the same here: {_same_here(manifest)}",
            f"record: {_record(found)}",
            *([f"examples: {pictures}"] if pictures else []),
            f"pair        {manifest.label}",
            f"classes     {', '.join(manifest.classes)}",
            f"trained on  {trained['images']} images ({counts})",
            f"expected    {manifest.expected.metric} {told(manifest.expected)}",
            f"            {manifest.expected.method}",
            f"made with   {versions}",
        ]
    )


def _same_here(manifest: Manifest) -> str:
    if not manifest.probes:
        return "not checked: it was made without scores of the five drawn images"
    return "five drawn images get the scores they got where it was trained"


def _record(found: Model) -> str:
    """Say what a model can tell of how far to trust it."""
    if found.trust is None:
        return "none, as in all files of format 1: train it again to learn how far to trust it"
    sure = "" if found.trust.probable else "; no probabilities, so no sets of classes"
    return f"what was said of {len(found.trust.truth)} training images, each held out{sure}"


def _pictures(found: Model) -> str:
    return (
        f"small pictures of {len(found.examples.labels)} training images" if found.examples else ""
    )
