"""FrimCla: find the best way to classify your images, and how far to trust it.

For plugin authors: `Extractor`, `Classifier`, `Metric`, `Reader`, `Command`, `param`,
`per_image`, `hookimpl`, `Passport`, `Reference`.
For scripts and notebooks: `run`, `load`, `read_study` and the other commands, one function
each::

    import frimcla

    result = frimcla.run("cells")
    print(frimcla.load("results/model.frimcla").predict(["new.png"]))

For scikit-learn: `frimcla.sklearn.FeatureExtractor`.

Importing this package is cheap; nothing here pulls in numpy or a framework until used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .citing import Reference
from .components import Classifier, Command, Component, Extractor, Metric, Reader
from .errors import FrimclaError
from .hookspecs import hookimpl
from .params import param
from .passports import Passport
from .recipes import Pair, Recipe
from .registry import Registry

if TYPE_CHECKING:  # for type checkers, what `__getattr__` brings
    from . import sklearn as sklearn
    from .auditing import audit as audit
    from .bundle import load as load
    from .config import read_study as read_study
    from .imagewise import per_image as per_image
    from .inspecting import inspect as inspect
    from .reporting import report as report
    from .starting import demo as demo
    from .starting import init as init
    from .using import evaluate as evaluate
    from .using import predict as predict
    from .using import verify as verify
    from .workflow import check as check
    from .workflow import compare as compare
    from .workflow import extract as extract
    from .workflow import run as run
    from .workflow import train as train

_LATER = {
    "audit": "auditing",
    "check": "workflow",
    "compare": "workflow",
    "demo": "starting",
    "evaluate": "using",
    "extract": "workflow",
    "init": "starting",
    "inspect": "inspecting",
    "load": "bundle",
    "per_image": "imagewise",
    "predict": "using",
    "read_study": "config",
    "report": "reporting",
    "run": "workflow",
    "train": "workflow",
    "verify": "using",
}
# Names as strings: an import inside a function would put numerics on every plugin's way in.

__all__ = [  # noqa: PLE0604 (the starred part is strings)
    "Classifier",
    "Command",
    "Component",
    "Extractor",
    "FrimclaError",
    "Metric",
    "Pair",
    "Passport",
    "Reader",
    "Recipe",
    "Reference",
    "Registry",
    "hookimpl",
    "param",
    *_LATER,
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("frimcla")
    if name == "sklearn":
        return import_module("frimcla.sklearn")
    if name in _LATER:
        return getattr(import_module(f"frimcla.{_LATER[name]}"), name)
    raise AttributeError(f"module 'frimcla' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
