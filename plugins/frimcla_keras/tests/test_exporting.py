"""Exported networks: they compute what Keras computes, and are kept by what they are made of."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from frimcla import versions
from frimcla.errors import PluginError, WeightsError
from frimcla_keras.engine import decide
from frimcla_keras.exports import MADE_BY, exported
from frimcla_keras.network import make
from frimcla_keras.spec import Spec
from frimcla_onnx.session import Session

SMALL = {
    "mobilenet": {"alpha": 0.25},
    "mobilenet_v3_small": {},
    "efficientnet_b0": {},
}
"""One per way of rewriting for the export; `all_networks.py` exports the others."""
DRAWN = {"network": "mobilenet", "alpha": 0.25, "weights": "random"}
"""The smallest network; exported once for all tests that need no more."""


@pytest.fixture
def filled(empty_cache, shared_cache):
    """A cache of this test's own that holds the smallest network."""
    path = exported_into(shared_cache)
    (empty_cache / "onnx").mkdir(parents=True)
    for file in (path, path.with_suffix(".json")):
        shutil.copy(file, empty_cache / "onnx")
    return empty_cache / "onnx" / path.name


def exported_into(cache):
    before = os.environ["FRIMCLA_CACHE"]
    os.environ["FRIMCLA_CACHE"] = str(cache)
    try:
        return exported(Spec(**DRAWN)).path
    finally:
        os.environ["FRIMCLA_CACHE"] = before


def assert_same_bits(session, images):
    images = np.concatenate([images, images[:, ::-1]])
    expected = session(images)
    for size in (1, 2, 3, 7):
        parts = [session(images[k : k + size]) for k in range(0, len(images), size)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)


@pytest.mark.parametrize("name", SMALL)
def test_an_exported_network_gives_the_features_of_keras(name, images, references):
    from frimcla_keras.graph import build

    spec = Spec(network=name, weights=str(references[name].file), **SMALL[name])
    done = exported(spec)
    assert not done.why
    session = Session(done.path)
    expected = np.asarray(build(spec)(images, training=False))

    found = session(images)

    assert np.abs(expected).max() > 1e-3
    # Twice and a bit what an export is refused for: this Keras, on more cores, rounds its own way.
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-5 * np.abs(expected).max())
    assert_same_bits(session, images)


@pytest.mark.parametrize(
    "values", [{"head": True}, {"pooling": "max", "layer": "conv_pw_5_relu"}], ids=str
)
def test_rows_are_the_same_bits_in_any_batch(values, images):
    assert_same_bits(Session(exported(Spec(**DRAWN, **values)).path, threads=2), images)


LATER = """
import json, sys
import numpy as np
from frimcla_keras.network import make

extract = make(fit="squash", engine="onnx", threads=1, **json.loads(sys.argv[1]))
rows = extract([np.zeros((30, 40, 3), np.uint8)])
print(rows.shape, sorted({"tensorflow", "keras", "tf2onnx", "onnx"} & set(sys.modules)))
"""


def python(code, *args, cwd=None, safe=True):
    command = [sys.executable, *(["-P"] if safe else []), "-c", code, *args]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_a_later_run_takes_what_was_exported_and_no_tensorflow():
    exported(Spec(**DRAWN))

    done = python(LATER, json.dumps(DRAWN))

    assert (done.stdout, done.stderr) == ("(1, 256) []\n", "")


def test_what_was_exported_is_used_again_as_it_is(filled):
    before = filled.stat().st_mtime_ns

    assert exported(Spec(**DRAWN)).path == filled
    assert filled.stat().st_mtime_ns == before


@pytest.mark.parametrize("damaged", [".onnx", ".json"])
def test_damage_is_repaired(filled, damaged):
    whole = filled.read_bytes()
    file = filled.with_suffix(damaged)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)

    assert exported(Spec(**DRAWN)).path == filled
    assert filled.read_bytes() == whole


def test_weights_count_by_their_content(references, tmp_path):
    original = references["mobilenet"].file
    here, there = tmp_path / "a.weights.h5", tmp_path / "b.weights.h5"
    shutil.copy(original, here)
    shutil.copy(original, there)

    def key_of(path, **values):
        return Spec(network="mobilenet", alpha=0.25, weights=str(path), **values).key

    key = key_of(here)
    others = {key_of(here, pooling="max"), key_of(here, layer="conv1"), Spec(**DRAWN).key}
    assert key_of(there) == key
    assert key_of(here, seed_of_weights=3) == key  # nothing is drawn
    assert len({key, *others, Spec(**DRAWN, seed_of_weights=3).key}) == 5
    shutil.copy(references["mobilenet_v3_small"].file, here)
    assert key_of(here) != key


def test_a_refused_export_is_remembered_and_keras_runs_the_network(empty_cache):
    spec = Spec(**DRAWN)
    folder = empty_cache / "onnx"
    folder.mkdir(parents=True)
    why = "it differs by 0.002 of the largest feature"
    (folder / f"{spec.key}.json").write_text(
        json.dumps({"refused": why, "versions": versions.of(MADE_BY)})
    )

    assert decide("onnx", DRAWN) == (
        "keras",
        f"MobileNet runs by Keras, slower: its ONNX export failed, {why}",
    )
    with pytest.raises(ValueError, match="cannot be run") as caught:
        make(fit="squash", engine="onnx", threads=1, **DRAWN)([np.zeros((9, 9, 3), np.uint8)])
    assert str(caught.value) == f"MobileNet cannot be run by ONNX Runtime: {why}"


def test_a_lost_process_is_told_and_tried_again(empty_cache, tmp_path, monkeypatch):
    """Here for want of a module; most often it is for want of memory."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "tensorflow.py").write_text("raise ImportError('no memory')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))

    engine, notice = decide("onnx", DRAWN)

    assert engine == "keras"
    assert notice == (
        "MobileNet runs by Keras, slower: its ONNX export failed, "
        "the export was lost (ImportError: no memory)"
    )
    assert not list(empty_cache.rglob("*.json"))


def test_what_is_wrong_with_a_network_is_told_from_the_other_process(empty_cache, references):
    wrong = references["efficientnet_b0"].file
    with pytest.raises(WeightsError, match=r"^MobileNet: weights efficientnet_b0.weights.h5 do "):
        exported(Spec(network="mobilenet", weights=str(wrong)))
    with pytest.raises(PluginError) as caught:
        exported(Spec(**DRAWN, layer="conv_pw_13_rel"))

    assert str(caught.value) == (
        'MobileNet has no layer "conv_pw_13_rel" (layers of the head need head = true); '
        'did you mean "conv_pw_13_relu"?'
    )
    assert not list(empty_cache.rglob("*"))


HERE = """
import sys
sys.path.remove("")
import json
from frimcla_keras.exports import exported
from frimcla_keras.spec import Spec
print(exported(Spec(**json.loads(sys.argv[1]))).why or "exported")
"""


def test_files_in_the_working_folder_are_not_run(empty_cache, tmp_path):
    """As the command line does, this starts where the user stands, off Python's path."""
    evil = "import os; os.write(1, b'evil\\n'); raise SystemExit('evil')"
    for name in ("tensorflow", "keras", "json", "frimcla_keras", "onnx"):
        (tmp_path / f"{name}.py").write_text(evil)

    done = python(HERE, json.dumps(DRAWN), cwd=tmp_path, safe=False)

    assert (done.stdout, done.stderr) == ("exported\n", "")
    assert list(empty_cache.rglob("*.onnx"))


def test_what_was_published_can_be_exported(real_weights, images):
    spec = Spec(network="mobilenet", alpha=0.25, weights=str(real_weights))

    assert_same_bits(Session(exported(spec).path), images)
