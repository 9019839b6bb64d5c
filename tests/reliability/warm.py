"""Commands in children of a process that has imported everything: the work, without the start."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

import attrs
from sessions import session

from .faults import Fault, Told
from .journal import Journal
from .watching import watch

START = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from reliability.warm import Kennel
Kennel().serve()
"""
PATIENCE = 300
"""Seconds after which a command hangs, and is killed."""


@attrs.frozen
class Done:
    """What came of one command.

    Attributes:
        code: Its exit code; minus a signal that ended it.
        seconds: Of the processor, its workers included.
        said: All it printed.
        operations: On files below its folder, where they were counted.
        at: The one that was made to fail; empty where none was.
    """

    code: int
    seconds: float
    said: str
    operations: int = 0
    at: str = ""

    @property
    def sentence(self) -> str:
        """In which it was refused; empty where it was not."""
        return self.said[self.said.rfind("Error: ") :] if "Error: " in self.said else ""


@attrs.frozen
class Warm:
    """The process, and its folder."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, home: Path, *before: str) -> Warm:
        """Start it in *home*, by the command *before* if there is one."""
        # One thread: it forks, and others would not live on in its children.
        own = {"OPENBLAS_NUM_THREADS": "1", "FRIMCLA_CACHE": str(home / "cache")}
        pipe = subprocess.PIPE
        return cls(
            subprocess.Popen(
                [*before, sys.executable, "-P", "-c", START],
                cwd=home,
                env={**os.environ, **own},
                stdin=pipe,
                stdout=pipe,
                text=True,
            )
        )

    def __call__(self, *argv: str, **order: Any) -> Done:
        """Run ``frimcla *argv`` to its end; see `begin`."""
        return self.end(self.begin(*argv, **order))

    def begin(self, *argv: str, **order: Any) -> int:
        """Begin ``frimcla *argv``, as the leader of a session; return the number of the process.

        Args:
            argv: What is typed.
            order: ``here=True`` to warm the process up; ``fault=(kind, number)``;
                ``journal="FILE"`` to keep what it did to files; ``environment={...}``;
                ``first="python code"`` to be run by the process before.
        """
        return int(self._asked({"argv": argv, **order}))

    def end(self, number: int) -> Done:
        """Wait for a command that was begun."""
        return Done(*self._asked({"end": number}))

    def shell(self, *command: str) -> None:
        """Run another program where the process is: mount something, say."""
        code, said = self._asked({"shell": command})
        if code:
            raise OSError(f"{' '.join(command)}: {said}")

    def seen(self, path: Path) -> Path:
        """Return where others find what this process calls *path*: it may have its own mounts."""
        return Path(f"/proc/{self.process.pid}/root{path.absolute()}")

    def stop(self) -> None:
        """End it."""
        self.process.communicate()

    def _asked(self, order: dict[str, Any]) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(order), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"{order} ended the process: {self.process.wait()}"
        return json.loads(line)


@attrs.define
class Kennel:
    """The other side: does what is ordered, a line each."""

    children: dict[int, tuple[IO[str], Told]] = attrs.field(factory=dict)

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        real = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        for line in sys.stdin:
            print(json.dumps(self._answer(json.loads(line))), file=real, flush=True)

    def _answer(self, order: dict[str, Any]) -> Any:
        if "end" in order:
            return self._ended(order["end"])
        if "shell" in order:
            done = subprocess.run(order["shell"], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout + done.stderr
        out, told = tempfile.TemporaryFile("w+"), Told()  # noqa: SIM115 (as long as the child)
        if "here" in order:
            code = _exit_code(order["argv"])
            child = os.fork() or os._exit(code)
        else:
            child = os.fork() or _child(order, out.fileno(), told)
        self.children[child] = out, told
        return child

    def _ended(self, child: int) -> list[Any]:
        _, status, used = os.wait4(child, 0)
        out, told = self.children.pop(child)
        with out:
            out.seek(0)
            said = out.read()
        code = os.waitstatus_to_exitcode(status)
        return [code, used.ru_utime + used.ru_stime, said, *told.heard()]


def _child(order: dict[str, Any], out: int, told: Told) -> NoReturn:
    """Be the child: run a command, and end as Python ends."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.alarm(PATIENCE)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(order.get("environment", {}))
    exec(order.get("first", ""), {})
    if "fault" in order:
        watch(Path.cwd(), Fault(*order["fault"], told))
    journal = Journal.begun(Path.cwd()) if "journal" in order else None
    code = _exit_code(order["argv"])
    if journal:
        Path(order["journal"]).write_bytes(pickle.dumps(journal.events))
    sys.exit(code)


def _exit_code(argv: Sequence[str]) -> int:
    from frimcla.cli import main

    sys.argv = ["frimcla", *argv]
    try:
        main(list(argv))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def left_of(number: int, patience: float = 10) -> list[int]:
    """Return the processes of a session that are alive some seconds after their leader ended."""
    deadline = time.monotonic() + patience
    while (found := session(number)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def wait_for_seconds(number: int, seconds: float) -> None:
    """Wait until a command has used so many seconds of the processor, or has ended.

    However busy the machine is, it is then as far as it was in another run.
    """
    ticks = os.sysconf("SC_CLK_TCK")
    while True:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        if fields[0] == "Z" or sum(map(int, fields[11:13])) >= seconds * ticks:
            return
        time.sleep(0.003)
