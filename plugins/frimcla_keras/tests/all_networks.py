"""Every network, built, compared and exported: for an hour or two, not for each push.

    python plugins/frimcla_keras/tests/all_networks.py [NAME ...]

Networks of Keras are compared with Keras, our own with ONNX's operators (`caffe_like`). Weights are
drawn, so nothing is downloaded. Each network has a process of its own, which takes
its memory with it; the largest need 13 GB. One line per network; exit code 1 if any fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import caffe_like
import numpy as np

from conftest import enliven, pictures
from frimcla_keras.networks import BY_NAME, NETS, Net

MODULES = {
    **{f"ResNet{depth}": "resnet" for depth in (50, 101, 152)},
    **{f"ResNet{depth}V2": "resnet_v2" for depth in (50, 101, 152)},
    **{f"DenseNet{depth}": "densenet" for depth in (121, 169, 201)},
    **{f"MobileNetV3{size}": "mobilenet_v3" for size in ("Small", "Large")},
    **{f"NASNet{size}": "nasnet" for size in ("Mobile", "Large")},
    **{net.cls: "efficientnet" for net in NETS if net.cls.startswith("EfficientNetB")},
    **{net.cls: "efficientnet_v2" for net in NETS if net.cls.startswith("EfficientNetV2")},
    **{net.cls: "convnext" for net in NETS if net.cls.startswith("ConvNeXt")},
    "MobileNetV2": "mobilenet_v2",
    "InceptionV3": "inception_v3",
    "InceptionResNetV2": "inception_resnet_v2",
}
"""Where `preprocess_input` is; the others are called like their modules."""


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference as a share of the largest feature."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def drawn_by_keras(net: Net, folder: Path) -> tuple[Any, Path, np.ndarray]:
    """Return a network of Keras, a file with its weights, and what it computes."""
    import keras

    make = getattr(keras.applications, net.cls)
    model = make(
        include_top=False, weights=None, input_shape=(net.side, net.side, 3), pooling="avg"
    )
    module = getattr(keras.applications, MODULES.get(net.cls, net.cls.lower()))
    images = module.preprocess_input(pictures(net.side).astype(np.uint8).astype(np.float32))
    enliven(model, module.preprocess_input(pictures(net.side)))
    model.save_weights(folder / "drawn.weights.h5")
    return model, folder / "drawn.weights.h5", np.asarray(model(images, training=False))


def drawn_by_us(net: Net, folder: Path) -> tuple[Any, Path, np.ndarray]:
    """Return a network of our own, a file as others write it, and what ONNX computes of it."""
    import onnx

    from frimcla_keras.graph import bare
    from frimcla_keras.published import _published
    from frimcla_keras.spec import Spec

    images = caffe_like.prepared(net.name, pictures(net.side).astype(np.uint8))
    if net.name == "googlenet":
        graph, file = caffe_like.googlenet(caffe_like.drawn(5)), folder / "drawn.onnx"
        onnx.save(graph, file)
        expected = caffe_like.computed(graph, images)["features"]
    else:
        weights = caffe_like.drawn_overfeat(net.name)
        size = _published()[net.cls]["1.0"]["top"]["size"]
        file = caffe_like.net_weight(folder / "net_weight", weights, size)
        del weights["conv8" if net.name == "overfeat" else "conv9"]  # of the classes
        (expected,) = caffe_like.computed(caffe_like.overfeat(net.name, weights), images).values()
    return bare(Spec(network=net.name, weights="random")), file, expected.reshape(8, -1)


def check(net: Net, folder: Path) -> str:
    """Return what was measured; an assertion fails where it is not what was promised."""
    from frimcla_keras.counting import multiply_adds
    from frimcla_keras.exports import exported
    from frimcla_keras.graph import build
    from frimcla_keras.published import _published
    from frimcla_keras.spec import Spec
    from frimcla_onnx.session import Session

    model, file, expected = (drawn_by_us if net.own else drawn_by_keras)(net, folder)
    variant = _published()[net.cls]["1.0"]["no_top"]
    published, counted = variant["parameters"], multiply_adds(model)
    assert model.count_params() == published, f"{model.count_params()} parameters, {published}"
    assert counted == variant["multiply_adds"], f"{counted} multiply-adds"
    del model
    images = pictures(net.side).astype(np.uint8)
    spec = Spec(network=net.name, weights=str(file))
    by_keras = np.asarray(build(spec)(images, training=False))
    assert by_keras.shape == (8, net.features), f"{by_keras.shape} features"
    assert np.isfinite(by_keras).all(), "features that are not finite"
    assert np.abs(by_keras.sum(axis=1) - 1).min() > 1e-3, "rows that sum to 1"
    from_keras = difference(by_keras, expected)
    assert from_keras < 1e-4, f"{from_keras:.1g} from what was expected"

    found = exported(spec)
    assert found.path, f"not exported: {found.why}"
    session = Session(found.path)
    rows = session(images)
    for size in (1, 3):
        parts = [session(images[k : k + size]) for k in range(0, 8, size)]
        np.testing.assert_array_equal(np.concatenate(parts), rows)
    of_onnx = difference(rows, by_keras)
    return f"{published / 1e6:6.1f} M {net.features:5} off {from_keras:.0e} ONNX {of_onnx:.0e}"


def one(name: str) -> None:
    """Check one network in this process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FRIMCLA_CACHE"] = folder
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        print(check(BY_NAME[name], Path(folder)))


def main(names: list[str]) -> int:
    """Check networks one after the other, all of them if none is named."""
    failed = []
    for name in names or BY_NAME:
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], capture_output=True, text=True, check=False
        )
        lines = (done.stderr if done.returncode else done.stdout).strip().splitlines()
        said = lines[-1] if lines else f"exit {done.returncode}"
        failed += [name] if done.returncode else []
        print(f"{name:20} {said} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "every network passed")
    return len(failed) > 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
