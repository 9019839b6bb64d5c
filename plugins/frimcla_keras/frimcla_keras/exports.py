"""What is exported of a network of Keras, and by whom."""

from __future__ import annotations

import attrs

from frimcla_onnx.exports import Exported, Order
from frimcla_onnx.exports import exported as kept

from .spec import Spec

MADE_BY = ("keras", "onnx", "onnxruntime", "tensorflow", "tf2onnx")


def exported(spec: Spec) -> Exported:
    """Return the exported network, from the cache if it was exported before.

    Raises:
        WeightsError: The weights are missing, or not of this network.
        PluginError: The layer does not exist.
    """
    return kept(
        Order(
            key=spec.key,
            by="frimcla_keras.exporting:main",
            told=attrs.asdict(spec),
            made_by=MADE_BY,
        )
    )
