"""T01-T06: models that ask for code, or unfold without end. Their bytes: test_bundle_attacks.py."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from bundles import forged, members, zipped
from scipy.sparse import csr_matrix, save_npz
from skops.io import loads

NAMES = ("__module__", "__class__", "__loader__")


class Trap:
    """Makes the canary where it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.canary}'",)


def node(of: str, **more: Any) -> dict[str, Any]:
    """Return an object of a schema from ``"module class loader"``."""
    return dict(zip(NAMES, of.split(), strict=True)) | more


def text(value: str) -> dict[str, Any]:
    return node("builtins str JsonNode", content=json.dumps(value), is_json=True)


def tuple_of(*values: str) -> dict[str, Any]:
    return node("builtins tuple TupleNode", content=[text(value) for value in values])


def skops(top: dict[str, Any], **files: bytes) -> bytes:
    schema = {**top, "protocol": 2, "_skops_version": "0.16.0"}
    return packed({"schema.json": json.dumps(schema).encode(), **files})


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def system(canary: Path) -> bytes:
    """Call ``os.system``, as skops calls what an object says it is made by."""
    command = tuple_of(f"touch '{canary}'")
    return skops(node("os system ConstructorFromReduceNode", content=command))


def hidden(canary: Path) -> bytes:
    """Say that the function is a number, which is trusted."""
    call = node("os system ConstructorFromReduceNode", content=tuple_of(f"touch '{canary}'"))
    return skops(node("builtins list ListNode", content=[node("builtins int TypeNode"), call]))


def caller(canary: Path) -> bytes:
    """CVE-2025-54412: a function of ``operator`` that calls another."""
    arguments = node(
        "builtins tuple TupleNode",
        content=[node("os system FunctionNode"), text(f"touch '{canary}'")],
    )
    return skops(node("operator call OperatorFuncNode", attrs=arguments))


def method(canary: Path) -> bytes:
    """CVE-2025-54413: a method that says it is of a harmless type."""
    owner = node("pathlib Path ConstructorFromReduceNode", content=tuple_of(str(canary)))
    touch = node("builtins int MethodNode", content={"func": "touch", "obj": owner})
    return skops(node("functools partial PartialNode", content={
        "func": touch, "args": tuple_of(), "kwds": text(""), "namespace": text("")}))  # fmt: skip


def objects(canary: Path) -> bytes:
    """An array of objects, which are pickles, in a classifier."""
    file = io.BytesIO()
    np.save(file, np.array([Trap(canary)]), allow_pickle=True)
    array = node("numpy ndarray NdArrayNode", type="numpy", file="a.npy", __id__=1)
    return skops(array, **{"a.npy": file.getvalue()})


ASKS = {
    system: "asks for os.system: refused",
    hidden: "asks for os.system: refused",
    caller: "asks for operator.call, os.system: refused",
    method: "cannot be read: ValueError",
    objects: "cannot be read: ValueError",
}


@pytest.mark.parametrize("attack", ASKS, ids=lambda attack: attack.__name__)
def test_a_classifier_that_asks_for_code_is_refused(attack, frimcla, home, canary) -> None:
    model = home / "model.frimcla"
    good = (home / "results" / "model.frimcla").read_bytes()
    model.write_bytes(forged(good, lambda it: None, attack(canary)))

    told = frimcla(home, "predict", "model.frimcla", "cells").refusal()

    assert told == f"model.frimcla the classifier {ASKS[attack]}"
    assert not canary.exists()


def test_these_attacks_would_do_harm_elsewhere(canary) -> None:
    """Or the test above could not fail."""
    spoilt = (
        lambda: loads(system(canary), trusted=["os.system"]),
        lambda: loads(caller(canary), trusted=["operator.call", "os.system"]),
        lambda: np.load(io.BytesIO(members(objects(canary))["a.npy"]), allow_pickle=True),
        lambda: pickle.loads(pickle.dumps(Trap(canary))),
    )
    for harm in spoilt:
        harm()
        assert canary.exists()
        canary.unlink()


def by_joblib(canary: Path) -> bytes:
    file = io.BytesIO()
    joblib.dump(Trap(canary), file)
    return file.getvalue()


def array_of_objects(canary: Path) -> bytes:
    return members(objects(canary))["a.npy"]


def pickled(canary: Path) -> bytes:
    return pickle.dumps(Trap(canary))


def pickled_manifest(canary: Path) -> bytes:
    return zipped({"manifest.json": pickled(canary), "classifier.skops": b""})


NO_MODEL = "is no FrImCla model: it is not a zip file"
RENAMED = {
    pickled: NO_MODEL,
    by_joblib: NO_MODEL,
    array_of_objects: NO_MODEL,
    system: "is no FrImCla model: it has no manifest.json",
    pickled_manifest: "its manifest cannot be read",
}


@pytest.mark.parametrize("attack", RENAMED, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("command", [["verify"], ["predict", "cells"], ["evaluate", "cells"]])
def test_what_is_only_called_a_model_is_refused(attack, command, frimcla, home, canary) -> None:
    (home / "model.frimcla").write_bytes(attack(canary))

    told = frimcla(home, command[0], "model.frimcla", *command[1:]).refusal()

    assert told == f"model.frimcla {RENAMED[attack]}"
    assert not canary.exists()


def whole_schema() -> bytes:
    """300 MB of JSON."""
    return packed({"schema.json": b"[" + b"[]," * 100_000_000 + b"[]]"})


def small_schema() -> bytes:
    """60 MB of JSON: more than a gigabyte once it is read."""
    return packed({"schema.json": b"[" + b"{}," * 20_000_000 + b"{}]"})


def zeros(count: int) -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros(count))
    return file.getvalue()


def many_arrays() -> bytes:
    """Forty of 4 MB: none is large alone."""
    files = {f"{at}.npy": zeros(500_000) for at in range(40)}
    nodes = [
        node("numpy ndarray NdArrayNode", type="numpy", file=name, __id__=at)
        for at, name in enumerate(files, start=2)
    ]
    return skops(node("builtins list ListNode", content=nodes, __id__=1), **files)


def one_array_many_times() -> bytes:
    """Of 8 MB, a thousand times."""
    array = node("numpy ndarray NdArrayNode", type="numpy", file="a.npy")
    return skops(node("builtins list ListNode", content=[array] * 1000), **{"a.npy": zeros(10**6)})


def laughs() -> bytes:
    """Sixty lists, each of them twice in the next."""
    top = node("builtins list ListNode", content=[], __id__=1)
    for at in range(2, 61):
        again = node("builtins list CachedNode", __id__=at - 1)
        top = node("builtins list ListNode", content=[top, again], __id__=at)
    return skops(top)


def zip_in_the_zip() -> bytes:
    """120 MB of zeros in a sparse matrix, which is a zip."""
    count = 10_000_000
    rows = (np.zeros(count), np.zeros(count, np.int32), np.array([0, count], np.int32))
    inner = io.BytesIO()
    save_npz(inner, csr_matrix(rows, shape=(1, count)))
    matrix = node("scipy.sparse._matrix spmatrix SparseMatrixNode", type="scipy", file="a.npz")
    return skops({**matrix, "__id__": 1}, **{"a.npz": inner.getvalue()})


FAR = "the classifier unfolds to far more than its size: refused"
BOMBS = {
    whole_schema: FAR,
    small_schema: FAR,
    many_arrays: FAR,
    one_array_many_times: "the classifier has one name for two things: refused",
    laughs: FAR,
    zip_in_the_zip: "the classifier holds a sparse matrix, a zip in the zip: refused",
}


@pytest.mark.parametrize("attack", BOMBS, ids=lambda attack: attack.__name__)
def test_a_bomb_is_refused_at_little_cost(attack, frimcla, home) -> None:
    good = (home / "results" / "model.frimcla").read_bytes()
    bomb = forged(good, lambda it: None, attack())
    assert len(bomb) < 2_000_000
    (home / "model.frimcla").write_bytes(bomb)

    assert frimcla(home, "predict", "model.frimcla", "cells").refusal() == (
        f"model.frimcla {BOMBS[attack]}"
    )
