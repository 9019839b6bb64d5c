"""What was chosen by clicking, written down as a ``study.toml``: nothing else is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.configuring import Reading
from frimcla.errors import ConfigError
from frimcla.files import write_atomically
from frimcla.opening import Opened
from frimcla.planning import settle
from frimcla.study import Study
from frimcla.syntax import parse
from frimcla.toml import propose, relative

from .images import RESULTS, study_file

OURS = "# Written by clicking, and written anew by every click.\n"
"""The first line of such a file; one without it is somebody else's."""


@attrs.frozen(kw_only=True)
class Chosen:
    """What a person ticked.

    Attributes:
        images: Folder or table, as it is found from the working folder.
        extractors: Their names.
        classifiers: Their names.
        metric: What decides; empty: the images decide.
        groups: What folds must not split; empty: not said.
        settings: Others, by name.
    """

    images: Path
    extractors: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    metric: str = ""
    groups: str = ""
    settings: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def lacking(self) -> list[tuple[str, str]]:
        """What is still to be ticked, with sentences."""
        lists = {"extractors": self.extractors, "classifiers": self.classifiers}
        return [(key, "is empty; tick at least one") for key, some in lists.items() if not some]

    @property
    def raw(self) -> dict[str, Any]:
        """The same as a file says it, but for images and output."""
        return {
            **self.settings,
            "extractors": list(self.extractors),
            "classifiers": list(self.classifiers),
            **({"metric": self.metric} if self.metric else {}),
            **({"groups": self.groups} if self.groups else {}),
        }

    @property
    def target(self) -> Path:
        """Where it is written."""
        return study_file(self.images)

    def settled(self, opened: Opened, source: str) -> tuple[Opened, Study]:
        """Return the study that is chosen, with what the images of *opened* decide.

        Args:
            opened: The images, with pixels settled.
            source: What problems are told of.

        Raises:
            ConfigError: It cannot be studied; every problem.
        """
        raw = self.raw | {"images": str(self.images)}
        read = Reading(source, Path(), opened.registry).read(raw, opened.study.output)
        opened = attrs.evolve(opened, study=read.changed(policy=opened.policy))
        return opened, settle(opened.study, opened.dataset, opened.registry)

    def write(self, source: str) -> Path:
        """Write it down, and return the file.

        Raises:
            ConfigError: Nothing is ticked, or somebody else's file is in the way.
            ReadOnlyError, SpaceError: It cannot be written.
        """
        target = self.target
        if os.path.lexists(target) and not is_ours(target):
            what = "was not written by clicking; rename it, or run it as it is"
            raise ConfigError(source, [(str(target), what)])
        if self.lacking:
            raise ConfigError(source, self.lacking)
        images = _named(self.images, target.parent)
        settings = self.raw | {"images": images, "output": RESULTS}
        content = (OURS + propose(settings, {})).encode()
        if not target.is_file() or target.read_bytes() != content:
            write_atomically(target, content)
        return target


def is_ours(target: Path) -> bool:
    """Say whether a file was written by clicking."""
    try:
        if not target.is_file():  # a pipe would wait for ever
            return False
        with target.open("rb") as file:
            return file.read(len(OURS.encode())) == OURS.encode()
    except OSError:
        return False


def recalled(target: Path) -> Chosen | None:
    """Return what was chosen last time; None where nothing was.

    Raises:
        ConfigError: The file was edited, and is no study any more.
    """
    if not is_ours(target):
        return None
    raw = parse(target)
    raw.pop("output", None)
    written = Path(str(raw.pop("images", "")))
    images = written if written.is_absolute() else Path(os.path.relpath(target.parent / written))
    return Chosen(
        images=images,
        extractors=_names(raw.pop("extractors", [])),
        classifiers=_names(raw.pop("classifiers", [])),
        metric=str(raw.pop("metric", "")),
        groups=str(raw.pop("groups", "")),
        settings=raw,
    )


def _names(listed: Any) -> tuple[str, ...]:
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


def _named(images: Path, here: Path) -> str:
    """Return *images* as a study in *here* names them: absolute stays absolute."""
    return images.as_posix() if images.is_absolute() else relative(images, here)
