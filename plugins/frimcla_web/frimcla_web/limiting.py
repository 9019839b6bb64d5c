"""Bounds on a process that decodes images of strangers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAMES = (
    *("HOME", "PATH", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA"),
    *("USERPROFILE", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
)
KINDS = ("FRIMCLA_", "LC_", "PYTHON", "XDG_", "OMP_", "TF_", "KERAS_", "CUDA_", "OPENBLAS_", "SSL_")


def environment() -> dict[str, str]:
    """Return the variables that such a process needs: keys and passwords stay here."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() in NAMES or name.upper().startswith(KINDS)
    }


def bound_memory(more: int) -> None:
    """Let this process have *more* bytes than it has now; no core is dumped when it dies.

    On systems without such limits, time alone is bounded.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (now := _address_space()) is not None:
        resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))


def _address_space() -> int | None:
    """Return the bytes of addresses in use; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
