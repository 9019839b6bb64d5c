"""What a network is known by: its paper, what it sees, what it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frimcla import Passport

from .networks import APACHE, MIT, Net
from .papers import IMAGENET, paper_of
from .spec import Spec

PHOTOGRAPHS = "ImageNet-1k, 1.28 million photographs, 1,000 classes"
FIRST_ON_MORE = ("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge")
"""Keras's documentation of ConvNeXt: trained on ImageNet-21k before."""
SEEN = {
    "tf": "RGB from -1 to 1",
    "caffe": "BGR minus its mean in ImageNet",
    "bvlc": "BGR minus its mean in ImageNet",
    "torch": "RGB, standardised by ImageNet",
    "overfeat": "RGB, standardised by ImageNet",
    "inside": "RGB",
}
"""By `Net.scaling`."""


def passport(values: Mapping[str, Any]) -> Passport:
    """Return what is known of a network with these parameters."""
    spec = Spec.of(values)
    net, published = spec.net, spec.published
    trained = spec.weights == "imagenet"
    paper = paper_of(net.cls)
    return Passport(
        code=MIT if net.own else APACHE,
        year=int(dict(paper.fields)["year"]),
        cites=(paper, IMAGENET) if trained else (paper,),
        sees=f"{net.side} x {net.side}, {SEEN[net.scaling]}",
        features=published.features if published and not spec.layer else 0,
        trained_on=_photographs(net) if trained else "",
    )


def _photographs(net: Net) -> str:
    if net.cls in FIRST_ON_MORE:
        return f"ImageNet-21k, 14 million photographs, 21,841 classes; then {PHOTOGRAPHS}"
    return PHOTOGRAPHS
