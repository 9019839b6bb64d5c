"""FrimCla in notebooks: a form, things to look at, and the functions of the old FrimCla.

    from frimcla_notebook import Bars, Form, Trial, show, take

The names above are imported when they are first used: the menu must stay light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import show as show
    from .bars import Bars as Bars
    from .form import Form as Form
    from .taking import take as take
    from .trying import Trial as Trial

_LATER = {"Bars": "bars", "Form": "form", "Trial": "trying", "take": "taking"}

__all__ = ["Bars", "Form", "Trial", "show", "take"]


def __getattr__(name: str) -> Any:
    if name == "show":
        return import_module("frimcla_notebook.show")
    if name in _LATER:
        return getattr(import_module(f"frimcla_notebook.{_LATER[name]}"), name)
    raise AttributeError(f"module 'frimcla_notebook' has no attribute {name!r}")
