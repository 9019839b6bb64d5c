"""Components for the tests of recipes."""

from typing import Any

import attrs

import frimcla


@attrs.frozen
class Bins:
    bins: tuple = frimcla.param((8, 8, 8), "bins per channel", between=(1, 256))
    mask: bool = frimcla.param(False, "ignore black pixels")
    space: str = frimcla.param("lab", "colour space", choices=("lab", "hsv"))


@attrs.frozen
class Tree:
    depth: int = frimcla.param(3, "levels", between=(1, 64))
    share: float = frimcla.param(1.0, "share of features", between=(0, 1))


def params(**fields: Any) -> type:
    return attrs.make_class("Params", fields)


LAB = frimcla.Extractor(
    name="lab", factory=dict, fixed={"k": 1}, params=Bins, label="LAB{bins}", summary="colour"
)
TREE = frimcla.Classifier(
    name="tree", factory="a:b", params=Tree, label="DT", search={"depth": (2, 3)}, summary="tree"
)
NET = frimcla.Extractor(
    name="net", factory="a:b", params=params(w=frimcla.param("", "file", path=True)), summary="net"
)
