"""What to know of a study whose classes have very different numbers of images."""

from __future__ import annotations

from collections.abc import Sequence

from .dataset import Dataset
from .planning import UNBALANCED
from .scoring import metric_of
from .study import Study
from .weighing import BALANCED, PARAMETER, unweighted, weighs


def cautions(study: Study, dataset: Dataset) -> list[str]:
    """Return what the user of a settled study should know, one item each.

    Copies of an image count once, as they do where the metric is settled.
    """
    counts = dataset.distinct
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    told = []
    if counts[most] > UNBALANCED * counts[least]:
        sizes = f"{most} {counts[most]} to {least} {counts[least]}"
        ratio = f"{counts[most] / counts[least]:.1f} times"
        told.append(f"unbalanced: {sizes} ({ratio}): {_metric(study, least)}{_way_out(study)}")
    names = unweighted(study.classifiers)
    if study.class_weight == BALANCED and names:
        have, stay = ("has", "it stays") if len(names) == 1 else ("have", "they stay")
        told.append(f"{_joined(names)} {have} no {PARAMETER}: {stay} unweighted")
    return told


def _metric(study: Study, rare: str) -> str:
    """Say what the deciding metric makes of it: a share of images hardly feels a rare class."""
    label = study.deciding.label
    if metric_of(study.deciding).binomial:
        better = 'metric = "balanced_accuracy" does not'
        return f"{label}, which decides, rewards ignoring {rare}; {better}"
    return f"accuracy would reward ignoring {rare}; {label} decides"


def _way_out(study: Study) -> str:
    able = [recipe for recipe in study.classifiers if weighs(recipe.component)]
    if all(recipe.values[PARAMETER] == BALANCED for recipe in able):  # or there is none
        return ""
    return f'. {PARAMETER} = "{BALANCED}" makes rare classes weigh more'


def _joined(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
