"""What ``frimcla weights fetch`` does: brings trained weights to this machine, once."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import attrs

from .components import Extractor
from .config import read_extractors
from .connecting import ELSEWHERE, host_of
from .contracts import Progress
from .downloading import LARGEST, WAITS, Download, Told, download, forget
from .errors import FrimclaError, ReadOnlyError, WeightsError
from .files import explain, make_folder, sha256_of_file, write_atomically
from .registry import Registry
from .unpacking import take
from .weights import (
    CACHE_VARIABLE,
    MIRROR_VARIABLE,
    SIDE,
    Weights,
    kept_folders,
    megabytes,
    needed,
    weights_folder,
    wrong,
)


@attrs.frozen(kw_only=True)
class Fetched:
    """What became of an order.

    Attributes:
        told: A line for everything that is at hand now.
        failed: A line for everything that is not.
    """

    told: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise a `WeightsError` that tells all that failed, if anything did."""
        if len(self.failed) == 1:
            raise WeightsError(self.failed[0])
        if self.failed:
            lines = "".join(f"\n  {line}" for line in self.failed)
            raise WeightsError(f"{len(self.failed)} files could not be fetched{lines}")


def fetch_all(
    targets: Iterable[str], *, registry: Registry, progress: Progress | None = None
) -> Fetched:
    """Fetch what some extractors or studies need; one that fails does not stop the others.

    Args:
        targets: Names of extractors, and studies: names of files in ``.toml`` or ``.json``.
        registry: What plugins offer.
        progress: Called with ``"fetch NAME"``, the bytes done, and the bytes in all.

    Raises:
        FrimclaError: A name is unknown or a study is wrong; nothing was fetched then.
    """
    wanted: dict[str, tuple[str, Weights]] = {}
    told: list[str] = []
    failed: list[str] = []
    for target in targets:
        found = _wanted(target, registry)
        for name, weights in found:
            wanted.setdefault(weights.file, (name, weights))
        if not found:
            told.append(f"{target}: needs no trained weights")
    for name, weights in wanted.values():
        try:
            told.append(f"{name}: {_outcome(name, weights, progress)}")
        except FrimclaError as error:
            failed.append(f"{name}: {error}")
    return Fetched(told=tuple(told), failed=tuple(failed))


def fetch(
    weights: Weights,
    *,
    told: Told = lambda done, total: None,
    waits: tuple[float, ...] = WAITS,
    largest: int = LARGEST,
) -> Path:
    """Bring one file of weights into the cache.

    It comes from ``FRIMCLA_WEIGHTS``, a folder or the address of one, else from its publisher.

    Args:
        weights: The file.
        told: Called with the bytes done and the bytes in all.
        waits: Seconds between tries.
        largest: Bytes after which it is given up.

    Raises:
        WeightsError: It cannot be had, or is not what was published.
        SpaceError: The disk is full.
    """
    part = weights_folder() / f"{weights.file}.part"
    job = Download(part=part, told=told, waits=waits, largest=largest, **_source(weights))
    try:
        make_folder(part.parent)
        if "://" in job.url:
            download(job)
            if weights.member and job.url == weights.url:  # a mirror holds the file itself
                _take_out(weights, job)
        else:
            _copy(weights, Path(job.url), part)
        return _finish(weights, job)
    except (OSError, ReadOnlyError) as error:
        raise _told_apart(error, part, weights.size) from error


def _wanted(target: str, registry: Registry) -> list[tuple[str, Weights]]:
    """Return names and weights of an extractor, or of all extractors of a study."""
    if target.lower().endswith((".toml", ".json")):
        recipes = read_extractors(target, registry)
    else:
        recipes = (registry.find(Extractor, target).recipe(),)
    parts = (part for recipe in recipes for part in recipe.parts)
    return [(part.component.name, file) for part in parts for file in needed(part)]


def _outcome(name: str, weights: Weights, progress: Progress | None) -> str:
    def told(done: int, total: int) -> None:
        if progress:
            progress(f"fetch {name}", done, total or max(done, weights.size))

    had = _kept(weights)
    path = had or fetch(weights, told=told)
    size = megabytes(path.stat().st_size)
    return f"{'at hand in' if had else 'fetched'} {path} ({size} MB, {weights.licence})"


def _kept(weights: Weights) -> Path | None:
    """Return where this user has the file already, whole and readable."""
    for folder in kept_folders():
        path = folder / weights.file
        with contextlib.suppress(OSError):
            if path.is_file() and not wrong(weights, path):
                return path
    return None


def _source(weights: Weights) -> dict[str, str]:
    """Return where to get the file, and the host that may be asked by plain http."""
    mirror = os.environ.get(MIRROR_VARIABLE, "")
    if not mirror:
        return {"url": weights.url}
    if "://" in mirror:
        return {"url": f"{mirror.rstrip('/')}/{quote(weights.file)}", "plain": host_of(mirror)}
    path = Path(mirror).expanduser() / weights.file
    if not path.is_file():
        raise WeightsError(
            f"{MIRROR_VARIABLE} must name a folder or an address with {weights.file} "
            f"(got {mirror}); put the file there, or unset it"
        )
    return {"url": str(path)}


def _copy(weights: Weights, source: Path, part: Path) -> None:
    try:
        problem = wrong(weights, source)
    except OSError as error:
        what = f"{source} cannot be read ({error.strerror}); let this user read it"
        raise WeightsError(what) from error
    if problem:
        raise WeightsError(f"{source} is damaged or another file ({problem}); replace it")
    shutil.copyfile(source, part)


def _take_out(weights: Weights, job: Download) -> None:
    """Put the file that is wanted in the place of the archive that came."""
    taken = job.part.with_name(f"{weights.file}.taken")
    try:
        take(job.part, weights.member, taken, weights.size)
    except WeightsError as error:
        forget(job)
        raise WeightsError(f"{job.what}: what came {error}; {ELSEWHERE}") from error
    except OSError:
        taken.unlink(missing_ok=True)
        raise
    job.mark.unlink(missing_ok=True)  # of an archive; what lies there now is none
    taken.replace(job.part)


def _finish(weights: Weights, job: Download) -> Path:
    """Check what came, give it its name, and write its hash beside it."""
    if problem := wrong(weights, job.part):
        forget(job)
        raise WeightsError(
            f"{weights.file} from {host_of(job.url) or job.url} is not what was "
            f"published ({problem}); run the same command again, or set {MIRROR_VARIABLE}"
        )
    path = job.part.with_name(weights.file)
    with job.part.open("r+b") as file:
        os.fsync(file.fileno())
    digest = sha256_of_file(job.part)
    job.part.replace(path)
    write_atomically(path.with_name(path.name + SIDE), f"{digest}  {path.name}\n".encode())
    forget(job)
    return path


def _told_apart(error: Exception, path: Path, size: int) -> FrimclaError:
    """Return a sentence for what goes wrong with the disk."""
    known = explain(error, path, size) if isinstance(error, OSError) else error
    if isinstance(known, ReadOnlyError):
        return WeightsError(f"{known}: set {CACHE_VARIABLE} to a folder that can be written")
    if isinstance(known, FrimclaError):
        return known
    return WeightsError(f"{path} cannot be written ({known}); set {CACHE_VARIABLE} to another disk")
