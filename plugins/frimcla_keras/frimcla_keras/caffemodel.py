"""Weights in a ``.caffemodel``: a message of Protocol Buffers, read without Caffe.

Of ``NetParameter`` (src/caffe/proto/caffe.proto) only what weights need is described here;
everything else in a file is passed over. Layers of the old kind (V1) are read as the new ones.
"""

from __future__ import annotations

from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from .filling import Array, Found, Wanted, layer_of

LARGEST = 2**30
"""Bytes of one file; those of GoogLeNet are 53 million."""
MESSAGES: dict[str, dict[str, tuple[int, Any]]] = {
    "Shape": {"dim": (1, Field.TYPE_INT64)},
    "Blob": {
        "num": (1, Field.TYPE_INT32),
        "channels": (2, Field.TYPE_INT32),
        "height": (3, Field.TYPE_INT32),
        "width": (4, Field.TYPE_INT32),
        "data": (5, Field.TYPE_FLOAT),
        "shape": (7, "Shape"),
        "double_data": (8, Field.TYPE_DOUBLE),
    },
    "OldLayer": {"name": (4, Field.TYPE_BYTES), "blobs": (6, "Blob")},
    "Layer": {"name": (1, Field.TYPE_BYTES), "blobs": (7, "Blob")},
    "Net": {"layers": (2, "OldLayer"), "layer": (100, "Layer")},
}
"""Fields by message: number and type. All are repeated: one value reads as a list of one."""
VARINT, BYTES, FIXED = 0, 2, {1: 8, 5: 4}
"""How long a field is, by the last three bits of its tag."""
MOST = 100_000
"""Parts of a file; that of GoogLeNet has some thousand."""
AXES = 32
"""Of an array, at the most; a filter has 4."""


def read(path: Path, wanted: Wanted) -> Found:
    """Return filters and offsets by layer; see `frimcla_keras.filling`."""
    if path.stat().st_size > LARGEST:
        raise ValueError(f"are over {LARGEST // 2**30} GiB")
    content = path.read_bytes()
    net = _messages()["Net"]()
    try:
        _count(content)
        net.ParseFromString(content)
    except (DecodeError, IndexError):
        raise ValueError("are damaged, or no caffemodel") from None
    found = {}
    for layer in (*net.layers, *net.layer):
        name = layer_of(b"".join(layer.name))
        if name in wanted and layer.blobs:
            shapes = wanted[name]
            ndims = [len(shape) for shape in shapes] + [4] * len(layer.blobs)
            found[name] = tuple(map(_array, layer.blobs, ndims))
    return found


def _array(blob: Any, ndim: int) -> Array:
    """Return the numbers of a blob; of old ones, which all have 4 dimensions, the last *ndim*."""
    numbers = np.array(blob.data or blob.double_data, np.float32)
    old = (*blob.num, *blob.channels, *blob.height, *blob.width)
    shape = tuple(dim for one in blob.shape for dim in one.dim) or old
    if len(shape) > AXES:
        raise ValueError(f"hold an array of {len(shape):,} axes")
    if min(shape, default=0) < 0 or prod(shape) != len(numbers):
        raise ValueError(f"hold {len(numbers)} numbers for {shape}")
    while len(shape) > ndim and shape[0] == 1:
        shape = shape[1:]
    return numbers.reshape(shape)


def _count(content: bytes) -> None:
    """Refuse what would take far more memory than its bytes: parts by the million, all empty.

    Raises:
        ValueError: There are too many.
        IndexError: The last one is cut off.
    """
    messages, count = [("Net", 0, len(content))], 0
    while messages:
        message, at, end = messages.pop()
        inner: dict[int, Any] = dict(MESSAGES[message].values())
        while at < end:
            count += 1
            if count > MOST:
                raise ValueError(f"hold over {MOST:,} parts")
            tag, at = _varint(content, at)
            if tag % 8 != BYTES:
                at = _varint(content, at)[1] if tag % 8 == VARINT else at + FIXED.get(tag % 8, 0)
                continue
            length, at = _varint(content, at)
            if isinstance(kind := inner.get(tag // 8), str):
                messages.append((kind, at, min(at + length, end)))
            at += length


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return the number at a place, base 128 and the lowest digit first, and the next place."""
    value = 0
    for shift in range(0, 70, 7):
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
    return value, at


@cache
def _messages() -> dict[str, Any]:
    """Return a class for each message, as a generated file would have it."""
    file = FileDescriptorProto(name="caffe.proto", package="caffe")
    for message, fields in MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            field = described.field.add(name=name, number=number, label=Field.LABEL_REPEATED)
            if isinstance(kind, str):
                field.type, field.type_name = Field.TYPE_MESSAGE, f".caffe.{kind}"
            else:
                field.type = kind
    pool = DescriptorPool()
    pool.Add(file)
    found = {name: pool.FindMessageTypeByName(f"caffe.{name}") for name in MESSAGES}
    return {name: GetMessageClass(descriptor) for name, descriptor in found.items()}
