"""Which images are meant: a folder, a table or a zip; and the one question that they raise."""

from __future__ import annotations

import os
from pathlib import Path

import attrs

from frimcla import painting
from frimcla.announcing import suspicion
from frimcla.config import naming_of, read_study
from frimcla.errors import ConfigError
from frimcla.naming import NO_GROUPS, is_manifest
from frimcla.opening import Opened, open_study
from frimcla.registry import Registry
from frimcla.study import Study

from .unzipping import unzip

DEMO = "demo"
"""What to write for painted cells."""
CELLS, UNSEEN = Path("painted-cells"), Path("painted-cells-unseen")
FIRST_UNSEEN = 1000
UNZIPPED = Path("unzipped")
ENDING, FILE, RESULTS = "-study", "study.toml", "results"
"""How the folder of a study ends, what in it says what is studied, and what it leaves there."""
MUST = "must be a folder with one sub-folder per class, a manifest (.csv, .tsv) or a zip"


def images_at(written: str) -> Path:
    """Return the folder or table of images that a person wrote; paints cells, unfolds zips.

    Raises:
        ConfigError: There is none.
    """
    name = bare(written)
    if name == DEMO:
        painting.write_images(CELLS, missing=True)
        painting.write_images(UNSEEN, count=2, start=FIRST_UNSEEN, missing=True)
        return CELLS
    if not name:
        raise ConfigError("the choice of images", [("images", f"{MUST}; write its path")])
    return found_at(Path(os.path.expanduser(name)))


def bare(written: str) -> str:
    """Return what a person wrote without the quotes and blanks that systems copy with paths."""
    return written.strip().strip("\"'")


def found_at(path: Path) -> Path:
    """Return *path* if images can be there; a zip is unfolded, and its folder returned.

    Raises:
        ConfigError: They cannot.
    """
    if path.suffix.lower() == ".zip" and path.is_file():
        return unzip(path, UNZIPPED)
    if path.is_dir() or (is_manifest(path) and path.is_file()):
        return path
    there = f'got "{path}"' if path.exists() else f'"{path}" is not there'
    raise ConfigError("the choice of images", [("images", f"{MUST}; {there}")])


def work_folder(images: Path) -> Path:
    """Return where the study of *images* is written, below the working folder."""
    name = images.stem if is_manifest(images) else images.resolve().name
    return Path(f"{name}{ENDING}")


def study_file(images: Path) -> Path:
    """Return the file in it that says what is studied."""
    return work_folder(images) / FILE


def study_of(images: Path, registry: Registry) -> Study:
    """Return the default study of *images*, written there.

    Raises:
        FrimclaError: There is none.
    """
    return read_study(images, registry, output=work_folder(images) / RESULTS)


def opened(images: Path, registry: Registry, groups: str = "") -> Opened:
    """List the images, and look for groups in their names.

    Args:
        images: The folder or table.
        registry: What plugins offer.
        groups: What folds must not split: a column, a pattern, or ``"none"``; empty: not said.

    Raises:
        FrimclaError: They cannot be studied; every problem.
    """
    study = study_of(images, registry)
    naming = naming_of("", (groups,) if groups else ())
    return open_study(study.changed(naming=naming), registry)


@attrs.frozen(kw_only=True)
class Together:
    """A question that names of images raise: whether some belong together.

    Attributes:
        evidence: Why it is asked.
        setting: What to write if they do.
    """

    evidence: str
    setting: str

    @classmethod
    def of(cls, found: Opened) -> Together | None:
        """Return the question that these images raise, if any."""
        if found.proposal is None:
            return None
        return cls(evidence=suspicion(found), setting=str(found.proposal.setting))

    def groups(self, yes: bool) -> str:
        """Return the setting for an answer."""
        return self.setting if yes else NO_GROUPS
