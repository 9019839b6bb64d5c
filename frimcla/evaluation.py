"""Features, a classifier and folds to out-of-fold predictions.

Everything that learns, scaling and search included, sees training rows only. A task is one
pair in one fold; it leaves one file, so that a finished one survives any crash. What is fitted
when is decided by `frimcla.schedule`.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
import numpy as np

from .contracts import Array, Progress
from .errors import PluginError
from .files import TEMPORARY, explain, make_folder
from .folds import Plan, Split
from .parallel import cut, unordered, workers
from .parts import Part, fit_part, scores_of
from .predictions import Inside, PairPredictions
from .recipes import Pair, Recipe
from .schedule import Schedule, Wanted
from .scoring import Judge
from .shards import Arrays, DamagedError, read_arrays, write_arrays
from .stopping import Rule

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
    make_folder(folder)
    schedule = Schedule(plan=plan, pairs=tuple(pairs), rule=rule, in_turn=budget is not None)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as scratch:
        parts = parts_of(pairs, plan, judge, folder, Path(scratch), halving=halving)
        work = _Work(
            schedule=schedule,
            parts={(part.pair, part.split): part for part in parts},
            matrices=matrices,
            judge=Judge.of(judge) if rule else None,
            scratch=Path(scratch),
            end=None if budget is None else time.monotonic() + budget,
            n_jobs=n_jobs,
            progress=progress,
        )
        work.done()
    return _collect(work)


@attrs.define(kw_only=True, eq=False)
class _Work:
    """An evaluation under way.

    Attributes:
        schedule: What is to be fitted next.
        parts: Every task there may be.
        matrices: See `evaluate`.
        judge: What pairs race by; None where nobody does.
        scratch: Folder of features.
        end: When time is out, by the monotonic clock; None: never.
        n_jobs: Processes.
        progress: Called after every part.
        taken: Parts that are finished, in the order in which they were wanted.
        fitted: How many were fitted now, those that failed included.
        reused: How many were on disk.
        reasons: Why pairs failed.
        seconds: How long parts of each pair took so far.
    """

    schedule: Schedule
    parts: Mapping[Wanted, Part]
    matrices: Callable[[str], Array]
    judge: Judge | None
    scratch: Path
    end: float | None
    n_jobs: int
    progress: Progress | None
    taken: list[Part] = attrs.field(factory=list, init=False)
    fitted: int = attrs.field(default=0, init=False)
    reused: int = attrs.field(default=0, init=False)
    reasons: dict[Pair, str] = attrs.field(factory=dict, init=False)
    seconds: dict[Pair, list[float]] = attrs.field(factory=lambda: defaultdict(list), init=False)

    def done(self) -> None:
        """Fit what is wanted until nothing is; where time is out, only what a result needs."""
        closing = False
        while wanted := self.schedule.closing() if closing else self.schedule.wanted():
            wave = [self.parts[one] for one in wanted]
            missing = [part for part in wave if not self._take(part)]
            if self._late() and not closing:  # what was fitted before costs no time
                closing = len(missing) == len(wave)
                continue
            for space in sorted({part.space for part in missing}):
                self._share(space)
            for some in self._in_turn(missing, closing):
                self._fit(some)

    def _take(self, part: Part) -> bool:
        """Take a part that is on disk; say whether it is."""
        try:
            said = read_arrays(part.path)
        except (OSError, DamagedError):
            return False
        self.reused += 1
        self._note(part, said)
        return True

    def _note(self, part: Part, said: Arrays | None) -> None:
        """Take a finished part; what it says where pairs race."""
        scores = scores_of(part, said, self.judge) if said and self.judge else []
        sign = self.judge.sign if self.judge else 1
        self.schedule.note(part.pair, part.split, [sign * score for score in scores])
        self.taken.append(part)

    def _late(self) -> bool:
        return self.end is not None and time.monotonic() >= self.end

    def _in_turn(self, missing: list[Part], closing: bool) -> Iterator[Sequence[Part]]:
        """Yield what to hand out: all, or, while time runs, as many as there are workers.

        Of each fold the cheapest first, as far as that is known: it decides only what is finished
        when time is out.
        """
        if self.end is None or closing:
            yield missing
            return
        missing.sort(key=lambda part: (_place(part.split), self._cost(part.pair)))
        for some in cut(missing, workers(self.n_jobs)):
            if self._late():
                return
            yield some

    def _cost(self, pair: Pair) -> float:
        seconds = self.seconds[pair]
        return sum(seconds) / len(seconds) if seconds else 0.0

    def _fit(self, parts: Sequence[Part]) -> None:
        before, most = self.fitted, max(len(parts), self.schedule.at_most())

        def told(phase: str, done: int, total: int) -> None:
            if self.progress:
                self.progress(phase, before + done, before + most)

        tasks = list(enumerate(parts))
        results = worked(
            "compare", _fit_numbered, tasks, self.scratch, n_jobs=self.n_jobs, progress=told
        )
        failed: dict[int, str] = {}
        for number, reason, seconds in results:
            self.seconds[parts[number].pair].append(seconds)
            if reason:
                failed[number] = reason
        self.fitted += len(parts)
        # Of several folds that failed the first is told, whichever came back first.
        for number in sorted(failed):
            self.reasons.setdefault(parts[number].pair, failed[number])
        self.schedule.failed |= self.reasons.keys()
        for part in parts:
            if part.pair not in self.reasons:
                self._note(part, read_arrays(part.path) if self.judge else None)

    def _share(self, space: str) -> None:
        path = self.scratch / f"{space}.npy"
        if not path.exists():
            share(path, self.matrices(space))


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


def _fit_numbered(task: tuple[int, Part]) -> tuple[int, str, float]:
    """Fit a part; return its number, one sentence where that failed, and the seconds it took."""
    (number, part), begin = task, time.monotonic()
    try:
        said = fit_part(part)
    except Exception as error:  # whatever a classifier raises, the other pairs go on
        last = (str(error).strip().splitlines() or [""])[-1]
        told = last if isinstance(error, PluginError) else f"{type(error).__name__}: {last}"
        return number, told, time.monotonic() - begin
    write_arrays(part.path, said)  # outside: a full disk is no fault of the pair
    return number, "", time.monotonic() - begin


def _place(split: Split) -> tuple[bool, int, tuple[int, ...]]:
    """Return where a split stands: single folds first, in their order."""
    return len(split.folds) > 1, split.repeat, split.folds


def _collect(work: _Work) -> Evaluated:
    late = bool(work.schedule.wanted())
    nested = work.schedule.plan.nested and not late  # half of it chooses nothing
    by_pair: dict[Pair, list[Part]] = {pair: [] for pair in work.schedule.pairs}
    for part in work.taken:
        by_pair[part.pair].append(part)
    done = {
        pair: _join(sorted(parts, key=lambda part: _place(part.split)), nested=nested)
        for pair, parts in by_pair.items()
        if parts and pair not in work.reasons
    }
    return Evaluated(
        pairs={pair: predictions for pair, (predictions, _) in done.items()},
        failed=work.reasons,
        fitted=work.fitted,
        reused=work.reused,
        warnings={pair: heard for pair, (_, heard) in done.items() if heard},
        late=late,
    )


def _join(parts: Sequence[Part], *, nested: bool) -> tuple[PairPredictions, Counter[str]]:
    """Put the parts of one pair together."""
    plan = parts[0].plan
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
