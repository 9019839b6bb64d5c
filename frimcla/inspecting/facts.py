"""What is measured of one image: what its file holds, and what of it extractors see."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from frimcla.contracts import Array, Header
from frimcla.dataset import Image
from frimcla.pictures import PERCENTILES, Picture
from frimcla.policy import seen_channels

BINS = 64
"""Of a histogram of the 256 levels that are seen."""
COLOURS = ("red", "green", "blue")


@attrs.frozen(kw_only=True)
class Channel:
    """A channel as it is seen, in levels of 0 to 255.

    Attributes:
        name: ``"red"``, ``"GFP"``, ``"channel 3"``; ``"grey"`` if it is the only one.
        mean: Brightness.
        deviation: Standard deviation: structure.
        span: Levels between the 0.1th and the 99.9th percentile.
        white: Share of the pixels at 255.
        histogram: Share of the pixels in each of `BINS`.
    """

    name: str
    mean: float
    deviation: float
    span: int
    white: float
    histogram: Array = attrs.field(eq=attrs.cmp_using(eq=np.array_equal), repr=False)


@attrs.frozen(kw_only=True)
class ImageFacts:
    """An image in numbers, small enough to keep for every image of a study.

    Attributes:
        image: What it is.
        header: What its file says of itself.
        stored: Smallest value, 0.1th and 99.9th percentile and largest value, in stored units.
        channels: What is seen.
    """

    image: Image
    header: Header
    stored: tuple[float, float, float, float]
    channels: tuple[Channel, ...]

    @property
    def colour(self) -> bool:
        """Whether its channels are the colours of one picture, and not dyes of their own."""
        return tuple(channel.name for channel in self.channels) == COLOURS

    @property
    def brightness(self) -> float:
        """Mean level of what is seen."""
        return float(np.mean([channel.mean for channel in self.channels]))

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height."""
        return self.header.width, self.header.height

    @property
    def side(self) -> float:
        """Side of the square of the same area."""
        return float(np.sqrt(self.header.width * self.header.height))

    @property
    def content(self) -> str:
        """What its pixels hold, in words: ``"16-bit uint16, 2 channels (DNA, GFP)"``."""
        header = self.header
        kind = "" if header.dtype == "uint8" and header.bits == 8 else f" {header.dtype}"
        words = f"{header.bits}-bit{kind}, {self._channels}"
        return f"{words}, {header.planes} planes" if header.planes > 1 else words

    @property
    def _channels(self) -> str:
        header = self.header
        if header.channels == 1:
            return "grey"
        if header.colour:
            return "colour" if self.colour else "grey stored as colour"
        names = f" ({', '.join(header.names)})" if header.names else ""
        return f"{header.channels} channels{names}"


def facts_of(image: Image, picture: Picture) -> ImageFacts:
    """Measure an image that was read.

    Raises:
        ImageError: There is not what the policy asks for.
    """
    channels = tuple(_measured(name, levels) for name, levels in _levels(picture))
    low, dark, bright, high = np.percentile(picture.stored, (0, *PERCENTILES, 100)).tolist()
    return ImageFacts(
        image=image, header=picture.header, stored=(low, dark, bright, high), channels=channels
    )


def _levels(picture: Picture) -> Iterator[tuple[str, Array]]:
    """Yield (name, levels) of each channel that is seen: a grey image has one, not three."""
    views, names = picture.views("rgb8"), _names(picture)
    if picture.policy.channels == "each":
        for name, view in zip(names, views, strict=True):
            yield name, view[..., 0]
        return
    (view,) = views
    if len(names) > 1 and _is_grey(view):
        names = ["grey"]
    for number, name in enumerate(names):
        yield name, view[..., number]


def _names(picture: Picture) -> list[str]:
    """Return what to call the channels that are seen."""
    header, policy = picture.header, picture.policy
    names = [header.called[number] for number in seen_channels(header, policy)]
    if policy.channels != "rgb":
        return names
    if header.channels == 1:
        return ["grey"]
    return list(COLOURS) if header.colour and len(names) == 3 else names


def _is_grey(view: Array) -> bool:
    """Say whether an image is grey, stored as colour or not."""
    return bool((view[..., 0] == view[..., 1]).all() and (view[..., 0] == view[..., 2]).all())


def _measured(name: str, levels: Array) -> Channel:
    """Measure a channel; 256 counts hold everything, whatever the size of the image."""
    counts = np.bincount(levels.ravel(), minlength=256)
    shares = counts / counts.sum()
    level = np.arange(256)
    mean = float(shares @ level)
    below = np.cumsum(shares)
    dark, bright = (int(np.searchsorted(below, percent / 100)) for percent in PERCENTILES)
    return Channel(
        name=name,
        mean=mean,
        deviation=float(np.sqrt(shares @ (level - mean) ** 2)),
        span=bright - dark,
        white=float(shares[255]),
        histogram=shares.reshape(BINS, -1).sum(axis=1).astype(np.float32),
    )
