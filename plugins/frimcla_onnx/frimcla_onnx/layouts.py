"""Where height and width stand in the tensors of a network: ONNX is (n, channels, height, width).

Frameworks that have channels last put a transposition before and after what ONNX has otherwise.
"""

from __future__ import annotations

from typing import Any

from .graph import Graph

FIRST, LAST = "channels first", "channels last"
PLACES = frozenset(
    {
        *("AveragePool", "BatchNormalization", "Conv", "ConvInteger", "ConvTranspose"),
        *(
            "DepthToSpace",
            "GlobalAveragePool",
            "GlobalLpPool",
            "GlobalMaxPool",
            "GroupNormalization",
        ),
        *("InstanceNormalization", "LRN", "LpPool", "MaxPool", "QLinearConv", "SpaceToDepth"),
    }
)
"""What works on (n, channels, height, width) by definition."""
KEEPS = frozenset(
    {
        *("Abs", "Add", "Cast", "Celu", "Clip", "Concat", "DequantizeLinear", "Div", "Dropout"),
        *("DynamicQuantizeLinear", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish"),
        *("Identity", "LayerNormalization", "LeakyRelu", "LogSoftmax", "MatMul", "MatMulInteger"),
        *("Max", "Min", "Mish", "Mul", "Neg", "PRelu", "Pad", "Pow", "QuantizeLinear"),
        *("RMSNormalization", "Reciprocal", "ReduceMean", "ReduceMax", "Relu", "Resize", "Selu"),
        *("Sigmoid", "Slice", "Softmax", "Softplus", "Split", "Sqrt", "Sub", "Tanh", "Upsample"),
        "Where",
    }
)
"""What leaves the axes where they are, as long as there are four of them."""
TURNS = {(FIRST, (0, 2, 3, 1)): LAST, (LAST, (0, 3, 1, 2)): FIRST}


def layout_of(graph: Graph, tensor: str, image: str) -> str:
    """Return where the channels of *tensor* stand, or ``""`` where that does not follow.

    Args:
        graph: The network.
        tensor: One of its tensors, of four axes.
        image: Where those of its input stand.
    """
    known = {graph.image.name: image}
    for node in graph.proto.node:
        given = [known[name] for name in node.input if known.get(name)]
        found = _of_node(node, given[0] if given else "")
        known |= dict.fromkeys(node.output, found)
    return known.get(tensor, "")


def _of_node(node: Any, given: str) -> str:
    if node.op_type in PLACES:
        return FIRST
    if node.op_type == "Transpose":
        perm = next((tuple(one.ints) for one in node.attribute if one.name == "perm"), ())
        return TURNS.get((given, perm), "")
    return given if node.op_type in KEEPS else ""
