"""Features, a classifier and folds to out-of-fold predictions.

Everything that learns, scaling and search included, sees training rows only. A task is one
pair in one fold; it leaves one file, so that a finished one survives any crash. What is fitted
when is decided by `frimcla.schedule`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array, Progress
from .files import scratch_in
from .folds import Plan
from .parts import Part
from .predictions import Inside, PairPredictions
from .recipes import Pair, Recipe
from .rounds import Rounds, place_of
from .schedule import Schedule
from .scoring import Judge
from .shards import read_arrays
from .sharing import SharedPlan
from .stopping import Rule


@attrs.frozen(kw_only=True, eq=False)
class Evaluated:
    """What an evaluation did.

    Attributes:
        pairs: Predictions of the pairs that could be fitted.
        failed: One sentence for each of the others.
        fitted: Parts (a pair in a fold) that were fitted now.
        reused: Parts that were on disk.
        warnings: What classifiers warned of, per pair: text and in how many folds.
        late: Whether time was out before all was fitted.
    """

    pairs: Mapping[Pair, PairPredictions]
    failed: Mapping[Pair, str]
    fitted: int
    reused: int
    warnings: Mapping[Pair, Mapping[str, int]]
    late: bool = False


def evaluate(
    pairs: Mapping[Pair, str],
    matrices: Callable[[str], Array],
    plan: Plan,
    judge: Recipe,
    folder: Path,
    *,
    rule: Rule | None = None,
    halving: bool = False,
    budget: float | None = None,
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
        rule: What makes a pair stop before all folds; None: nothing does.
        halving: Whether searches halve their candidates.
        budget: Seconds after which nothing new is begun, but for what a result needs.
        n_jobs: Processes; changes no number.
        progress: Called after every part.
    """
    folder = folder.absolute()  # workers may stand elsewhere
    judging = Judge.of(judge)
    schedule = Schedule(
        plan=plan,
        pairs=tuple(pairs),
        rule=rule,
        perfect=None if rule else judging.perfect,
        in_turn=budget is not None,
    )
    with scratch_in(folder) as scratch:
        shared = SharedPlan.at(scratch / "plan.h5", plan)
        parts = parts_of(pairs, shared, judge, folder, scratch, halving=halving)
        rounds = Rounds(
            schedule=schedule,
            parts={(part.pair, part.split): part for part in parts},
            matrices=matrices,
            shared=shared,
            judge=judging if rule or plan.nested else None,
            scratch=scratch,
            end=None if budget is None else time.monotonic() + budget,
            n_jobs=n_jobs,
            progress=progress,
        )
        rounds.run()
    return _collect(rounds, plan)


def parts_of(
    pairs: Mapping[Pair, str],
    plan: Plan,
    judge: Recipe,
    folder: Path,
    features: Path,
    *,
    halving: bool = False,
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
            halving=halving,
        )
        for pair, space in pairs.items()
        for split in plan.splits
    ]


def _collect(rounds: Rounds, plan: Plan) -> Evaluated:
    late = bool(rounds.schedule.wanted())
    nested = plan.nested and not late  # half of it chooses nothing
    by_pair: dict[Pair, list[Part]] = {pair: [] for pair in rounds.schedule.pairs}
    for part in rounds.taken:
        by_pair[part.pair].append(part)
    done = {
        pair: _join(sorted(parts, key=lambda part: place_of(part.split)), plan, nested=nested)
        for pair, parts in by_pair.items()
        if pair not in rounds.reasons
    }
    return Evaluated(
        pairs={pair: predictions for pair, (predictions, _) in done.items()},
        failed=rounds.reasons,
        fitted=rounds.fitted,
        reused=rounds.reused,
        warnings={pair: heard for pair, (_, heard) in done.items() if heard},
        late=late,
    )


def _join(
    parts: Sequence[Part], plan: Plan, *, nested: bool
) -> tuple[PairPredictions, Counter[str]]:
    """Put the parts of one pair together."""
    shape, k = plan.folds.shape, len(set(plan.labels))
    predicted, probabilities = _nothing(shape, k)
    inside = Inside(*_nothing((plan.count, shape[1]), k)) if nested else None
    chosen: list[list[Mapping[str, Any]]] = [[{}] * plan.count for _ in range(shape[0])]
    heard: Counter[str] = Counter()
    for part in parts:
        content = read_arrays(part.path)
        heard.update(content.facts["warnings"])
        rows, split = content.arrays["rows"], part.split
        said = content.arrays["predicted"], content.arrays["probabilities"]
        if len(split.folds) == 1:
            predicted[split.repeat, rows], probabilities[split.repeat, rows] = said
            chosen[split.repeat][split.folds[0]] = content.facts["chosen"]
        elif inside is not None:
            for one, other in (split.folds, split.folds[::-1]):  # held out together with `one`
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
