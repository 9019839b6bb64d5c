"""What a model from anybody may hold: operators of ONNX, and numbers that are there."""

from __future__ import annotations

from math import prod
from typing import Any

import onnx
from onnx import TensorProto

from .refusing import RefusedError, named
from .wire import NO_MODEL

STANDARD = frozenset({"", "ai.onnx"})
OLDEST = 7
"""Opset since which arrays of different shapes are added as everywhere."""
AXES = 32
"""Of a tensor, at the most; images and filters have 4."""
TYPED = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data")
HALVED = frozenset({TensorProto.INT4, TensorProto.UINT4, TensorProto.FLOAT4E2M1})
"""Types of which one byte holds two."""


def read(content: bytes) -> Any:
    """Return the model in *content*, which was checked; its data in other files stay there.

    Raises:
        RefusedError: It is none, or holds what is not run.
    """
    try:
        model = onnx.load_model_from_string(content)
    except Exception:  # the errors of Protocol Buffers have no common class
        raise RefusedError(NO_MODEL) from None
    if model.functions:
        how = "put them in their places (onnx.inliner.inline_local_functions)"
        raise RefusedError(f"it brings functions of its own; {how}")
    if model.graph.sparse_initializer:
        raise RefusedError("it holds sparse tensors; export it without")
    opsets = [entry.version for entry in model.opset_import if entry.domain in STANDARD]
    if len(opsets) != 1 or opsets[0] < OLDEST:
        found = opsets[0] if opsets else "none"
        what = f"it must be of opset {OLDEST} or later (got {found})"
        raise RefusedError(f"{what}; export it again, or convert it (onnx.version_converter)")
    for node in model.graph.node:
        _check_node(node)
    for tensor in model.graph.initializer:
        check_tensor(tensor)
    return model


def _check_node(node: Any) -> None:
    if node.domain not in STANDARD or not onnx.defs.has(node.op_type):
        whose = f" of {named(node.domain)}" if node.domain else ""
        what = f"its operator {named(node.op_type)}{whose} is none of ONNX's"
        raise RefusedError(f"{what}; export it with those of ONNX alone")
    for attribute in node.attribute:
        if attribute.HasField("g") or attribute.graphs:
            what = f"it decides or repeats something as it runs ({named(node.op_type)})"
            raise RefusedError(f"{what}; export it for images of one size, without loops")
        if attribute.HasField("sparse_tensor") or attribute.sparse_tensors:
            raise RefusedError("it holds sparse tensors; export it without")
        for tensor in (attribute.t, *attribute.tensors):
            check_tensor(tensor)
            if tensor.data_location == TensorProto.EXTERNAL:
                what = f"its node {named(node.name)} has data in another file"
                raise RefusedError(f"{what}; only weights of the graph may")


def check_tensor(tensor: Any) -> None:
    """Refuse a tensor that declares more than it holds, before anybody makes room for it."""
    size = bytes_of(tensor)
    if tensor.data_location == TensorProto.EXTERNAL:
        return  # looked at as they are read
    held = len(tensor.raw_data) + 8 * sum(len(getattr(tensor, name)) for name in TYPED)
    if size > held:
        what = f"its tensor {named(tensor.name)} is {size:,} bytes by its shape, and holds {held:,}"
        raise RefusedError(f"{what}; export it again")


def bytes_of(tensor: Any) -> int:
    """Return how many bytes a tensor takes by its type and shape.

    Raises:
        RefusedError: It has none, or is no tensor of numbers.
    """
    if len(tensor.dims) > AXES:  # before they are multiplied: the product may fill the memory
        what = f"its tensor {named(tensor.name)} has {len(tensor.dims):,} axes"
        raise RefusedError(f"{what}; export it again")
    count: int = prod(tensor.dims)
    if any(length < 0 for length in tensor.dims) or tensor.data_type == TensorProto.STRING:
        raise RefusedError(f"its tensor {named(tensor.name)} holds no numbers; export it again")
    if tensor.data_type == TensorProto.UNDEFINED:
        return 0
    try:
        each = int(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize)
    except (KeyError, TypeError, ValueError):
        what = f"its tensor {named(tensor.name)} is of an unknown type {tensor.data_type}"
        raise RefusedError(f"{what}; export it again") from None
    return (count + 1) // 2 if tensor.data_type in HALVED else count * each
