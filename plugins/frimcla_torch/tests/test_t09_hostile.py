"""T09: files of weights from strangers that run code, or declare more than they hold."""

from __future__ import annotations

import json
import pickle
import time
import zipfile

import pytest

from frimcla.engines import engine_of
from frimcla.errors import WeightsError
from frimcla_torch import plugin
from frimcla_torch.safe_tensors import check_weights_file

TIMM, _ = plugin.frimcla_extractors()


class Evil:
    """Unpickled, it would write a file."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return open, (str(self.canary), "w")


def tensor(start, end, shape, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def content(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


GOOD = {"__metadata__": {"format": "pt"}, "b": tensor(8, 16, [2]), "a": tensor(0, 8, [2, 1])}
TWICE = b'{"a":' + json.dumps(tensor(0, 4, [1])).encode() + b', "a":'
TWICE += json.dumps(tensor(0, 4, [1])).encode() + b"}"
HOSTILE = {
    "nothing": (b"", "are no safetensors, or are cut off"),
    "page": (b"<!DOCTYPE html><html><body>log in</body></html>", "are no safetensors"),
    "long header": (content(b"{}", bytes(30_000_000), 25_000_001), "a header of 25,000,001 bytes"),
    "endless header": (content({}, length=2**63), "are no safetensors, or are cut off"),
    "no JSON": (content(b"[[["), "are no safetensors"),
    "deep": (content(b"[" * 100_000), "are no safetensors"),
    "list": (content([]), "are no safetensors"),
    "twice": (content(TWICE, bytes(4)), "name a tensor twice"),
    "overlap": (
        content({"a": tensor(0, 8, [2]), "b": tensor(4, 12, [2])}, bytes(12)),
        "overlap or leave gaps",
    ),
    "gap": (content({"a": tensor(4, 8, [1])}, bytes(8)), "overlap or leave gaps"),
    "cut": (content(GOOD, bytes(9)), "should be"),
    "more": (content(GOOD, bytes(17)), "should be"),
    "huge": (content({"a": tensor(0, 8, [10**12])}, bytes(8)), "type, shape or place is none"),
    "negative": (content({"a": tensor(0, 8, [-2])}, bytes(8)), "type, shape or place is none"),
    "objects": (content({"a": tensor(0, 8, [1], "OBJECT")}, bytes(8)), "type, shape or place"),
    "words": (content({"a": "b"}), "type, shape or place is none"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(tmp_path, name):
    path, start = tmp_path / "weights.safetensors", time.process_time()
    found, what = HOSTILE[name]
    path.write_bytes(found)

    with pytest.raises(WeightsError) as caught:
        check_weights_file(path, "timm")

    assert what in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert time.process_time() - start < 10


def test_good_ones_pass(tmp_path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content(GOOD, bytes(16)))

    check_weights_file(path, "timm")


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_is_not_run_whatever_it_is_called(tmp_path, zipped):
    """PyTorch's own files are pickles, of late in a zip."""
    path, canary = tmp_path / "weights.safetensors", tmp_path / "canary"
    path.write_bytes(pickle.dumps(Evil(canary)))
    if zipped:
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("archive/data.pkl", pickle.dumps(Evil(canary)))

    with pytest.raises(WeightsError, match="are no safetensors"):
        engine_of(TIMM.recipe(model="vit_tiny_patch16_224", weights=str(path)), "auto")
    assert not canary.exists()
