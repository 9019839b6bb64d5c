"""From a tensor of a network to one row per image, in nodes of any opset."""

from __future__ import annotations

from typing import Any

from onnx import TensorProto, helper

from .layouts import LAST
from .refusing import RefusedError, named

POOLS = {"avg": "GlobalAveragePool", "max": "GlobalMaxPool"}


def pooled(
    tensor: str, shape: tuple[int, ...], how: str, layout: str, features: str
) -> tuple[list[Any], list[Any]]:
    """Return nodes, and their constants, that make *features* (n, d) of *tensor*.

    Args:
        tensor: Its name.
        shape: (n, d), (n, tokens, d), or (n, ...) with height and width.
        how: ``"avg"``, ``"max"``, or ``"first"``.
        layout: Where the channels stand if it has four axes; empty: not known.
        features: The name of what is made.

    Raises:
        RefusedError: It has other axes, or height and width are not known.
    """
    cast = helper.make_node("Cast", [tensor], [f"{features}_float"], to=TensorProto.FLOAT)
    at = cast.output[0]
    sizes = " x ".join(map(str, shape))
    if len(shape) == 2:
        return [cast, helper.make_node("Identity", [at], [features])], []
    if len(shape) not in {3, 4} or 0 in shape:
        raise RefusedError(f"its layer {named(tensor)} gives {sizes}; name one with 2 to 4 axes")
    if how == "first":
        if len(shape) == 4:
            what = f"its layer {named(tensor)} has no tokens ({sizes})"
            raise RefusedError(f'{what}; write pooling = "avg" or "max"')
        zero = helper.make_tensor(f"{features}_zero", TensorProto.INT64, [], [0])
        return [cast, helper.make_node("Gather", [at, zero.name], [features], axis=1)], [zero]
    if len(shape) == 4 and not layout:
        what = f"where height and width stand in its layer {named(tensor)} ({sizes}) is not known"
        raise RefusedError(f"{what}; name a layer after or before it")
    nodes = [cast]
    if len(shape) == 3 or layout == LAST:
        turn = [0, 2, 1] if len(shape) == 3 else [0, 3, 1, 2]
        nodes.append(helper.make_node("Transpose", [at], [f"{features}_turned"], perm=turn))
    nodes.append(helper.make_node(POOLS[how], [nodes[-1].output[0]], [f"{features}_pooled"]))
    nodes.append(helper.make_node("Flatten", [nodes[-1].output[0]], [features], axis=1))
    return nodes, []
