"""An evaluation under way: what is wanted next is taken from disk or fitted, until nothing is."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np

from .contracts import Array, Progress
from .errors import PluginError
from .files import explain
from .folds import Split
from .parallel import unordered
from .parts import Part, fit_part, scores_of
from .recipes import Pair
from .schedule import Schedule, Wanted
from .scoring import Judge
from .shards import Arrays, DamagedError, read_arrays, write_arrays
from .sharing import SharedPlan

T = TypeVar("T")
R = TypeVar("R")


@attrs.define(kw_only=True, eq=False)
class Rounds:
    """An evaluation under way.

    Attributes:
        schedule: What is to be fitted next.
        parts: Every task there may be.
        matrices: See `evaluate`.
        shared: The folds, as workers read them.
        judge: What decides who goes on; None where all do.
        scratch: Folder of features.
        end: When time is out, by the monotonic clock; None: never.
        n_jobs: Processes.
        progress: Called after every part.
        taken: Parts that are finished, in the order in which they were wanted.
        fitted: How many were fitted now, those that failed included.
        reused: How many were on disk.
        reasons: Why pairs failed.
        seconds: How long parts of each pair took so far.
        ahead: How many more were told to follow.
    """

    schedule: Schedule
    parts: Mapping[Wanted, Part]
    matrices: Callable[[str], Array]
    shared: SharedPlan
    judge: Judge | None
    scratch: Path
    end: float | None
    n_jobs: int
    progress: Progress | None
    taken: list[Part] = attrs.field(factory=list, init=False)
    fitted: int = attrs.field(default=0, init=False)
    reused: int = attrs.field(default=0, init=False)
    reasons: dict[Pair, str] = attrs.field(factory=dict, init=False)
    ahead: int = attrs.field(default=0, init=False)
    seconds: dict[Pair, list[float]] = attrs.field(factory=lambda: defaultdict(list), init=False)

    def run(self) -> None:
        """Fit what is wanted until nothing is; where time is out, only what a result needs."""
        closing = False
        while wanted := self.schedule.closing() if closing else self.schedule.wanted():
            wave = [self.parts[one] for one in wanted]
            missing = [part for part in wave if not self._take(part)]
            if self._late() and not closing:  # what was fitted before costs no time
                closing = len(missing) == len(wave)
                for one in self.schedule.open_in_truth() if closing else ():
                    self._take(self.parts[one])
                continue
            if missing and not self.shared.file.exists():
                self.shared.write()
            for space in sorted({part.space for part in missing}):
                self._share(space)
            self._fit(missing, self._in_time(missing) if self.end and not closing else None)
        if self.progress and self.ahead:  # it was less than there might have been
            self.progress("compare", self.fitted, self.fitted)

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
        """Take a finished part, and what its scores are where they decide who goes on."""
        scores = scores_of(part, said, self.judge) if said and self.judge else []
        sign = self.judge.sign if self.judge else 1
        self.schedule.note(part.pair, part.split, [sign * score for score in scores])
        self.taken.append(part)

    def _late(self) -> bool:
        return self.end is not None and time.monotonic() >= self.end

    def _in_time(self, parts: Sequence[Part]) -> Iterator[tuple[int, Part]]:
        """Yield parts with their numbers, until time is out.

        Of each fold the cheapest first, as far as that is known when a worker asks: it decides
        only what is finished when time is out.
        """
        for _, some in groupby(enumerate(parts), key=lambda one: one[1].split):
            waiting = dict(some)
            while waiting and not self._late():
                number = min(waiting, key=lambda one: self._cost(parts[one].pair))
                yield number, waiting.pop(number)

    def _cost(self, pair: Pair) -> float:
        seconds = self.seconds[pair]
        return sum(seconds) / len(seconds) if seconds else 0.0

    def _fit(self, parts: Sequence[Part], some: Iterator[tuple[int, Part]] | None = None) -> None:
        """Fit parts, or *some* of them, which come with their numbers."""
        before, most = self.fitted, max(len(parts), self.schedule.at_most())

        begin = time.monotonic()

        def told(phase: str, done: int, total: int) -> None:
            if not self.progress:
                return
            ahead = most - done
            if some and self.end:  # as many as there is time for, at the rate so far
                now = time.monotonic()
                ahead = min(ahead, round(done * max(self.end - now, 0) / max(now - begin, 1e-3)))
            self.ahead = ahead
            self.progress(phase, before + done, before + done + ahead)

        tasks = some or list(enumerate(parts))
        results = worked(
            "compare", _fit_numbered, tasks, self.scratch, n_jobs=self.n_jobs, progress=told
        )
        said: dict[int, str] = {}
        for number, reason, seconds in results:
            self.seconds[parts[number].pair].append(seconds)
            said[number] = reason
        self.fitted += len(said)
        # In the order of the parts, whichever came back first: of several folds that failed the
        # first is told.
        for number in sorted(said):
            if said[number]:
                self.reasons.setdefault(parts[number].pair, said[number])
        self.schedule.failed |= self.reasons.keys()
        for number in sorted(said):
            if (part := parts[number]).pair not in self.reasons:
                self._note(part, read_arrays(part.path) if self.judge else None)

    def _share(self, space: str) -> None:
        path = self.scratch / f"{space}.npy"
        if not path.exists():
            share(path, self.matrices(space))


def worked(
    phase: str,
    function: Callable[[T], R],
    tasks: Sequence[T] | Iterator[T],
    scratch: Path,
    *,
    n_jobs: int,
    progress: Progress | None,
) -> Iterator[R]:
    """Yield what comes of tasks that share a scratch folder, and tell progress.

    How many there are is told as 0 where *tasks* does not say so.
    """
    total = len(tasks) if isinstance(tasks, Sequence) else 0
    for done, result in enumerate(unordered(function, tasks, n_jobs), start=1):
        os.utime(scratch)  # still alive: see `files.sweep`
        yield result
        if progress:
            progress(phase, done, total)


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


def place_of(split: Split) -> tuple[bool, int, tuple[int, ...]]:
    """Return where a split stands: single folds first, in their order."""
    return len(split.folds) > 1, split.repeat, split.folds
