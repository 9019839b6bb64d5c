"""Every network, built, compared with Keras and exported: for an hour or two, not for each push.

    python plugins/frimcla_keras/tests/all_networks.py [NAME ...]

Weights are drawn, so nothing is downloaded. Each network has a process of its own, which takes
its memory with it; the largest need 10 GB. One line per network; exit code 1 if any fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def check(net: Net, folder: Path) -> str:
    """Return what was measured; an assertion fails where it is not what was promised."""
    from frimcla_keras.counting import multiply_adds
    from frimcla_keras.exports import exported
    from frimcla_keras.graph import build
    from frimcla_keras.published import _published
    from frimcla_keras.spec import Spec
    from frimcla_onnx.session import Session

    # ruff: isort: split
    import keras

    make = getattr(keras.applications, net.cls)
    model = make(
        include_top=False, weights=None, input_shape=(net.side, net.side, 3), pooling="avg"
    )
    variant = _published()[net.cls]["1.0"]["no_top"]
    published, counted = variant["parameters"], multiply_adds(model)
    assert model.count_params() == published, f"{model.count_params()} parameters, {published}"
    assert counted == variant["multiply_adds"], f"{counted} multiply-adds"
    module = getattr(keras.applications, MODULES.get(net.cls, net.cls.lower()))
    enliven(model, module.preprocess_input(pictures(net.side)))
    model.save_weights(folder / "drawn.weights.h5")

    images = pictures(net.side).astype(np.uint8)
    prepared = module.preprocess_input(images.astype(np.float32))
    expected = np.asarray(model(prepared, training=False))
    spec = Spec(network=net.name, weights=str(folder / "drawn.weights.h5"))
    by_keras = np.asarray(build(spec)(images, training=False))
    assert by_keras.shape == (8, net.features), f"{by_keras.shape} features"
    assert np.isfinite(by_keras).all(), "features that are not finite"
    assert np.abs(by_keras.sum(axis=1) - 1).min() > 1e-3, "rows that sum to 1"
    from_keras = difference(by_keras, expected)
    assert from_keras < 1e-4, f"{from_keras:.1g} from Keras"

    found = exported(spec)
    assert found.path, f"not exported: {found.why}"
    session = Session(found.path)
    rows = session(images)
    for size in (1, 3):
        parts = [session(images[k : k + size]) for k in range(0, 8, size)]
        np.testing.assert_array_equal(np.concatenate(parts), rows)
    of_onnx = difference(rows, by_keras)
    return (
        f"{published / 1e6:6.1f} M {net.features:5} from Keras {from_keras:.0e} ONNX {of_onnx:.0e}"
    )


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
