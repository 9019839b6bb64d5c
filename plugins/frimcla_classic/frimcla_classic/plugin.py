"""The menu of classic features. Imports no numerics; see the named modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import attrs

import frimcla

_OPENCV = (
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python",
    "opencv-python-headless",
)
_HERE = "frimcla_classic.plugin"


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


def engine_opencv(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the version of OpenCV, whichever distribution it comes from.

    Only the part of a version that may change numbers counts: the first number, or the first
    two below 1.0. ``"unknown"`` stands for a library that is not installed by pip or conda.
    """
    found = {short for name in _OPENCV if (short := _short_version(name)) != "unknown"}
    return {"opencv": ", ".join(sorted(found)) or "unknown"}


def engine_haralick(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `haralick`."""
    return engine_opencv(params) | {"mahotas": _short_version("mahotas")}


def engine_skimage(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `lbp` and `hog`."""
    return engine_opencv(params) | {"scikit-image": _short_version("scikit-image")}


def engine_haar_hog(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `haar_hog`."""
    return engine_haralick(params) | engine_skimage(params)


@cache  # a look-up reads files for milliseconds, and keys are made by the hundred
def _short_version(distribution: str) -> str:
    try:
        first, *rest = version(distribution).split(".")
    except PackageNotFoundError:
        return "unknown"
    return ".".join([first, *rest[:1]]) if first == "0" else first


_extractor = partial(frimcla.Extractor, suggested=True)


@frimcla.hookimpl
def frimcla_extractors() -> Iterator[frimcla.Extractor]:
    """Offer descriptors of colour, texture and shape, and two controls."""
    for space, title in (("lab", "CIE L*a*b*"), ("hsv", "HSV")):
        yield _extractor(
            name=space,
            factory="frimcla_classic.colour:histogram",
            fixed={"space": space},
            params=Bins,
            label=space.upper() + "{bins}",
            identify=f"{_HERE}:engine_opencv",
            summary=f"joint colour histogram in {title}",
        )
    yield _extractor(
        name="colour_moments",
        factory="frimcla_classic.colour:moments",
        params=ColourMoments,
        label="ColourMoments",
        identify=f"{_HERE}:engine_opencv",
        summary="mean, standard deviation and skewness of each channel",
    )
    yield _extractor(
        name="haralick",
        factory="frimcla_classic.texture:haralick",
        sees="float",
        params=Haralick,
        label="Haralick",
        identify=f"{_HERE}:engine_haralick",
        summary="Haralick's features of grey level co-occurrence",
    )
    yield _extractor(
        name="lbp",
        factory="frimcla_classic.texture:lbp",
        sees="float",
        params=Lbp,
        label="LBP",
        identify=f"{_HERE}:engine_skimage",
        summary="histogram of uniform local binary patterns",
    )
    yield _extractor(
        name="hog",
        factory="frimcla_classic.shape:hog",
        sees="float",
        params=Hog,
        label="HOG",
        identify=f"{_HERE}:engine_skimage",
        summary="histograms of oriented gradients on a grid",
    )
    yield _extractor(
        name="haar_hog",
        factory="frimcla_classic.shape:haar_hog",
        sees="float",
        params=HaarHog,
        label="HaarHOG",
        identify=f"{_HERE}:engine_haar_hog",
        summary="hog joined with haralick; no Haar wavelet, the name is historic",
    )
    yield from _controls()


def _controls() -> Iterator[frimcla.Extractor]:
    yield frimcla.Extractor(
        name="mean_colour",
        factory="frimcla_classic.controls:mean_colour",
        sees="float",
        label="MeanColour",
        control=True,
        summary="mean of each channel: a control, which sees no shapes",
    )
    yield frimcla.Extractor(
        name="image_size",
        factory="frimcla_classic.controls:image_size",
        label="ImageSize",
        control=True,
        summary="width, height and their ratio: a control, which sees no pixel",
    )
