"""The menu: models of timm and Hugging Face by name. Imports neither numpy nor torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

import frimcla

from .trained import PUBLISHED, RANDOM

_HERE = "frimcla_torch.plugin"


@attrs.frozen(slots=False)  # two slotted classes cannot be the parents of one
class Network:
    """What both are asked for."""

    model: str = frimcla.param("", "the name of a model", required=True)
    weights: str = frimcla.param(
        PUBLISHED,
        "trained weights, .safetensors",
        choices=(PUBLISHED, RANDOM),
        path=True,
    )
    pooling: str = frimcla.param(
        "own",
        "what the model itself gives; or of its tokens the mean, or the first, that of the class",
        choices=("own", "avg", "first"),
    )
    side: int = frimcla.param(
        0, "width and height in pixels, 0: those of the model", between=(0, 2048)
    )
    seed_of_weights: int = frimcla.param(0, "seed of random weights", between=(0, 2**32 - 1))
    fit: str = frimcla.param(
        "squash",
        "how an image becomes square: squashed, padded with black, or its centre cropped",
        choices=("squash", "pad", "crop"),
    )


@attrs.frozen(slots=False)
class Timm(Network):
    """What a model of timm is asked for."""


@attrs.frozen(slots=False)
class HuggingFace(Network):
    """What a model of Hugging Face is asked for."""

    config: str = frimcla.param(
        "", "its config.json, if not the published one; a file beside the weights", path=True
    )


def weights_of(values: Mapping[str, Any]) -> tuple[frimcla.Weights, ...]:
    """Return the published files that a model needs."""
    from .spec import Spec

    return Spec.of(values).published


def identify(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the published files by their content."""
    from .spec import Spec

    return Spec.of(values).contents()


def work(values: Mapping[str, Any]) -> float:
    """Return what the network computes for one image, in million multiply-adds; 0: not known yet.

    It is counted as the network is exported, before a study compares anything.
    """
    if not values["model"]:
        return 0.0
    from .engine import work_of

    return work_of(values)


def passport(values: Mapping[str, Any]) -> frimcla.Passport:
    """Return what is known of a model."""
    from .published import paper_of
    from .spec import FREE, Spec

    spec = Spec.of(values)
    known = spec.known
    side = spec.side or (known.side if known else 0)
    return frimcla.Passport(
        code="Apache-2.0",
        year=known.year if known else FREE[spec.source].year,
        cites=paper_of(known.paper if known else FREE[spec.source].paper),
        sees=f"{side} x {side}, RGB" if side else "a square of the model's own size, RGB",
        features=0 if known is None or spec.pooling != "own" else known.features,
        trained_on=known.trained_on if known else "unknown: see its card",
    )


@frimcla.hookimpl
def frimcla_extractors() -> Iterator[frimcla.Extractor]:
    """Offer the models of both."""
    for name, params, label, of in (
        ("timm", Timm, "{model}", "timm (PyTorch Image Models)"),
        ("huggingface", HuggingFace, "{model}", "Hugging Face"),
    ):
        yield frimcla.Extractor(
            name=name,
            factory="frimcla_torch.network:make",
            fixed={"source": name},
            params=params,
            label=label,
            summary=f"features of a vision model of {of}, by name",
            identify=f"{_HERE}:identify",
            weights=f"{_HERE}:weights_of",
            work=f"{_HERE}:work",
            passport=f"{_HERE}:passport",
            engine="frimcla_torch.engine:decide",
        )
