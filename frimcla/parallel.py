"""Tasks on many processes through joblib: the one seam for other machines, too.

A task is a function of one small picklable value. Results come in any order, so what they
mean must not depend on it. Each task runs with one thread for linear algebra, wherever it
runs: that is what makes the numbers independent of the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .errors import FrimclaError

T = TypeVar("T")
R = TypeVar("R")


def unordered(function: Callable[[T], R], tasks: Sequence[T], n_jobs: int) -> Iterator[R]:
    """Yield ``function(task)`` for every task, as they finish.

    Args:
        function: Importable by its name.
        tasks: Small values; arrays are passed as paths.
        n_jobs: Processes, -1 for as many as there are cores. With one, or for one task,
            everything happens in this process.

    Raises:
        FrimclaError: A worker process was killed.
    """
    import joblib
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    if joblib.effective_n_jobs(n_jobs) == 1 or len(tasks) < 2:
        yield from (alone(function, task) for task in tasks)
        return
    parallel = joblib.Parallel(
        n_jobs=n_jobs, batch_size=1, return_as="generator_unordered", max_nbytes=None
    )
    try:
        yield from parallel(joblib.delayed(alone)(function, task) for task in tasks)
    except TerminatedWorkerError:
        raise FrimclaError(
            "a worker process was killed, most likely for want of memory; set n_jobs lower "
            "and run the same command again: what is finished is kept"
        ) from None
    except BaseException:  # Ctrl-C as well: no worker may outlive the run
        get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise


def alone(function: Callable[[T], R], task: T) -> R:
    """Return ``function(task)``, computed with one thread for linear algebra."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return function(task)
