"""Writes ``report.html`` into the folder of a finished study."""

from __future__ import annotations

from pathlib import Path

from frimcla.contracts import Progress
from frimcla.errors import ConfigError
from frimcla.files import write_atomically

from .page import page
from .story import read_story

FILE = "report.html"


def report(
    folder: str | Path, *, pictures: bool | None = None, progress: Progress | None = None
) -> Path:
    """Write the report of a finished study; nothing is computed from images or features.

    Args:
        folder: The study's output folder. It may have been moved, and the images may be gone.
        pictures: Whether images and names of files are shown; as the study says if omitted.
        progress: Called as parts of the page are done.

    Returns:
        The file that was written.

    Raises:
        ConfigError: The folder holds no finished study.
        ReadOnlyError, SpaceError: The file cannot be written.
    """
    path = Path(folder)
    if not path.is_dir():
        there = "is a file" if path.exists() else "does not exist"
        what = f'must be the folder that a study wrote to, but "{path}" {there}'
        raise ConfigError("report", [("OUTPUT", what)])
    story = read_story(path)
    shown = story.settings.get("pictures") if pictures is None else pictures
    if not isinstance(shown, bool):
        what = 'must say whether pictures are shown: "pictures = true", or false'
        raise ConfigError(str(path), [("study.toml", what)])
    target = path / FILE
    write_atomically(target, page(story, pictures=shown, progress=progress).encode())
    return target
