"""The menu: any ONNX vision model. Imports neither numpy nor ONNX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

import frimcla
from frimcla.versions import OPENCV, short

from .scaling import MEAN, STD

RUNTIME = frimcla.Reference(
    "onnxruntime2021",
    "misc",
    {
        "author": "{ONNX Runtime developers}",
        "title": "ONNX Runtime",
        "year": "2021",
        "howpublished": r"\url{https://onnxruntime.ai}",
    },
)
"""As its own repository says how to cite it."""
_LIBRARIES = {
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "opencv": OPENCV,
}


@attrs.frozen
class Network:
    """What an ONNX file is asked for."""

    model: str = frimcla.param(
        "", "the file: a network that takes images, .onnx", path=True, required=True
    )
    side: int = frimcla.param(
        224, "width and height in pixels to which images are brought", between=(8, 2048)
    )
    mean: tuple[float, ...] = frimcla.param(
        MEAN, "what is taken off red, green and blue, each 0 to 1", between=(0, 1)
    )
    std: tuple[float, ...] = frimcla.param(
        STD, "what they are then divided by; 1/255 leaves 0 to 255", between=(0.001, 1)
    )
    layer: str = frimcla.param(
        "", "name of a tensor or a node; empty: what the last dense layer is given"
    )
    pooling: str = frimcla.param(
        "avg",
        "over places or tokens: mean or maximum; or the first token, that of the class",
        choices=("avg", "max", "first"),
    )
    fit: str = frimcla.param(
        "squash",
        "how an image becomes square: squashed, padded with black, or its centre cropped",
        choices=("squash", "pad", "crop"),
    )


def identify(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the files beside the model that are a part of it, and what computes."""
    found = {name: short(*names) for name, names in _LIBRARIES.items()}
    if values["model"]:
        from .spec import contents

        found |= contents(values["model"])
    return found


def work(values: Mapping[str, Any]) -> float:
    """Return what the network computes for one image, in million multiply-adds.

    0 where it cannot be run: then no study begins, and nothing is compared.
    """
    if not values["model"]:
        return 0.0
    from .engine import work_of

    return work_of(values)


def passport(values: Mapping[str, Any]) -> frimcla.Passport:
    """Return what is known of any such network: its file says neither licence nor author."""
    side = values["side"]
    return frimcla.Passport(
        code="MIT",
        year=2021,
        cites=(RUNTIME,),
        sees=f"{side} x {side}, RGB",
        features=0,
        trained_on="unknown: ask who made the file, whom to cite as well",
    )


@frimcla.hookimpl
def frimcla_extractors() -> Iterator[frimcla.Extractor]:
    """Offer what an ONNX file computes of images."""
    here = "frimcla_onnx.plugin"
    yield frimcla.Extractor(
        name="onnx",
        factory="frimcla_onnx.network:make",
        params=Network,
        label="ONNX",
        summary="features of any network for images in a file, .onnx",
        identify=f"{here}:identify",
        work=f"{here}:work",
        passport=f"{here}:passport",
        engine="frimcla_onnx.engine:decide",
    )
