"""Images that belong to no study, named or held by a caller: what is seen of them, and features.

They go through the same intake as those of a study: the same bytes, the same numbers.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import attrs
import numpy as np

from .complaints import strangers
from .contracts import Array
from .dataset import Dataset, Image
from .engines import engine_of
from .errors import DatasetError
from .extraction import describe, describe_files, unreadable
from .gathering import headed
from .held import Held
from .intake import Opener
from .measuring import kind_of, settle_policy
from .policy import Kind, Policy, views
from .probes import drawn
from .reading import Readers
from .recipes import Recipe
from .spaces import Space

GIVEN = "X"
"""What scikit-learn calls the images."""
THIN = 4
"""Pixels: a pile of images that are no wider is one image, and these are its channels."""


@attrs.frozen(kw_only=True)
class Describer:
    """Describes images as those that it was settled by.

    Attributes:
        space: The extractor, what it sees and what runs it.
        opener: Reads images, and refuses those of another kind.
    """

    space: Space
    opener: Opener

    @classmethod
    def settled(
        cls,
        recipe: Recipe,
        policy: Policy,
        images: Sequence[Image],
        *,
        readers: Readers,
        engine: str = "auto",
        n_jobs: int = 1,
    ) -> Describer:
        """Settle what is seen of images by a look at these, as a study does by its own.

        Args:
            recipe: The extractor.
            policy: As the user wrote it.
            images: The n images to learn from; no others may be among them.
            readers: What reads files.
            engine: What is to run the extractor, where several could.
            n_jobs: Processes; changes no number.

        Raises:
            DatasetError: Images cannot be read, or are of another kind than most; all of them.
            PluginError: The extractor cannot run here.
        """
        dataset = Dataset(images=tuple(headed(image, readers) for image in images), classes=())
        kind = kind_of(dataset, policy)
        opener = Opener(readers=readers, policy=policy, kind=kind)
        dumb = any(image.header is None for image in dataset.images)
        if dumb or strangers(dataset, kind, policy):
            _refuse(images, unreadable(images, opener, n_jobs, known=False))
        try:
            policy = settle_policy(policy, dataset, readers, n_jobs=n_jobs)
        except DatasetError:  # none can be decoded: say of each why not
            if bad := unreadable(images, opener, n_jobs, known=False):
                _refuse(images, bad)
            raise
        chosen, notice = engine_of(recipe, engine)
        if notice:
            warnings.warn(notice, stacklevel=3)
        space = Space(recipe=recipe, policy=policy, engine=chosen)
        return cls(space=space, opener=attrs.evolve(opener, policy=policy))

    def __call__(self, images: Sequence[Image], n_jobs: int = 1) -> Array:
        """Return the features ``float32`` (n, d) of n images, in their order.

        Raises:
            DatasetError: Images cannot be read, or are of another kind; all of them.
            PluginError: The extractor fails.
        """
        rows, bad = describe_files(images, self.space, self.opener, n_jobs=n_jobs)
        if bad:
            _refuse(images, {images[number].key: why for number, why in bad.items()})
        return np.stack([rows[number] for number in range(len(images))])

    @cached_property
    def width(self) -> int:
        """How many features there are, d: found by describing a drawn image."""
        one = describe(drawn()[:1], self.space)
        return int(one.shape[1]) * views(self.space.policy, self.opener.kind)


def images_of(given: Any, policy: Policy, kind: Kind | None = None) -> list[Image]:
    """Return what a caller names or holds as images, unread, in their order.

    Args:
        given: A sequence of paths and of arrays (`frimcla.held.Held` says which); or the arrays
            in one, (n, height, width) or (n, height, width, channels).
        policy: What is to be seen of them.
        kind: What they must be like, where that is known.

    Raises:
        DatasetError: It is no such sequence, or holds nothing.
    """
    colour = policy.channels == "rgb" and not (kind and kind.channels)
    return [_image(number, one, colour) for number, one in enumerate(_listed(given))]


def _image(number: int, one: Any, colour: bool) -> Image:
    key = f"{number:012}"
    if isinstance(one, (str, os.PathLike)):
        return Image(key=key, name=str(one), files=(Path(one),), label="")
    held = Held(one, colour)
    return Image(key=key, name=f"{GIVEN}[{number}]", files=(), label="", held=held)


def _listed(given: Any) -> list[Any]:
    if isinstance(given, (str, bytes, os.PathLike)):
        _wrong(f"must be a list of images, and is one path (got {str(given)!r}); write [path]")
    if isinstance(given, (Set, Mapping, Iterator)):  # no order, no images, or gone after one look
        _wrong(f"must be a list of images (got {type(given).__name__}); write list(...)")
    shape = getattr(given, "shape", ())
    shape = shape if isinstance(shape, tuple) else ()
    if len(shape) == 2:  # numbers per image, a table, or one image in grey
        _wrong(
            f"must be a list of images, and is a table or one image (shape {shape}); "
            "name its column of paths, or write [image]"
        )
    if len(shape) == 3 and shape[2] <= THIN:
        _wrong(f"must be a list of images, and is one image (shape {shape}); write [image]")
    try:
        listed = list(given)
    except TypeError:
        _wrong(f"must be a list of paths or arrays (got {type(given).__name__}); write [image]")
    if not listed:
        _wrong("holds no image; give at least one")
    return listed


def _wrong(what: str) -> NoReturn:
    raise DatasetError("the images", [(GIVEN, what)])


def _refuse(images: Sequence[Image], bad: dict[str, str]) -> NoReturn:
    raise DatasetError(
        GIVEN, [(image.name, bad[image.key]) for image in images if image.key in bad]
    )
