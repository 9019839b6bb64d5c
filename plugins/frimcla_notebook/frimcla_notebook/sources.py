"""Where images come from in a notebook: uploads and Google Drive, beside what all forms know."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from frimcla.guiding.images import images_at

__all__ = ["UPLOADS", "connect_drive", "images_at", "in_colab", "uploaded_name"]

UPLOADS = Path("uploads")


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


def uploaded_name(given: object, otherwise: str) -> str:
    """Return the bare name of an uploaded file; *otherwise* where it has none to be used."""
    name = Path(str(given).replace("\\", "/")).name
    return name if name.isprintable() and name not in {"", ".", ".."} else otherwise
