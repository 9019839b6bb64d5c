"""The contact sheet of a class as PNG, drawn by Pillow: pixels stay pixels."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from frimcla.contracts import Array
from frimcla.errors import readable

from .charts import Curve, curves
from .found import ClassSheet, Inspection, Seen
from .oddities import Rule
from .thumbnails import BOX, Thumbnail
from .words import count, shortened, times

PAPER, INK, FAINT, RULE, WARM = "#fbfbf9", "#1d1d1f", "#77777c", "#e3e2dd", "#b4540a"
GROUND = "#f0efeb"
"""Behind thumbnails that do not fill their box."""
MARGIN, GAP, INNER, CAPTION = 48, 20, 4, 46
COLUMNS = 6
FACES = {"plain": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


def sheet_png(found: Inspection, sheet: ClassSheet, thumbnails: Mapping[str, Thumbnail]) -> bytes:
    """Return the contact sheet of *sheet* as PNG, the same for the same images."""
    views = max((len(one.views) for one in thumbnails.values()), default=1)
    wide = max(COLUMNS * BOX + (COLUMNS - 1) * GAP, views * (BOX + INNER) - INNER)
    width = 2 * MARGIN + wide
    parts = [_head(found, sheet, width)]
    parts.append(_grid(sheet, None, thumbnails, width, views))
    for rule, some in sheet.strips:
        parts.append(_band(rule, sheet.marked[rule], len(some), width))
        parts.append(_grid(sheet, rule, thumbnails, width, views))
    height = sum(part.height for part in parts) + MARGIN // 2
    paper = Image.new("RGB", (width, height), PAPER)
    top = 0
    for part in parts:
        paper.paste(part, (0, top))
        top += part.height
    buffer = io.BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


def _head(found: Inspection, sheet: ClassSheet, width: int) -> Image.Image:
    """Draw the name of the class, its numbers and its histogram."""
    part = Image.new("RGB", (width, 168), PAPER)
    pen = ImageDraw.Draw(part)
    pen.text((MARGIN, 40), _kept(sheet.label, "bold", 34, 700), INK, _font("bold", 34))
    pen.text((MARGIN, 92), _kept(_numbers(sheet), "plain", 15, 780), INK, _font("plain", 15))
    shown = len(sheet.shown)
    every = "all" if shown == len(sheet.images) else f"{shown} of them, evenly drawn,"
    line = f"{every} as extractors see them · class {sheet.number} of {len(found.sheets)}"
    pen.text((MARGIN, 116), f"{line} · {_kept(found.title, 'plain', 15, 240)}", FAINT, _font())
    _histogram(part, curves([seen.facts for seen in sheet.images]), width - MARGIN - 288, 40)
    return part


def _numbers(sheet: ClassSheet) -> str:
    kinds = sorted({seen.facts.content for seen in sheet.images})
    ordered = sorted((seen.facts.sides for seen in sheet.images), key=np.prod)
    sizes = [times(sides) for sides in (*ordered[:1], *ordered[-1:])]
    size = " to ".join(dict.fromkeys(sizes))
    parts = [count(len(sheet.images), "image"), size and f"{size} px", "; ".join(kinds)]
    return "  ·  ".join(filter(None, parts))


def _histogram(part: Image.Image, drawn: Sequence[Curve], left: int, top: int) -> None:
    """Draw what is seen from black to white, channels through one another."""
    width, height = 288, 84
    for curve in drawn:
        layer = Image.new("RGBA", part.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        wide = width / len(curve.heights)
        for number, value in enumerate(curve.heights.tolist()):
            box = (left + number * wide, top + height * (1 - value))
            pen.rectangle((*box, left + (number + 1) * wide - 1, top + height), curve.colour)
        shade = layer.getchannel("A").point(lambda level: level * 130 // 255)
        part.paste(layer, (0, 0), shade)
    pen = ImageDraw.Draw(part)
    pen.line((left, top + height + 1, left + width, top + height + 1), RULE, 2)
    pen.text((left, top + height + 8), "black", FAINT, _font("plain", 12))
    pen.text((left + width, top + height + 8), "white", FAINT, _font("plain", 12), anchor="ra")


def _band(rule: Rule, marked: int, shown: int, width: int) -> Image.Image:
    """Draw what the strip below is about."""
    part = Image.new("RGB", (width, 84), PAPER)
    pen = ImageDraw.Draw(part)
    pen.line((MARGIN, 8, width - MARGIN, 8), RULE, 2)
    some = f", {shown} shown" if shown < marked else ""
    title = f"Look at these: {rule.name}"
    pen.text((MARGIN, 24), title, WARM, _font("bold", 17))
    pen.text((MARGIN, 50), f"{count(marked, 'image')}{some} · {rule.when}", FAINT, _font())
    return part


def _grid(
    sheet: ClassSheet,
    rule: Rule | None,
    thumbnails: Mapping[str, Thumbnail],
    width: int,
    views: int,
) -> Image.Image:
    """Draw the images that are shown of a class, or the strip of a rule."""
    images = dict(sheet.strips)[rule] if rule else sheet.shown
    columns, cell = max(1, COLUMNS // views), views * BOX + (views - 1) * INNER
    step = (width - 2 * MARGIN - cell) // max(1, columns - 1)  # flush on both sides
    rows = -(-len(images) // columns)
    part = Image.new("RGB", (width, rows * (BOX + CAPTION + GAP // 2)), PAPER)
    pen = ImageDraw.Draw(part)
    for number, seen in enumerate(images):
        row, column = divmod(number, columns)
        left, top = MARGIN + column * step, row * (BOX + CAPTION + GAP // 2)
        _views(part, pen, thumbnails[seen.name], (left, top))
        name = _kept(Path(seen.name).name, "plain", 12, cell)
        pen.text((left, top + BOX + 6), name, INK, _font("plain", 12))
        told = _kept(_told(seen, rule), "plain", 11, cell)
        pen.text((left, top + BOX + 23), told, WARM if rule else FAINT, _font("plain", 11))
        if rule is None and sheet.stands_out(seen):
            pen.ellipse((left + cell - 18, top + 8, left + cell - 8, top + 18), WARM, "white", 2)
    return part


def _views(
    part: Image.Image, pen: ImageDraw.ImageDraw, shown: Thumbnail, place: tuple[int, int]
) -> None:
    """Draw the views of an image side by side, with the names of the channels on them."""
    left, top = place
    for number, view in enumerate(shown.views):
        x = left + number * (BOX + INNER)
        part.paste(_boxed(view, shown.exact), (x, top))
        if shown.names:
            name = _kept(shown.names[number], "plain", 11, BOX - 16)
            pen.text(
                (x + 8, top + BOX - 20),
                name,
                "white",
                _font("plain", 11),
                stroke_width=2,
                stroke_fill="#333333",
            )


def _told(seen: Seen, rule: Rule | None) -> str:
    if rule is None:
        return times(seen.facts.sides)
    return "; ".join(mark.told for mark in seen.marks if mark.rule == rule)


def _boxed(view: Array, exact: bool) -> Image.Image:
    """Return a thumbnail in the middle of its box; one that is the image itself in whole steps."""
    image = Image.fromarray(np.ascontiguousarray(view))
    scale = BOX / max(image.size)
    if exact:
        size = (image.width * int(scale), image.height * int(scale))
        image = image.resize(size, Image.Resampling.NEAREST)
    elif scale > 1:
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.BICUBIC)
    box = Image.new("RGB", (BOX, BOX), GROUND)
    box.paste(image, ((BOX - image.width) // 2, (BOX - image.height) // 2))
    return box


def _kept(text: str, face: str, size: int, width: int) -> str:
    """Return as much of *text* as is as wide as *width* at most."""
    text = readable(text)
    font, most = _font(face, size), len(text)
    while most > 4 and font.getlength(shortened(text, most)) > width:
        most -= 1
    return shortened(text, most)


@lru_cache(maxsize=16)
def _font(face: str = "plain", size: int = 13) -> ImageFont.FreeTypeFont:
    """Return the letters that come with matplotlib: the same on every machine."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts/ttf" / FACES[face], size)
