"""Tasks on many processes through joblib: the one seam for other machines, too.

A task is a function of one small picklable value. Results come in any order, so what they
mean must not depend on it. Each task runs with one thread for linear algebra, wherever it
runs: that is what makes the numbers independent of the number of workers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from .errors import FrimclaError

T = TypeVar("T")
R = TypeVar("R")


def cut(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    """Return parts of at most *size* items, in their order.

    >>> cut("abcde", 2)
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]


def unordered(
    function: Callable[[T], R], tasks: Sequence[T], n_jobs: int, *, ahead: int = 0
) -> Iterator[R]:
    """Yield ``function(task)`` for every task, as they finish.

    Args:
        function: Importable by its name.
        tasks: Small values; arrays are passed as paths.
        n_jobs: Processes, -1 for as many as there are cores. With one, or for one task,
            everything happens in this process.
        ahead: How far workers may run ahead of who takes the results: at most twice as many
            wait. 0: without bounds, for results that are small.

    Raises:
        FrimclaError: A worker process was killed.
    """
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    if workers(n_jobs) == 1 or len(tasks) < 2:
        yield from (alone(function, task) for task in tasks)
        return
    try:
        yield from _windows(function, tasks, n_jobs, ahead or len(tasks))
    except TerminatedWorkerError:
        raise FrimclaError(
            "a worker process was killed, most likely for want of memory; set n_jobs lower "
            "and run the same command again: what is finished is kept"
        ) from None
    except BaseException:  # Ctrl-C as well: no worker may outlive the run
        get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise


def _windows(function: Callable[[T], R], tasks: Sequence[T], n_jobs: int, size: int) -> Iterator[R]:
    """Hand out *size* tasks at a time, the next ones before the last are all taken.

    joblib does not wait for who takes its results; two windows under way keep workers busy
    and bound what waits.
    """
    import joblib

    under_way: deque[Iterator[R]] = deque()
    for start in range(0, len(tasks), size):
        parallel = joblib.Parallel(
            n_jobs=n_jobs, batch_size=1, return_as="generator_unordered", max_nbytes=None
        )
        window = tasks[start : start + size]
        under_way.append(parallel(joblib.delayed(alone)(function, task) for task in window))
        if len(under_way) > 1:
            yield from under_way.popleft()
    for results in under_way:
        yield from results


def workers(n_jobs: int) -> int:
    """Return how many processes *n_jobs* means here."""
    from joblib import effective_n_jobs

    return int(effective_n_jobs(n_jobs))


def alone(function: Callable[[T], R], task: T) -> R:
    """Return ``function(task)``, computed with one thread for linear algebra."""
    with one_thread():
        return function(task)


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra in this process to one thread."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)  # type: ignore[no-any-return]
