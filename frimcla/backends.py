"""Who does the work of a study: the backend of joblib that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from .errors import ConfigError, did_you_mean
from .study import DASK, SETTINGS, Study


def check_backend(study: Study) -> None:
    """Make sure that there is such a backend.

    Raises:
        ConfigError: There is none, or its package is not installed.
    """
    from joblib.parallel import BACKENDS, EXTERNAL_BACKENDS

    known = {*BACKENDS, *EXTERNAL_BACKENDS}
    what = ""
    if study.backend not in known:
        what = (
            f'no backend of joblib is called "{study.backend}"{did_you_mean(study.backend, known)}'
        )
    elif study.backend == DASK and find_spec("distributed") is None:
        what = 'needs a package that is not installed; pip install "frimcla[dask]"'
    if what:
        raise ConfigError("the study", [("backend", what)])


@contextmanager
def working(study: Study, packages: Iterable[str] = ()) -> Iterator[None]:
    """Have the study's backend do what `frimcla.parallel.unordered` hands out inside the block.

    Args:
        study: Names the backend; its output folder is what workers must see.
        packages: What ``pip`` calls the plugins of the study: workers must have the same.

    Raises:
        FrimclaError: A scheduler does not answer, has no workers, or is lost on the way.
        ConfigError: Its workers cannot do this study.
    """
    import joblib

    if study.backend == DASK:
        from .on_dask import connected

        shared = (study.output, *([study.cache] if study.cache else []))
        with (
            connected(study.scheduler, shared, packages) as backend,
            joblib.parallel_config(backend=backend),
        ):
            yield
    elif study.backend == SETTINGS["backend"].default:
        yield  # whatever is active: a program around this one may have chosen
    else:
        with joblib.parallel_config(backend=study.backend):
            yield
