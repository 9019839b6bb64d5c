"""The networks that were exported to ONNX; each once, by a process of its own.

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

from frimcla import versions
from frimcla.errors import PluginError, ReadOnlyError, WeightsError
from frimcla.files import sha256_of_file, write_atomically
from frimcla.weights import CACHE_VARIABLE, cache_folder

from .spec import Spec

MADE_BY = ("keras", "onnx", "onnxruntime", "tensorflow", "tf2onnx")
"""What an export depends on; a refusal by other versions is no refusal."""


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
        if kept.get("refused") and kept["versions"] == versions.of(MADE_BY):
            return Exported(path=None, why=kept["refused"])
        if kept.get("sha256") == sha256_of_file(network):
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
            _keep(network, fresh.read_bytes())
    said["versions"] = versions.of(MADE_BY)
    _keep(record, json.dumps(said, indent=1).encode())
    if said.get("refused"):
        return Exported(path=None, why=said["refused"])
    return Exported(path=network)


def _keep(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except (OSError, ReadOnlyError) as error:
        reason = getattr(error, "strerror", None) or "it is read-only, or a file"
        what = f"the cache folder {cache_folder()} cannot be written ({reason})"
        raise PluginError(f"{what}; set {CACHE_VARIABLE} to a folder that can be") from None


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
