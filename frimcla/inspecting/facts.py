"""What is measured of one image: what its file holds, and what of it extractors see."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from frimcla.contracts import Array, Header
from frimcla.dataset import Image
from frimcla.pictures import PERCENTILES, Picture

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
    channels = tuple(_measured(name, levels) for name, levels in seen_channels(picture))
    low, dark, bright, high = np.percentile(picture.stored, (0, *PERCENTILES, 100)).tolist()
    return ImageFacts(
        image=image, header=picture.header, stored=(low, dark, bright, high), channels=channels
    )


def seen_channels(picture: Picture) -> Iterator[tuple[str, Array]]:
    """Yield (name, levels) of each channel that is seen: a grey image has one, not three."""
    views = picture.views("rgb8")
    names = picture.header.names
    if picture.policy.channels == "each":
        for number, view in enumerate(views):
            yield names[number] if names else f"channel {number}", view[..., 0]
        return
    (view,) = views
    chosen = _chosen(picture)
    if len(chosen) == 1 or _is_grey(view):
        yield chosen[0] if len(chosen) == 1 else "grey", view[..., 0]
        return
    for number, name in enumerate(chosen):
        yield name, view[..., number]


def _chosen(picture: Picture) -> list[str]:
    """Return the names of what is shown as red, green and blue."""
    header, wanted = picture.header, picture.policy.channels
    there = picture.stored.shape[2]
    names = header.names or tuple(f"channel {number}" for number in range(there))
    if wanted == "rgb":
        if header.colour and there >= 3:
            return list(COLOURS)
        return ["grey"] if there == 1 else list(names[:3])
    return [one if isinstance(one, str) else names[one] for one in wanted]


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
