"""The checks that need a finished run: labels that look wrong, and what more images would bring."""

from __future__ import annotations

from collections.abc import Sequence

from frimcla.contracts import Progress
from frimcla.errors import FrimclaError
from frimcla.judging import labels_of
from frimcla.opening import Opened
from frimcla.planning import plan_of, settle
from frimcla.predictions import Labels, Predictions
from frimcla.scoring import Judge

from . import labels, learning_curve
from .findings import Finding
from .learning import curve_of
from .learning_curve import Curve

LABELS, CURVE = "FRM301", "FRM401"


def suspected_labels(table: Predictions, pairs: Sequence[Labels]) -> tuple[Finding | None, str]:
    """Return the finding on labels, if there is one, and why none was looked for."""
    if not labels.offering(table, pairs):
        return None, "no pair gives probabilities"
    return labels.finding(table, pairs), ""


def more_images(
    opened: Opened, table: Predictions, pair: Labels, progress: Progress | None
) -> tuple[Finding | None, Curve | None, str]:
    """Return what more images would bring, the curve behind it, and why there is none.

    Args:
        opened: The study and its images; their features are stored.
        table: Out-of-fold predictions of these images.
        pair: Which pair learns.
        progress: Called after every fit.
    """
    study = settle(opened.study, opened.dataset, opened.registry)
    recipe = next(one for one in study.pairs if labels_of(one) == pair).classifier
    try:
        features = opened.store.matrix(opened.spaces[pair[0]], table.images)
    except FrimclaError:
        return None, None, "the features are not there; run the study again"
    curve, why = curve_of(
        features,
        plan_of(study, opened.dataset),
        recipe,
        Judge.of(study.deciding),
        table=table,
        pair=pair,
        folder=study.output / "predictions",
        rope=study.rope,
        n_jobs=study.n_jobs,
        progress=progress,
    )
    return (learning_curve.finding(curve), curve, "") if curve else (None, None, why)
