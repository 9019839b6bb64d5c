"""How everything looks that is shown in a cell: one style sheet, light and dark."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup


@cache
def _style() -> Markup:
    return Markup((files("frimcla_notebook") / "look.css").read_text("utf-8"))


def framed(body: Markup | str) -> str:
    """Return *body* with the style it needs; text that is not `Markup` is escaped.

    The sheet comes along each time: a saved notebook shows cells one by one.
    """
    return Markup("<div class='frimcla'><style>{}</style>{}</div>").format(_style(), body)


def problem(text: str) -> Markup:
    """Return what is wrong, to be mended before going on."""
    return Markup("<p class='wrong'>{}</p>").format(text)


def note(text: str) -> Markup:
    """Return something to know."""
    return Markup("<p class='note'>{}</p>").format(text)
