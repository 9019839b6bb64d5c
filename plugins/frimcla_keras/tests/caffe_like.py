"""GoogLeNet and OverFeat as others have them: drawn weights, their files, and their graphs.

Written without a line of ours: the files by hand, byte for byte as Protocol Buffers has them, and
the graph of ONNX's own operators, with Caffe's borders and its normalisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

Weights = dict[str, tuple[np.ndarray, np.ndarray]]
WIDTHS = """
3a 192  64  96 128 16  32  32
3b 256 128 128 192 32  96  64
4a 480 192  96 208 16  48  64
4b 512 160 112 224 24  64  64
4c 512 128 128 256 24  64  64
4d 512 112 144 288 32  64  64
4e 528 256 160 320 32 128 128
5a 832 256 160 320 32 128 128
5b 832 384 192 384 48 128 128
"""
"""Table 1 of Szegedy et al. 2015, with the number of channels that come in."""
OVERFEAT = {
    "overfeat": (
        *((96, 3, 11, 4, 0, 2), (256, 96, 5, 1, 0, 2), (512, 256, 3, 1, 1, 0)),
        *((1024, 512, 3, 1, 1, 0), (1024, 1024, 3, 1, 1, 2), (3072, 1024, 6, 1, 0, 0)),
        *((4096, 3072, 1, 1, 0, 0), (1000, 4096, 1, 1, 0, 0)),
    ),
    "overfeat_accurate": (
        *((96, 3, 7, 2, 0, 3), (256, 96, 7, 1, 0, 2), (512, 256, 3, 1, 1, 0)),
        *((512, 512, 3, 1, 1, 0), (1024, 512, 3, 1, 1, 0), (1024, 1024, 3, 1, 1, 3)),
        *((4096, 1024, 5, 1, 0, 0), (4096, 4096, 1, 1, 0, 0), (1000, 4096, 1, 1, 0, 0)),
    ),
}
"""Filters, channels that come in, their side, stride, border, and side of the pooling behind it."""
SIDES = {"googlenet": 224, "overfeat": 231, "overfeat_accurate": 221}


def shapes() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield every layer with weights and the shape of its filters, as Caffe has them."""
    yield "conv1/7x7_s2", (64, 3, 7, 7)
    yield "conv2/3x3_reduce", (64, 64, 1, 1)
    yield "conv2/3x3", (192, 64, 3, 3)
    for line in WIDTHS.split("\n")[1:-1]:
        name, *numbers = line.split()
        into, plain, before_3, of_3, before_5, of_5, pool = map(int, numbers)
        yield f"inception_{name}/1x1", (plain, into, 1, 1)
        yield f"inception_{name}/3x3_reduce", (before_3, into, 1, 1)
        yield f"inception_{name}/3x3", (of_3, before_3, 3, 3)
        yield f"inception_{name}/5x5_reduce", (before_5, into, 1, 1)
        yield f"inception_{name}/5x5", (of_5, before_5, 5, 5)
        yield f"inception_{name}/pool_proj", (pool, into, 1, 1)
    yield "loss3/classifier", (1000, 1024)


def drawn(seed: int) -> Weights:
    """Return weights of GoogLeNet that neither drown signals nor let them fade."""
    rng = np.random.default_rng(seed)
    return {name: _layer(rng, shape, 3) for name, shape in shapes()}


def drawn_overfeat(name: str, layers: int = 9) -> Weights:
    """Return weights of the first *layers* of an OverFeat."""
    rng = np.random.default_rng(8)
    kernels = [(out, into, side, side) for out, into, side, *_ in OVERFEAT[name][:layers]]
    return {f"conv{k}": _layer(rng, shape, 0.2) for k, shape in enumerate(kernels, start=1)}


def _layer(rng: Any, shape: tuple[int, ...], offsets: float) -> tuple[np.ndarray, np.ndarray]:
    kernel = rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[1:])))
    return kernel, np.float32(offsets) * rng.standard_normal(shape[0], np.float32)


def varint(number: int) -> bytes:
    """Return a number in base 128, the lowest digit first."""
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + varint(high) if high else bytes([low])


def field(number: int, content: bytes | int) -> bytes:
    """Return one field of a message."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(array: np.ndarray, *, old: bool) -> bytes:
    """Return numbers as Caffe writes them: of old files, every array has four dimensions."""
    numbers = field(5, array.astype("<f4").tobytes())
    if old:
        four = (1,) * (4 - array.ndim) + array.shape
        return b"".join(field(k, dim) for k, dim in enumerate(four, start=1)) + numbers
    return field(7, field(1, b"".join(map(varint, array.shape)))) + numbers


def caffemodel(path: Path, weights: Weights, *, old: bool) -> Path:
    """Write a .caffemodel: of the old kind of layers (V1), as that of GoogLeNet, or of today's."""
    with path.open("wb") as file:
        file.write(field(1, b"GoogleNet"))
        for name, arrays in {"data": (), **weights, "loss1/fc": (np.ones((3, 4)),)}.items():
            blobs = [blob(np.asarray(array), old=old) for array in arrays]
            if old:
                type_ = 4  # a convolution; not looked at
                parts = [field(2, b"below"), field(4, name.encode()), field(5, type_)]
                parts += [field(6, one) for one in blobs]
                file.write(field(2, b"".join(parts)))
            else:
                parts = [field(1, name.encode()), field(2, b"Convolution")]
                parts += [field(7, one) for one in blobs]
                file.write(field(100, b"".join(parts)))
    return path


def net_weight(path: Path, weights: Weights, size: int) -> Path:
    """Write a file as OverFeat's; what is missing to *size* bytes is 0 and takes no room."""
    with path.open("wb") as file:
        for arrays in weights.values():
            for array in arrays:
                file.write(array.astype("<f4").tobytes())
        file.truncate(size)
    return path


class Graph:
    """Nodes of ONNX, one after the other; what a node gives is called like the node."""

    def __init__(self, weights: Weights) -> None:
        self.weights, self.nodes = weights, []

    def add(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def convolved(self, x: str, name: str, stride: int = 1, border: int | None = None) -> str:
        side = self.weights[name][0].shape[-1]
        pads = [side // 2 if border is None else border] * 4
        weights = [f"{name}_w_0", f"{name}_b_0"]
        x = self.add("Conv", [x, *weights], f"{name}_x", pads=pads, strides=[stride, stride])
        return self.add("Relu", [x], name)

    def halved(self, x: str, name: str) -> str:
        how = {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}
        return self.add("MaxPool", [x], name, **how)

    def normalised(self, x: str, name: str) -> str:
        return self.add("LRN", [x], name, size=5, alpha=1e-4, beta=0.75, bias=1.0)

    def inception(self, x: str, name: str) -> str:
        def branch(*parts: str) -> str:
            y = x
            for part in parts:
                y = self.convolved(y, f"{name}/{part}")
            return y

        pool = {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1]}
        branches = [branch("1x1"), branch("3x3_reduce", "3x3"), branch("5x5_reduce", "5x5")]
        pooled = self.add("MaxPool", [x], f"{name}/pool", **pool)
        branches.append(self.convolved(pooled, f"{name}/pool_proj"))
        return self.add("Concat", branches, f"{name}/output", axis=1)

    def model(self, side: int, outputs: list[str]) -> onnx.ModelProto:
        kind = onnx.TensorProto.FLOAT
        tensors = [
            numpy_helper.from_array(array, f"{name}_{end}_0")
            for name, arrays in self.weights.items()
            for end, array in zip("wb", arrays, strict=True)
        ]
        graph = helper.make_graph(
            self.nodes,
            "net",
            [helper.make_tensor_value_info("data_0", kind, ["n", 3, side, side])],
            [helper.make_tensor_value_info(name, kind, None) for name in outputs],
            tensors,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def googlenet(weights: Weights) -> onnx.ModelProto:
    """Return the graph of bvlc_googlenet (deploy.prototxt)."""
    graph = Graph(weights)
    x = graph.convolved("data_0", "conv1/7x7_s2", stride=2, border=3)
    x = graph.normalised(graph.halved(x, "pool1/3x3_s2"), "pool1/norm1")
    x = graph.convolved(graph.convolved(x, "conv2/3x3_reduce"), "conv2/3x3")
    x = graph.halved(graph.normalised(x, "conv2/norm2"), "pool2/3x3_s2")
    x = graph.inception(graph.inception(x, "inception_3a"), "inception_3b")
    x = graph.halved(x, "pool3/3x3_s2")
    for letter in "abcde":
        x = graph.inception(x, f"inception_4{letter}")
    x = graph.halved(x, "pool4/3x3_s2")
    x = graph.inception(graph.inception(x, "inception_5a"), "inception_5b")
    x = graph.add("AveragePool", [x], "pool5/7x7_s1", kernel_shape=[7, 7])
    features = graph.add("Flatten", [x], "features")
    last = [features, "loss3/classifier_w_0", "loss3/classifier_b_0"]
    scores = graph.add("Gemm", last, "loss3/classifier", transB=1)
    head = graph.add("Softmax", [scores], "prob_1", axis=1)
    return graph.model(224, ["conv2/norm2", "inception_3a/output", features, head])


def overfeat(name: str, weights: Weights) -> onnx.ModelProto:
    """Return the graph of the layers of OverFeat that *weights* has, the last one as it is."""
    graph, x = Graph(weights), "data_0"
    for number, (*_, stride, border, pooled) in enumerate(OVERFEAT[name], start=1):
        if f"conv{number}" not in weights:
            break
        last = x = graph.convolved(x, f"conv{number}", stride, border)
        if pooled:
            square = [pooled, pooled]
            x = graph.add("MaxPool", [x], f"pool{number}", kernel_shape=square, strides=square)
    return graph.model(SIDES[name], [last])


def prepared(name: str, images: np.ndarray) -> np.ndarray:
    """Return pixels as a network was trained on them: numbers of bvlc_googlenet and OverFeat."""
    pixels = images.astype(np.float32)
    return (
        pixels[..., ::-1] - (104, 117, 123)
        if name == "googlenet"
        else ((pixels - 118.380948) / 61.896913)
    )


def computed(model: onnx.ModelProto, images: np.ndarray) -> dict[str, np.ndarray]:
    """Run a graph on images of floats (n, side, side, 3)."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    found = session.run(names, {"data_0": images.transpose(0, 3, 1, 2).astype(np.float32)})
    return dict(zip(names, found, strict=True))
