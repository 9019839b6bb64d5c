"""What images a network takes, and the nodes that make them of ``uint8`` RGB."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .layouts import FIRST, LAST
from .refusing import RefusedError
from .scaling import MEAN, STD
from .spec import Spec

FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)
COLOURS = 3
MOST = 256
"""Images at once: one alone takes as long as all of them."""


@attrs.frozen
class Takes:
    """What a network takes.

    Attributes:
        batch: Images at once, 0 for any number.
        layout: `FIRST` or `LAST`.
        kind: Its numbers, as ONNX calls them.
    """

    batch: int
    layout: str
    kind: int

    @classmethod
    def of(cls, given: Any, spec: Spec) -> Takes:
        """Read what an input says of itself.

        Raises:
            RefusedError: No images, or others than *spec* gives.
        """
        tensor = given.type.tensor_type
        dims = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in tensor.shape.dim]
        if not given.type.HasField("tensor_type") or len(dims) != 4 or min(dims) < 0:
            shape = ", ".join(str(length or "any") for length in dims)
            raise RefusedError(f"it must take images, with 4 axes (got {shape or 'no shape'})")
        if tensor.elem_type not in (*FLOATS, TensorProto.UINT8):
            kinds = "float32, float16 or uint8"
            found = TensorProto.DataType.Name(tensor.elem_type) if tensor.elem_type else "nothing"
            raise RefusedError(f"its input must be {kinds} (got {found.lower()})")
        if tensor.elem_type == TensorProto.UINT8 and (spec.mean, spec.std) != (MEAN, STD):
            raise RefusedError("it takes pixels as they are (uint8); leave out mean and std")
        layout = LAST if dims[3] == COLOURS and dims[1] != COLOURS else FIRST
        channels, *size = (dims[3], *dims[1:3]) if layout == LAST else dims[1:]
        if channels not in {0, COLOURS}:
            raise RefusedError(f"it takes images with {channels} channels; only RGB, 3, is given")
        fixed = [length or spec.side for length in size]
        if fixed[0] != fixed[1]:
            raise RefusedError(
                f"it takes images of {fixed[0]} x {fixed[1]}; only squares are given"
            )
        if fixed[0] != spec.side:
            raise RefusedError(
                f"it takes images of {fixed[0]} x {fixed[0]}; write side = {fixed[0]}"
            )
        if dims[0] > MOST:
            raise RefusedError(f"it takes {dims[0]:,} images at once; export it for one image")
        return cls(dims[0], layout, tensor.elem_type)

    def of_rgb(self, name: str, images: str, spec: Spec) -> tuple[list[Any], list[Any]]:
        """Return nodes, and their constants, that make the tensor *name* of ``uint8`` *images*."""
        nodes: list[Any] = []
        constants: list[Any] = []
        at = images
        if self.kind != TensorProto.UINT8:
            std = np.array(spec.std)
            numbers = {"scale": 1 / (255 * std), "offset": -np.array(spec.mean) / std}
            constants = [
                numpy_helper.from_array(value.astype(np.float32), f"{images}_{key}")
                for key, value in numbers.items()
            ]
            steps = [("Cast", []), ("Mul", ["scale"]), ("Add", ["offset"])]
            for operator, others in steps:
                inputs = [at, *(f"{images}_{other}" for other in others)]
                at = f"{images}_{operator.lower()}"
                options: Any = {"to": TensorProto.FLOAT} if operator == "Cast" else {}
                nodes.append(helper.make_node(operator, inputs, [at], **options))
            nodes.append(helper.make_node("Cast", [at], [f"{images}_kind"], to=self.kind))
            at = f"{images}_kind"
        turn = [0, 3, 1, 2] if self.layout == FIRST else [0, 1, 2, 3]
        nodes.append(helper.make_node("Transpose", [at], [name], perm=turn))
        return nodes, constants
