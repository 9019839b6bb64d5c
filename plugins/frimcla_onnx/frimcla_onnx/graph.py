"""A network as nodes and tensors: what depends on the images, and which tensor is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import attrs
import onnx

from frimcla.errors import readable

from .refusing import LONGEST, RefusedError, named

DENSE = {
    "Gemm": (0, 1),
    "MatMul": (0, 1),
    "MatMulInteger": (0, 1),
    "QLinearMatMul": (0, 3),
}
"""What multiplies by a matrix, and where its two factors stand among its inputs."""
AFTER = frozenset(
    {
        *("Add", "Cast", "Clip", "DequantizeLinear", "Div", "Dropout", "Flatten", "Identity"),
        *("LogSoftmax", "Mul", "QuantizeLinear", "Reshape", "Sigmoid", "Softmax", "Squeeze"),
        *("Sub", "Tanh", "Unsqueeze"),
    }
)
"""What may stand between the last dense layer of a classifier and its scores."""
SHOWN = 4
"""Tensors that are proposed."""
COMPARED = 5000
"""Names that one which is not there is compared with."""


@attrs.frozen
class Graph:
    """A graph with one input.

    Attributes:
        model: As ONNX has it.
        image: Its input.
        made_by: The node that makes each tensor that depends on the input.
    """

    model: Any
    image: Any
    made_by: dict[str, Any]

    @property
    def proto(self) -> Any:
        """Its nodes, in their order."""
        return self.model.graph

    @classmethod
    def of(cls, model: Any) -> Graph:
        """Return the graph.

        Raises:
            RefusedError: It has several inputs, or none.
        """
        proto = model.graph
        weights = {tensor.name for tensor in proto.initializer}
        inputs = [given for given in proto.input if given.name not in weights]
        if len(inputs) != 1:
            names = ", ".join(named(given.name) for given in inputs[:SHOWN]) or "none"
            raise RefusedError(f"it must have one input, images (got {names})")
        made_by: dict[str, Any] = {}
        for node in proto.node:
            if any(name in made_by or name == inputs[0].name for name in node.input):
                made_by |= dict.fromkeys(filter(None, node.output), node)
        return cls(model, inputs[0], made_by)

    def depending(self, node: Any) -> list[str]:
        """Return the inputs of a node that depend on the images."""
        return [name for name in node.input if name in self.made_by or name == self.image.name]

    def wanted(self, layer: str) -> str:
        """Return the tensor that *layer* means; empty: what the last dense layer is given.

        Raises:
            RefusedError: There is none; it proposes some.
        """
        if layer:
            return self._called(layer)
        if len(self.proto.output) != 1:
            what = f"it has {len(self.proto.output)} outputs"
            raise RefusedError(f"{what}; {self._proposal()}")
        if found := self._before_the_scores(self.proto.output[0].name):
            return found
        raise RefusedError(f"no dense layer leads to its output; {self._proposal()}")

    def needed(self, tensor: str) -> list[Any]:
        """Return the nodes that lead to *tensor*, in their order."""
        everything = {name: node for node in self.proto.node for name in node.output if name}
        names, found = [tensor], set()
        while names:
            node = everything.get(names.pop())
            if node is not None and id(node) not in found:
                found.add(id(node))
                names += node.input
        return [node for node in self.proto.node if id(node) in found]

    def _called(self, layer: str) -> str:
        if layer in self.made_by:
            return layer
        for node in self.made_by.values():
            if node.name == layer:
                return str(next(name for name in node.output if name in self.made_by))
        called = [node.name for node in self._nodes()]
        names = [name for name in (*called, *self.made_by) if 0 < len(name) <= LONGEST]
        close = get_close_matches(layer, names[-COMPARED:], n=1)
        hint = f"did you mean {named(close[0])}?" if close else self._proposal()
        raise RefusedError(f"it has no layer {named(layer)}; {hint}")

    def _before_the_scores(self, tensor: str) -> str:
        for _ in self.made_by:
            node = self.made_by.get(tensor)
            given = self.depending(node) if node is not None else []
            if node is None or len(given) != 1:
                return ""
            if node.op_type in DENSE:
                factors = [node.input[at] for at in DENSE[node.op_type]]
                return given[0] if given[0] in factors and given[0] in self.made_by else ""
            if node.op_type not in AFTER:
                return ""
            tensor = given[0]
        return ""

    def _nodes(self) -> Iterator[Any]:
        seen: set[int] = set()
        for node in self.made_by.values():
            if id(node) not in seen:
                seen.add(id(node))
                yield node

    def _proposal(self) -> str:
        """Say which tensors could be named: the last ones that may describe an image."""
        names = [name for name in self.made_by if name]
        shapes = _shapes(self.model)
        good = [name for name in names if len(shapes.get(name, "???")) in {2, 3, 4}]
        shown = [f"{named(name)} {_shape(shapes.get(name))}".strip() for name in good[-SHOWN:]]
        return f"write layer = one of its tensors, for example {', '.join(shown)}"


def _shapes(model: Any) -> dict[str, list[int | str]]:
    """Return shapes as far as they follow from the graph: a help, whatever it is worth."""
    try:
        graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    except Exception:  # what cannot be followed raises anything
        graph = model.graph
    return {
        value.name: [dim.dim_value or dim.dim_param or "?" for dim in tensor.shape.dim]
        for value in (*graph.value_info, *graph.output)
        if (tensor := value.type.tensor_type).HasField("shape")
    }


def _shape(shape: list[int | str] | None) -> str:
    return readable(f"({', '.join(map(str, shape))})")[:LONGEST] if shape else ""
