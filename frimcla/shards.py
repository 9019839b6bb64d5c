"""Arrays in HDF5, the one module that writes and reads it.

HDF5 never touches the disk: a killed writer leaves unreadable files, a full disk crashes the
interpreter. The file is built in memory and written whole. On reading, the checksum is
verified before anything is believed, and links that lead out of the file are refused: such a
file could read any other one.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import h5py
import numpy as np

from .contracts import Array
from .errors import FrimclaError
from .files import write_atomically
from .keys import canonical

SEAL = b"frimcla1"
"""Stands between an HDF5 file and the SHA-256 of all its bytes."""

PLAIN = "fiuS"
"""Kinds of numpy types that are stored: floats, integers, bytes of a fixed length."""


class DamagedError(FrimclaError):
    """A file of arrays is not what was written."""


@attrs.frozen(kw_only=True, eq=False)
class Arrays:
    """Named arrays and what is to be known of them.

    Attributes:
        arrays: By name; ``/`` in a name makes groups. Numbers, and what `text` makes.
        facts: Anything JSON can say.
    """

    arrays: Mapping[str, Array]
    facts: Mapping[str, Any] = attrs.field(factory=dict)


def write_arrays(path: Path, content: Arrays) -> None:
    """Write *content* to *path*, whole or not at all."""
    write_atomically(path, pack(content))


def read_arrays(path: Path) -> Arrays:
    """Read and verify what `write_arrays` wrote.

    Raises:
        DamagedError: The file is truncated, changed, or was not written by `write_arrays`.
        OSError: The file cannot be opened.
    """
    try:
        return unpack(path.read_bytes())
    except DamagedError as error:
        raise DamagedError(f"{path} {error}") from None


def text(values: Iterable[str]) -> Array:
    """Return strings as an array that can be stored: UTF-8, padded with zeros."""
    return np.array([value.encode() for value in values], np.bytes_)


def words(array: Array) -> tuple[str, ...]:
    """Return the strings that `text` stored."""
    return tuple(value.decode() for value in array.tolist())


def pack(content: Arrays) -> bytes:
    """Return the bytes of an HDF5 file with *content*, and a seal behind them.

    HDF5 ignores what follows its end, so any program that reads HDF5 reads the file.
    """
    with h5py.File.in_memory() as file:
        for name, array in sorted(content.arrays.items()):
            if array.dtype.kind not in PLAIN:
                raise TypeError(f"{name}: only numbers and bytes are stored (got {array.dtype})")
            file.create_dataset(name, data=array, track_times=False)
        facts = canonical(dict(content.facts))
        # As a dataset: HDF5 holds no more than 64 kB in an attribute.
        file.create_dataset("facts", data=np.frombuffer(facts, np.uint8), track_times=False)
        file.flush()
        image = bytes(file.id.get_file_image())
    return image + SEAL + hashlib.sha256(image).digest()


def unpack(sealed: bytes) -> Arrays:
    """Read the bytes of `pack` back.

    The seal is checked first: HDF5 itself can crash or hang on a single flipped bit.

    Raises:
        DamagedError: They are not what was packed.
    """
    image = sealed[: max(len(sealed) - len(SEAL) - 32, 0)]
    if not _holds(sealed, image):
        raise DamagedError("does not match its checksum")
    try:
        with h5py.File(io.BytesIO(image), "r") as file:
            found = _all_arrays(file, len(image))
        facts = json.loads(found.pop("facts").tobytes())
        if not isinstance(facts, dict):
            raise DamagedError("holds facts that are no table: refused")
        return Arrays(arrays=found, facts=facts)
    except DamagedError:
        raise
    except Exception as error:  # HDF5 reports damage in many ways, none of them ours
        raise DamagedError(f"is damaged ({type(error).__name__})") from None


def is_sealed(path: Path) -> bool:
    """Return whether a file is as `write_arrays` wrote it, without a look at what is in it.

    Raises:
        OSError: It cannot be read.
    """
    sealed = path.read_bytes()
    return _holds(sealed, sealed[: max(len(sealed) - len(SEAL) - 32, 0)])


def _holds(sealed: bytes, image: bytes) -> bool:
    return sealed[len(image) :] == SEAL + hashlib.sha256(image).digest()


def _all_arrays(file: h5py.File, room: int) -> dict[str, Array]:
    """Return every array; nothing is compressed, so together they fit into *room* bytes."""
    found = {}
    for name, array in _datasets(file, "", room):
        found[name] = array
        room -= array.nbytes
        if room < 0:
            raise DamagedError("unfolds to far too much: refused")
    return found


def _datasets(group: h5py.Group, above: str, room: int) -> Iterator[tuple[str, Array]]:
    """Yield names and arrays; *room* is how many bytes one of them may have."""
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise DamagedError(f"holds a link ({name}): refused")
        item = group[name]
        if h5py.h5o.get_info(item.id).rc > 1 or above.count("/") > 8:
            raise DamagedError(f"is tangled or nested too deeply ({name}): refused")
        if isinstance(item, h5py.Group):
            yield from _datasets(item, f"{above}{name}/", room)
            continue
        if _size(item) > room:
            raise DamagedError("unfolds to far too much: refused")
        array = item[()]
        array.setflags(write=False)
        yield f"{above}{name}", array


def _size(item: Any) -> int:
    """Return the bytes of a dataset that is safe to read."""
    if not isinstance(item, h5py.Dataset) or item.external or item.is_virtual:
        raise DamagedError("reads from other files: refused")
    # Any filter: for one that HDF5 does not know it would look for a library to load.
    if item.dtype.kind not in PLAIN or item.id.get_create_plist().get_nfilters():
        raise DamagedError("holds something else than plain numbers: refused")
    return int(item.size * item.dtype.itemsize)
