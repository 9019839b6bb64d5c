"""Where images come from: a folder, a table, a zip, Google Drive, or painted for a first try."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from frimcla import painting
from frimcla.errors import ConfigError
from frimcla.guiding.images import MUST, found_at

DEMO = "demo"
"""What to write for painted cells."""
CELLS, UNSEEN = Path("painted-cells"), Path("painted-cells-unseen")
UPLOADS = Path("uploads")
FIRST_UNSEEN = 1000


def in_colab() -> bool:
    """Say whether this notebook runs in Google Colab."""
    try:
        return find_spec("google.colab") is not None
    except ModuleNotFoundError:
        return False


def connect_drive() -> str:
    """Mount Google Drive, and return where it lies."""
    from google.colab import drive

    drive.mount("/content/drive")
    return "/content/drive/MyDrive"


def images_at(written: str) -> Path:
    """Return the folder or table of images that a person wrote; paints cells, unfolds zips.

    Raises:
        ConfigError: There is none.
    """
    name = written.strip().strip("\"'")  # as systems copy paths
    if name == DEMO:
        painting.write_images(CELLS, missing=True)
        painting.write_images(UNSEEN, count=2, start=FIRST_UNSEEN, missing=True)
        return CELLS
    if not name:
        raise ConfigError("the choice of images", [("images", f"{MUST}; write its path")])
    return found_at(Path(os.path.expanduser(name)))


def uploaded_name(given: object, otherwise: str) -> str:
    """Return the bare name of an uploaded file; *otherwise* where it has none to be used."""
    name = Path(str(given).replace("\\", "/")).name
    return name if name.isprintable() and name not in {"", ".", ".."} else otherwise
