"""Small seeded networks in files, as frameworks export them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, CHANNELS, CLASSES = 24, 8, 5


def weights(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return numbers of those shapes, that keep signals as large as they are."""
    rng = np.random.default_rng(5)
    return {
        name: (rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)
        for name, shape in shapes.items()
    }


def classifier(path: Path, **options: Any) -> Path:
    """Write a network: convolution, ReLU, mean over all places, dense layer, softmax."""
    return save(path, network(**options))


def network(
    *,
    batch: int | str = "n",
    size: int | str = SIDE,
    last: bool = False,
    kind: int = TensorProto.FLOAT,
    opset: int = 17,
) -> Any:
    """Return that network.

    Args:
        batch: Images at once.
        size: Width and height, or a word for any.
        last: Whether channels are last.
        kind: The numbers of its input.
        opset: Of ONNX.
    """
    shape = [batch, size, size, 3] if last else [batch, 3, size, size]
    at, nodes = "images", []
    kernel = "kernel"
    inner = kind
    if kind == TensorProto.UINT8:
        nodes.append(helper.make_node("Cast", [at], ["pixels"], to=TensorProto.FLOAT))
        at, inner = "pixels", TensorProto.FLOAT
    if last:
        nodes.append(helper.make_node("Transpose", [at], ["planes"], perm=[0, 3, 1, 2]))
        at = "planes"
    nodes += [
        helper.make_node("Conv", [at, kernel], ["maps"], "conv", pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Relu", ["maps"], ["positive"], "relu"),
        helper.make_node("GlobalAveragePool", ["positive"], ["means"], "pool"),
        helper.make_node("Flatten", ["means"], ["flat"], "flatten"),
        helper.make_node("Gemm", ["flat", "matrix", "offset"], ["scores"], "dense"),
        helper.make_node("Softmax", ["scores"], ["shares"], "softmax"),
    ]
    numbers = weights(kernel=(CHANNELS, 3, 3, 3), matrix=(CHANNELS, CLASSES), offset=(CLASSES,))
    return model(nodes, shape, numbers, ["shares"], kind=kind, inner=inner, opset=opset)


def model(
    nodes: list[Any],
    shape: list[int | str],
    numbers: dict[str, np.ndarray],
    outputs: list[str],
    *,
    kind: int = TensorProto.FLOAT,
    inner: int = TensorProto.FLOAT,
    opset: int = 17,
) -> Any:
    """Return a model of *nodes*, which takes ``images``."""
    dtype = helper.tensor_dtype_to_np_dtype(inner)
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("images", kind, shape)],
        [helper.make_tensor_value_info(name, inner, None) for name in outputs],
        [numpy_helper.from_array(array.astype(dtype), name) for name, array in numbers.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def save(path: Path, made: Any) -> Path:
    """Write a model."""
    path.write_bytes(made.SerializeToString())
    return path


def with_data(path: Path, location: str = "weights.bin") -> Path:
    """Write that network, its kernel in another file."""
    made = network()
    kernel = made.graph.initializer[0]
    (path.parent / "weights.bin").write_bytes(bytes(64) + kernel.raw_data)
    outside(kernel, location, 64, len(kernel.raw_data))
    return save(path, made)


def outside(tensor: Any, location: str, offset: Any = 0, length: Any = None) -> None:
    """Say that the data of *tensor* lie in another file."""
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    told = {"location": location, "offset": offset, "length": length}
    for key, value in told.items():
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))


def shape_of(path: Path) -> list[Any]:
    """Return the shape of what a file takes."""
    dims = onnx.load(path).graph.input[0].type.tensor_type.shape.dim
    return [dim.dim_value or dim.dim_param for dim in dims]
