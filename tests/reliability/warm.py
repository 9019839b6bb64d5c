"""Commands in children of a process that has imported everything: a second each, not ten."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from .faults import Fault, Told
from .journal import Journal
from .watching import watch

START = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from reliability.warm import serve
serve()
"""
PATIENCE = 120
"""Seconds after which a child hangs, and is killed."""


@attrs.frozen
class Done:
    """What came of one command.

    Attributes:
        code: Its exit code; minus a signal that ended it.
        said: All it printed.
        operations: On files below its folder, where they were counted.
        at: The one that was made to fail; empty where none was.
    """

    code: int
    said: str
    operations: int = 0
    at: str = ""

    @property
    def sentence(self) -> str:
        """In which it was refused; empty where it was not."""
        last = self.said[self.said.rfind("Error: ") :] if "Error: " in self.said else ""
        return last.strip()


@attrs.frozen
class Warm:
    """The process, and its folder."""

    process: subprocess.Popen[str]
    home: Path

    @classmethod
    def start(cls, home: Path, *before: str, **environment: str) -> Warm:
        """Start it in *home*, by the command *before* if there is one."""
        # One thread: it forks; and numpy's would not live on in a child.
        own = {"OPENBLAS_NUM_THREADS": "1", "FRIMCLA_CACHE": str(home / "cache")}
        env = {**os.environ, **own, **environment}
        command = [*before, sys.executable, "-P", "-c", START]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=home, env=env, stdin=pipe, stdout=pipe, text=True)
        return cls(process, home)

    def __call__(self, *argv: str, **order: Any) -> Done:
        """Run ``frimcla *argv``.

        Args:
            argv: What is typed.
            order: ``here=True`` to warm the process up; ``fault=(kind, number)``; ``journal="FILE"`` to keep what it did to files;
                ``environment={...}``; ``before="python code"`` to be run in the child first.
        """
        return Done(*self._asked({"argv": argv, **order}))

    def shell(self, *command: str) -> None:
        """Run another program where the process is: mount something."""
        code, said, *_ = self._asked({"shell": command})
        if code:
            raise OSError(f"{' '.join(command)}: {said}")

    def seen(self, path: Path) -> Path:
        """Return where this process finds what that one calls *path*."""
        return Path(f"/proc/{self.process.pid}/root{path.absolute()}")

    def stop(self) -> None:
        """End it."""
        self.process.communicate()

    def _asked(self, order: dict[str, Any]) -> Sequence[Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(order), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"{order} ended the process: {self.process.wait()}"
        answer: Sequence[Any] = json.loads(line)
        return answer


def serve() -> None:
    """Run one command a line, each in a child; those that are to warm up this process, here."""
    home = Path.cwd()
    real = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        order, told = json.loads(line), Told()
        with tempfile.TemporaryFile("w+") as out:
            code = _done(order, home, out.fileno(), told)
            out.seek(0)
            print(json.dumps([code, out.read(), *told.heard()]), file=real, flush=True)


def _done(order: dict[str, Any], home: Path, out: int, told: Told) -> int:
    """Do what was ordered; return its exit code."""
    if "shell" in order:
        return subprocess.run(order["shell"], stdout=out, stderr=out, check=False).returncode
    if "here" in order:
        return _exit_code(order["argv"])
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        _run(order, home, told)
    finally:
        os._exit(99)  # a child must not go on reading orders


def _run(order: dict[str, Any], home: Path, told: Told) -> None:
    """Be the child: run a command and end."""
    signal.alarm(PATIENCE)
    os.environ.update(order.get("environment", {}))
    exec(order.get("before", ""))
    if "fault" in order:
        watch(home, Fault(*order["fault"], told))
    journal = Journal.begun(home) if "journal" in order else None
    code = _exit_code(order["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    if journal:
        Path(order["journal"]).write_bytes(pickle.dumps(journal.events))
    os._exit(code)


def _exit_code(argv: Sequence[str]) -> int:
    from frimcla.cli import main

    sys.argv = ["frimcla", *argv]
    try:
        main(list(argv))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0
