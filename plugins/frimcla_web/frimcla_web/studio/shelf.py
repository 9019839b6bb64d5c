"""The studies in the working folder: each is a folder with a ``study.toml`` written by clicking."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

from frimcla.files import sha256
from frimcla.guiding.choosing import Chosen, is_ours, recalled
from frimcla.guiding.images import ENDING, FILE, RESULTS
from frimcla.study import RECORD

from .plain import read_plain
from .status import Status, read_status


@attrs.frozen
class Kept:
    """One study.

    Attributes:
        folder: Where everything of it lies.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Its folder's, which is its address."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What its images are called."""
        return self.name.removesuffix(ENDING)

    @property
    def toml(self) -> Path:
        """The study as it is chosen."""
        return self.folder / FILE

    @property
    def output(self) -> Path:
        """What it leaves."""
        return self.folder / RESULTS

    @property
    def model(self) -> Path:
        """The trained model, once there is one."""
        return self.output / "model.frimcla"

    @property
    def chosen(self) -> Chosen:
        """What is chosen.

        Raises:
            ConfigError: The file was edited, and is no study any more.
        """
        found = recalled(self.toml)
        assert found is not None, "it is on the shelf because it is ours"
        return found

    @property
    def status(self) -> Status | None:
        """How far it is; None where it was never run.

        One that nobody is at any more was stopped, whoever killed it; one that was finished on the
        command line or in a notebook is finished.
        """
        found, done = read_status(self.folder), self._done
        if done and (found is None or (not found.alive and done > found.beat)):
            return Status(state="done", study="", started=done, beat=done)
        if found and found.state == "running" and not found.alive:
            return attrs.evolve(found, state="stopped")
        return found

    @property
    def _done(self) -> float:
        """The second at which results were complete; 0 where they are not."""
        record = self.output / RECORD
        try:
            state = json.loads(read_plain(record))["state"]
            return record.stat().st_mtime if state == "done" else 0.0
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return 0.0

    @property
    def finished(self) -> bool:
        """Whether results can be shown."""
        found = self.status
        return found is not None and found.state == "done" and self.model.is_file()

    @property
    def current(self) -> bool:
        """Whether what was run last is what is chosen now."""
        found = self.status
        if found is None or found.study:
            return found is not None and found.study == sha256(self.toml.read_bytes())
        return found.beat >= self.toml.stat().st_mtime  # run elsewhere: time must tell

    @property
    def touched(self) -> float:
        """When anything of it changed last."""
        found = read_status(self.folder)
        return max(self.toml.stat().st_mtime, found.beat if found else 0.0)

    @property
    def when(self) -> str:
        """The day of that, as people write it."""
        return time.strftime("%d %B %Y, %H:%M", time.localtime(self.touched)).lstrip("0")


@attrs.frozen
class Shelf:
    """All of them.

    Attributes:
        folder: The working folder.
    """

    folder: Path

    def __iter__(self) -> Iterator[Kept]:
        """Yield them, the one touched last first."""
        names = [path.name for path in self.folder.iterdir() if path.name.endswith(ENDING)]
        yield from sorted(filter(None, map(self.of, names)), key=lambda kept: -kept.touched)

    def of(self, name: str) -> Kept | None:
        """Return the study with that address; None where there is none."""
        path = self.folder / name
        plain = name.endswith(ENDING) and Path(name).name == name and name.isprintable()
        if not plain or not is_ours(path / FILE) or path.is_symlink():
            return None
        return Kept(path)
