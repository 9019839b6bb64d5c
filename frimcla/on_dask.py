"""The workers of a Dask scheduler, through joblib's backend for them.

This is the one place that talks to a scheduler, and only to the one that a study names. Dask's
protocol runs what it is sent: scheduler and workers are trusted like this machine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker
from joblib._dask import DaskDistributedBackend

from . import versions
from .errors import ConfigError, FrimclaError
from .files import TEMPORARY, explain, make_folder

PATIENCE = 10
"""Seconds that a scheduler has to answer, and again to have a worker."""
AGAIN = "run the same command again: what is finished is kept"


class OnDask(DaskDistributedBackend):  # type: ignore[misc]
    """joblib's backend, which waits for ever for a task that no worker survives; this does not."""

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Future[Any]:
        """Send a task; *callback* hears of it also where it failed on the way."""
        future: Future[Any] = super().submit(func, callback)

        def failed(done: Future[Any]) -> None:
            if callback and (error := done.exception()):
                callback(error)

        future.add_done_callback(failed)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Return what a task returned, or raise what became of it."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Count the workers' cores; at least two, for joblib does the work of a single one here."""
        return max(2, int(super().effective_n_jobs(n_jobs)))


@contextmanager
def connected(scheduler: str, shared: Sequence[Path], packages: Iterable[str]) -> Iterator[OnDask]:
    """Connect for as long as the block lasts; what is under way at its end is cancelled.

    Args:
        scheduler: Address, ``"tcp://10.0.0.1:8786"``.
        shared: Folders that every worker must see under the same paths; the first is made if
            it is not there.
        packages: Distributions that every worker must have in the versions that are here.

    Raises:
        FrimclaError: The scheduler does not answer, has no workers, or is lost on the way; or
            a task killed every worker that took it.
        ConfigError: Workers cannot do the work; all that is wrong with all of them.
    """
    try:
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=PATIENCE, set_as_default=False, name="frimcla"
        )
    except (OSError, ValueError) as error:
        why = str(error).partition("\n")[0]
        what = f"the scheduler {scheduler} does not answer ({why}); start it: dask scheduler"
        raise FrimclaError(what) from None
    with client:
        try:
            folders = [str(folder.absolute()) for folder in shared]
            _look_around(client, scheduler, folders, sorted(packages))
            yield OnDask(client=client)
        except KilledWorker as error:
            raise FrimclaError(
                f"{error.allowed_failures + 1} workers of {scheduler} were killed by one task, "
                f"most likely for want of memory; start workers with more of it, and {AGAIN}"
            ) from None
        except TimeoutError:
            what = f"the scheduler {scheduler} has no workers; start some: dask worker {scheduler}"
            raise FrimclaError(f"{what} --nthreads 1") from None
        except (CancelledError, CommClosedError):
            raise FrimclaError(f"lost the scheduler {scheduler}; start it, and {AGAIN}") from None


def _look_around(client: Client, scheduler: str, folders: list[str], packages: list[str]) -> None:
    """Ask every worker that is there whether it sees what this machine sees."""
    client.wait_for_workers(1, timeout=PATIENCE)
    first = Path(folders[0])
    make_folder(first)
    try:
        with tempfile.NamedTemporaryFile("w", prefix=TEMPORARY, dir=first) as file:
            file.write(file.name)
            file.flush()
            asked = (file.name, folders, packages)
            here, found = look_around(*asked), client.run(look_around, *asked, on_error="return")
    except OSError as error:
        raise explain(error, first, 0) from None
    problems = [
        (worker, what) for worker, said in sorted(found.items()) if (what := wrong_with(said, here))
    ]
    if problems:
        raise ConfigError(f"the scheduler {scheduler}", problems)


Seen = tuple[list[str], dict[str, str]]


def look_around(file: str, folders: list[str], packages: list[str]) -> Seen:
    """Return which folders are seen here, and which versions are here.

    Args:
        file: In the first folder; holds its own name.
        folders: By absolute paths.
        packages: Distributions.
    """
    try:
        same = Path(file).read_text() == file
    except OSError:
        same = False
    seen = [folder for folder in folders[not same :] if Path(folder).is_dir()]
    return seen, {**versions.of_a_run(packages), "python": ""}


def wrong_with(said: Seen | BaseException, here: Seen) -> str:
    """Return why a worker cannot do the work; empty if it can.

    Args:
        said: What `look_around` returned there, or raised.
        here: What it returned here.
    """
    if isinstance(said, BaseException):
        return f"cannot run FrImCla ({type(said).__name__}: {said}); install the same there"
    seen, there = said
    if unseen := [folder for folder in here[0] if folder not in seen]:
        return f"does not see {', '.join(unseen)}; mount the same folders under the same names"
    others = [
        f"{name} {there.get(name, 'missing')} (here {here[1].get(name, 'missing')})"
        for name in sorted(here[1].keys() | there.keys())
        if here[1].get(name) != there.get(name)
    ]
    return f"has {', '.join(others)}; install the same versions" if others else ""
