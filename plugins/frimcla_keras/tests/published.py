"""Makes ``frimcla_keras/published.json`` out of the installed Keras: run it once per new Keras.

    python plugins/frimcla_keras/tests/published.py [FILE]

Each network asks Keras for its file after it is built. Here that question is written down and
not answered, so nothing is downloaded and nothing is typed off by hand. Networks that Keras lacks
are counted in the same way; where their files are is written below.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
from keras.src.utils import file_utils

from frimcla_keras.counting import multiply_adds
from frimcla_keras.graph import bare
from frimcla_keras.networks import NETS
from frimcla_keras.spec import Spec

TARGET = Path(__file__).parents[1] / "frimcla_keras" / "published.json"
WIDTHS = {
    "MobileNet": (0.25, 0.5, 0.75, 1.0),
    "MobileNetV2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    "MobileNetV3Small": (0.75, 1.0),
    "MobileNetV3Large": (0.75, 1.0),
}
"""The widths for which Keras publishes weights, which it checks itself."""
CLASSES = (
    *("VGG16", "VGG19"),
    *("ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2"),
    *("InceptionV3", "InceptionResNetV2", "Xception"),
    *("DenseNet121", "DenseNet169", "DenseNet201"),
    *WIDTHS,
    *("NASNetMobile", "NASNetLarge"),
    *(f"EfficientNetB{size}" for size in range(8)),
    *(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "S", "M", "L")),
    *(f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
)
OVERFEAT = "https://cilvr.cs.nyu.edu/lib/exe/fetch.php?media=overfeat:overfeat-weights.tgz"
OWN = {
    "GoogLeNet": {
        "file": "googlenet-7.onnx",
        "url": "https://github.com/onnx/models/raw/4c46cd00fbdb7cd30b6c1c17ab54f2e1f4f7b177/"
        "validated/vision/classification/inception_and_googlenet/googlenet/model/googlenet-7.onnx",
        "hash": "5725ccfd90845735ce5897faf7843c3f9b13acda3c4f3bff82cb21c9337c9de8",
        "size": 28_020_232,
    },
    **{
        cls: {"file": file, "url": OVERFEAT, "hash": "", "size": 4 * numbers, "member": file}
        for cls, file, numbers in (
            ("OverFeatFast", "net_weight_0", 145_920_872),
            ("OverFeatAccurate", "net_weight_1", 144_656_488),
        )
    },
}
"""Networks of our own: a file holds all of one. The hash of GoogLeNet's is that of Git LFS; of the
files of OverFeat none was published, but their size is that of their numbers.
"""


@contextmanager
def asked() -> Iterator[list[dict[str, Any]]]:
    """Give the list to which every file that Keras asks for is added, unanswered."""
    files: list[dict[str, Any]] = []

    def get_file(fname: str, origin: str, file_hash: str | None = None, **_: Any) -> str:
        files.append({"file": fname, "url": origin, "hash": file_hash or ""})
        return fname

    before = file_utils.get_file, keras.Model.load_weights
    file_utils.get_file, keras.Model.load_weights = get_file, lambda *_, **__: None
    try:
        yield files
    finally:
        file_utils.get_file, keras.Model.load_weights = before


def variant(name: str, width: float, top: bool) -> dict[str, Any]:
    """Build one network and return what it asked for and how large it is."""
    # With an open shape Keras builds other blocks of NASNet than it was published with.
    side = next(net.side for net in NETS if net.cls == name)
    how: dict[str, Any] = {"include_top": top, "input_shape": (side, side, 3)}
    if name in WIDTHS:
        how |= {"alpha": width}
    with asked() as files:
        network = getattr(keras.applications, name)(weights="imagenet", **how)
    (file,) = files
    return file | counted(network)


def own_variant(name: str, top: bool) -> dict[str, Any]:
    """Build one network of our own and return its file and how large it is."""
    (net,) = (net for net in NETS if net.cls == name)
    return OWN[name] | counted(bare(Spec(network=net.name, weights="random", head=top)))


def counted(network: Any) -> dict[str, int]:
    """Return how large a network is, and forget it."""
    size = {
        "parameters": network.count_params(),
        "features": network.output_shape[-1],
        "multiply_adds": multiply_adds(network),
    }
    del network
    keras.backend.clear_session(free_memory=True)
    return size


def network(name: str) -> dict[str, Any]:
    """Return every published file of one class, by width and by head."""
    print(name, file=sys.stderr, flush=True)
    if name in OWN:
        return {"1.0": {"no_top": own_variant(name, False), "top": own_variant(name, True)}}
    return {
        str(width): {"no_top": variant(name, width, False), "top": variant(name, width, True)}
        for width in WIDTHS.get(name, (1.0,))
    }


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    found = {name: network(name) for name in (*CLASSES, *OWN)}
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
