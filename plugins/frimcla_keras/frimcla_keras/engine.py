"""Which engine runs a network here. Imported when a study begins, not for menus."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .exports import exported
from .spec import Spec

NVIDIA = Path("/proc/driver/nvidia/gpus"), Path("/dev/nvidiactl"), Path("/dev/dxg")
"""Where Linux shows a driver of NVIDIA, the last one within Windows (WSL)."""


def decide(wanted: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the engine of a network, exported if need be, and a notice.

    Args:
        wanted: ``"auto"``: Keras on a GPU, else ONNX Runtime; or one of them.
        values: The network and its parameters.

    Returns:
        ``"onnx"`` or ``"keras"``, and why it is not the one that was wanted, if so.

    Raises:
        WeightsError: The weights are missing, or not of this network.
        PluginError: The layer does not exist.
    """
    spec = Spec.of(values)
    if wanted == "keras" or (wanted == "auto" and _gpu()):
        spec.file()
        return "keras", ""
    found = exported(spec)
    if found.path:
        return "onnx", ""
    return "keras", f"{spec.net.label} runs by Keras, slower: its ONNX export failed, {found.why}"


def _gpu() -> bool:
    """Say whether TensorFlow can use a GPU; it is asked only where there may be one."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in {"", "-1"}:
        return False
    if sys.platform != "darwin" and not any(path.exists() for path in NVIDIA):
        return False
    from .graph import on_gpu

    return on_gpu()
