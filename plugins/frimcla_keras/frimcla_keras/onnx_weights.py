"""Weights in an ONNX file that was made of a Caffe model, such as those of the ONNX model zoo.

Caffe2 called the weights of a layer ``conv1/7x7_s2_w_0`` and ``conv1/7x7_s2_b_0``. The graph of
the file is not looked at, and nothing of it is run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla_onnx.refusing import RefusedError
from frimcla_onnx.wire import locations

from .filling import Array, Found, Wanted, layer_of

LARGEST = 2**30
"""Bytes of one file; those of GoogLeNet are 28 million."""
ENDINGS = ("_w_0", "_b_0")


def read(path: Path, wanted: Wanted) -> Found:
    """Return filters and offsets by layer; see `frimcla_keras.filling`."""
    import onnx
    from google.protobuf.message import DecodeError

    if path.stat().st_size > LARGEST:
        raise ValueError(f"are over {LARGEST // 2**30} GiB")
    try:
        locations(path)  # a small file may hold millions of parts, each of which takes memory
        model = onnx.load(path, format="protobuf", load_external_data=False)
        tensors = {layer_of(tensor.name): tensor for tensor in model.graph.initializer}
    except (DecodeError, RefusedError, UnicodeDecodeError):  # the latter by older ones, for names
        raise ValueError("are damaged, or no ONNX file") from None
    found = {}
    for name in wanted:
        here = [tensors.get(f"{name}{ending}") for ending in ENDINGS]
        if None not in here:
            found[name] = tuple(map(_array, here))
    return found


def _array(tensor: Any) -> Array:
    import onnx

    if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ValueError(f"read other files ({tensor.name})")
    if tensor.data_type != onnx.TensorProto.FLOAT:
        raise ValueError(f"hold something other than 32-bit numbers ({tensor.name})")
    try:
        return onnx.numpy_helper.to_array(tensor)
    except Exception:  # it tells of too few numbers, or too many, in several classes
        raise ValueError(f"are damaged ({tensor.name})") from None
