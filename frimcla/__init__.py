"""FrimCla: find the best way to classify your images, and how far to trust it.

For plugin authors: `Extractor`, `Classifier`, `Metric`, `param`, `per_image`, `hookimpl`.
For scripts and notebooks: `run`, `load`, `read_study` and the other commands, one function
each::

    import frimcla

    result = frimcla.run("cells")
    print(frimcla.load("results/model.frimcla").predict(["new.png"]))

Importing this package is cheap; nothing here pulls in numpy or a framework until used.
"""

from importlib import import_module
from typing import Any

from .components import Classifier, Component, Extractor, Metric
from .errors import FrimclaError
from .hookspecs import hookimpl
from .params import param
from .recipes import Pair, Recipe
from .registry import Registry

_LATER = {
    "check": "workflow",
    "compare": "workflow",
    "demo": "workflow",
    "evaluate": "workflow",
    "extract": "workflow",
    "init": "workflow",
    "load": "workflow",
    "predict": "workflow",
    "read_study": "config",
    "run": "workflow",
    "train": "workflow",
    "verify": "workflow",
}
# Names as strings: an import inside a function would put numerics on every plugin's way in.

__all__ = [  # noqa: PLE0604 (the starred part is strings)
    "Classifier",
    "Component",
    "Extractor",
    "FrimclaError",
    "Metric",
    "Pair",
    "Recipe",
    "Registry",
    "hookimpl",
    "param",
    "per_image",
    *_LATER,
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("frimcla")
    if name in _LATER:
        return getattr(import_module(f"frimcla.{_LATER[name]}"), name)
    raise AttributeError(f"module 'frimcla' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def per_image(function: Any) -> Any:
    """Turn a function of one image into the factory of an extractor.

    ``@per_image`` over ``def f(image, **params) -> vector`` gives a factory: ``f(**params)``
    is a callable from n images to a ``float32`` matrix (n, d).
    """
    from functools import wraps

    @wraps(function)
    def factory(**params: Any) -> Any:
        def extract(images: Any) -> Any:
            import numpy as np

            return np.array([function(image, **params) for image in images], np.float32)

        return extract

    return factory
