"""FRM103 and FRM104: how images are shared out among classes and groups."""

from __future__ import annotations

from frimcla.number import Number
from frimcla.opening import Opened
from frimcla.planning import UNBALANCED
from frimcla.scoring import metric_of

from .findings import Finding, Severity


def imbalance(opened: Opened) -> Finding | None:
    """Look for classes of very different sizes; copies count once."""
    counts, metric = opened.dataset.distinct, opened.study.metric
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    if counts[most] <= UNBALANCED * counts[least]:
        return None
    fooled = metric is not None and metric_of(metric).binomial
    sentence = (
        f"“{most}” has {counts[most]:,} images and “{least}” {counts[least]:,}: a share of images "
        f"that are right hardly feels “{least}”. "
    )
    if metric is not None and fooled:
        sentence += f'{metric.label} decides; metric = "balanced_accuracy" is fairer.'
    else:
        sentence += "Read scores class by class."
    return Finding(
        code="FRM103",
        severity=Severity.WARNING if fooled else Severity.NOTE,
        sentence=sentence,
        numbers={
            "ratio": Number(
                value=counts[most] / counts[least],
                unit="",
                metric="images of the largest class by those of the smallest",
                method=f"copies count once; told above {UNBALANCED}",
            ),
        },
    )


def ungrouped(opened: Opened) -> Finding | None:
    """Look for groups that names suggest where none are declared."""
    found = opened.proposal
    if found is None:
        return None
    share = 100 * opened.straddling
    sentence = (
        f"The {found.where} suggest {found.count:,} groups of images that belong together; in "
        f"{opened.by_image} folds by image {share:.0f} % of them stand on both sides, and scores "
        "may be far too good. frimcla check says which groups these are. If they belong together, "
        'set groups; if not, groups = "none".'
    )
    return Finding(
        code="FRM104",
        severity=Severity.WARNING,
        sentence=sentence,
        numbers={
            "groups": Number(
                value=found.count, unit="count", metric="groups", method=f"from {found.where}"
            ),
            "on both sides": Number(
                value=opened.straddling,
                unit="share",
                metric="groups on both sides of a split",
                method=f"{opened.by_image} folds by image",
            ),
        },
    )
