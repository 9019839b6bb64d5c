"""The extractor keeps every rule of its contract, whatever kind of network it is given."""

import atexit
import shutil
import tempfile
from pathlib import Path

import made_networks as made
from onnx import TensorProto

from frimcla.testing import conformance
from frimcla_onnx import plugin

HOME = Path(tempfile.mkdtemp(prefix="frimcla-"))
"""Rules are collected before any fixture is made."""
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def conforms(name, **kind):
    path = made.classifier(HOME / f"{name}.onnx", **kind)
    return conformance(plugin, values={"onnx": {"model": str(path), "side": made.SIDE}})


test_any_number_of_images = conforms("any")
test_three_at_once_with_channels_last = conforms("last", batch=3, last=True, kind=TensorProto.UINT8)
