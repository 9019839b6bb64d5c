"""The process that runs a study: what ``frimcla run`` does, and a word on how far it is.

It lives as long as who started it: when its input ends, it stops, and what is finished is kept.
"""

from __future__ import annotations

import _thread
import argparse
import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import attrs

from frimcla import FrimclaError, Registry, workflow
from frimcla.announcing import announced
from frimcla.errors import ProblemsError
from frimcla.files import sha256
from frimcla.growing import Growing, SoFar
from frimcla.opening import Opened
from frimcla.progress import Pace
from frimcla.saying import bare
from frimcla.scoring import metric_of
from frimcla_web.talking import answers

from .status import PATIENCE, Cell, State, Status, Step, Table

EVERY = 1.0
"""Seconds between two words."""
COMPARE = "compare"


class Word:
    """Says how far a study is, every second; looks at finished parts as they come."""

    def __init__(self, study: Path) -> None:
        self._folder = study.parent
        now = time.time()
        digest = sha256(study.read_bytes())
        self.status = Status(state="running", study=digest, started=now, beat=now)
        self._opened: Opened | None = None
        self._growing: Growing | None = None
        self._looked = float("-inf")
        self._paces: dict[str, Pace] = {}

    def tell(self, opened: Opened) -> None:
        """Take what the study begins with."""
        self._opened = opened
        self.status = attrs.evolve(self.status, told=tuple(announced(opened)))

    def progress(self, phase: str, done: int, total: int) -> None:
        """Take how far a phase is."""
        now = time.monotonic()
        self._paces.setdefault(phase, Pace(phase=phase, started=now)).note(done, total, now)
        steps = [Step(name=p.name, share=p.share, told=p.told) for p in self._paces.values()]
        self.status = attrs.evolve(self.status, steps=steps)
        if phase == COMPARE and (done == total or now - self._looked >= EVERY):
            self._looked = now
            self._look()

    def end(self, state: State, error: FrimclaError | None = None) -> None:
        """Say what became of it."""
        problems = error.problems if isinstance(error, ProblemsError) else ()
        problem = "" if error is None else str(error)
        self.status = attrs.evolve(self.status, state=state, problem=problem, problems=problems)
        self.write()

    def write(self) -> None:
        """Say it now; a disk that is full keeps nobody from working on."""
        self.status = attrs.evolve(self.status, beat=time.time())
        with contextlib.suppress(FrimclaError, OSError):
            self.status.write(self._folder)

    def _look(self) -> None:
        assert self._opened
        self._growing = self._growing or Growing.of(self._opened)
        table = table_of(self._growing)
        self.status = attrs.evolve(self.status, table=table)


def table_of(growing: Growing) -> Table:
    """Return the growing table as it is shown."""
    recipe, found = growing.judge.recipe, growing.look()
    percent = metric_of(recipe).share
    classifiers = list(dict.fromkeys(classifier for _, classifier in found))
    rows: dict[str, list[Cell]] = {}
    for (extractor, _), cell in found.items():
        rows.setdefault(extractor, []).append(_cell(cell, percent=percent))
    unit = "percent" if percent else ""
    return Table(metric=recipe.label, unit=unit, classifiers=classifiers, rows=list(rows.items()))


def _cell(cell: SoFar, *, percent: bool) -> Cell:
    shown = bare(cell.mean, percent=percent) if cell.scores else ""
    return Cell(shown=shown, done=len(cell.scores), folds=cell.folds)


@contextlib.contextmanager
def _said(word: Word) -> Iterator[None]:
    """Say every second how far it is, while a block works."""
    over = threading.Event()

    def speak() -> None:
        while not over.wait(EVERY):
            word.write()

    word.write()
    speaker = threading.Thread(target=speak, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        over.set()
        speaker.join()


def _stop_with_input() -> None:
    """Stop as Ctrl-C does when who started this closes its input, or is gone."""

    def wait() -> None:
        while os.read(0, 1):  # no buffer: its lock would outlive this thread
            pass
        _thread.interrupt_main()
        time.sleep(PATIENCE)
        os._exit(1)  # something does not listen

    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Run a study to its end, and say what became of it; the last word goes to the output, too."""
    parser = argparse.ArgumentParser()
    parser.add_argument("study", type=Path)
    parser.add_argument("--no-plugin", action="append", default=[])
    asked = parser.parse_args()
    last = answers()  # what libraries print goes to the log
    word = Word(asked.study)
    state: State = "done"
    error: FrimclaError | None = None
    with _said(word):
        try:
            _stop_with_input()
            registry = Registry.discover(asked.no_plugin)
            workflow.run(asked.study, registry=registry, progress=word.progress, tell=word.tell)
        except KeyboardInterrupt:
            state = "stopped"
        except FrimclaError as failure:
            state, error = "failed", failure
        except Exception as failure:
            traceback.print_exc()
            state, error = "failed", _bug(failure)
    word.end(state, error)
    print(word.status.json, file=last, flush=True)
    return 0 if state == "done" else 1


def _bug(error: Exception) -> FrimclaError:
    if isinstance(error, OSError) and error.filename is not None:
        return FrimclaError(f"{error.filename}: {error.strerror}")
    what = f"{type(error).__name__}: {error}"
    return FrimclaError(f"This is a bug in FrimCla or in a plugin, not in your data ({what})")


if __name__ == "__main__":
    sys.exit(main())
