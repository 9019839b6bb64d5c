"""One image as an extractor sees it."""

from __future__ import annotations

from pathlib import Path

from frimcla.contracts import Array
from frimcla.intake import Opener
from frimcla.pictures import Picture
from frimcla.policy import Policy
from frimcla.reading import Readers


def opener(**policy: object) -> Opener:
    """Return what reads images as bytes, or under another policy."""
    settled = {"scaling": "dtype"} | policy
    return Opener(readers=Readers.built_in(), policy=Policy(**settled))


def pixels_in(content: bytes, name: str = "cell") -> Array:
    """Return the one view of an image that lies in no file, ``uint8``."""
    readers, policy = Readers.built_in(), Policy(scaling="dtype")
    stack = readers.stack(content, name, max_megapixels=100)
    header = readers.header(content, name)
    (view,) = Picture(stored=stack.pixels[0], header=header, policy=policy).views()
    return view


def pixels_of(path: Path, key: str = "") -> Array:
    """Return the one view of an image, ``uint8``."""
    (view,) = opener().open([path], key=key).views()
    return view
