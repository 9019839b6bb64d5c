"""Where the model looks in one image that a visitor brought."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np

from frimcla.bundle import Model
from frimcla.dataset import Image
from frimcla.errors import ImageError
from frimcla.intake import key_of, read_bytes
from frimcla.picturing.album import Map
from frimcla.picturing.explaining import SIZES, drops
from frimcla.picturing.occluding import covered
from frimcla.picturing.overlay import overlay
from frimcla.picturing.thumbs import kept


def mapped(model: Model, path: Path) -> tuple[bytes, tuple[str, ...]]:
    """Cover one place after the other, and draw what changes.

    Returns:
        The map over the image, WebP; and what to know of it.

    Raises:
        ImageError: The file cannot be read.
    """
    describer = model.describer
    content = read_bytes(path)
    header = describer.opener.readers.header(content, path.name)
    image = Image(key=key_of([content], ()), name=path.name, files=(path,), label="", header=header)
    for one in covered([image], describer.space, describer.opener):
        grid, predicted, probability = drops(model.answers, one)
        found = Map(
            key=image.key,
            label="",
            held_out="",
            predicted=model.classes[predicted],
            probability=None if np.isnan(probability) else probability,
            grid=grid,
            shuffled=np.zeros_like(grid),
            similarity=None,
            sides=one.sides,
            picture=kept(one.copy, attrs.evolve(SIZES[0], exact=True)),
            views=len(one.copy.views),
        )
        return overlay(found).webp, tuple(_told(found))
    raise ImageError("cannot be read any more")


def _told(one: Map) -> list[str]:
    """Say what the map shows, and what it does not."""
    if not one.decisive:
        return [f"No single place decides that this is {one.predicted}."]
    orange = f"Orange: covering this place makes {one.predicted} less likely. Blue: more likely."
    noticed = (
        "Covering any place changes what the model says: it goes by what is all over the image, "
        "or it notices the cover itself. The map shows what one place changes beyond that."
    )
    return [orange, *([noticed] if one.everywhere else [])]
