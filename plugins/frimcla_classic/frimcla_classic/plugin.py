"""The menu of classic features. Imports no numerics; see the named modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import frimcla
from frimcla.versions import OPENCV, short

from . import params

_HERE = "frimcla_classic.plugin"
_PASSPORTS = "frimcla_classic.passports"


def engine_opencv(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the version of OpenCV, whichever distribution it comes from."""
    return {"opencv": short(*OPENCV)}


def engine_mahotas(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `haralick`, `zernike` and `tas`."""
    return engine_opencv(_) | {"mahotas": short("mahotas")}


def engine_skimage(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `lbp`, `hog` and `granularity`."""
    return engine_opencv(_) | {"scikit-image": short("scikit-image")}


def engine_both(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `haar_hog` and `textures`."""
    return engine_mahotas(_) | engine_skimage(_)


def engine_scipy(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `gabor` and `scattering`."""
    return engine_opencv(_) | {"scipy": short("scipy")}


def engine_wavelets(_: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the libraries behind `wavelet`."""
    return engine_opencv(_) | {"pywavelets": short("PyWavelets")}


_extractor = partial(frimcla.Extractor, suggested=True)


@frimcla.hookimpl
def frimcla_extractors() -> Iterator[frimcla.Extractor]:
    """Offer descriptors of colour, texture and shape, and two controls."""
    for space, title in (("lab", "CIE L*a*b*"), ("hsv", "HSV")):
        yield _extractor(
            name=space,
            factory="frimcla_classic.colour:histogram",
            passport=f"{_PASSPORTS}:histogram",
            fixed={"space": space},
            params=params.Bins,
            label=space.upper() + "{bins}",
            identify=f"{_HERE}:engine_opencv",
            summary=f"joint colour histogram in {title}",
        )
    yield _extractor(
        name="colour_moments",
        factory="frimcla_classic.colour:moments",
        passport=f"{_PASSPORTS}:moments",
        params=params.ColourMoments,
        label="ColourMoments",
        identify=f"{_HERE}:engine_opencv",
        summary="mean, standard deviation and skewness of each channel",
    )
    yield _extractor(
        name="haralick",
        factory="frimcla_classic.texture:haralick",
        passport=f"{_PASSPORTS}:haralick",
        sees="float",
        params=params.Haralick,
        label="Haralick",
        identify=f"{_HERE}:engine_mahotas",
        summary="Haralick's features of grey level co-occurrence",
    )
    yield _extractor(
        name="lbp",
        factory="frimcla_classic.texture:lbp",
        passport=f"{_PASSPORTS}:lbp",
        sees="float",
        params=params.Lbp,
        label="LBP",
        identify=f"{_HERE}:engine_skimage",
        summary="histogram of uniform local binary patterns",
    )
    yield _extractor(
        name="hog",
        factory="frimcla_classic.shape:hog",
        passport=f"{_PASSPORTS}:hog",
        sees="float",
        params=params.Hog,
        label="HOG",
        identify=f"{_HERE}:engine_skimage",
        summary="histograms of oriented gradients on a grid",
    )
    yield _extractor(
        name="haar_hog",
        factory="frimcla_classic.shape:haar_hog",
        passport=f"{_PASSPORTS}:haar_hog",
        sees="float",
        params=params.HaarHog,
        label="HaarHOG",
        identify=f"{_HERE}:engine_both",
        summary="hog joined with haralick; no Haar wavelet, the name is historic",
    )
    yield from _textures()
    yield from _controls()


def _textures() -> Iterator[frimcla.Extractor]:
    """Yield what a study has if it names it; the default study would become too long."""
    yield frimcla.Extractor(
        name="radial",
        factory="frimcla_classic.moments:radial",
        passport=f"{_PASSPORTS}:radial",
        sees="float",
        params=params.Radial,
        label="Radial",
        identify=f"{_HERE}:engine_opencv",
        summary="brightness in rings around the centre of the image",
    )
    yield frimcla.Extractor(
        name="zernike",
        factory="frimcla_classic.moments:zernike",
        passport=f"{_PASSPORTS}:zernike",
        sees="float",
        params=params.Zernike,
        label="Zernike",
        identify=f"{_HERE}:engine_mahotas",
        summary="magnitudes of Zernike moments of the disc in the image",
    )
    yield frimcla.Extractor(
        name="gabor",
        factory="frimcla_classic.filters:gabor",
        passport=f"{_PASSPORTS}:gabor",
        sees="float",
        params=params.Gabor,
        label="Gabor",
        identify=f"{_HERE}:engine_scipy",
        summary="answers to filters of four scales and six directions",
    )
    yield frimcla.Extractor(
        name="wavelet",
        factory="frimcla_classic.filters:wavelet",
        passport=f"{_PASSPORTS}:wavelet",
        sees="float",
        params=params.Wavelet,
        label="Wavelet",
        identify=f"{_HERE}:engine_wavelets",
        summary="magnitude, spread and evenness of wavelet bands",
    )
    yield frimcla.Extractor(
        name="scattering",
        factory="frimcla_classic.scatter:scattering",
        passport=f"{_PASSPORTS}:scattering",
        sees="float",
        params=params.Scattering,
        label="Scattering",
        identify=f"{_HERE}:engine_scipy",
        summary="scattering transform, averaged over the image",
    )
    yield frimcla.Extractor(
        name="tamura",
        factory="frimcla_classic.tamura:tamura",
        passport=f"{_PASSPORTS}:tamura",
        sees="float",
        params=params.Tamura,
        label="Tamura",
        identify=f"{_HERE}:engine_opencv",
        summary="coarseness, contrast and directions as people see them",
    )
    yield frimcla.Extractor(
        name="granularity",
        factory="frimcla_classic.grains:granularity",
        passport=f"{_PASSPORTS}:granularity",
        sees="float",
        params=params.Granularity,
        label="Granularity",
        identify=f"{_HERE}:engine_skimage",
        summary="bright and dark grains by size",
    )
    yield frimcla.Extractor(
        name="tas",
        factory="frimcla_classic.grains:tas",
        passport=f"{_PASSPORTS}:tas",
        sees="float",
        params=params.Longest,
        label="TAS",
        identify=f"{_HERE}:engine_mahotas",
        summary="threshold adjacency statistics, free of parameters",
    )
    yield _extractor(
        name="textures",
        factory="frimcla_classic.textures:textures",
        passport=f"{_PASSPORTS}:textures",
        sees="float",
        params=params.Longest,
        label="Textures",
        identify=f"{_HERE}:engine_both",
        summary="rings, moments, co-occurrence, binary patterns and colours joined",
    )


def _controls() -> Iterator[frimcla.Extractor]:
    yield frimcla.Extractor(
        name="mean_colour",
        factory="frimcla_classic.controls:mean_colour",
        passport=f"{_PASSPORTS}:control",
        sees="float",
        label="MeanColour",
        control=True,
        summary="mean of each channel: a control, which sees no shapes",
    )
    yield frimcla.Extractor(
        name="image_size",
        factory="frimcla_classic.controls:image_size",
        passport=f"{_PASSPORTS}:control",
        label="ImageSize",
        control=True,
        summary="width, height and their ratio: a control, which sees no pixel",
    )
