"""The command line in a process that writes down what it should not do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs

RUN = """
import json, os, resource, signal, sys, time
from pathlib import Path

LOOK = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
        "socket.connect", "socket.getaddrinfo", "socket.bind")
seen = []
sys.addaudithook(lambda event, args: seen.append(f"{event} {args}") if event in LOOK else None)
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))  # libraries map much and touch little

from click.testing import CliRunner
from frimcla.cli import main

for line in sys.stdin:
    folder, command, environment = json.loads(line)
    os.chdir(folder)
    signal.alarm(100)  # whatever hangs is killed
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak
    seen.clear()
    start = time.process_time()
    done = CliRunner().invoke(main, command, env=environment)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([done.exit_code, done.output, seconds, peak, seen]), flush=True)
"""


@attrs.frozen
class Done:
    """What came of one command.

    Attributes:
        code: Its exit code.
        said: All it printed.
        seconds: Of the processor, whoever else is at work on the machine.
        peak: MiB of memory.
        seen: Processes that it started and connections that it opened.
    """

    code: int
    said: str
    seconds: float
    peak: float
    seen: list[str]

    def check(self, code: int) -> None:
        """Make sure that it was cheap, started nothing, connected nowhere, and had no bug."""
        assert "Traceback" not in self.said, self.said
        assert self.code == code, self.said
        assert self.seconds < 10
        assert self.peak < 1024
        assert self.seen == []

    def refusal(self) -> str:
        """Return the sentence in which it was refused; make sure that it was, at no cost."""
        self.check(1)
        assert self.said.startswith("Error: ")
        return self.said.removeprefix("Error: ").rstrip("\n")


@attrs.frozen
class Watched:
    """One process for many commands: it takes longer to start than to refuse a file."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls) -> Watched:
        """Start it."""
        command = [sys.executable, "-P", "-c", RUN]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))

    def __call__(self, folder: Path, *command: str, **environment: Any) -> Done:
        """Run a command in *folder*."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps([str(folder), command, environment]), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"{command} killed the process: {self.process.wait()}"
        return Done(*json.loads(line))

    def stop(self) -> None:
        """End it."""
        self.process.communicate()
