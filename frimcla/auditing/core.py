"""All checks on the images of a study, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from frimcla.codes import CODES
from frimcla.contracts import Progress
from frimcla.errors import DatasetError
from frimcla.files import sha256
from frimcla.judging import labels_of
from frimcla.keys import digest
from frimcla.opening import Opened
from frimcla.planning import settle
from frimcla.predictions import Labels, Predictions

from .copies import alike, exact
from .descriptions import DESCRIPTIONS
from .facts import Measured, measure_all
from .findings import FORMAT, Audit, Finding, Severity
from .learning_curve import Curve
from .learnt import CURVE, LABELS, more_images, suspected_labels
from .makeup import imbalance, ungrouped
from .shortcuts import shortcuts
from .single import blank, blurred, saturated

UNFINISHED = "needs a finished run on these images"
IGNORED, THIS_TIME = "ignored by the study", "ignored this time"
CHECKS: dict[str, Callable[[Opened, Sequence[Measured]], Finding | None]] = {
    "FRM101": lambda opened, _: exact(opened),
    "FRM102": alike,
    "FRM103": lambda opened, _: imbalance(opened),
    "FRM104": lambda opened, _: ungrouped(opened),
    "FRM302": blank,
    "FRM303": saturated,
    "FRM304": blurred,
}
"""What one look at each image is enough for."""
LEARNT = (LABELS, CURVE)
"""What needs the predictions of a finished run."""


def audit_opened(
    opened: Opened,
    table: Predictions | None = None,
    pairs: Sequence[Labels] = (),
    *,
    ignore: Sequence[str] = (),
    progress: Progress | None = None,
) -> Audit:
    """Make every check that a study does not ignore; images kept for the end are not seen.

    Args:
        opened: The study, with settled pixels. Images that cannot be read are passed over.
        table: Predictions of a finished run on the same images, out of fold.
        pairs: Which of them to look at: the winner, then those recommended beside it.
        ignore: Codes to leave out, beside those of the study.
        progress: Called as images are measured.

    Raises:
        DatasetError: Images that the predictions are of changed, or cannot be read any more.
    """
    ignored = dict.fromkeys(ignore, THIS_TIME) | dict.fromkeys(opened.study.ignore, IGNORED)
    codes = [code for code in CODES if code not in ignored]
    images, lost = measure_all(opened, progress)
    if lost and table is not None:  # they could be read before: findings would miss them
        raise DatasetError(str(opened.study.images), lost)
    told = (CHECKS[code](opened, images) for code in codes if code in CHECKS)
    findings = [finding for finding in told if finding]
    some, short = shortcuts(opened, images, [code for code in codes if code in DESCRIPTIONS])
    more, curve, unlearnt = _learnt(
        opened, table, pairs, [code for code in codes if code in LEARNT], progress
    )
    left_out = ignored | short | unlearnt
    return Audit(
        findings=tuple(sorted([*findings, *some, *more], key=_place)),
        checked=tuple(code for code in codes if code not in left_out),
        left_out={code: left_out[code] for code in CODES if code in left_out},
        curve=curve.as_dict() if curve else None,
        made_for=identity(opened, table, pairs, ignore),
        said=said_of(table, pairs),
    )


def identity(
    opened: Opened,
    table: Predictions | None,
    pairs: Sequence[Labels],
    ignore: Sequence[str] = (),
) -> str:
    """Return a digest of all that decides what an audit finds: while it stays, nothing changes."""
    study = opened.study
    images = [
        [image.key, image.name, image.label, image.group, image.columns, block]
        for image, block in zip(opened.dataset.images, opened.dataset.blocks, strict=True)
    ]
    judged = settle(study, opened.dataset, opened.registry).deciding.identity if table else ""
    teachers = [
        [opened.spaces[pair.extractor.label].key, pair.classifier.identity]
        for pair in study.pairs
        if labels_of(pair) in pairs
    ]
    suspected = [opened.proposal and opened.proposal.setting, opened.straddling, opened.by_image]
    asked = [study.seed, study.rope, judged, teachers, suspected]
    ignored = [sorted(codes) for codes in (study.ignore, ignore)]
    return digest([FORMAT, images, opened.policy.identity, said_of(table, pairs), asked, ignored])


def said_of(table: Predictions | None, pairs: Sequence[Labels]) -> str:
    """Return a digest of what pairs said of which images; empty without predictions."""
    if table is None:
        return ""
    said = []
    for pair in pairs:
        found = table.pairs[pair]
        arrays = (found.predicted, found.probabilities, table.folds, table.truth)
        said.append([pair, [sha256(np.ascontiguousarray(one).tobytes()) for one in arrays]])
    return digest([table.images, table.classes, said])


def _learnt(
    opened: Opened,
    table: Predictions | None,
    pairs: Sequence[Labels],
    codes: Sequence[str],
    progress: Progress | None,
) -> tuple[list[Finding], Curve | None, dict[str, str]]:
    """Make the checks that need predictions; say which were left out, and why."""
    if table is None or not pairs:
        return [], None, dict.fromkeys(codes, UNFINISHED)
    found: list[Finding | None] = []
    curve, left_out = None, {}
    if LABELS in codes:
        finding, why = suspected_labels(table, pairs)
        found.append(finding)
        left_out[LABELS] = why
    if CURVE in codes:
        finding, curve, why = more_images(opened, table, pairs[0], progress)
        found.append(finding)
        left_out[CURVE] = why
    return (
        [one for one in found if one],
        curve,
        {code: why for code, why in left_out.items() if why},
    )


def _place(finding: Finding) -> tuple[int, str]:
    """Sort errors first, then by code."""
    return list(Severity).index(finding.severity), finding.code
