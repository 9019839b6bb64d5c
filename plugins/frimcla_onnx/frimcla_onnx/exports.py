"""Networks of other frameworks exported to ONNX; each once, by a process of its own.

The process takes the memory of the framework with it when it ends, and later runs need neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla import versions
from frimcla.errors import FrimclaError, PluginError, ReadOnlyError, WeightsError
from frimcla.files import sha256_of_file, write_atomically
from frimcla.weights import CACHE_VARIABLE, cache_folder


@attrs.frozen(kw_only=True)
class Order:
    """A network to be exported.

    Attributes:
        key: What changes the exported network, as a name for files; weights by their content.
        by: Which function exports it, ``"package.module:function"``; it calls `answer`.
        told: What that function is told, as JSON.
        made_by: Distributions that an export depends on: a refusal by other versions is none.
        memory: Bytes that the process may take, where the system can be told; 0: as many as
            there are.
        seconds: After which it is given up; 0: never.
    """

    key: str
    by: str
    told: Mapping[str, Any]
    made_by: tuple[str, ...]
    memory: int = 0
    seconds: float = 0


@attrs.frozen(kw_only=True)
class Exported:
    """What became of an export.

    Attributes:
        path: The ONNX file, or None where it cannot stand for the network.
        why: Why not.
        facts: What the export said of it.
    """

    path: Path | None
    why: str = ""
    facts: Mapping[str, Any] = attrs.field(factory=dict)


def exported(order: Order) -> Exported:
    """Return the exported network, from the cache if it was exported before.

    Raises:
        WeightsError: The weights are not of this network.
        PluginError: What was ordered does not exist, or the cache cannot be written.
    """
    if found := kept(order):
        return found
    network, record = _places(order)
    with tempfile.TemporaryDirectory(prefix="frimcla-") as folder:
        fresh = Path(folder) / "network.onnx"
        said = _in_another_process(order, fresh)
        if said.get("lost"):  # killed, most likely for want of memory: it may work next time
            return Exported(path=None, why=said["lost"])
        if not said.get("refused"):
            said["sha256"] = sha256_of_file(fresh)
            _keep(network, fresh.read_bytes())
    said["versions"] = versions.of(order.made_by)
    _keep(record, json.dumps(said, indent=1).encode())
    if said.get("refused"):
        return Exported(path=None, why=said["refused"])
    return Exported(path=network, facts=said)


def kept(order: Order) -> Exported | None:
    """Return what became of an export before, from the cache; None of one that is to be made."""
    network, record = _places(order)
    try:
        facts = json.loads(record.read_text("utf-8"))
        if facts.get("refused") and facts["versions"] == versions.of(order.made_by):
            return Exported(path=None, why=facts["refused"])
        if facts.get("sha256") == sha256_of_file(network):
            return Exported(path=network, facts=facts)
    except (OSError, ValueError, KeyError, AttributeError):
        pass  # never exported, or damaged
    return None


def answer(export: Callable[[dict[str, Any], Path], dict[str, Any]]) -> None:
    """Export, in the process of its own: what was told stands on standard input.

    Args:
        export: Gets what was told and the file to write. Returns ``{"refused": why}`` where the
            export cannot stand for the network, else what is worth keeping of it.
    """
    try:
        said = export(json.loads(sys.stdin.read()), Path(sys.argv[1]))
    except WeightsError as error:
        said = {"weights": str(error)}
    except FrimclaError as error:
        said = {"error": str(error)}
    print(json.dumps(said))


def bound(memory: int) -> None:
    """Keep this process to so many bytes of memory, where the system can be told; 0: do not."""
    if memory and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _places(order: Order) -> tuple[Path, Path]:
    """Return where the network and what is known of it are kept."""
    home = cache_folder() / "onnx"
    return home / f"{order.key}.onnx", home / f"{order.key}.json"


def _keep(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except (OSError, ReadOnlyError) as error:
        reason = getattr(error, "strerror", None) or "it is read-only, or a file"
        what = f"the cache folder {cache_folder()} cannot be written ({reason})"
        raise PluginError(f"{what}; set {CACHE_VARIABLE} to a folder that can be") from None


def _in_another_process(order: Order, target: Path) -> dict[str, Any]:
    module, _, function = order.by.partition(":")
    code = f"from {__name__} import bound; bound({order.memory})\n"
    code += f"from {module} import {function}; {function}()"
    try:
        done = subprocess.run(
            # -P: a file named like a module in the working folder must not be run instead of it
            [sys.executable, "-P", "-c", code, str(target)],
            input=json.dumps(dict(order.told)),
            capture_output=True,
            text=True,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
            check=False,
            timeout=order.seconds or None,
        )
    except subprocess.TimeoutExpired:
        return {"lost": f"it was given up after {order.seconds:g} seconds"}
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
