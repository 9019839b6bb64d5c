"""Takes a network out of a file: cut where its features are, from pixels on, and tried.

Run by `frimcla_onnx.engine` in a process of its own, with bounds on memory and time: the file
may be anybody's.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from frimcla.files import sha256

from .checking import STANDARD, bytes_of, read
from .counting import multiply_adds, tell_shapes
from .embedding import embed
from .exports import answer
from .graph import Graph
from .images import COLOURS, Takes
from .layouts import layout_of
from .outside import digests
from .pooling import pooled
from .refusing import RefusedError, named
from .spec import Spec
from .trial import is_of_its_image_alone, outcome, probes

LARGEST = 2**31 - 2**20
"""Bytes of weights: one file of ONNX holds no more."""
OLDEST_IR = 4
"""Version of the format since which weights are no inputs."""


def main() -> None:
    """Take the network that is told, and write it to the file that is named."""
    answer(answered)


def answered(told: dict[str, Any], target: Path) -> dict[str, Any]:
    """Return what is known of the network, written to *target*, or why it is not used."""
    content, data = told.pop("content"), told.pop("data")
    try:
        return _taken(Spec(**told), content, data, target)
    except RefusedError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "it takes too much memory; name a smaller network, or a smaller side"}


def _taken(spec: Spec, content: str, data: dict[str, str], target: Path) -> dict[str, Any]:
    model = _read(spec, content, data)
    graph = Graph.of(model)
    takes = Takes.of(graph.image, spec)
    tensor = graph.wanted(spec.layer)
    layout = layout_of(graph, tensor, takes.layout)
    cut, name = _cut(model, graph, takes, tensor, spec)
    del model, graph  # the weights are in memory once more as it is
    images = probes(spec.side)[: takes.batch or 2]
    images = np.resize(images, (takes.batch or 2, *images.shape[1:]))
    (found,) = outcome(cut, images)
    shape = np.shape(found)
    if shape[:1] != (len(images),):
        sizes = " x ".join(map(str, shape)) or "one number"
        what = f"its layer {named(tensor)} gives {sizes} for {len(images)} images"
        raise RefusedError(f"{what}, no row for each; name another layer")
    nodes, constants = pooled(tensor, shape, spec.pooling, layout, f"{name}_features")
    cut.graph.node.extend(nodes)
    cut.graph.initializer.extend(constants)
    _gives(cut, f"{name}_features", TensorProto.FLOAT, 2)
    _write(cut, target)
    if not is_of_its_image_alone(target, spec.side):
        if takes.batch > 1:
            what = f"a row depends on the other images of its {takes.batch}"
            raise RefusedError(f"{what}; export it for one image, or for any number")
        cut.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
        _write(cut, target)
        images = images[:1]
    width = outcome(cut, images)[0].shape[1]
    counted = tell_shapes(cut)
    shapes = outcome(cut, images) if counted else []
    work = multiply_adds(counted, [list(map(int, shape)) for shape in shapes])
    return {"features": width, "multiply_adds": work / len(images)}


def _read(spec: Spec, content: str, data: dict[str, str]) -> Any:
    """Return the model, if it and its data are still what was told."""
    found = spec.path.read_bytes()
    if sha256(found) != content or digests(spec.path, list(data)) != data:
        raise RefusedError("it was changed while it was read; run the same command again")
    return read(found)


def _cut(model: Any, graph: Graph, takes: Takes, tensor: str, spec: Spec) -> tuple[Any, str]:
    """Return the model from ``uint8`` RGB to *tensor*, all data in it, and a name of our own."""
    name = _unused(model.graph)
    made, constants = takes.of_rgb(graph.image.name, f"{name}_images", spec)
    nodes = graph.needed(tensor)
    used = {given for node in nodes for given in node.input}
    cut = helper.make_model(
        helper.make_graph([*made, *nodes], "network", [], [], constants),
        opset_imports=[entry for entry in model.opset_import if entry.domain in STANDARD],
        ir_version=max(model.ir_version, OLDEST_IR),
    )
    size = 0
    for given in model.graph.initializer:
        if given.name not in used:
            continue
        size += bytes_of(given)
        if size > LARGEST:
            raise RefusedError("its weights are over 2 GB; name a smaller network")
        embed(cut.graph.initializer.add(), given, spec.path)
    shape = [takes.batch or "n", spec.side, spec.side, COLOURS]
    images = helper.make_tensor_value_info(f"{name}_images", TensorProto.UINT8, shape)
    cut.graph.input.append(images)
    _gives(cut, tensor, TensorProto.UNDEFINED, 0)
    return cut, name


def _unused(graph: Any) -> str:
    """Return a word that no name in *graph* begins with, up to its first ``_``."""
    names = {name for node in graph.node for name in (*node.input, *node.output)}
    names |= {given.name for given in (*graph.initializer, *graph.input)}
    taken = {name.partition("_")[0] for name in names}
    return next(name for name in map("frimcla{}".format, count()) if name not in taken)


def _gives(cut: Any, tensor: str, kind: int, axes: int) -> None:
    """Make *tensor* the output of a model; a type that is not known is found by ONNX Runtime."""
    del cut.graph.output[:]
    if kind:
        output = helper.make_tensor_value_info(tensor, kind, [None] * axes)
    else:
        output = ValueInfoProto(name=tensor)
    cut.graph.output.append(output)


def _write(cut: Any, target: Path) -> None:
    target.write_bytes(cut.SerializeToString())
