"""Is there anything to find? The whole study, again and again, with its classes shuffled.

If images say nothing of their classes, the study does as well on shuffled classes as on the true
ones. The p value is the share of shufflings in which its best pair did at least as well: the
choice among all pairs is part of every one (Ojala & Garriga, JMLR 11, 2010, 1833, test 1). Values
of hyper-parameters are those of the study's components, without a search, in true and shuffled
runs alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import numpy as np

from .contracts import Array, Progress
from .files import scratch_in
from .folds import Plan, Split
from .keys import digest, seed_of
from .number import Number
from .parts import predictions_of
from .recipes import Pair, Recipe
from .rounds import share, worked
from .scoring import Answers, Judge, score_or_nan
from .search import made
from .shards import Arrays, DamagedError, read_arrays, write_arrays
from .sharing import SharedPlan

UNITS = "units.npy"


@attrs.frozen(kw_only=True, eq=False)
class Shuffling:
    """One task: all classifiers on one description of the images, with their classes shuffled.

    Attributes:
        space: Key of the features, which names their file too.
        classifiers: All that are tried on it.
        judge: The deciding metric.
        plan: The folds; those of the first repeat are used.
        number: Of the shuffling; 0 leaves the classes as they are.
        features: Folder of the matrices, one ``.npy`` per space, and of the units: what is
            independent, (n,).
        path: The file of the finished task.
    """

    space: str
    classifiers: tuple[Recipe, ...]
    judge: Recipe
    plan: Plan
    number: int
    features: Path
    path: Path


def chance(
    pairs: Mapping[Pair, str],
    matrices: Callable[[str], Array],
    plan: Plan,
    judge: Recipe,
    folder: Path,
    *,
    units: Array,
    shufflings: int,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Number:
    """Return the p value of the study's best pair against shuffled classes.

    Args:
        pairs: The key of its feature space by pair.
        matrices: Space key -> features (n, d), in the order of the plan.
        plan: The folds.
        judge: The deciding metric.
        folder: Where finished shufflings are kept.
        units: What is independent: the group of each image, (n,).
        shufflings: Their number.
        n_jobs: Processes; changes no number.
        progress: Called after every task.
    """
    folder = folder.absolute()
    spaces = {
        space: tuple(p.classifier for p in pairs if pairs[p] == space)
        for space in dict.fromkeys(pairs.values())
    }
    splits = [plan.key_of(Split(0, (fold,))) for fold in range(plan.count)]
    same = [judge.identity, splits, units.tolist(), plan.seed]
    known = {
        space: [space, [one.identity for one in classifiers], *same]
        for space, classifiers in spaces.items()
    }
    with scratch_in(folder) as scratch:
        shared = SharedPlan.at(scratch / "plan.h5", plan)
        tasks = [
            Shuffling(
                space=space,
                classifiers=classifiers,
                judge=judge,
                plan=shared,
                number=number,
                features=scratch,
                # Named by all that decides its numbers.
                path=folder / f"{space}--chance" / f"{digest([*known[space], number])}.h5",
            )
            for space, classifiers in spaces.items()
            for number in range(shufflings + 1)
        ]
        open_tasks = [task for task in tasks if _finished(task) is None]
        if open_tasks:
            shared.write()
            share(scratch / UNITS, units)
        for space in sorted({task.space for task in open_tasks}):
            share(scratch / f"{space}.npy", matrices(space))
        done = worked("shuffle", _shuffle, open_tasks, scratch, n_jobs=n_jobs, progress=progress)
        for _ in done:
            pass
    best = np.full(shufflings + 1, -np.inf)
    for task in tasks:
        means = _finished(task)
        assert means is not None
        best[task.number] = max(best[task.number], means.max())
    as_good = int((best[1:] >= best[0] - 1e-12).sum())  # rounding must not hide an equal
    where = _where(np.array(plan.labels), units)
    return Number(
        value=(1 + as_good) / (1 + shufflings),
        unit="p",
        metric=judge.label,
        method=f"{shufflings} shufflings of the classes {where}, best of {len(pairs)} pairs, "
        "hyper-parameters fixed",
    )


def shuffled(labels: Array, units: Array, rng: np.random.Generator) -> Array:
    """Return the classes of n images, exchanged as if they said nothing of the images.

    Images of a unit belong together: where each unit is of one class, units change their classes;
    where some unit is of several, classes change places inside units.
    """
    names, first, members, counts = np.unique(
        units, return_index=True, return_inverse=True, return_counts=True
    )
    if not _several(labels, members):
        return np.asarray(labels[first][rng.permutation(len(names))][members])
    found = labels.copy()
    for rows in np.split(np.argsort(members, kind="stable"), np.cumsum(counts)[:-1]):
        found[rows] = labels[rng.permutation(rows)]
    return found


def _where(labels: Array, units: Array) -> str:
    names, members = np.unique(units, return_inverse=True)
    if len(names) == len(units):
        return "between images"
    return "within groups" if _several(labels, members) else "between groups"


def _several(labels: Array, members: Array) -> bool:
    """Say whether some unit holds images of several classes."""
    pairs = {(int(unit), str(label)) for unit, label in zip(members, labels, strict=True)}
    return len(pairs) > len(np.unique(members))


def _shuffle(task: Shuffling) -> None:
    features = np.load(task.features / f"{task.space}.npy", mmap_mode="r", allow_pickle=False)
    labels = np.array(task.plan.labels)
    if task.number:
        rng = np.random.default_rng(seed_of(task.plan.seed, "permute", task.number))
        labels = shuffled(labels, np.load(task.features / UNITS, allow_pickle=False), rng)
    judge = Judge.of(task.judge)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters was said of the true classes
        means = [_mean_score(task, recipe, features, labels, judge) for recipe in task.classifiers]
    write_arrays(task.path, Arrays(arrays={"means": np.array(means)}, facts={}))


def _mean_score(
    task: Shuffling, recipe: Recipe, features: Array, labels: Array, judge: Judge
) -> float:
    """Return the mean over folds, higher is better; -inf where nothing could be fitted."""
    scores = []
    for fold in range(task.plan.count):
        split = Split(0, (fold,))
        train, test = task.plan.train_test(split)
        try:
            model = made(recipe, {}, task.plan.seed_of_fit(split, recipe.key))
            model.fit(features[train], labels[train])
            classes = np.unique(labels)
            predicted, probabilities = predictions_of(model, features[test], classes)
        except Exception:  # whatever a classifier raises, as in the study
            continue
        said = Answers(
            truth=labels[test],
            predicted=classes[predicted],
            probabilities=probabilities,
            classes=classes,
        )
        scores.append(judge.sign * score_or_nan(judge, said))
    kept = [score for score in scores if not np.isnan(score)]
    return float(np.mean(kept)) if kept else float("-inf")


def _finished(task: Shuffling) -> Array | None:
    try:
        return read_arrays(task.path).arrays["means"]
    except (OSError, DamagedError):
        return None
