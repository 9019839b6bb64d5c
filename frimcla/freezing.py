"""A fitted classifier as bytes, without pickle: skops is used here and nowhere else.

What may be rebuilt from a file is decided by code the user installed (`Classifier.trusted`),
never by the file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from .errors import BundleError, PluginError

LARGEST = 4 * 2**30
"""Bytes that the members of a frozen classifier may unfold to."""
DENSEST = 200
"""How much smaller than its content a large member may be: forests reach 15, bombs 1,000."""
SMALL = 2**26
"""Below this many bytes unfolded, density does not matter."""


def freeze(model: Any, trusted: Iterable[str] = ()) -> bytes:
    """Return *model* as the bytes of a skops file, and make sure that it can be read back.

    Raises:
        PluginError: It holds a type that its plugin does not name as trusted.
    """
    from skops.io import dumps, get_untrusted_types

    content: bytes = dumps(model, compression=zipfile.ZIP_DEFLATED)
    if unknown := sorted(set(get_untrusted_types(data=content)) - set(trusted)):
        raise PluginError(
            f"the classifier holds {', '.join(unknown)}, which its plugin does not name in "
            "Classifier(trusted=...); its author must add it before it can be saved"
        )
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
        if foreign := sorted(set(get_untrusted_types(data=content)) - set(known)):
            raise BundleError(f"the classifier asks for {', '.join(foreign)}: refused")
        return loads(content, trusted=known)
    except BundleError:
        raise
    except Exception as error:  # skops reports a damaged file in many ways
        raise BundleError(f"the classifier cannot be read: {type(error).__name__}") from error


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
    dense = any(member.file_size > max(SMALL, DENSEST * member.compress_size) for member in members)
    if dense or sum(member.file_size for member in members) > LARGEST:
        raise BundleError(f"{what} unfolds to far more than its size: refused")
    return names
