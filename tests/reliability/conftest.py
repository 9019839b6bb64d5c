"""The study that everything happens to, and the table of what happened."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import attrs
import pytest

from frimcla.files import TEMPORARY
from frimcla.locking import LOCK

from .journal import Event
from .study import Outcome, fresh, prepare
from .warm import Warm

T = TypeVar("T")
SHARE = float(os.environ.get("FRIMCLA_RELIABILITY", "0"))
"""Of the whole programme that is run; 0: a few of each."""
RUN, SURVIVED = "run", "survived"
COUNTS: Counter[tuple[str, str]] = Counter()
"""By rule (``"R1"``), how many were run and how many survived; printed at the end."""


def some(short: int, full: int) -> int:
    """Return how many to run: *short* of *full*, or a share of them all."""
    return max(short, round(full * SHARE))


def drawn(cases: Sequence[T], short: int, luck: random.Random) -> list[T]:
    """Return *short* of the cases, or a share of them all, in a random order."""
    return luck.sample(list(cases), some(short, len(cases)))


@attrs.frozen(kw_only=True)
class Bench:
    """A study that nothing happened to, and where others may happen.

    Attributes:
        home: A folder with ``cells``, ``study.toml``, ``cache`` and ``whole``.
        warm: Runs commands there.
        whole: What the study found undisturbed.
        mounts: Whether `warm` may mount what others do not see.
        workers: The same study, by two worker processes.
        ended: Digests of what was left before it was run to its end.
    """

    home: Path
    warm: Warm
    whole: Outcome
    mounts: bool
    workers: str = "workers.toml"
    ended: set[str] = attrs.field(factory=set)

    @property
    def results(self) -> Path:
        """The output of the study that things happen to."""
        return self.home / "results"

    def differing(self, output: Path) -> list[str]:
        """Name the files of *output* that are not as they should be."""
        return Outcome.of(output).differing(self.whole)

    def assert_finished(self, output: Path) -> None:
        """Run the study to its end, and compare what it found."""
        done = self.warm("run", "study.toml", "--output", str(output))
        assert done.code == 0, done.said
        assert self.differing(output) == []

    def assert_goes_on(self, output: Path) -> bool:
        """Run to its end what was left; once, as the same files end in the same way.

        Returns:
            Whether it was run.
        """
        state = self._state(output)
        if state in self.ended:
            return False
        self.assert_finished(output)
        self.ended.add(state)
        return True

    def _state(self, output: Path) -> str:
        """Return a digest of all files that a run would find, without what is dated."""
        found = hashlib.sha256()
        for path in sorted([*output.rglob("*"), *(self.home / "cache").rglob("*")]):
            if TEMPORARY in str(path) or path.name in (LOCK, "report.html") or path.is_dir():
                continue
            content = path.read_bytes()
            if path.name == "run.json":
                content = b"done" if b'"done"' in content else b"running"
            if path.name == "model.frimcla":
                content = b""
            found.update(repr([str(path.relative_to(self.home)), content]).encode())
        return found.hexdigest()


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if not hasattr(os, "fork") or not Path("/proc/self/fd").is_dir():
        pytest.skip("needs a system that forks, and tells of open files")
    for plugin in ("classic", "keras", "sklearn"):
        pytest.importorskip(f"frimcla_{plugin}", reason="needs the shipped plugins")
    home = prepare(tmp_path_factory.mktemp("reliability"))
    study = (home / "study.toml").read_text()
    (home / "workers.toml").write_text(study.replace("n_jobs = 1", "n_jobs = 2"))
    apart = ("unshare", "--mount")
    mounts = bool(shutil.which("unshare")) and not subprocess.call(
        [*apart, "true"], stderr=subprocess.DEVNULL
    )
    warm = Warm.start(home, *(apart if mounts else ()))
    done = warm("run", "study.toml", "--output", "whole", here=True)
    assert done.code == 0, done.said
    yield Bench(home=home, warm=warm, whole=Outcome.of(home / "whole"), mounts=mounts)
    warm.stop()


@attrs.frozen
class Undisturbed:
    """What a whole run does to files, and what it takes of the processor."""

    events: list[Event]
    seconds: float


@pytest.fixture(scope="session")
def undisturbed(bench: Bench) -> Undisturbed:
    path = bench.home.with_name("journal")
    done = bench.warm("run", "study.toml", "--output", str(fresh(bench.results)), journal=str(path))
    assert done.code == 0, done.said
    return Undisturbed(pickle.loads(path.read_bytes()), done.seconds)


@attrs.frozen
class Tally:
    """Counts for the table: a block is something that is to be survived."""

    rule: str

    def __enter__(self) -> None:
        COUNTS[self.rule, RUN] += 1

    def __exit__(self, kind: object, *_: object) -> None:
        COUNTS[self.rule, SURVIVED] += kind is None
        if SHARE:  # it takes long: pytest -s shows how far it is
            print(
                f"{self.rule}: {COUNTS[self.rule, SURVIVED]} of {COUNTS[self.rule, RUN]} survived"
            )


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Of the rule that the file is called by."""
    return Tally(f"R{int(request.path.name[6:8])}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rules = sorted({rule for rule, _ in COUNTS}, key=lambda rule: int(rule[1:]))
    if rules:
        terminalreporter.write_sep("-", "reliability: run, survived")
    for rule in rules:
        terminalreporter.write_line(f"{rule:4}{COUNTS[rule, RUN]:6}{COUNTS[rule, SURVIVED]:6}")
