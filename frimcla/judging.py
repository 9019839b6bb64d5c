"""A study's features to its verdict: the steps of a comparison, each on what the last one gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .by_group import GroupScore, by_group
from .chance import chance
from .comparing import compared
from .contracts import Array, Progress
from .dataset import Image
from .evaluation import Evaluated, evaluate
from .expecting import expect
from .folds import Plan
from .number import Number
from .opening import Opened
from .predictions import Labels, Predictions, read_predictions, write_predictions
from .prices import price_of
from .recipes import Pair
from .scoring import Judge
from .selection import Selection, every_pair_failed
from .stopping import Rule
from .study import Study
from .verdict import Verdict

PARTS = "predictions"
"""The folder of finished parts, below that of a study."""


def cross_validate(
    study: Study, opened: Opened, plan: Plan, progress: Progress | None
) -> Evaluated:
    """Predict every image by every pair, out of fold; what is on disk is not fitted again."""
    return evaluate(
        spaces_of(study, opened),
        _matrices(opened),
        plan,
        study.deciding,
        study.output / PARTS,
        rule=rule_of(study, len(plan.labels)),
        halving=study.halving,
        budget=study.seconds,
        n_jobs=study.n_jobs,
        progress=progress,
    )


def rule_of(study: Study, images: int) -> Rule | None:
    """Return what makes a pair of a settled study stop before all folds; None: nothing does.

    Args:
        study: The study.
        images: How many it compares on.
    """
    assert study.folds is not None, "the study is not settled"
    return Rule.of(study.rope, study.folds, images) if study.races else None


def against_chance(study: Study, opened: Opened, plan: Plan, progress: Progress | None) -> Number:
    """Return the p value of the whole study against shuffled classes."""
    return chance(
        spaces_of(study, opened),
        _matrices(opened),
        plan,
        study.deciding,
        study.output / PARTS,
        units=_units(opened),
        shufflings=study.permutations,
        n_jobs=study.n_jobs,
        progress=progress,
    )


def spaces_of(study: Study, opened: Opened) -> dict[Pair, str]:
    """Return the key of each pair's features."""
    return {pair: opened.spaces[pair.extractor.label].key for pair in study.pairs}


def _matrices(opened: Opened) -> Callable[[str], Array]:
    by_key = {space.key: space for space in opened.spaces.values()}
    keys = [image.key for image in opened.dataset.images]
    return lambda space: opened.store.matrix(by_key[space], keys)


def _units(opened: Opened) -> Array:
    """Return what is independent: a number per group, or per image by itself, (n,)."""
    return np.asarray(np.unique(opened.dataset.blocks, return_inverse=True)[1])


def tabulate(opened: Opened, plan: Plan, evaluated: Evaluated) -> Predictions:
    """Return the table of predictions.

    Raises:
        PluginError: Every pair failed.
    """
    failed = {labels_of(pair): why for pair, why in evaluated.failed.items()}
    if not evaluated.pairs:
        raise every_pair_failed(failed)
    classes, images = opened.dataset.classes, opened.dataset.images
    said = {labels_of(pair): found for pair, found in evaluated.pairs.items()}
    return Predictions(
        images=tuple(image.key for image in images),
        names=tuple(image.name for image in images),
        classes=classes,
        truth=np.searchsorted(np.array(classes), np.array(plan.labels)).astype(np.int16),
        folds=plan.folds,
        groups=tuple(image.group for image in images) if opened.dataset.grouped_by else (),
        units=_units(opened),
        columns=_columns(images),
        pairs={labels: found for labels, found in said.items() if found.complete},
        partial={labels: found for labels, found in said.items() if not found.complete},
        failed=failed,
    )


def kept(study: Study, table: Predictions) -> Predictions:
    """Write the table of predictions, and read it back: what is told is what is on disk."""
    path = study.output / "predictions.h5"
    write_predictions(path, table)
    return read_predictions(path)


def _columns(images: Sequence[Image]) -> dict[str, tuple[str, ...]]:
    """Return what names or a manifest say of images, by column; empty where they say nothing."""
    rows = [dict(image.columns) for image in images]
    names = sorted({name for row in rows for name in row})
    return {name: tuple(row.get(name, "") for row in rows) for name in names}


def decide(
    study: Study,
    opened: Opened,
    table: Predictions,
    selection: Selection,
    judges: Sequence[Judge],
) -> Verdict:
    """Decide by the table of predictions: nothing is fitted."""
    features = {label: opened.store.width(space) for label, space in opened.spaces.items()}
    return Verdict(
        selection=selection,
        comparisons=compared(
            selection,
            controls=[recipe.label for recipe in study.controls],
            statistics=study.statistics,
            alpha=study.alpha,
            rope=study.rope,
        ),
        expectation=expect(table, selection, judges, _units(opened), study.seed),
        prices={
            labels_of(pair): price_of(pair, features[pair.extractor.label]) for pair in study.pairs
        },
        alpha=study.alpha,
        rope=study.rope,
    )


def group_scores(opened: Opened, table: Predictions, pair: Labels) -> tuple[GroupScore, ...]:
    """Return how a pair does in each group; empty where none are declared."""
    if not opened.dataset.grouped_by:
        return ()
    groups = [image.group for image in opened.dataset.images]
    return by_group(table.answers(pair), groups, table.folds[0].tolist())


def labels_of(pair: Pair) -> Labels:
    """Return what tables call a pair by."""
    return pair.extractor.label, pair.classifier.label
