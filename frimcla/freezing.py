"""A fitted classifier as bytes, without pickle: skops is used here and nowhere else.

What may be rebuilt from a file is decided by code the user installed (`Classifier.trusted`),
never by the file.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from .errors import BundleError, PluginError

LARGEST = 4 * 2**30
"""Bytes that the members of a frozen classifier may unfold to."""
DENSEST = 200
"""How much smaller than its content a large zip may be: the schema of a forest reaches 52, bombs
1,000."""
SMALL = 2**23
"""Below this many bytes unfolded, density does not matter: as JSON they take up 200 MB."""
SCHEMA = "schema.json"
"""The member of a skops file that says what to build from the others."""
REFERENCE = "CachedNode"
"""What it calls an object that was described before; without a word, it is one as well."""
NODE = 48
"""Bytes that one object takes in it, at the least: the names of its three parts."""


def freeze(model: Any, trusted: Iterable[str] = ()) -> bytes:
    """Return *model* as the bytes of a skops file, and make sure that it can be read back.

    Raises:
        PluginError: It holds a type that its plugin does not name as trusted.
        BundleError: It is so large, or so tangled, that `thaw` would refuse it.
    """
    from skops.io import dumps, get_untrusted_types

    content: bytes = dumps(model, compression=zipfile.ZIP_DEFLATED)
    if unknown := sorted(set(get_untrusted_types(data=content)) - set(trusted)):
        raise PluginError(
            f"the classifier holds {', '.join(unknown)}, which its plugin does not name in "
            "Classifier(trusted=...); its author must add it before it can be saved"
        )
    check_zip(io.BytesIO(content), "the classifier")
    _check_schema(content)
    return content


def thaw(content: bytes, trusted: Iterable[str] = ()) -> Any:
    """Rebuild a classifier; nothing of *content* runs before its types are known.

    Raises:
        BundleError: *content* is no skops file, unfolds to too much, or asks for a type that
            the installed plugin does not trust.
    """
    from skops.io import get_untrusted_types, loads

    check_zip(io.BytesIO(content), "the classifier")
    known = sorted(set(trusted))
    try:
        _check_schema(content)
        if foreign := sorted(set(get_untrusted_types(data=content)) - set(known)):
            raise BundleError(f"the classifier asks for {', '.join(foreign)}: refused")
        return loads(content, trusted=known)
    except BundleError:
        raise
    except Exception as error:  # skops reports a damaged file in many ways
        raise BundleError(f"the classifier cannot be read: {type(error).__name__}") from error


def _check_schema(content: bytes) -> None:
    """Refuse what is small and would be read or gone through without end.

    An object that a schema names again is not read again, but skops asks each time what it holds:
    forty lists, each of them twice in the next, are asked 2**40 times.

    Raises:
        BundleError: It reads a member for two objects, has more in it than is written, or holds
            a zip of which nobody looks at the size.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        schema = archive.read(SCHEMA)
    sizes: dict[Any, float] = {}
    readers: dict[str, Any] = {}

    def size(table: dict[str, Any]) -> float:
        """Return how many objects a table is gone through for; those in it are counted already."""
        name = table.get("__id__")
        if "__id__" in table and table.get("__loader__", REFERENCE) == REFERENCE:
            return sizes[name]
        found = _total(list(table.values()))
        if "__loader__" not in table:
            return found
        if table["__loader__"] == "SparseMatrixNode":
            raise BundleError("the classifier holds a sparse matrix, a zip in the zip: refused")
        found += 1
        other = "file" in table and (not name or readers.setdefault(table["file"], name) != name)
        if other or (name and sizes.setdefault(name, found) != found):
            raise BundleError("the classifier has one name for two things: refused")
        return found

    whole = json.loads(schema, object_hook=size, parse_float=str, parse_constant=str)
    if _total(whole) * NODE > len(schema):
        raise BundleError("the classifier unfolds to far more than its size: refused")


def _total(value: Any) -> float:
    """Add up what was counted: the only numbers that are floats."""
    if isinstance(value, list):
        return sum(map(_total, value), start=0.0)
    return value if isinstance(value, float) else 0.0


def check_zip(file: io.BytesIO, what: str) -> list[str]:
    """Return the member names of a zip that is safe to unfold.

    Raises:
        BundleError: It is no zip, or has twins, encryption, or far too much in it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BundleError(f"{what} is not a zip file") from error
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(member.flag_bits & 1 for member in members):
        raise BundleError(f"{what} has twin or encrypted members: refused")
    most = min(LARGEST, max(SMALL, DENSEST * file.getbuffer().nbytes))
    if sum(member.file_size for member in members) > most:
        raise BundleError(f"{what} unfolds to far more than its size: refused")
    return names
