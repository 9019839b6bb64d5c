"""Exports a model, once, before a study describes anything."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from frimcla.errors import FrimclaError, PluginError
from frimcla_onnx.exports import Exported, exported, kept

from .safe_tensors import check_weights_file
from .spec import Spec

NEEDED = {"timm": ("onnx", "safetensors", "timm", "torch")}
NEEDED["huggingface"] = ("onnx", "safetensors", "torch", "transformers")
"""What exports a model of each source."""


def decide(wanted: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return ``"onnx"``, after the model was exported, and a notice.

    Args:
        wanted: ``"auto"``, ``"onnx"``, or another engine, which does not run it.
        values: The model and its parameters.

    Raises:
        WeightsError: The weights are missing, or not of this model.
        PluginError: It cannot be exported here.
    """
    spec = Spec.of(values)
    try:
        spec.check()
    except ValueError as error:
        raise PluginError(f"{spec.source}: {error}") from None
    prepared(spec)
    notices = []
    if wanted not in {"auto", "onnx"}:
        notices.append(f"{spec.model} runs by ONNX Runtime: {wanted} does not run it")
    if spec.known and "-NC-" in spec.known.licence and spec.published:
        notices.append(f"{spec.model}: its weights are {spec.known.licence}, not for commerce")
    return "onnx", "; ".join(notices)


def prepared(spec: Spec) -> Exported:
    """Return the exported model, from the cache if it was exported before.

    Raises:
        WeightsError: The weights are missing, or not of this model.
        PluginError: It cannot be exported here.
    """
    order = spec.order
    if found := kept(order):
        return _good(found, spec)
    if weights := order.told["files"].get("weights"):
        check_weights_file(Path(weights), spec.model)
    if lacking := [name for name in NEEDED[spec.source] if not find_spec(name)]:
        what = f"{spec.model} must be exported once, which takes {' and '.join(lacking)}"
        how = "pip install 'frimcla-torch[export]'"
        raise PluginError(f"{what}: {how}, here or where FRIMCLA_CACHE is shared")
    return _good(exported(order), spec)


def work_of(values: Mapping[str, Any]) -> float:
    """Return million multiply-adds per image, 0 where the model was not exported yet."""
    try:
        found = kept(Spec.of(values).order)
    except (FrimclaError, OSError):
        return 0.0
    return float(found.facts["multiply_adds"]) / 1e6 if found and found.path else 0.0


def _good(found: Exported, spec: Spec) -> Exported:
    if found.path is None:
        raise PluginError(f"{spec.model} cannot be run: {found.why}")
    return found
