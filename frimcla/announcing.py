"""What a study begins with, in words: its images, their groups, and what of them is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .dataset import Dataset
from .measuring import seen_as
from .opening import Opened
from .study import Study
from .toml import literal


def images(dataset: Dataset) -> str:
    """Say what the images are, and what lies beside them."""
    counts = ", ".join(f"{label} {count}" for label, count in dataset.counts.items())
    lines = [f"{len(dataset.images)} images in {len(dataset.classes)} classes: {counts}"]
    if dataset.grouped_by:
        groups = len({image.group for image in dataset.images})
        per_class = ", ".join(f"{label} {n}" for label, n in dataset.independent.items())
        lines.append(f"{groups} groups by {dataset.grouped_by}, never split: {per_class}")
    if dataset.passed_over:
        reasons = Counter(reason for _, reason in dataset.passed_over)
        why = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        lines.append(f"{_files(len(dataset.passed_over))} passed over: {why}")
    if dataset.unreadable:
        lines.append(f"{_files(len(dataset.unreadable))} skipped because they cannot be read")
    return "\n".join(lines)


def announced(opened: Opened) -> Iterator[str]:
    """Say what a study begins with, a line each."""
    yield from opened.study.translated
    yield images(opened.dataset)
    if opened.test:
        yield f"{len(opened.test.images)} test images, kept for the end"
    yield from seen_as(opened.policy, opened.dataset)
    yield from left_out(opened.study)
    if warning := ungrouped(opened):
        yield f"warning: {warning}"


def copies(dataset: Dataset) -> list[str]:
    """Name the images that are there twice, a sentence for each."""
    return [
        f"{' = '.join(names)} are the same image; copies stay on one side of every split"
        for names in dataset.copies
    ]


def suspicion(opened: Opened) -> str:
    """Say which groups the names suggest, and what folds by image would do to them."""
    assert opened.proposal
    share = f"{100 * opened.straddling:.0f} %"
    return (
        f"{opened.proposal.evidence}; in {opened.by_image} folds by image {share} of them stand "
        "on both sides, and scores may be far too good"
    )


def ungrouped(opened: Opened) -> str:
    """Say which groups the names suggest where none are declared, and what to write."""
    if not opened.proposal:
        return ""
    groups = literal(opened.proposal.setting)
    return (
        f"{suspicion(opened)}. If they belong together, write groups = {groups}; if not, "
        'groups = "none"'
    )


def left_out(study: Study) -> list[str]:
    """Say in a line which networks the default study goes without, and how to bring them."""
    if not study.left_out:
        return []
    names = " ".join(study.left_out)
    what = "1 network is" if len(study.left_out) == 1 else f"{len(study.left_out)} networks are"
    return [f"{what} left out for want of weights; to fetch: frimcla weights fetch {names}"]


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
