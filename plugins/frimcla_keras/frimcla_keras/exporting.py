"""Exports a network to ONNX and compares it with Keras; run by `frimcla_keras.exports`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla_onnx.exports import answer

from .spec import Spec


def main() -> None:
    """Export the network that is told to the file that is named."""
    answer(lambda told, target: _export(Spec(**told), target))


def _export(spec: Spec, target: Path) -> dict[str, Any]:
    from .graph import build

    model = build(spec)
    try:
        _write(model, target)
        found = _agreement(spec, model, target)
    except (ImportError, MemoryError):
        raise  # of this machine, not of the network
    except Exception as error:  # whatever an exporter of graphs may raise
        why = (str(error).strip().splitlines() or [""])[0][:200]
        return {"refused": f"{type(error).__name__}: {why}"}
    if not found.good:
        return {"refused": f"it differs by {found.difference:.1g} of the largest feature"}
    return {"difference": found.difference, "features": found.features}


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


def _agreement(spec: Spec, model: Any, target: Path) -> Any:
    import numpy as np

    from frimcla_onnx.agreeing import agreement

    from .graph import in_double_precision

    def features(network: Any, images: Any) -> Any:
        one_by_one = (images[k : k + 1] for k in range(len(images)))  # Keras keeps every layer's
        return np.concatenate([np.asarray(network(i, training=False)) for i in one_by_one])

    return agreement(
        target,
        spec.net.side,
        lambda images: features(model, images),
        lambda images: features(in_double_precision(spec, model), images),
    )
