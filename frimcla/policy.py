"""How stored pixels become what an extractor sees: in every feature key, and in the bundle."""

from __future__ import annotations

from typing import Any

import attrs

from .contracts import Header
from .errors import ImageError

SCALINGS = ("auto", "dtype", "percentile", "dataset")
CHANNELS = ("rgb", "each")
PLANES = ("max", "mean", "middle")

ORIGINAL = "use the files as they were first written: converted values mean something else"
"""What to do with images of another kind."""

Range = tuple[float, float]
WIDEST = 1e30
"""A range that is wider is none in ``float32``."""


@attrs.frozen(kw_only=True)
class Policy:
    """The intake of images.

    Attributes:
        scaling: What becomes black and white. ``"dtype"``: the ends of the stored type;
            ``"percentile"``: the 0.1th and 99.9th percentile of each channel of each image;
            numbers (low, high), in stored units, for all channels or one pair per channel.
            ``"dataset"`` and ``"auto"`` are settled into these before anything is computed.
        channels: ``"rgb"``: grey stays grey, colours stay colours; ``"each"``: every channel is
            described by itself, as a grey image; or up to three indices or names, which become
            red, green and blue (one: grey).
        planes: What becomes of several planes: their maximum, their mean, or the middle one.
        readers: Who reads the files, of other plugins than the core's.
        max_megapixels: Larger images are refused before their pixels are read. It decides
            which images are read, not what they become, and so is not in any key.
        revision: Raised when the same file gives other pixels than before.
    """

    scaling: str | Range | tuple[Range, ...] = "auto"
    channels: str | tuple[int | str, ...] = "rgb"
    planes: str = "max"
    readers: tuple[str, ...] = ()
    max_megapixels: float = attrs.field(default=100.0, metadata={"key": False})
    revision: int = 1

    @property
    def identity(self) -> dict[str, object]:
        """What of it changes pixels."""
        return attrs.asdict(self, filter=lambda field, _: field.metadata.get("key", True))

    @property
    def settled(self) -> bool:
        """Whether it says what becomes of a pixel without a look at other images."""
        return self.scaling not in {"auto", "dataset"}

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The (low, high) of every channel, or of all; empty where no numbers are given."""
        if isinstance(self.scaling, str):
            return ()
        first = self.scaling[0]
        return self.scaling if isinstance(first, tuple) else (self.scaling,)  # type: ignore[return-value]

    @classmethod
    def of_json(cls, written: dict[str, Any]) -> Policy:
        """Return the policy that `attrs.asdict` wrote and JSON read back.

        Raises:
            TypeError: It is none.
        """
        return cls(**{name: _tuples(value) for name, value in written.items()})


@attrs.frozen(kw_only=True)
class Kind:
    """What the images of a study have in common, so that others can be refused.

    Attributes:
        dtype: As stored, in numpy's words.
        bits: Of a value.
        channels: How many; 0 stands for grey or colour, whichever an image is.
        names: Of the channels, where all files tell them.
    """

    dtype: str
    bits: int
    channels: int
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, header: Header, policy: Policy) -> Kind:
        """Return the kind of an image, as far as it matters under *policy*."""
        ordinary = header.channels == 1 or (header.channels == 3 and header.colour)
        either = policy.channels == "rgb" and ordinary
        names = () if either else header.names
        if policy.scaling == "percentile":  # whatever the values, each image has its own range
            return cls(dtype="", bits=0, channels=0 if either else header.channels, names=names)
        return cls(
            dtype=header.dtype,
            bits=header.bits,
            channels=0 if either else header.channels,
            names=names,
        )

    def admits(self, other: Kind) -> bool:
        """Say whether an image of kind *other* may stand among these."""
        alike = (self.dtype, self.bits, self.channels) == (other.dtype, other.bits, other.channels)
        return alike and (not self.names or not other.names or self.names == other.names)

    def __str__(self) -> str:
        """Say it in words: ``"16 bits, 2 channels (DNA, GFP)"``."""
        depth = f"{self.bits} bits" + (" (floating point)" if "float" in self.dtype else "")
        if self.dtype.startswith("int"):
            depth += " (signed)"
        names = f" ({', '.join(self.names)})" if self.names else ""
        count = "1 channel" if self.channels == 1 else f"{self.channels} channels"
        channels = "grey or colour" if not self.channels else count + names
        return f"{depth}, {channels}" if self.bits else channels


def views(policy: Policy, kind: Kind | None) -> int:
    """Return how many views of an image of this kind an extractor describes, side by side."""
    return max(kind.channels, 1) if kind and policy.channels == "each" else 1


def seen_channels(header: Header, policy: Policy) -> list[int]:
    """Return the channels of an image that extractors see, as numbers.

    Raises:
        ImageError: The policy asks for channels, or scales channels, that are not there.
    """
    there, wanted = header.channels, policy.channels
    if len(policy.ranges) not in {0, 1, there}:
        count = f"{len(policy.ranges)} ranges for {there} channels"
        raise ImageError(f"cannot be scaled: scaling has {count}; write one for each")
    if isinstance(wanted, str):
        return list(range(there if wanted == "each" else min(there, 3)))
    return [_number(one, header) for one in wanted]


def _number(wanted: int | str, header: Header) -> int:
    names, there = header.names, header.channels
    if isinstance(wanted, str):
        if wanted not in names:
            known = f"it has {', '.join(names)}" if names else "its channels have no names"
            raise ImageError(f'has no channel "{wanted}"; {known}; name others in channels')
        return names.index(wanted)
    if wanted >= there:
        last = f"it has 0 to {there - 1}" if there > 1 else "it has channel 0 only"
        raise ImageError(f"has no channel {wanted}; {last}; name others in channels")
    return wanted


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
