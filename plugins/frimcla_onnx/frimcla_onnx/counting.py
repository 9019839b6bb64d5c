"""What a network computes for one image, counted as it runs: shapes are known exactly then."""

from __future__ import annotations

from math import prod
from typing import Any

from onnx import TensorProto, helper

from .graph import DENSE

KERNELS = {"Conv": 1, "ConvInteger": 1, "QLinearConv": 3, "ConvTranspose": 1}
"""Where the kernel stands among the inputs."""


def tell_shapes(model: Any) -> list[Any]:
    """Make *model* give shapes instead of features; return the nodes that count.

    Of each those of its first input, its other factor, and its output, one after another.
    """
    graph = model.graph
    counted = [node for node in graph.node if node.op_type in KERNELS or node.op_type in DENSE]
    del graph.output[:]
    for at, node in enumerate(counted):
        other = KERNELS.get(node.op_type) or DENSE[node.op_type][1]
        for part, name in enumerate((node.input[0], node.input[other], node.output[0])):
            told = f"{graph.input[0].name} {at} {part}"
            graph.node.append(helper.make_node("Shape", [name], [told]))
            graph.output.append(helper.make_tensor_value_info(told, TensorProto.INT64, [None]))
    return counted


def multiply_adds(counted: list[Any], shapes: list[list[int]]) -> int:
    """Return the multiplications of a network, each with its addition.

    Convolutions and products of matrices, borders included: the convention of the papers.
    Offsets, normalisation, activations and pooling are left out.

    Args:
        counted: The nodes.
        shapes: What `tell_shapes` makes the model give, three for each node.
    """
    return sum(_of_node(node, *shapes[3 * at : 3 * at + 3]) for at, node in enumerate(counted))


def _of_node(node: Any, given: list[int], other: list[int], made: list[int]) -> int:
    if node.op_type == "ConvTranspose":
        return prod(given) * prod(other[1:])
    if node.op_type in KERNELS:
        return prod(made) * prod(other[1:])
    turned = any(one.name == "transA" and one.i for one in node.attribute)
    return prod(made) * (given[0] if turned else given[-1])
