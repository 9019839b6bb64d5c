"""Exports a network to ONNX, once, in a process of its own; and the cache of what was exported.

The process takes the memory of TensorFlow with it when it ends, and later runs need neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import FrimclaError, PluginError, WeightsError
from frimcla.files import sha256_of_file, write_atomically
from frimcla.weights import cache_folder

from .spec import Spec

TOLERANCE = 1e-5
"""Of the largest feature: what an exported network may differ by from Keras."""
HOPELESS = 1e-3
"""What it may never differ by, however Keras itself rounds."""


@attrs.frozen(kw_only=True)
class Exported:
    """What became of an export.

    Attributes:
        path: The ONNX file, or None where it cannot stand for the network.
        why: Why not.
    """

    path: Path | None
    why: str = ""


def exported(spec: Spec) -> Exported:
    """Return the exported network, from the cache if it was exported before.

    Raises:
        WeightsError: The weights are missing, or not of this network.
        PluginError: The layer does not exist.
    """
    home = cache_folder() / "onnx"
    network, record = home / f"{spec.key}.onnx", home / f"{spec.key}.json"
    try:
        kept = json.loads(record.read_text("utf-8"))
        if kept.get("refused"):
            return Exported(path=None, why=kept["refused"])
        if kept["sha256"] == sha256_of_file(network):
            return Exported(path=network)
    except (OSError, ValueError, KeyError, AttributeError):
        pass  # never exported, or damaged: export
    with tempfile.TemporaryDirectory(prefix="frimcla-") as folder:
        fresh = Path(folder) / "network.onnx"
        said = _in_another_process(spec, fresh)
        if said.get("lost"):  # killed, most likely for want of memory: it may work next time
            return Exported(path=None, why=said["lost"])
        if not said.get("refused"):
            said["sha256"] = sha256_of_file(fresh)
            write_atomically(network, fresh.read_bytes())
    write_atomically(record, json.dumps(said, indent=1).encode())
    if said.get("refused"):
        return Exported(path=None, why=said["refused"])
    return Exported(path=network)


def _in_another_process(spec: Spec, target: Path) -> dict[str, Any]:
    code = "from frimcla_keras.exporting import main; main()"
    done = subprocess.run(
        # -P: a file named like a module in the working folder must not be run instead of it
        [sys.executable, "-P", "-c", code, str(target)],
        input=json.dumps(attrs.asdict(spec)),
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        check=False,
    )
    try:
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        return {"lost": f"the export was lost ({last[:200]})"}
    if "weights" in said:
        raise WeightsError(said["weights"])
    if "error" in said:
        raise PluginError(said["error"])
    return said


def main() -> None:
    """Export the network that standard input describes to the file that is named; say how."""
    spec = Spec(**json.loads(sys.stdin.read()))
    try:
        said = _export(spec, Path(sys.argv[1]))
    except WeightsError as error:
        said = {"weights": str(error)}
    except FrimclaError as error:
        said = {"error": str(error)}
    print(json.dumps(said))


def _export(spec: Spec, target: Path) -> dict[str, Any]:
    from .graph import build

    model = build(spec)
    try:
        _write(model, target)
        difference, allowed = _difference(spec, model, target)
    except Exception as error:  # whatever an exporter of graphs may raise
        why = (str(error).strip().splitlines() or [""])[0][:200]
        return {"refused": f"{type(error).__name__}: {why}"}
    if not difference <= allowed:
        return {"refused": f"it differs by {difference:.1g} of the largest feature"}
    from importlib.metadata import version

    made_by = ("keras", "tensorflow", "tf2onnx", "onnx", "onnxruntime")
    versions = {name: version(name) for name in made_by}
    return {"difference": difference, "features": model.output.shape[-1], "versions": versions}


def _write(model: Any, target: Path) -> None:
    import tensorflow as tf
    import tf2onnx

    from .rewriting import exportable

    signature = (tf.TensorSpec((None, *model.input.shape[1:]), tf.uint8, name="images"),)
    # No optimizers: they copy the graph for each step (7.5 GB for ResNet50), one of them fails
    # on MobileNetV3, and ONNX Runtime does the same when it loads.
    tf2onnx.convert.from_keras(
        exportable(model), signature, opset=17, optimizers={}, output_path=str(target)
    )


def _difference(spec: Spec, model: Any, target: Path) -> tuple[float, float]:
    """Return how far the export is off on the probe images, and how far it may be.

    Both as shares of the largest feature. It is off Keras; where that is too much, off Keras in
    double precision: two ways of rounding may each be right and twice as far from each other.
    And where Keras itself is further off than `TOLERANCE`, as deep networks with random weights
    are, the export may be off twice as far.
    """
    import numpy as np

    from frimcla_onnx.session import Session

    from .fit import Fit
    from .graph import in_double_precision
    from .probing import probe_images

    images = np.stack([Fit(spec.net.side, "squash")(image) for image in probe_images()])

    def features(network: Any) -> Any:
        one_by_one = (images[k : k + 1] for k in range(len(images)))  # Keras keeps every layer's
        return np.concatenate([np.asarray(network(i, training=False)) for i in one_by_one])

    def apart(rows: Any, truth: Any) -> float:
        return float(np.abs(rows - truth).max() / np.abs(truth).max())

    exported_rows, rows = Session(target)(images), features(model)
    found = apart(exported_rows, rows)
    if found <= TOLERANCE:
        return found, TOLERANCE
    truth = features(in_double_precision(spec, model))
    own = apart(rows, truth)
    return apart(exported_rows, truth), max(TOLERANCE, min(2 * own, HOPELESS))
