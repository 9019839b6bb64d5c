"""Makes ``frimcla_keras/published.json`` out of the installed Keras: run it once per new Keras.

    python plugins/frimcla_keras/tests/published.py [FILE]

Each network asks Keras for its file after it is built. Here that question is written down and
not answered, so nothing is downloaded and nothing is typed off by hand.
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
from frimcla_keras.networks import NETS

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
    size = {
        "parameters": network.count_params(),
        "features": network.output_shape[-1],
        "multiply_adds": multiply_adds(network),
    }
    del network
    keras.backend.clear_session(free_memory=True)
    return file | size


def network(name: str) -> dict[str, Any]:
    """Return every published file of one class, by width and by head."""
    print(name, file=sys.stderr, flush=True)
    return {
        str(width): {"no_top": variant(name, width, False), "top": variant(name, width, True)}
        for width in WIDTHS.get(name, (1.0,))
    }


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    found = {name: network(name) for name in CLASSES}
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
