"""Takes what is asked for out of a file, once, before a study describes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frimcla.errors import FrimclaError, PluginError

from .exports import Exported, exported
from .refusing import RefusedError, named
from .spec import Spec


def decide(wanted: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return ``"onnx"``, after the network has been tried, and a notice.

    Args:
        wanted: ``"auto"``, ``"onnx"``, or another engine, which runs no ONNX files.
        values: The parameters.

    Raises:
        PluginError: The network cannot be used, in one sentence.
        OSError: The file is not there.
    """
    spec = _spec(values)
    prepared(spec)
    if wanted in {"auto", "onnx"}:
        return "onnx", ""
    return "onnx", f"{spec.path.name} runs by ONNX Runtime: {wanted} does not run ONNX files"


def prepared(spec: Spec) -> Exported:
    """Return the network, from ``uint8`` images to features, from the cache if it was tried.

    Raises:
        PluginError: It cannot be used, in one sentence.
        OSError: The file is not there.
    """
    try:
        found = exported(spec.order)
    except RefusedError as error:
        found = Exported(path=None, why=str(error))
    if found.path is None:
        raise PluginError(f"onnx: {named(spec.path.name)}: {found.why}")
    return found


def work_of(values: Mapping[str, Any]) -> float:
    """Return million multiply-adds per image, 0 where the network cannot be used."""
    try:
        return float(prepared(_spec(values)).facts["multiply_adds"]) / 1e6
    except (FrimclaError, OSError):
        return 0.0


def _spec(values: Mapping[str, Any]) -> Spec:
    try:
        return Spec.of(values)
    except ValueError as error:
        raise PluginError(f"onnx: {error}") from None
