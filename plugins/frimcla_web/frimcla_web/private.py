"""The folder of what strangers send: nobody else's, random names, gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from frimcla.errors import readable

LONGEST = 200
"""Characters of a name that are shown."""
PIECE = 2**20


@attrs.frozen
class Private:
    """A folder that only this user can read."""

    folder: Path

    @classmethod
    def made(cls) -> Private:
        """Make it, in the system's place for such folders (``TMPDIR``)."""
        return cls(Path(tempfile.mkdtemp(prefix="frimcla-page-")))

    def room(self) -> Path:
        """Make a folder of its own for one visitor's images."""
        folder = self.folder / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        return folder

    def remove(self) -> None:
        """Remove it with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def keep(upload: UploadFile, room: Path, suffixes: frozenset[str]) -> Path:
    """Write what was sent to a file with a name that its sender had no say in.

    Args:
        upload: What was sent.
        room: The folder.
        suffixes: That may be kept: a reader may go by them.
    """
    suffix = Path(str(upload.filename or "").replace("\\", "/")).suffix.lower()
    path = room / (secrets.token_hex(16) + (suffix if suffix in suffixes else ".bin"))
    await upload.seek(0)
    with path.open("xb") as file:
        await run_in_threadpool(shutil.copyfileobj, upload.file, file, PIECE)
    return path


def shown_name(given: object) -> str:
    """Return a name as text to be shown, and nothing else."""
    name = readable(str(given or "")).strip()
    if len(name) > LONGEST:
        name = f"...{name[-LONGEST:]}"
    return name or "without a name"
