"""Which reader gets a file, what is refused before pixels are decoded, what a reader must keep.

Light: what decodes files is imported when the first one is read.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import attrs

from .components import Reader
from .errors import ImageError, PluginError
from .readers import plugin
from .readers.formats import HEAD, foreign_format, format_of, is_zip, starts
from .readers.formats import is_image as promises_image

if TYPE_CHECKING:
    from .contracts import Header, Reads, Stack
    from .registry import Registry

BUILTIN = "builtin"
"""The plugin of the core's own readers."""
BYTES = 8
"""Bytes of a whole stack for each pixel that one plane may have."""
DICOM = frozenset({".dcm", ".dicom"})
NOT_AT_ALL = (0, 0)


@attrs.frozen
class Readers:
    """The readers of a study; small, and fit to be sent to worker processes.

    Attributes:
        readers: In the registry's order, which decides nothing.
    """

    readers: tuple[Reader, ...]

    @classmethod
    def of(cls, registry: Registry) -> Readers:
        """Take the readers of the active plugins, and the core's own.

        Raises:
            PluginError: There are none: those of the core were left out by the user.
        """
        found = tuple(registry.all(Reader).values())
        if all(known.name != BUILTIN for known in registry.plugins):  # made by hand
            found += cls.built_in().readers
        if not found:
            raise PluginError(
                f"no active plugin reads images; do not leave out {BUILTIN}, "
                f"which FrImCla brings (frimcla list-plugins){registry.not_active()}"
            )
        return cls(found)

    @classmethod
    def built_in(cls) -> Readers:
        """Take the core's own readers, whatever is installed."""
        offered = plugin.frimcla_readers()
        return cls(tuple(attrs.evolve(reader, plugin=BUILTIN) for reader in offered))

    def foreign(self, name: str, head: bytes) -> str:
        """Return who reads a file, as `known_as` has it; empty for the core's own readers."""
        reader = self.find(name, head)
        return "" if reader.plugin == BUILTIN else known_as(reader)

    def is_image(self, name: str, head: bytes) -> bool:
        """Say whether a file is an image, or ought to be one by its name.

        Args:
            name: Its name, with the suffix.
            head: Its first 132 bytes.
        """
        suffix = PurePath(name).suffix.lower()
        return promises_image(name, head) or any(
            suffix in reader.suffixes or _matched(reader, head) for reader in self.readers
        )

    def find(self, name: str, head: bytes) -> Reader:
        """Return the reader of a file: by content first, by suffix second.

        Raises:
            ImageError: None reads it, or two do and nothing decides between them.
        """
        suffix = PurePath(name).suffix.lower()
        ranked = [(_rank(reader, suffix, head), reader) for reader in self.readers]
        best = max((rank for rank, _ in ranked), default=NOT_AT_ALL)
        found = [reader for rank, reader in ranked if rank == best]
        if best == NOT_AT_ALL:
            raise ImageError(self._unread(name, head))
        if len(found) > 1:
            raise ImageError(_conflict(found))
        return found[0]

    def header(self, content: bytes, name: str) -> Header:
        """Say what a file holds, without decoding its pixels.

        Raises:
            ImageError: One sentence without the name: what is wrong, and what to do.
        """
        reader = self.find(name, content[:HEAD])
        with _refusing(reader, name):
            return _made(reader).header(io.BytesIO(content), name)

    def stack(
        self, content: bytes, name: str, *, max_megapixels: float, header: Header | None = None
    ) -> Stack:
        """Return a file's pixels as stored, (planes, height, width, channels), read-only.

        Args:
            content: The file's bytes.
            name: Its name; the suffix may decide which reader gets it.
            max_megapixels: Larger planes, and stacks of more than eight bytes for each pixel of
                such a plane, are refused before their pixels are decoded.
            header: What `header` said of these bytes, if it was asked.

        Raises:
            ImageError: One sentence without the name: what is wrong, and what to do.
        """
        reader = self.find(name, content[:HEAD])
        with _refusing(reader, name):
            reads = _made(reader)
            header = header or reads.header(io.BytesIO(content), name)
            check_size(header, max_megapixels)
            stack = reads(io.BytesIO(content), name)
        _check_fits(stack, header, reader)
        return stack

    def _unread(self, name: str, head: bytes) -> str:
        if not head:
            return "is empty; replace it"
        if foreign := foreign_format(name, head):
            return (
                f"is {foreign}, which no installed plugin reads; "
                "save it as TIFF or PNG, or install a plugin that reads it"
            )
        if known := format_of(head):
            return (
                f"is {known}, which no active plugin reads; do not leave out {BUILTIN}, "
                "which does (frimcla list-plugins)"
            )
        if is_zip(head):
            return "is a zip; unfold it, and name its folder"
        text = "text" if head.isascii() else "something else"
        return f"is no image: it holds {text}; remove or replace it"


def known_as(reader: Reader) -> str:
    """Return ``plugin:key``: the key covers all that makes a reader give other pixels."""
    return f"{reader.plugin}:{reader.recipe().key}"


def _rank(reader: Reader, suffix: str, head: bytes) -> tuple[int, int]:
    """Return how well a reader fits: by both, content, suffix or not at all; bytes of magic.

    A suffix alone counts for readers without magic only: content that breaks a name's promise
    is no image of that format.
    """
    named, matched = suffix in reader.suffixes, _matched(reader, head)
    if foreign_format("", head) == "DICOM" and matched < HEAD:  # after the start of a TIFF, say
        return (1, 0) if named and suffix in DICOM else NOT_AT_ALL
    if matched:
        return (3 if named else 2, matched)
    return (1, 0) if named and not reader.magic else NOT_AT_ALL


def _matched(reader: Reader, head: bytes) -> int:
    return max((len(magic) for magic in reader.magic if starts(head, magic)), default=0)


def _conflict(found: list[Reader]) -> str:
    names = " and ".join(reader.full_name for reader in found)
    ways = " or ".join(f"--no-plugin {name}" for name in sorted({r.plugin for r in found}))
    return f"is read by {names}, and nothing decides between them; add {ways}"


def _made(reader: Reader) -> Reads:
    made: Any = reader.recipe().build()
    return made  # type: ignore[no-any-return]


@contextmanager
def _refusing(reader: Reader, name: str) -> Iterator[None]:
    """Turn whatever a reader raises into one sentence without the file's name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PluginError:
        raise
    except ImageError as error:
        raise ImageError(" ".join(str(error).split())) from None
    except MemoryError:
        raise ImageError("needs more memory than there is to be decoded") from None
    except Exception as error:  # of a plugin's library, which may raise anything
        why = _sentence(error, name).rstrip(". ")[:120]
        raise ImageError(f"cannot be read by {reader.full_name} ({why}); replace it") from None


def _sentence(error: Exception, name: str) -> str:
    """Return what a plugin's library said, on one line and without the file's name."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    for known in (name, PurePath(name).name):  # the longer one first
        if len(known) > 3:  # "a" is a word
            said = said.replace(known, "it")
    return " ".join(said.split()) or type(error).__name__


def check_size(header: Header, max_megapixels: float) -> None:
    """Refuse an image that is too large.

    Raises:
        ImageError: It has more pixels than the policy lets through, or more bytes.
    """
    planes, height, width, channels = header.shape
    size = f"is {width} x {height}"
    if height * width > max_megapixels * 1e6:
        raise ImageError(f"{size}: more than {max_megapixels:g} megapixels; cut or shrink it")
    if header.nbytes > BYTES * max_megapixels * 1e6:
        raise ImageError(
            f"{size} with {planes} planes and {channels} channels: more than "
            f"{BYTES * max_megapixels:g} megabytes; cut or shrink it"
        )


def _check_fits(stack: Stack, header: Header, reader: Reader) -> None:
    pixels = stack.pixels
    found = (tuple(pixels.shape), pixels.dtype.name)
    if found != (header.shape, header.dtype):
        raise ImageError(
            f"is said by {reader.full_name} to be {header.shape} of {header.dtype}, and came as "
            f"{found[0]} of {found[1]}; tell the makers of the plugin {reader.plugin}"
        )
    if 0 in found[0]:
        raise ImageError("has no pixels; replace it")
    pixels.setflags(write=False)
