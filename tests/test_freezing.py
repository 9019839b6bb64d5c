from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from skops.io import dumps
from toys import NearestMean

from frimcla import freezing
from frimcla.errors import BundleError, PluginError
from frimcla.freezing import check_zip, freeze, thaw

TRUSTED = ("toys.NearestMean",)


def model() -> NearestMean:
    features = np.arange(12.0).reshape(6, 2)
    return NearestMean(0.5, 0).fit(features, np.array(["a", "a", "a", "b", "b", "b"]))


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


def node(module: str, name: str, loader: str, **more: object) -> bytes:
    """Return a skops file by hand: what its own writer would not write."""
    schema = {
        **{"__module__": module, "__class__": name, "__loader__": loader, "__id__": 1},
        **{"protocol": 2, "_skops_version": "0.16.0"},
        **more,
    }
    return zipped(schema_json=json.dumps(schema).encode())


def test_a_frozen_classifier_says_the_same() -> None:
    features = np.random.default_rng(0).random((20, 2)) * 12

    thawed = thaw(freeze(model(), TRUSTED), TRUSTED)

    np.testing.assert_array_equal(thawed.predict_proba(features), model().predict_proba(features))


def test_a_type_that_no_plugin_names_is_not_frozen() -> None:
    with pytest.raises(PluginError) as caught:
        freeze(model())

    assert str(caught.value) == (
        "the classifier holds toys.NearestMean, which its plugin does not name in "
        "Classifier(trusted=...); its author must add it before it can be saved"
    )


def test_a_type_that_no_plugin_names_is_not_thawed() -> None:
    with pytest.raises(BundleError) as caught:
        thaw(freeze(model(), TRUSTED), ["toys.Other"])

    assert str(caught.value) == "the classifier asks for toys.NearestMean: refused"


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (dumps(os.system), f"{os.name}.system"),
        (node("os", "system", "TypeNode"), "os.system"),
        (node("os", "system", "FunctionNode"), "os.system"),
        (node("builtins", "eval", "FunctionNode"), "builtins.eval"),
        (node("subprocess", "Popen", "ObjectNode", content=None), "subprocess.Popen"),
    ],
    ids=["system", "type", "function", "eval", "object"],
)
def test_a_file_that_asks_for_code_is_refused(content: bytes, asked: str) -> None:
    with pytest.raises(BundleError) as caught:
        thaw(content, TRUSTED)

    assert str(caught.value) == f"the classifier asks for {asked}: refused"


class Trap:
    """Touches a file where it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.canary}'",)


def test_a_pickle_is_refused_and_does_not_run(tmp_path: Path) -> None:
    trap = pickle.dumps(Trap(tmp_path / "canary"))

    for content in (trap, zipped(schema_json=trap), zipped(model_pkl=trap)):
        with pytest.raises(BundleError):
            thaw(content, TRUSTED)

    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not a zip file"),
        (b"PK\3\4 no zip", "is not a zip file"),
        (zipped(other=b"x"), "cannot be read: KeyError"),
        (zipped(schema_json=b"no json"), "cannot be read: JSONDecodeError"),
        (zipped(schema_json=b"[" * 100_000), "cannot be read: RecursionError"),
    ],
    ids=["empty", "no zip", "no schema", "no json", "deep"],
)
def test_what_is_no_skops_file_is_told(content: bytes, reason: str) -> None:
    with pytest.raises(BundleError) as caught:
        thaw(content)

    assert str(caught.value) == f"the classifier {reason}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_twins_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"one")
        archive.writestr("a", b"two")

    with pytest.raises(BundleError) as caught:
        check_zip(file, "it")

    assert str(caught.value) == "it has twin or encrypted members: refused"


def test_encrypted_members_are_refused() -> None:
    content = bytearray(zipped(a=b"x"))
    content[content.index(b"PK\1\2") + 8] |= 1

    with pytest.raises(BundleError) as caught:
        check_zip(io.BytesIO(content), "it")

    assert str(caught.value) == "it has twin or encrypted members: refused"


def test_a_bomb_is_refused_unread() -> None:
    bomb = zipped(a=bytes(freezing.SMALL + 1))
    assert len(bomb) < 100_000

    with pytest.raises(BundleError) as caught:
        check_zip(io.BytesIO(bomb), "it")

    assert str(caught.value) == "it unfolds to far more than its size: refused"


def listed(*content: object, at: int) -> dict[str, object]:
    """Return a list in a schema."""
    names = {"__module__": "builtins", "__class__": "list", "__loader__": "ListNode"}
    return {**names, "content": [*content], "__id__": at}


def schema_of(top: dict[str, object], **members: bytes) -> bytes:
    whole = {**top, "protocol": 2, "_skops_version": "0.16.0"}
    return zipped(schema_json=json.dumps(whole).encode(), **members)


def refusal(content: bytes) -> str:
    with pytest.raises(BundleError) as caught:
        thaw(content)
    return str(caught.value)


@pytest.mark.parametrize("word", [{"__loader__": "CachedNode"}, {}], ids=["cached", "bare"])
def test_lists_that_hold_each_other_twice_are_refused_unasked(word: dict[str, str]) -> None:
    def tower(height: int) -> bytes:
        top = listed(at=1)
        for at in range(2, height):
            top = listed(top, {"__id__": at - 1, **word}, at=at)
        return schema_of(top)

    assert thaw(tower(3)) == [[], []]
    assert refusal(tower(60)) == "the classifier unfolds to far more than its size: refused"


def test_a_member_is_read_for_one_object_only() -> None:
    file = io.BytesIO()
    np.save(file, np.arange(5))
    array = {"__module__": "numpy", "__class__": "ndarray", "__loader__": "NdArrayNode"}
    array |= {"type": "numpy", "file": "a.npy"}

    def pair(first: int, second: int) -> bytes:
        both = ({**array, "__id__": name} for name in (first, second))
        return schema_of(listed(*both, at=1), a_npy=file.getvalue())

    same = thaw(pair(2, 2))
    assert same[0] is same[1]
    for names in ((2, 3), (0, 0)):
        assert refusal(pair(*names)) == "the classifier has one name for two things: refused"


def test_an_object_that_is_said_to_be_another_is_refused() -> None:
    content = schema_of(listed(listed(at=2), listed(listed(at=3), at=2), at=1))

    assert refusal(content) == "the classifier has one name for two things: refused"


def test_a_sparse_matrix_could_be_a_bomb_in_a_zip_in_the_zip() -> None:
    content = dumps(csr_matrix((1, 1)))
    assert content.count(b"PK\3\4") > 4

    told = refusal(content)

    assert told == "the classifier holds a sparse matrix, a zip in the zip: refused"


def test_many_small_members_are_a_bomb_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "LARGEST", 2999)

    with pytest.raises(BundleError) as caught:
        check_zip(io.BytesIO(zipped(a=bytes(1000), b=bytes(1000), c=bytes(1000))), "it")

    assert str(caught.value) == "it unfolds to far more than its size: refused"


def test_the_names_of_a_safe_zip_are_told() -> None:
    assert check_zip(io.BytesIO(zipped(a=b"x", b_txt=b"y")), "it") == ["a", "b.txt"]
