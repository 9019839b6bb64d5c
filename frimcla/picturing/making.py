"""Makes the album of a study, or takes the parts that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.bundle import Model
from frimcla.contracts import Progress
from frimcla.keys import digest, seed_of
from frimcla.opening import Opened
from frimcla.predictions import Labels, Predictions
from frimcla.selection import told_pair

from .album import Album
from .choosing import Choice, choose
from .explaining import explain
from .keeping import FILE, FORMAT, PARTS, read_album, write_album
from .projecting import MOST as PROJECTED
from .projecting import project
from .sampling import by_class, stratified, wanted_first
from .thumbs import MOST, thumbnails


@attrs.frozen(kw_only=True, eq=False)
class Order:
    """What an album is made of.

    Attributes:
        opened: The study and its images.
        table: Out-of-fold predictions.
        winner: The pair whose features are projected.
        model: The trained pair, or None.
        shown: Keys of the images that get a thumbnail.
        sampled: Keys of the images that are projected, sorted.
        chosen: The images that are explained.
        progress: Called as work is done.
    """

    opened: Opened
    table: Predictions
    winner: Labels
    model: Model | None
    shown: tuple[str, ...]
    sampled: tuple[str, ...]
    chosen: tuple[Choice, ...]
    progress: Progress | None

    @property
    def path(self) -> Path:
        """Where the album lies."""
        return self.opened.study.output / FILE

    @property
    def made_for(self) -> dict[str, str]:
        """A digest of all that decides what is in a part, by part."""
        study = self.opened.study
        space = self.opened.spaces[self.winner[0]].key
        model = self.model.manifest if self.model else None
        taught = [model.space.key, model.classifier.identity, model.trained_on] if model else []
        parts: Mapping[str, Any] = {
            "thumbnails": [sorted(self.shown), self.opened.policy.identity],
            "projection": [self.sampled, space, study.seed, len(set(self.table.images))],
            "maps": [[attrs.astuple(one) for one in self.chosen], taught, study.seed],
        }
        return {part: digest([FORMAT, part, made_of]) for part, made_of in parts.items()}


def make_album(
    opened: Opened,
    table: Predictions,
    winner: Labels,
    *,
    wanted: Iterable[str] = (),
    model: Model | None = None,
    explain: int = 0,
    progress: Progress | None = None,
) -> Album:
    """Return the album of a study, and leave it in its output folder.

    Parts that lie there and were made for the same images, features and model are taken as they
    are: then no image is read. A study that shows no pictures has a projection only.

    Args:
        opened: The study and its images, without those that could not be read. Engines are
            settled.
        table: Out-of-fold predictions of these images.
        winner: The pair whose features are seen in two dimensions.
        wanted: Keys of images that are shown if not all can be, the most important first.
        model: The trained pair, whose maps are drawn.
        explain: Images per class that get a map.
        progress: Called with ``"picture"``, ``"project"`` and ``"explain"`` as work is done.

    Raises:
        PluginError: The extractor breaks its contract.
        ReadOnlyError, SpaceError: The output cannot be written.
    """
    pictures = opened.study.pictures
    keys = by_class(opened.dataset.images)
    order = Order(
        opened=opened,
        table=table,
        winner=winner,
        model=model,
        shown=tuple(wanted_first(keys, wanted, MOST)) if pictures else (),
        sampled=tuple(stratified(keys, PROJECTED)),
        chosen=_chosen(table, winner, model, explain) if pictures else (),
        progress=progress,
    )
    return _made(order)


def _chosen(
    table: Predictions, winner: Labels, model: Model | None, count: int
) -> tuple[Choice, ...]:
    """Return the images to explain, by what the model's own pair said of them."""
    if model is None or not count:
        return ()
    label = model.manifest.label
    pair = next((pair for pair in table.pairs if told_pair(pair) == label), winner)
    return choose(table, pair, count)


def _made(order: Order) -> Album:
    """Make the parts that are lacking; each is on disk before the next one is begun."""
    made_for = order.made_for
    album = read_album(order.path) or Album()
    for part, make in zip(PARTS, (_pictured, _projected, _mapped), strict=True):
        if album.made_for.get(part) == made_for[part]:
            continue
        missing = {name: why for name, why in album.missing.items() if name != part}
        album = make(order, attrs.evolve(album, missing=missing))
        if _whole(order, album, part):  # else another run may find what was missing
            album = attrs.evolve(album, made_for={**album.made_for, part: made_for[part]})
        write_album(order.path, album)
    return album


def _whole(order: Order, album: Album, part: str) -> bool:
    """Say whether a part holds every image that it should."""
    if part == "thumbnails":
        return len(album.thumbnails) == len(set(order.shown))
    return part != "maps" or order.model is None or len(album.maps) == len(order.chosen)


def _pictured(order: Order, album: Album) -> Album:
    wanted = set(order.shown)
    images = [image for image in order.opened.dataset.images if image.key in wanted]
    found = thumbnails(
        images, order.opened.opener, n_jobs=order.opened.study.n_jobs, progress=order.progress
    )
    return attrs.evolve(album, thumbnails=found)


def _projected(order: Order, album: Album) -> Album:
    opened, progress = order.opened, order.progress
    if progress:
        progress("project", 0, 1)
    found = project(
        opened.store.matrix(opened.spaces[order.winner[0]], order.sampled),
        order.sampled,
        images=len(set(order.table.images)),
        seed=seed_of(opened.study.seed, "project"),
    )
    if progress:
        progress("project", 1, 1)
    if isinstance(found, str):
        missing = {**album.missing, "projection": found}
        return attrs.evolve(album, projection=None, missing=missing)
    return attrs.evolve(album, projection=found)


def _mapped(order: Order, album: Album) -> Album:
    if order.model is None or not order.chosen:
        return attrs.evolve(album, maps=(), check=None)
    maps, check = explain(order.opened, order.table, order.model, order.chosen, order.progress)
    if not maps:
        missing = {**album.missing, "maps": "the images cannot be read any more"}
        return attrs.evolve(album, maps=(), check=None, missing=missing)
    return attrs.evolve(album, maps=maps, check=check)
