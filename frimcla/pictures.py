"""One image that was read, and what of it an extractor is shown, by the policy of the study."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np

from .contracts import Array, Header
from .errors import ImageError
from .policy import WIDEST, Policy, Range, seen_channels

PERCENTILES = (0.1, 99.9)
"""What becomes black and white where no fixed range is given: a few hot pixels decide nothing."""


@attrs.frozen(kw_only=True, eq=False)
class Picture:
    """An image that was read, before it is known who looks at it.

    Attributes:
        stored: One plane, (height, width, channels), in stored units.
        header: What the file says of itself.
        policy: What the pixels become.
    """

    stored: Array
    header: Header
    policy: Policy

    def views(self, sees: str = "rgb8") -> list[Array]:
        """Return what an extractor is shown: one image, or one per channel.

        Args:
            sees: ``"rgb8"`` or ``"float"``; see `frimcla.components.Extractor`.

        Returns:
            ``uint8`` of 0 to 255 or ``float32`` of 0 to 1, (height, width, 3), read-only.

        Raises:
            ImageError: The policy asks for channels that are not there.
        """
        chosen = seen_channels(self.header, self.policy)
        if sees == "rgb8" and self._is_seen():
            return [_locked(self.stored.view())]
        if sees == "float":
            ready = [self._scaled(channel) for channel in chosen]
        else:
            ready = [self._byte(channel) for channel in chosen]
        parts = [[one] for one in ready] if self.policy.channels == "each" else [ready]
        return [_rgb(part) for part in parts]

    def check(self) -> None:
        """Make sure that there is what the policy asks for.

        Raises:
            ImageError: There is not.
        """
        seen_channels(self.header, self.policy)
        if self.policy.settled:
            _ = self._ranges  # measuring may refuse

    def _is_seen(self) -> bool:
        """Say whether what is stored is what is seen: a colour image of bytes."""
        colours = self.stored.shape[2] == 3 and self.policy.channels == "rgb"
        return colours and self._as_is()

    def _as_is(self) -> bool:
        full = self.stored.dtype == np.uint8 and self.header.bits == 8
        return full and self.policy.scaling == "dtype"

    def _byte(self, channel: int) -> Array:
        """Return a channel as ``uint8``; bytes that are to stay as they are stay as they are."""
        if self._as_is():
            return self.stored[..., channel]
        return np.rint(self._scaled(channel) * np.float32(255)).astype(np.uint8)

    def _scaled(self, channel: int) -> Array:
        """Return a channel as ``float32`` in [0, 1]."""
        pixels = self.stored[..., channel]
        low, high = self._ranges[channel]
        exact = np.dtype(np.float32 if pixels.dtype.itemsize <= 2 else np.float64)
        wide: Array = pixels.astype(exact)
        wide -= exact.type(low)
        wide /= exact.type(max(high - low, 1e-12))
        return np.clip(wide, 0, 1).astype(np.float32)

    @cached_property
    def _ranges(self) -> dict[int, Range]:
        """What becomes black and white of each channel that is seen; percentiles take long."""
        chosen = seen_channels(self.header, self.policy)
        return {channel: self._range(channel) for channel in chosen}

    def _range(self, channel: int) -> Range:
        if ranges := self.policy.ranges:
            return ranges[channel] if len(ranges) > 1 else ranges[0]
        if self.policy.scaling == "percentile":
            return range_of(self.stored[..., channel])
        return _of_type(self.header, self.stored[..., channel])


def range_of(pixels: Array) -> Range:
    """Return the percentiles of a channel (any shape) that become black and white.

    Raises:
        ImageError: They are too far apart for ``float32``.
    """
    low, high = map(float, np.percentile(pixels.astype(np.float64), PERCENTILES))
    if not high - low < WIDEST:
        raise ImageError("holds numbers too large to be told apart; save them in another unit")
    return low, high


def _of_type(header: Header, pixels: Array) -> Range:
    """Return the ends of what a file's values can be."""
    stored = np.dtype(header.dtype)
    if stored.kind == "u":
        return 0.0, float(2**header.bits - 1)
    if stored.kind == "i":
        return float(np.iinfo(stored).min), float(np.iinfo(stored).max)
    if pixels.min() < 0 or pixels.max() > 1:
        raise ImageError(
            "holds floating-point numbers outside 0 to 1, so that their type says no range; set "
            'scaling = "dataset", "percentile" or [low, high]'
        )
    return 0.0, 1.0


def _rgb(channels: Sequence[Array]) -> Array:
    """Return one to three channels as (height, width, 3): one is grey; no third is black."""
    if len(channels) == 1:
        image = np.repeat(channels[0][..., None], 3, axis=2)
    else:
        black = [np.zeros_like(channels[0])] * (3 - len(channels))
        image = np.stack([*channels, *black], axis=2)
    return _locked(image)


def _locked(image: Array) -> Array:
    image.setflags(write=False)
    return image
