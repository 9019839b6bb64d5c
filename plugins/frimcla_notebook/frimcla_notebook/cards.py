"""Pictures of images: some of a class, and each with what a model says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from frimcla.bundle import Model, Prediction
from frimcla.inspecting.thumbnails import thumbnail
from frimcla.intake import Opener
from frimcla.opening import Opened

from .looks import together

PER_CLASS = 6
"""Images of a class that are shown."""


def sheet(opened: Opened, label: str) -> Markup:
    """Return some images of a class as extractors see them, evenly taken."""
    members = [image for image in opened.dataset.images if image.label == label]
    step = max(1, len(members) // PER_CLASS)
    shown = members[::step][:PER_CLASS]
    uris = [uri for image in shown for uri in thumbnail(opened.opener.picture(image)).uris[:1]]
    pictures = together(Markup("<img src='{}' alt=''>").format(uri) for uri in uris)
    whole = Markup("<div class='sheet'><b>{}</b> <small>{} images</small><div>{}</div></div>")
    return whole.format(label, len(members), pictures)


def cards(found: Sequence[Prediction], model: Model) -> Markup:
    """Return a card for each prediction: the image, its class, a bar per class."""
    manifest = model.manifest
    opener = Opener(readers=model.readers, policy=manifest.policy, kind=manifest.saw)
    shown = together(_card(one, model.classes, opener) for one in found)
    return Markup("<div class='cards'>{}</div>").format(shown)


def _card(one: Prediction, classes: Sequence[str], opener: Opener) -> Markup:
    path = Path(one.file)
    if one.problem:
        bad = Markup("<div class='card'><b>not read</b><small>{}: {}</small></div>")
        return bad.format(path.name, one.problem)
    uris = thumbnail(opener.open([path], name=one.file)).uris
    picture = Markup("<img src='{}' alt=''>").format(uris[0])
    bars = together(_bar(label, one.scores[label]) for label in classes)
    card = Markup("<div class='card'>{}<b>{}</b><small>{}</small>{}</div>")
    return card.format(picture, one.predicted, path.name, bars)


def _bar(label: str, score: float) -> Markup:
    if math.isnan(score):  # a classifier that offers no probabilities
        return Markup("")
    bar = Markup(
        "<div class='score'><span title='{0}'>{0}</span><i><i style='width:{1:.0f}%'></i></i>"
        "<span>{1:.0f} %</span></div>"
    )
    return bar.format(label, 100 * score)
