"""What can be set of classic features. Imports no numerics."""

from __future__ import annotations

from functools import partial

import attrs

import frimcla

_side = partial(
    frimcla.param,
    256,
    "pixels to which the longer side of a larger image is shrunk",
    between=(8, 1024),
)
_square = partial(frimcla.param, help="width and height in pixels to which images are resized")


@attrs.frozen
class Bins:
    """Resolution of a colour histogram."""

    bins: tuple[int, int, int] = frimcla.param((8, 8, 8), "bins per channel", between=(1, 256))


@attrs.frozen
class ColourMoments:
    """Where colours are measured."""

    space: str = frimcla.param("hsv", "colour space", choices=("hsv", "lab", "rgb"))


@attrs.frozen(slots=False)  # two slotted classes cannot be the parents of HaarHog
class Haralick:
    """How pairs of pixels are counted and summed up."""

    distance: int = frimcla.param(1, "pixels from one of a pair to the other", between=(1, 256))
    levels: int = frimcla.param(256, "grey levels told apart", between=(2, 256))
    span: str = frimcla.param(
        "whole",
        "what the levels divide: the whole range, or each image's own",
        choices=("whole", "image"),
    )
    statistics: str = frimcla.param(
        "mean", "over the four directions: mean, or mean and range", choices=("mean", "mean_range")
    )


@attrs.frozen
class Lbp:
    """The circle on which neighbours are compared."""

    points: int = frimcla.param(24, "neighbours on the circle", between=(4, 64))
    radius: int = frimcla.param(3, "radius of the circle in pixels", between=(1, 64))


@attrs.frozen(slots=False)
class Hog:
    """The grid of cells and blocks laid over the image."""

    side: int = frimcla.param(
        128, "width and height in pixels to which images are resized", between=(8, 1024)
    )
    cell: int = frimcla.param(16, "side of a cell in pixels", between=(2, 512))
    block: int = frimcla.param(2, "side of a block in cells", between=(1, 16))
    orientations: int = frimcla.param(9, "directions told apart in half a turn", between=(1, 36))
    normalisation: str = frimcla.param(
        "L2-Hys", "how blocks are normalised", choices=("L1", "L1-sqrt", "L2", "L2-Hys")
    )
    square_root: bool = frimcla.param(True, "take the square root of intensities first")
    channels: str = frimcla.param(
        "grey", "grey, or per pixel the channel that changes most", choices=("grey", "strongest")
    )


@attrs.frozen(slots=False)
class HaarHog(Hog, Haralick):
    """The parameters of both parts."""


@attrs.frozen
class Zernike:
    """The square and the polynomials laid over it."""

    side: int = _square(64, between=(8, 256))
    degree: int = frimcla.param(8, "highest degree of a polynomial", between=(1, 20))


@attrs.frozen
class Radial:
    """The rings laid over the image."""

    side: int = _side()
    rings: int = frimcla.param(6, "rings around the centre, without the corners", between=(1, 64))
    wedges: int = frimcla.param(8, "pieces into which a ring is cut", between=(1, 64))
    channels: str = frimcla.param(
        "colour", "red, green and blue, or grey", choices=("colour", "grey")
    )


@attrs.frozen
class Gabor:
    """The bank of filters."""

    side: int = _side()
    scales: int = frimcla.param(4, "bands, each an octave below the one before", between=(1, 5))
    directions: int = frimcla.param(6, "directions of filters in half a turn", between=(2, 16))
    statistics: str = frimcla.param(
        "each", "each direction, or mean and range over them", choices=("each", "mean_range")
    )


@attrs.frozen
class Wavelet:
    """The transform."""

    side: int = _side()
    family: str = frimcla.param(
        "db2",
        "wavelets, as PyWavelets calls them",
        choices=("haar", "db2", "db4", "sym4", "bior4.4"),
    )
    octaves: int = frimcla.param(5, "how often the image is halved", between=(1, 8))


@attrs.frozen
class Scattering:
    """The square and the wavelets."""

    side: int = _square(128, between=(32, 256))
    octaves: int = frimcla.param(4, "sizes of wavelets, each twice the last", between=(1, 5))
    directions: int = frimcla.param(8, "directions of wavelets in half a turn", between=(1, 16))
    statistics: str = frimcla.param(
        "mean", "over directions of the first wavelet: mean, or each", choices=("mean", "each")
    )


@attrs.frozen
class Tamura:
    """Which neighbourhoods and which edges are compared."""

    side: int = _side()
    octaves: int = frimcla.param(5, "neighbourhoods compared: 2, 4, 8 ... pixels", between=(1, 7))
    directions: int = frimcla.param(16, "directions of edges in half a turn", between=(4, 64))
    edge: float = frimcla.param(
        12.0, "least gradient with a direction, in 8-bit levels", between=(0.01, 255)
    )


@attrs.frozen
class Granularity:
    """Which grains are removed, and how."""

    side: int = frimcla.param(
        128, "pixels to which the longer side of a larger image is shrunk", between=(8, 512)
    )
    sizes: int = frimcla.param(16, "radii of grains, from 1 pixel", between=(1, 32))
    method: str = frimcla.param(
        "opening",
        "what removes grains: discs, or repeated erosion and reconstruction",
        choices=("opening", "reconstruction"),
    )


@attrs.frozen
class Longest:
    """How large an image may be."""

    side: int = _side()
