"""The menu of networks. Imports no framework; see `frimcla_keras.networks` for the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

import frimcla
from frimcla.versions import OPENCV, short

from .networks import BY_NAME, NETS

_HERE = "frimcla_keras.plugin"
_LIBRARIES = {
    "keras": ("keras",),
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "opencv": OPENCV,
}


@attrs.frozen(slots=False)  # two slotted classes cannot be the parents of one
class Network:
    """What a network is asked for."""

    pooling: str = frimcla.param(
        "avg", "over the places of the last layer: mean or maximum", choices=("avg", "max")
    )
    layer: str | int = frimcla.param("", "an inner layer instead of the last; empty: the last")
    head: bool = frimcla.param(False, "the 1000 class probabilities of ImageNet instead")
    weights: str = frimcla.param(
        "imagenet", "trained weights", choices=("imagenet", "random"), path=True
    )
    seed_of_weights: int = frimcla.param(0, "seed of random weights", between=(0, 2**32 - 1))
    fit: str = frimcla.param(
        "squash",
        "how an image becomes square: squashed, padded with black, or its centre cropped",
        choices=("squash", "pad", "crop"),
    )


def weights_of(values: Mapping[str, Any]) -> Any:
    """Return the published file that a network needs, or None."""
    from .spec import Spec

    spec = Spec.of(values)
    return spec.published if spec.weights == "imagenet" else None


def identify(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the weights by their content, and the major versions of what computes."""
    from .spec import Spec

    spec = Spec.of(values)
    found = {name: short(*names) for name, names in _LIBRARIES.items()}
    if spec.weights == "imagenet":
        found["weights"] = spec.content_at_hand()
    return found


def work(values: Mapping[str, Any]) -> float:
    """Return what a network computes for one image, in million multiply-adds.

    With an inner *layer* it is still that of the whole network, more than is computed: which
    layers come before that one is known to Keras only.
    """
    from .published import multiply_adds
    from .spec import Spec

    spec = Spec.of(values)
    return multiply_adds(spec.net.cls, spec.alpha, spec.head) / 1e6


def _alpha(name: str) -> Any:
    widths = BY_NAME[name].alphas
    return frimcla.param(widths[0], "width of the network", choices=widths)


def _counted(name: str) -> Any:
    own = BY_NAME[name].own
    layers = own.counted if own else ()
    return frimcla.param(
        "",
        "an inner layer instead of the last: by name, or counted from the end; empty: the last",
        choices=("", *layers),
        between=(-len(layers), -1),
    )


@attrs.frozen(slots=False)
class OverFeat(Network):
    """What the fast OverFeat is asked for."""

    layer: str | int = _counted("overfeat")


@attrs.frozen(slots=False)
class OverFeatAccurate(Network):
    """What the accurate OverFeat is asked for."""

    layer: str | int = _counted("overfeat_accurate")


@attrs.frozen(slots=False)
class MobileNet(Network):
    """What MobileNet is asked for."""

    alpha: float = _alpha("mobilenet")


@attrs.frozen(slots=False)
class MobileNetV2(Network):
    """What MobileNetV2 is asked for."""

    alpha: float = _alpha("mobilenet_v2")


@attrs.frozen(slots=False)
class MobileNetV3(Network):
    """What both sizes of MobileNetV3 are asked for."""

    alpha: float = _alpha("mobilenet_v3_small")


_PARAMS = {
    "mobilenet": MobileNet,
    "mobilenet_v2": MobileNetV2,
    "mobilenet_v3_large": MobileNetV3,
    "mobilenet_v3_small": MobileNetV3,
    "overfeat": OverFeat,
    "overfeat_accurate": OverFeatAccurate,
}


@frimcla.hookimpl
def frimcla_extractors() -> Iterator[frimcla.Extractor]:
    """Offer every network of the table."""
    for net in NETS:
        yield frimcla.Extractor(
            name=net.name,
            factory="frimcla_keras.network:make",
            fixed={"network": net.name},
            params=_PARAMS.get(net.name, Network),
            label=net.label,
            summary=f"{net.label} features, {net.features} numbers from {net.side} x {net.side}",
            identify=f"{_HERE}:identify",
            weights=f"{_HERE}:weights_of",
            work=f"{_HERE}:work",
            engine="frimcla_keras.engine:decide",
            passport="frimcla_keras.passports:passport",
            suggested=net.suggested,
        )
