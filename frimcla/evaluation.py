"""Features, a classifier and folds to out-of-fold predictions.

Everything that learns, scaling and search included, sees training rows only. A task is one
pair in one fold; it leaves one file, so that a finished one survives any crash.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
import numpy as np

from .contracts import Array, Progress
from .errors import PluginError
from .files import explain, scratch_in
from .folds import Plan
from .parallel import unordered
from .parts import Part, fit_part
from .predictions import Inside, PairPredictions
from .recipes import Pair, Recipe
from .shards import Arrays, DamagedError, read_arrays, write_arrays
from .sharing import SharedPlan

T = TypeVar("T")
R = TypeVar("R")


@attrs.frozen(kw_only=True, eq=False)
class Evaluated:
    """What an evaluation did.

    Attributes:
        pairs: Predictions of the pairs that could be fitted.
        failed: One sentence for each of the others.
        fitted: Parts (a pair in a fold) that were fitted now.
        reused: Parts that were on disk.
        warnings: What classifiers warned of, per pair: text and in how many folds.
    """

    pairs: Mapping[Pair, PairPredictions]
    failed: Mapping[Pair, str]
    fitted: int
    reused: int
    warnings: Mapping[Pair, Mapping[str, int]]


def evaluate(
    pairs: Mapping[Pair, str],
    matrices: Callable[[str], Array],
    plan: Plan,
    judge: Recipe,
    folder: Path,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> Evaluated:
    """Predict every image by every pair, out of fold.

    Args:
        pairs: The key of its feature space by pair.
        matrices: Space key -> features ``float32`` (n, d), in the order of the plan. Called
            only for spaces that something is still to be fitted on.
        plan: The folds, the same for all.
        judge: The deciding metric, which scores the inner search.
        folder: Where parts are kept.
        n_jobs: Processes; changes no number.
        progress: Called after every part.
    """
    folder = folder.absolute()  # workers may stand elsewhere
    with scratch_in(folder) as scratch:
        shared = SharedPlan.at(scratch / "plan.h5", plan)
        parts = parts_of(pairs, shared, judge, folder, scratch)
        open_parts = [part for part in parts if _finished(part) is None]
        if open_parts:
            shared.write()
        for space in sorted({part.space for part in open_parts}):
            share(scratch / f"{space}.npy", matrices(space))
        reasons: dict[int, str] = {}
        tasks = list(enumerate(open_parts))
        done = worked("compare", _fit_numbered, tasks, scratch, n_jobs=n_jobs, progress=progress)
        for number, reason in done:
            if reason:
                reasons[number] = reason
    # Of several folds that failed the first is told, whichever came back first.
    failed = {open_parts[n].pair: reasons[n] for n in sorted(reasons, reverse=True)}
    return _collect(parts, failed, len(open_parts))


def parts_of(
    pairs: Mapping[Pair, str], plan: Plan, judge: Recipe, folder: Path, features: Path
) -> list[Part]:
    """Return every task of an evaluation; *features* is needed by those that are still to be done.

    The other arguments are those of `evaluate`.
    """
    return [
        Part(
            pair=pair,
            space=space,
            judge=judge,
            plan=plan,
            split=split,
            features=features,
            folder=folder,
        )
        for pair, space in pairs.items()
        for split in plan.splits
    ]


def worked(
    phase: str,
    function: Callable[[T], R],
    tasks: Sequence[T],
    scratch: Path,
    *,
    n_jobs: int,
    progress: Progress | None,
) -> Iterator[R]:
    """Yield what comes of tasks that share a scratch folder, and tell progress."""
    for done, result in enumerate(unordered(function, tasks, n_jobs), start=1):
        os.utime(scratch)  # still alive: see `files.sweep`
        yield result
        if progress:
            progress(phase, done, len(tasks))


def share(path: Path, features: Array) -> None:
    """Write a matrix so that every worker can map it into its memory.

    Raises:
        SpaceError, ReadOnlyError: It cannot be written.
    """
    try:
        np.save(path, features, allow_pickle=False)
    except OSError as error:
        raise explain(error, path, features.nbytes) from error


def _fit_numbered(task: tuple[int, Part]) -> tuple[int, str]:
    """Fit a part; return its number, and one sentence where that failed."""
    number, part = task
    try:
        said = fit_part(part)
    except Exception as error:  # whatever a classifier raises, the other pairs go on
        last = (str(error).strip().splitlines() or [""])[-1]
        return number, last if isinstance(error, PluginError) else f"{type(error).__name__}: {last}"
    write_arrays(part.path, said)  # outside: a full disk is no fault of the pair
    return number, ""


def _finished(part: Part) -> Arrays | None:
    try:
        return read_arrays(part.path)
    except (OSError, DamagedError):
        return None


def _collect(parts: Sequence[Part], failed: dict[Pair, str], fitted: int) -> Evaluated:
    by_pair: dict[Pair, list[Part]] = defaultdict(list)
    for part in parts:
        by_pair[part.pair].append(part)
    done = {pair: _join(members) for pair, members in by_pair.items() if pair not in failed}
    return Evaluated(
        pairs={pair: predictions for pair, (predictions, _) in done.items()},
        failed=failed,
        fitted=fitted,
        reused=len(parts) - fitted,
        warnings={pair: heard for pair, (_, heard) in done.items() if heard},
    )


def _join(parts: Sequence[Part]) -> tuple[PairPredictions, Counter[str]]:
    """Put the parts of one pair together."""
    plan = parts[0].plan
    shape, k = plan.folds.shape, len(set(plan.labels))
    predicted, probabilities = _nothing(shape, k)
    inside = Inside(*_nothing((plan.count, shape[1]), k)) if plan.nested else None
    chosen: list[list[Mapping[str, Any]]] = [[] for _ in range(shape[0])]
    heard: Counter[str] = Counter()
    for part in parts:
        content = read_arrays(part.path)
        heard.update(content.facts["warnings"])
        rows, split = content.arrays["rows"], part.split
        said = content.arrays["predicted"], content.arrays["probabilities"]
        if len(split.folds) == 1:
            predicted[split.repeat, rows], probabilities[split.repeat, rows] = said
            chosen[split.repeat].append(content.facts["chosen"])
            continue
        assert inside is not None
        for one, other in (split.folds, split.folds[::-1]):  # what was held out with `one`
            theirs = plan.folds[0][rows] == other
            inside.predicted[one, rows[theirs]] = said[0][theirs]
            inside.probabilities[one, rows[theirs]] = said[1][theirs]
    joined = PairPredictions(
        predicted=predicted,
        probabilities=probabilities,
        chosen=tuple(map(tuple, chosen)),
        inside=inside,
    )
    return joined, heard


def _nothing(shape: tuple[int, int], classes: int) -> tuple[Array, Array]:
    """Return predictions that nobody has made yet: labels, and probabilities."""
    return np.full(shape, -1, np.int16), np.full((*shape, classes), np.nan, np.float32)
