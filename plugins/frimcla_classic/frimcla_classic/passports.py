"""Where classic features come from, and how many numbers they give. Imports no numerics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod
from typing import Any

from frimcla import Passport

from . import sources

_Values = Mapping[str, Any]
_made = partial(Passport, code="MIT")
_ANY = "any size, as it is"


def _shrunk(values: _Values, what: str = "grey") -> str:
    return f"at most {values['side']} pixels long, {what} in full depth"


def _square(values: _Values, what: str = "grey") -> str:
    return f"{values['side']} x {values['side']}, {what} in full depth"


def histogram(values: _Values) -> Passport:
    """Return the passport of `lab` and `hsv`."""
    return _made(
        year=1991,
        sees=f"{_ANY}, colours in 8 bits",
        features=prod(values["bins"]),
        cites=(sources.SWAIN,),
    )


def moments(_: _Values) -> Passport:
    """Return the passport of `colour_moments`."""
    return _made(
        year=1995, sees=f"{_ANY}, colours in 8 bits", features=9, cites=(sources.STRICKER,)
    )


def haralick(values: _Values) -> Passport:
    """Return the passport of `haralick`."""
    return _made(
        year=1973,
        sees=f"{_ANY}, grey in {values['levels']} levels",
        features=_haralick(values),
        cites=(sources.HARALICK, sources.MAHOTAS),
    )


def _haralick(values: _Values) -> int:
    return 26 if values["statistics"] == "mean_range" else 13


def lbp(values: _Values) -> Passport:
    """Return the passport of `lbp`."""
    return _made(
        year=2002,
        sees=f"{_ANY}, grey in full depth",
        features=values["points"] + 2,
        cites=(sources.OJALA, sources.SKIMAGE),
    )


def hog(values: _Values) -> Passport:
    """Return the passport of `hog`."""
    return _made(
        year=2005,
        sees=_square(values, values["channels"]),
        features=_hog(values),
        cites=(sources.DALAL, sources.SKIMAGE),
    )


def _hog(values: _Values) -> int:
    """Return the numbers; none where no block fits, which the factory refuses."""
    blocks: int = max(0, values["side"] // values["cell"] - values["block"] + 1)
    return int((blocks * values["block"]) ** 2 * values["orientations"])


def haar_hog(values: _Values) -> Passport:
    """Return the passport of `haar_hog`."""
    return _made(
        year=2005,
        sees=f"{_square(values, values['channels'])}; and as it is, grey",
        features=_hog(values) + _haralick(values),
        cites=(sources.DALAL, sources.HARALICK, sources.SKIMAGE, sources.MAHOTAS),
    )


def zernike(values: _Values) -> Passport:
    """Return the passport of `zernike`."""
    degree = values["degree"]
    return _made(
        year=1980,
        sees=_square(values),
        features=(degree // 2 + 1) * ((degree + 1) // 2 + 1),
        cites=(sources.TEAGUE, sources.MAHOTAS),
    )


def radial(values: _Values) -> Passport:
    """Return the passport of `radial`."""
    channels = 3 if values["channels"] == "colour" else 1
    return _made(
        year=2018,
        sees=_shrunk(values, values["channels"]),
        features=4 * channels * (values["rings"] + 1),
        cites=(sources.MCQUIN,),
    )


def gabor(values: _Values) -> Passport:
    """Return the passport of `gabor`."""
    each = values["directions"] if values["statistics"] == "each" else 2
    return _made(
        year=1996,
        sees=_shrunk(values),
        features=2 * values["scales"] * each,
        cites=(sources.MANJUNATH,),
    )


def wavelet(values: _Values) -> Passport:
    """Return the passport of `wavelet`."""
    return _made(
        year=1993,
        sees=_shrunk(values),
        features=9 * values["octaves"],
        cites=(sources.CHANG, sources.PYWAVELETS),
    )


def scattering(values: _Values) -> Passport:
    """Return the passport of `scattering`."""
    octaves, turns = values["octaves"], values["directions"]
    first = turns if values["statistics"] == "each" else 1
    pairs = octaves * (octaves - 1) // 2
    return _made(
        year=2013,
        sees=_square(values),
        features=1 + first * (octaves + pairs * turns),
        cites=(sources.BRUNA,),
    )


def tamura(values: _Values) -> Passport:
    """Return the passport of `tamura`."""
    return _made(
        year=1978,
        sees=_shrunk(values),
        features=6 + values["octaves"] + values["directions"],
        cites=(sources.TAMURA,),
    )


def granularity(values: _Values) -> Passport:
    """Return the passport of `granularity`."""
    return _made(
        year=1989,
        sees=_shrunk(values),
        features=2 * values["sizes"],
        cites=(sources.MARAGOS,),
    )


def tas(values: _Values) -> Passport:
    """Return the passport of `tas`."""
    return _made(
        year=2010,
        sees=_shrunk(values),
        features=54,
        cites=(sources.COELHO, sources.HAMILTON, sources.MAHOTAS),
    )


def textures(values: _Values) -> Passport:
    """Return the passport of `textures`: whom to cite is whom its members cite."""
    return _made(
        year=2018,
        sees=_shrunk(values, "colour"),
        features=180,
        cites=(
            *(sources.MCQUIN, sources.TEAGUE, sources.HARALICK, sources.OJALA, sources.STRICKER),
            *(sources.MAHOTAS, sources.SKIMAGE),
        ),
    )


def control(_: _Values) -> Passport:
    """Return the passport of the controls."""
    return _made(year=2020, sees=_ANY, features=3, cites=(sources.GEIRHOS,))
