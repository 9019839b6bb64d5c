"""How everything looks that is shown in a cell: one style sheet, light and dark, and its parts."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from IPython.display import HTML
from markupsafe import Markup

Cell = str | tuple[str, str]
"""Of a table: text, or text and the class of its look."""


@cache
def _style() -> Markup:
    return Markup((files("frimcla_notebook") / "look.css").read_text("utf-8"))


def framed(body: Markup | str) -> str:
    """Return *body* with the style it needs; text that is not `Markup` is escaped.

    The sheet comes along each time: a saved notebook shows cells one by one.
    """
    return Markup("<div class='frimcla'><style>{}</style>{}</div>").format(_style(), body)


def page(*parts: Markup) -> HTML:
    """Return what a cell shows."""
    return HTML(framed(together(parts)))


def together(parts: Iterable[Markup]) -> Markup:
    """Return parts one after the other."""
    return Markup("").join(parts)


def lines(texts: Iterable[str]) -> Markup:
    """Return sentences, a paragraph each."""
    return together(Markup("<p>{}</p>").format(text) for text in texts)


def soft(text: str) -> Markup:
    """Return what explains something, in grey."""
    return Markup("<p class='soft'>{}</p>").format(text)


def problem(text: str) -> Markup:
    """Return what is wrong, to be mended before going on."""
    return Markup("<p class='wrong'>{}</p>").format(text)


def note(text: str) -> Markup:
    """Return something to know."""
    return Markup("<p class='note'>{}</p>").format(text)


def figure(path: Path, text: str) -> Markup:
    """Return a picture with what it shows; nothing where there is none."""
    if not path.exists():  # of a single pair, nothing is compared
        return Markup("")
    uri = "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
    shown = Markup("<figure><img src='{}' alt='{}'><figcaption>{}</figcaption></figure>")
    return shown.format(uri, text, text)


def grid(head: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Markup:
    """Return a table; with an empty *head* it has none."""
    body = [*([_row(head, "th")] if head else []), *(_row(row, "td") for row in rows)]
    return Markup("<div class='wide'><table>{}</table></div>").format(together(body))


def left(text: str) -> Cell:
    """Return a cell whose text begins at the left."""
    return text, "left"


def _row(cells: Sequence[Cell], tag: str) -> Markup:
    pairs = ((cell, "") if isinstance(cell, str) else cell for cell in cells)
    one = Markup("<{0} class='{1}'>{2}</{0}>")
    shown = together(one.format(tag, look, text) for text, look in pairs)
    return Markup("<tr>{}</tr>").format(shown)
