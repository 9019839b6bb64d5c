"""From files to what an extractor may see. One way in, for studies and for predictions."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from .contracts import Array, Header
from .errors import ImageError
from .files import sha256
from .keys import canonical
from .parallel import cut
from .pictures import Picture
from .policy import ORIGINAL, Kind, Policy
from .readers.formats import HEAD
from .reading import Readers, check_size

if TYPE_CHECKING:
    from .dataset import Image
    from .held import Held

LARGEST = 2**30
"""Bytes of one image file; larger ones hold more than any policy lets through."""
OVER = f"is over {LARGEST // 2**20} MiB; cut or shrink it"


@attrs.frozen(kw_only=True)
class Opener:
    """All it takes to read an image, whoever asks; travels to workers.

    Attributes:
        readers: What reads files.
        policy: What their pixels become.
        kind: What images must be like; None where any will do.
    """

    readers: Readers
    policy: Policy
    kind: Kind | None = None

    def picture(self, image: Image, *, known: bool = False) -> Picture:
        """Read a listed image, or take one that is held in memory.

        Args:
            image: Which one.
            known: Whether its key is that of its bytes, to be checked.

        Raises:
            ImageError: As `open` does.
        """
        if image.held is not None:
            return self._taken(image.held)
        key = image.key if known else ""
        return self.open(image.files, channels=image.channels, key=key, name=image.name)

    def open(
        self,
        files: Sequence[Path],
        *,
        channels: tuple[str, ...] = (),
        key: str = "",
        name: str = "",
    ) -> Picture:
        """Read one image.

        Args:
            files: One file, or one per channel.
            channels: Names of the files' channels, where there are several.
            key: What `key_of` must say of their bytes, if known: a file that changed since it
                was listed would put features under the wrong key.
            name: What to call it; its suffix may tell the format.

        Raises:
            ImageError: One sentence without the name: what is wrong and what to do.
        """
        contents = [read_bytes(path) for path in files]
        if key and key_of(contents, channels) != key:
            raise ImageError("changed while the study ran; run the same command again")
        called = [name] if name and len(files) == 1 else [path.name for path in files]
        named = list(zip(called, contents, strict=True))
        headers = [self.readers.header(content, one) for one, content in named]
        header = joined_header(headers, channels)
        self._check(header, named)
        most = self.policy.max_megapixels
        pixels = [
            self.readers.stack(content, one, max_megapixels=most, header=said).pixels
            for (one, content), said in zip(named, headers, strict=True)
        ]
        stored = pixels[0] if len(pixels) == 1 else np.concatenate(pixels, axis=3)
        return Picture(stored=flat(stored, self.policy.planes), header=header, policy=self.policy)

    def _taken(self, held: Held) -> Picture:
        """Take an image that lies in no file, under the same rules."""
        header = held.header
        self._check(header, [])
        check_size(header, self.policy.max_megapixels)
        stored = flat(held.stack, self.policy.planes)
        return Picture(stored=stored, header=header, policy=self.policy)

    def _check(self, header: Header, named: Sequence[tuple[str, bytes]]) -> None:
        """Refuse an image of another kind, or one that another program than before would read."""
        if self.kind is None:
            return
        found = Kind.of(header, self.policy)
        if not self.kind.admits(found):
            raise ImageError(f"holds {found}, where {self.kind} are needed; {ORIGINAL}")
        for name, content in named if self.policy.settled else ():
            reader = self.readers.foreign(name, content[:HEAD])
            if reader and reader not in self.policy.readers:
                plugin = reader.partition(":")[0]
                raise ImageError(
                    f"would be read by the plugin {plugin}, which read none of the others; "
                    f"convert it, or add --no-plugin {plugin}"
                )


@attrs.frozen(kw_only=True)
class Batch:
    """Images to be read by a worker.

    Attributes:
        images: By absolute paths.
        opener: Reads them.
    """

    images: tuple[Image, ...]
    opener: Opener

    @classmethod
    def cut(cls, images: Iterable[Image], opener: Opener, size: int) -> list[Batch]:
        """Return batches of at most *size* images, in their order."""
        parts = cut([image.anywhere() for image in images], size)
        return [cls(images=part, opener=opener) for part in parts]


def key_of(contents: Sequence[bytes], channels: Sequence[str] = ()) -> str:
    """Return the key of an image: SHA-256 of its bytes, or of its channels' names and keys."""
    keys = [sha256(content) for content in contents]
    if len(keys) == 1:
        return keys[0]
    return sha256(canonical(list(zip(channels, keys, strict=True))))


def read_bytes(
    path: Path, most: int = LARGEST, *, over: str = OVER, instead: str = "; name an image"
) -> bytes:
    """Return a file's content.

    Args:
        path: The file.
        most: Bytes it may have.
        over: What to say if it has more.
        instead: What to add if it is no file.

    Raises:
        ImageError: It cannot be read, or is too large.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would wait for ever, a device never end
            raise ImageError(f"is no file but a device, a pipe or a folder{instead}")
        if found.st_size > most:
            raise ImageError(over)
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be opened ({error.strerror})") from None
    except ValueError as error:  # a null in the path
        raise ImageError(f"cannot be opened ({error})") from None


def joined_header(headers: Sequence[Header], names: tuple[str, ...]) -> Header:
    """Return the header of an image whose channels lie in files of their own.

    Raises:
        ImageError: The files do not fit together.
    """
    first = headers[0]
    if len(headers) == 1:
        return first
    for header, name in zip(headers, names, strict=True):
        if header.channels != 1:
            raise ImageError(f"has {header.channels} channels in the file of {name}; one is needed")
        same = (header.dtype, header.bits, header.planes, header.height, header.width)
        if same != (first.dtype, first.bits, first.planes, first.height, first.width):
            raise ImageError(f"has files of different size or type ({names[0]}, {name})")
    notes = tuple(dict.fromkeys(note for header in headers for note in header.notes))
    return attrs.evolve(first, channels=len(headers), names=names, colour=False, notes=notes)


def flat(pixels: Array, planes: str) -> Array:
    """Return one plane (height, width, channels) of several, (planes, height, width, channels)."""
    flat: Array
    if len(pixels) == 1 or planes == "middle":
        flat = pixels[len(pixels) // 2]
    elif planes == "max":
        flat = pixels.max(axis=0)
    else:
        flat = pixels.mean(axis=0, dtype=np.float64)
    return flat
