"""Tasks on many processes through joblib: the one seam for other machines, too.

A task is a function of one small picklable value. Results come in any order, so what they
mean must not depend on it. Each task runs with one thread for linear algebra, wherever it
runs: that is what makes the numbers independent of the number of workers.

Who does the work is joblib's active backend: processes of this machine, unless somebody entered
`joblib.parallel_config` (see `frimcla.backends`).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

import attrs

from .errors import FrimclaError

T = TypeVar("T")
R = TypeVar("R")

HERE = ("loky", "multiprocessing", "sequential", "threading")
"""Backends whose workers certainly run on this machine."""
IN_TURN = threading.RLock()
"""Held by who computes: warnings and the threads of linear algebra belong to a whole process."""


def cut(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    """Return parts of at most *size* items, in their order.

    >>> cut("abcde", 2)
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]


def unordered(
    function: Callable[[T], R], tasks: Sequence[T] | Iterator[T], n_jobs: int, *, ahead: int = 0
) -> Iterator[R]:
    """Yield ``function(task)`` for every task, as they finish.

    Args:
        function: Importable by its name.
        tasks: Small values; arrays are passed as paths. An iterator is asked for a task when a
            worker has none, perhaps by another thread: it may end early.
        n_jobs: Processes, -1 for as many as there are cores. With one, or for one task,
            everything happens in this process.
        ahead: How far workers may run ahead of who takes the results: at most twice as many
            wait. 0: without bounds, for results that are small.

    Raises:
        FrimclaError: A worker process was killed.
    """
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    few = isinstance(tasks, Sequence) and len(tasks) < 2
    if not tasks or (not elsewhere() and (workers(n_jobs) == 1 or few)):
        yield from (alone(function, task) for task in tasks)
        return
    try:
        if isinstance(tasks, Sequence):
            yield from _windows(function, tasks, n_jobs, ahead or len(tasks))
        else:
            yield from _handed_out(function, tasks, n_jobs, "n_jobs")
    except TerminatedWorkerError:
        raise FrimclaError(
            "a worker process was killed, most likely for want of memory; set n_jobs lower "
            "and run the same command again: what is finished is kept"
        ) from None
    except BaseException:  # Ctrl-C as well: no worker may outlive the run
        if not elsewhere():
            get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise


def _windows(function: Callable[[T], R], tasks: Sequence[T], n_jobs: int, size: int) -> Iterator[R]:
    """Hand out *size* tasks at a time, the next ones before the last are all taken.

    joblib does not wait for who takes its results; two windows under way keep workers busy
    and bound what waits. A backend that somebody entered serves one window at a time.
    """
    backend, again = _active(), _active()
    most = 1 if backend is again else 2
    under_way: deque[Iterator[R]] = deque()
    for start in range(0, len(tasks), size):
        if len(under_way) == most:
            yield from under_way.popleft()
        window = tasks[start : start + size]
        under_way.append(_handed_out(function, window, n_jobs, "2 * n_jobs"))
    for results in under_way:
        yield from results


def _handed_out(
    function: Callable[[T], R], tasks: Iterable[T], n_jobs: int, at_once: str
) -> Iterator[R]:
    """Hand out tasks now, as many as joblib is told to *at_once*; return what comes of them."""
    import joblib

    kind = "generator_unordered" if _active().supports_return_generator else "list"
    parallel = joblib.Parallel(
        n_jobs=n_jobs, batch_size=1, return_as=kind, max_nbytes=None, pre_dispatch=at_once
    )
    return iter(parallel(joblib.delayed(Alone(function))(task) for task in tasks))


def elsewhere() -> bool:
    """Say whether tasks may go to other machines: they see the same files, and nothing else."""
    from joblib.parallel import BACKENDS

    return type(_active()) not in {BACKENDS.get(name) for name in HERE}


def _active() -> Any:
    """Return joblib's backend: the one that somebody entered, or a new one each time."""
    from joblib.parallel import get_active_backend

    return get_active_backend()[0]


def workers(n_jobs: int) -> int:
    """Return how many processes *n_jobs* means here."""
    from joblib import effective_n_jobs

    return int(effective_n_jobs(n_jobs))


@attrs.frozen
class Alone(Generic[T, R]):
    """A function as `alone` calls it; joblib and Dask call it by its own name."""

    function: Callable[[T], R]

    @property
    def __name__(self) -> str:
        return self.function.__name__

    def __call__(self, task: T) -> R:
        """Return ``function(task)``."""
        return alone(self.function, task)


def alone(function: Callable[[T], R], task: T) -> R:
    """Return ``function(task)``, computed with one thread, and one task of a process at a time.

    What the function itself asks joblib for is done here: not by the workers a study works on.
    """
    import joblib

    with IN_TURN, one_thread(), joblib.parallel_config(backend="sequential"):
        return function(task)


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra in this process to one thread."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)  # type: ignore[no-any-return]
