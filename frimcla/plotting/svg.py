"""Figures as SVG for a page that allows no inline style: looks become classes, colours variables.

The page's policy blocks style attributes and style elements inside pictures. So whatever a figure
looks like is collected in a `Sheet`, one for all plots of a page, and told by its ``css``.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import attrs
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from frimcla.errors import readable

from .looks import look_of
from .palette import LOOK
from .strokes import STEPS, Frame, compact, decimal

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_DROPPED = ("metadata", "style", "title")
_UPRIGHT = re.compile(r"rotate\(-?0(\.0*)?[ ,)]")


@attrs.frozen
class Sheet:
    """The looks of all plots of a page: plots add to it as they are drawn, in their order."""

    _names: dict[str, str] = attrs.field(factory=dict, init=False)

    def name_of(self, look: str) -> str:
        """Return the class of declarations such as ``"fill:none;stroke:var(--ink)"``."""
        return self._names.setdefault(look, f"p{len(self._names)}")

    @property
    def rules(self) -> Mapping[str, str]:
        """Declarations by class."""
        return MappingProxyType({name: look for look, name in self._names.items()})

    @property
    def css(self) -> str:
        """The rules as a style sheet."""
        return "".join(f".{name}{{{look}}}\n" for name, look in self.rules.items())


@attrs.frozen(kw_only=True, eq=False)
class Drawing:
    """A plot, to be put into a page as it is.

    Attributes:
        markup: ``<svg>``, in which every name is escaped. Ids begin with the plot's name: what
            was called ``line`` is ``NAME-line``, of class ``plot-line``.
        width, height: Of the picture, in units.
        frames: Where its axes lie, by name.
    """

    markup: str
    width: float
    height: float
    frames: Mapping[str, Frame]


def draw(
    sheet: Sheet,
    name: str,
    paint: Callable[[Figure], None],
    *,
    size: tuple[float, float],
    label: str,
    told: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw a figure as SVG; the same figure gives the same letters.

    Args:
        sheet: Where its looks are added.
        name: Of the plot, alone on its page: letters, digits and hyphens.
        paint: Puts everything into an empty figure of 72 dpi, so that a pixel is a unit. What
            has a ``gid`` is a group in the picture; neighbours of one ``gid`` are one group.
            Axes that have one get a `Frame`.
        size: Width and height in units.
        label: What it shows, for those who cannot see it.
        told: What is shown of a group when it is pointed at, by ``gid``.
    """
    out = io.StringIO()
    wide, high = size
    look: Any = dict(LOOK)  # keys are literals to matplotlib's types
    with style.context(["default", look]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that matplotlib's font lacks: browsers have it
        figure = Figure(figsize=(wide / 72, high / 72), dpi=72)
        figure.patch.set_visible(False)
        paint(figure)
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(out, metadata={"Date": None})
        frames = {str(axes.get_gid()): Frame.of(axes) for axes in figure.axes if axes.get_gid()}
        gids = {str(one.get_gid()) for one in figure.findobj(_named)}
    writer = _Writer(sheet=sheet, name=name, gids=frozenset(gids), told=told or {})
    inside = writer.children(ElementTree.fromstring(out.getvalue().encode()))
    box = f"0 0 {decimal(round(STEPS * wide))} {decimal(round(STEPS * high))}"
    head = f'<svg class="plot" id={quoteattr(name)} viewBox="{box}" role="img"'
    markup = f"{head} aria-label={quoteattr(readable(label))}>{inside}</svg>"
    return Drawing(markup=markup, width=wide, height=high, frames=frames)


def _named(artist: Artist) -> bool:
    return bool(artist.get_gid())


@attrs.frozen(kw_only=True)
class _Writer:
    """Writes matplotlib's elements anew."""

    sheet: Sheet
    name: str
    gids: frozenset[str]
    told: Mapping[str, str]
    ids: dict[str, str] = attrs.field(factory=dict)
    opened: set[str] = attrs.field(factory=set)

    def children(self, node: ElementTree.Element) -> str:
        """Write what is in an element, neighbours of one name as one group."""
        parts: list[str] = []
        opened = ""
        for child in node:
            tag, gid = child.tag.removeprefix(_SVG), child.get("id", "")
            gid = gid if tag == "g" and gid in self.gids else ""
            if opened and gid != opened:
                parts.append("</g>")
            if gid and gid != opened:
                parts.append(self._opening(gid))
            opened = gid
            parts.append(self.children(child) if gid else self._element(tag, child))
        return "".join(parts) + ("</g>" if opened else "")

    def _opening(self, gid: str) -> str:
        kind, whole = gid.partition("-")[0], f"{self.name}-{gid}"
        assert gid not in self.opened, f"{whole}: parts of a group are drawn one after the other"
        self.opened.add(gid)
        title = f"<title>{escape(readable(self.told[gid]))}</title>" if gid in self.told else ""
        return f'<g id={quoteattr(whole)} class="plot-{kind}">{title}'

    def _element(self, tag: str, node: ElementTree.Element) -> str:
        if tag in _DROPPED:
            return ""
        inside = escape(node.text or "") if tag == "text" else ""
        inside += self.children(node)
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in self._attributes(node))
        if tag in ("g", "defs") and (not inside or not attributes):
            return inside if tag == "g" or not inside else f"<defs>{inside}</defs>"
        return f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes}/>"

    def _attributes(self, node: ElementTree.Element) -> Iterator[tuple[str, str]]:
        for key, value in node.attrib.items():
            if key == "style":
                if look := look_of(value):
                    yield "class", self.sheet.name_of(look)
            elif key == "id":
                if not node.tag.endswith("}g"):
                    yield "id", self._id(value)
            elif key == _LINK:
                yield "href", f"#{self._id(value.removeprefix('#'))}"
            elif key == "clip-path":
                yield key, f"url(#{self._id(value[5:-1])})"
            elif key == "d":
                yield key, compact(value)
            elif key != "transform":
                yield key, decimal(round(STEPS * float(value)))
            elif not _UPRIGHT.match(value):
                yield key, re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}", value)

    def _id(self, made: str) -> str:
        return self.ids.setdefault(made, f"{self.name}--{len(self.ids)}")
