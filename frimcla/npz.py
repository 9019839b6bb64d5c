"""Arrays of numbers in a member of a model's file: numpy's npz, read as by a stranger.

Nothing is allocated before it is known that the bytes are there, nothing is unpickled, and arrays
have exactly the names, types and shapes that are asked for.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from numpy.lib import format as npy

from .contracts import Array
from .errors import BundleError
from .freezing import check_zip

Layout = Mapping[str, tuple[str, str]]
"""Of each array: dtype, and a letter per axis. Equal letters, equal lengths."""


def pack(arrays: Mapping[str, Array]) -> bytes:
    """Return arrays as the bytes of a compressed npz, the same bytes for the same arrays."""
    buffer = io.BytesIO()
    rows = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    np.savez_compressed(buffer, allow_pickle=False, **rows)
    return buffer.getvalue()


def unpack(content: bytes, layout: Layout, sizes: Mapping[str, int], what: str) -> dict[str, Array]:
    """Read arrays back, read-only, all numbers finite unless the caller looks for himself.

    Args:
        content: Bytes that anybody may have written.
        layout: The arrays that must be there, and no others.
        sizes: Lengths of axes that are known, by letter.
        what: What to call the content in a message.

    Raises:
        BundleError: They are something else.
    """
    file = io.BytesIO(content)
    names = check_zip(file, what)
    if sorted(names) != sorted(f"{name}.npy" for name in layout):
        raise BundleError(f"{what} has other arrays than it should: refused")
    known, found = dict(sizes), {}
    try:
        with zipfile.ZipFile(file) as archive:
            for name, (dtype, axes) in layout.items():
                found[name] = _array(archive.read(f"{name}.npy"), np.dtype(dtype), axes, known)
    except Exception as error:  # zipfile, zlib and numpy report damage in many ways
        raise BundleError(f"{what} cannot be read: {type(error).__name__}") from None
    return found


def _array(content: bytes, dtype: np.dtype, axes: str, known: dict[str, int]) -> Array:
    """Read one array; *known* learns the lengths of axes that it is the first to have.

    Raises:
        ValueError: It is of another type or shape, or of another length than it says.
    """
    file = io.BytesIO(content)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("version")
    shape, fortran, given = npy.read_array_header_1_0(file)
    lengths = [known.setdefault(axis, length) for axis, length in zip(axes, shape, strict=True)]
    if given != dtype or fortran or lengths != list(shape):
        raise ValueError("header")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape)
