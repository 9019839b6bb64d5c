"""A program watched from outside: memory and CPU seconds of its whole process tree. Linux only."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import attrs
from common import tree

EVERY = 0.5
"""Seconds between two looks."""
RUN = """\
import sys, time, frimcla
print(time.time(), file=open(sys.argv[2], "w"))
frimcla.run(sys.argv[1])
"""


@attrs.frozen(kw_only=True)
class Look:
    """What was seen at one time.

    Attributes:
        at: Seconds since the program began.
        memory: Bytes of all its processes; pages that they share count once (PSS).
        work: CPU seconds of all its processes so far, ended ones included.
        processes: How many there are.
    """

    at: float
    memory: int
    work: float
    processes: int


@attrs.frozen(kw_only=True)
class Watched:
    """A program that ran.

    Attributes:
        seconds: From start to end.
        looks: Every so often.
        counted: How memory was: ``"PSS"``, or ``"RSS"`` where that cannot be read.
    """

    seconds: float
    looks: tuple[Look, ...]
    counted: str

    @property
    def peak(self) -> Look:
        """The look at which memory was largest."""
        return max(self.looks, key=lambda look: look.memory)

    @property
    def work(self) -> float:
        """CPU seconds in all."""
        return max(look.work for look in self.looks)

    def between(self, start: float, end: float) -> tuple[float, int]:
        """Return CPU seconds and peak memory between two times."""
        inside = [look for look in self.looks if start <= look.at <= end]
        before = [look for look in self.looks if look.at <= start] or self.looks[:1]
        after = [look for look in self.looks if look.at <= end] or self.looks[:1]
        peak = max(look.memory for look in inside or after[-1:])
        return after[-1].work - before[-1].work, peak


@attrs.frozen(kw_only=True)
class Phase:
    """A part of a study.

    Attributes:
        name: As in ``run.json``; ``"start"`` before, ``"report"`` after, and ``"all"``.
        seconds: Wall seconds.
        work: CPU seconds.
        peak: Largest memory, MiB.
    """

    name: str
    seconds: float
    work: float
    peak: float


def watch_study(study: Path, every: float = EVERY) -> tuple[Watched, tuple[Phase, ...]]:
    """Run a study anew; return what was seen of it, and its phases.

    Args:
        study: Its file; the output folder is ``results`` beside it.
        every: Seconds between looks; each takes some 50 ms of a core.
    """
    results, began = study.parent / "results", study.parent / "began"
    shutil.rmtree(results, ignore_errors=True)
    start = time.time()
    seen = watch([sys.executable, "-c", RUN, study, began], every)
    record = json.loads((results / "run.json").read_text("utf-8"))
    seconds = {"start": float(began.read_text()) - start, **record["seconds"]}
    seconds["report"] = seen.seconds - sum(seconds.values())
    return seen, tuple(_phases(seen, seconds))


def _phases(seen: Watched, seconds: dict[str, float]) -> Iterator[Phase]:
    at = 0.0
    for name, spent in seconds.items():
        work, peak = seen.between(at, at + spent)
        at += spent
        yield Phase(name=name, seconds=spent, work=work, peak=peak / 2**20)
    peak = seen.peak.memory / 2**20
    yield Phase(name="all", seconds=seen.seconds, work=seen.work, peak=peak)


def watch(command: Sequence[object], every: float = EVERY) -> Watched:
    """Run *command* to its end; a program that fails ends this one."""
    looks: list[Look] = []
    kinds: set[str] = set()
    start = time.perf_counter()
    running = subprocess.Popen(list(map(str, command)))
    while running.poll() is None:
        pids = tree(running.pid)
        sizes = [found for pid in pids if (found := memory_of(pid))]
        kinds |= {kind for _, kind in sizes}
        if sizes:
            looks.append(
                Look(
                    at=time.perf_counter() - start,
                    memory=sum(size for size, _ in sizes),
                    work=sum(map(_work, pids)),
                    processes=len(sizes),
                )
            )
        time.sleep(every)
    if running.returncode:
        sys.exit(f"{command[0]} failed with {running.returncode}")
    counted = " and ".join(sorted(kinds))
    return Watched(seconds=time.perf_counter() - start, looks=tuple(looks), counted=counted)


def memory_of(pid: int) -> tuple[int, str] | None:
    """Return the bytes of a process: pages that are shared count in part (PSS), else whole."""
    for file, field, kind in (("smaps_rollup", "Pss:", "PSS"), ("status", "VmRSS:", "RSS")):
        try:
            text = Path(f"/proc/{pid}/{file}").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024, kind
    return None


def _work(pid: int) -> float:
    """Return the CPU seconds of a process and of the children that it has seen end."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0
