"""Exports a network to ONNX and compares it with Keras; run by `frimcla_keras.exports`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla_onnx.exports import answer

from .spec import Spec

TOLERANCE = 1e-5
"""Of the largest feature: what an exported network may differ by from Keras."""
HOPELESS = 1e-3
"""What it may never differ by, however Keras itself rounds."""


def main() -> None:
    """Export the network that is told to the file that is named."""
    answer(lambda told, target: _export(Spec(**told), target))


def _export(spec: Spec, target: Path) -> dict[str, Any]:
    from .graph import build

    model = build(spec)
    try:
        _write(model, target)
        difference, allowed = _difference(spec, model, target)
    except (ImportError, MemoryError):
        raise  # of this machine, not of the network
    except Exception as error:  # whatever an exporter of graphs may raise
        why = (str(error).strip().splitlines() or [""])[0][:200]
        return {"refused": f"{type(error).__name__}: {why}"}
    if not difference <= allowed:
        return {"refused": f"it differs by {difference:.1g} of the largest feature"}
    return {"difference": difference, "features": model.output.shape[-1]}


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

    from frimcla_onnx.fit import Fit
    from frimcla_onnx.probing import probe_images
    from frimcla_onnx.session import Session

    from .graph import in_double_precision

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
