"""Brings one file over the network, in pieces, so that an interruption loses nothing.

The only module that opens a connection, and only ``frimcla weights fetch`` comes here.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from .connecting import ELSEWHERE, host_of, opener, refuse_unsafe
from .errors import WeightsError
from .files import write_atomically

PIECE = 1 << 20
LARGEST = 4 << 30
TIMEOUT = 60
WAITS = (1.0, 3.0)
"""Seconds before the second and the third try."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which another try makes sense."""
AGAIN = "run the same command again: it goes on where this stopped"

Told = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all, 0 while nobody knows."""


class _TryAgainError(Exception):
    """What may be gone at the next try."""


@attrs.frozen(kw_only=True)
class Download:
    """What to bring, from where, to where.

    Args:
        url: Its address.
        part: The unfinished file; what is there already is gone on with.
        plain: The host that may be asked by plain http, because the user named it.
        told: Hears how far it is.
        waits: Seconds between tries; one try more than there are waits.
        largest: Bytes after which it is given up.
    """

    url: str
    part: Path
    plain: str = ""
    told: Told = lambda done, total: None
    waits: tuple[float, ...] = WAITS
    largest: int = LARGEST

    @property
    def what(self) -> str:
        """The file and where it comes from, in words."""
        return f"{self.part.stem} from {host_of(self.url)}"

    @property
    def mark(self) -> Path:
        """The file beside it that says of which version of the file it is a part."""
        return self.part.with_name(self.part.name + ".json")


def download(job: Download) -> None:
    """Bring a file, going on with what is there.

    Raises:
        WeightsError: It cannot be had; the part that came is kept.
        OSError: The part cannot be written.
    """
    refuse_unsafe(job.url, job.plain)
    for wait in (*job.waits, None):
        try:
            return _try(job)
        except _TryAgainError as error:
            if wait is None:
                raise WeightsError(f"{job.what}: {error}; {AGAIN}, or {ELSEWHERE}") from error
            time.sleep(wait)


def forget(job: Download) -> None:
    """Remove what came so far."""
    for path in (job.part, job.mark):
        path.unlink(missing_ok=True)


def _try(job: Download) -> None:
    """Ask once, for the rest where a part is there."""
    held, version = _held(job)
    rest = {"Range": f"bytes={held}-", "If-Range": version} if held else {}
    with contextlib.closing(_ask(job, rest)) as answer:
        start, total = _span(answer)
        if answer.status == 200 or (start == held and _version(answer) in {"", version}):
            if not start:
                _begin(job, answer)
            return _receive(job, answer, start, total)
    forget(job)
    raise _TryAgainError(f"it answers what was not asked for ({answer.status})")


def _held(job: Download) -> tuple[int, str]:
    """Return how much of which version is there; nothing where that cannot be said."""
    try:
        mark = json.loads(job.mark.read_text(encoding="utf-8"))
        if mark["url"] == job.url and mark["version"]:
            return job.part.stat().st_size, str(mark["version"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing is there, or nothing that could be gone on with
    return 0, ""


def _ask(job: Download, headers: dict[str, str]) -> Any:
    request = urllib.request.Request(job.url, headers={"User-Agent": "frimcla", **headers})
    try:
        return opener(job.plain).open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and headers:
            forget(job)
            return _ask(job, {})
        kind = _TryAgainError if error.code in PASSING else WeightsError
        raise kind(_answered(job, error)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            what = f"its certificate cannot be trusted ({reason.verify_message}); {ELSEWHERE}"
            raise WeightsError(f"{job.what}: {what}") from error
        short = getattr(reason, "strerror", "") or reason
        raise _TryAgainError(f"cannot be reached ({short})") from error


def _answered(job: Download, error: urllib.error.HTTPError) -> str:
    what = f"it answers {error.code} ({' '.join(str(error.reason).split())})"
    if error.code in PASSING:
        return what
    return f"{job.what}: {what}; {ELSEWHERE}"


def _span(answer: Any) -> tuple[int, int]:
    """Return where the bytes that come begin (-1: not told), and how long the whole file is."""
    if answer.status == 200:
        return 0, _number(answer.headers.get("Content-Length", ""))
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
    return (_number(told[1]), _number(told[2])) if told else (-1, 0)


def _number(text: str) -> int:
    """Return a length from a header, 0 where it says none."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def _version(answer: Any) -> str:
    """Return what names the version of the file, in a way that If-Range accepts."""
    tag = answer.headers.get("ETag", "")
    return str(tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", ""))


def _begin(job: Download, answer: Any) -> None:
    """Begin a part anew, and write down which version of the file it will be."""
    forget(job)
    job.part.touch()
    mark = {"url": job.url, "version": _version(answer)}
    write_atomically(job.mark, json.dumps(mark).encode())


def _receive(job: Download, answer: Any, start: int, total: int) -> None:
    most, done = min(total or job.largest, job.largest), start
    job.told(done, total)
    with job.part.open("r+b") as file:
        file.seek(start)
        for piece in _pieces(answer):
            done += len(piece)
            if max(done, total) > most:
                break
            file.write(piece)
            job.told(done, total)
    if max(done, total) > most:
        forget(job)
        what = f"it sends more than announced or allowed ({max(done, total):,} bytes)"
        raise WeightsError(f"{job.what}: {what}; {ELSEWHERE}")
    if done < total or not (total or answer.chunked):
        raise _TryAgainError(f"it sent {done:,} of {total or 'unknown'} bytes and stopped")


def _pieces(answer: Any) -> Iterator[bytes]:
    """Give what comes as it comes: whole pieces would lose the last one to an interruption."""
    try:
        while piece := answer.read1(PIECE):
            yield piece
    except (OSError, http.client.HTTPException) as error:
        raise _TryAgainError(f"the connection broke ({str(error) or 'closed'})") from error
