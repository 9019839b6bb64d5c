"""How long does a prediction take? Cold, warm, and of a thousand images, against the bare engine.

    python benchmarks/predict.py [--network mobilenet_v2] [--images 1000] [--json FILE]

A study of the network (random weights) with logistic regression leaves a model; then

* cold: ``frimcla predict`` of one image in a new process, against a script that imports ONNX
  Runtime, OpenCV and scikit-learn, loads the exported network, and describes that image;
* warm: one image in Python, model loaded, against that script's loop: read, prepare, run;
* many: a thousand images on all cores, against decoding alone and the bare engine one after the
  other, which together are the bound, as in ``extract.py``.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import (
    CORES,
    decoding,
    in_turn,
    medians,
    parser,
    photographs,
    pixels_of,
    space_of,
    table,
    timed,
    verdict,
    workplace,
    write_json,
)

import frimcla

FRIMCLA = str(Path(sys.executable).with_name("frimcla"))
LEARNT = 40
"""Images of the study that leaves the model."""
STUDY = """\
images = "learnt"
output = "results"
folds = 2
controls = false
nested = false
extractors = [{{name = "{network}", weights = "random"}}]
classifiers = [{{name = "logistic_regression", C = 1.0}}]
engine = "onnx"
"""
SCRIPT = """\
import sys
import cv2, numpy, onnxruntime, sklearn.linear_model
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
(given,) = session.get_inputs()
side = given.shape[1]
image = cv2.resize(cv2.imread(sys.argv[2])[..., ::-1], (side, side))
print(session.run(None, {given.name: image[None]})[0].shape)
"""


def main() -> None:
    """Measure all three in turn, and print seconds and ratios."""
    found = parser(__doc__)
    found.add_argument("--network", default="mobilenet_v2")
    found.add_argument("--images", type=int, default=1000)
    found.add_argument("--repeats", type=int, default=3)
    options = found.parse_args()
    with workplace() as folder:
        learnt = photographs(folder / "learnt", LEARNT)
        images = photographs(folder / "new", options.images, seed=1)
        (folder / "study.toml").write_text(STUDY.format(network=options.network), "utf-8")
        frimcla.run(folder / "study.toml")
        parts = _parts(folder / "results" / "model.frimcla", options.network, learnt, images)
        middle = medians(in_turn(parts, options.repeats))
    rows = [
        ("one image, cold", middle["cold"], middle["cold_bare"]),
        ("one image, warm", middle["warm"], middle["warm_bare"]),
        (f"{len(images)} images", middle["many"], middle["decode"] + middle["engine"]),
    ]
    print(f"{options.network}, {CORES} cores, seconds")
    table(("", "FrImCla", "bare"), rows)
    ratios = {what: ours / bare for what, ours, bare in rows}
    for what, ratio in ratios.items():
        verdict(f"{what}: FrImCla / bare", ratio, "cold at most 2, else near 1")
    results = {"images": len(images), "seconds": middle, "ratios": ratios}
    write_json(options.json, {"benchmark": "predict", "network": options.network, **results})


def _parts(
    model: Path, network: str, learnt: Sequence[Any], images: Sequence[Any]
) -> dict[str, Callable[[], float]]:
    """Return what is measured."""
    space = space_of(network, weights="random")
    prepared, path = space.build(threads=1), _export(space)
    loaded = frimcla.load(model)
    one, many = images[0].files[0], [image.files[0] for image in images]
    ready = np.stack([prepared.prepare(pixels_of(image)) for image in learnt])
    engine, library = _engine(path), _library(path)
    return {
        "cold": lambda: _process([FRIMCLA, "predict", str(model), str(one)]),
        "cold_bare": lambda: _process([sys.executable, "-c", SCRIPT, str(path), str(one)]),
        "warm": lambda: timed(lambda: loaded.predict([one]))[0],
        "warm_bare": lambda: timed(lambda: library(prepared.prepare(pixels_of(images[0]))))[0],
        "many": lambda: timed(lambda: frimcla.predict(loaded, many))[0],
        "decode": lambda: decoding(images, prepared.prepare),
        "engine": lambda: timed(lambda: [engine(ready) for _ in range(len(images) // LEARNT)])[0],
    }


def _export(space: Any) -> Path:
    from frimcla_keras.exports import exported

    return Path(exported(space.build(threads=1).spec).path)


def _engine(path: Path) -> Callable[[np.ndarray], object]:
    """Return what runs the exported network on prepared images, on all cores."""
    from frimcla_onnx.session import Session

    return Session(path, threads=CORES)


def _library(path: Path) -> Callable[[np.ndarray], object]:
    """Return what runs it on one prepared image: ONNX Runtime as it comes."""
    from frimcla_onnx.session import onnxruntime

    usual = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = usual.get_inputs()[0].name
    return lambda image: usual.run(None, {name: image[None]})


def _process(command: Sequence[str]) -> float:
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))[0]


if __name__ == "__main__":
    main()
