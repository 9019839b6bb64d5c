"""A session against numpy: the right numbers, the same bits for any batch, nothing sent."""

import os
import subprocess
import sys

import numpy as np
import onnx
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from onnx import TensorProto, helper, numpy_helper

from frimcla_onnx.session import Session

SIDE, CHANNELS, FEATURES = 9, 5, 7
RNG = np.random.default_rng(3)
KERNEL = RNG.normal(size=(CHANNELS, 3, 3, 3)).astype(np.float32)
MATRIX = RNG.normal(size=(CHANNELS, FEATURES)).astype(np.float32)
OFFSET = RNG.normal(size=FEATURES).astype(np.float32)


def images_of(count):
    return np.random.default_rng(4).integers(0, 256, (count, SIDE, SIDE, 3), np.uint8)


def write(path, *, inputs=1, outputs=1, batch="n"):
    """Write a network: convolution, ReLU, mean over all places, matrix."""
    images = [
        helper.make_tensor_value_info(f"images{k}", TensorProto.UINT8, [batch, SIDE, SIDE, 3])
        for k in range(inputs)
    ]
    features = [
        helper.make_tensor_value_info(f"features{k}", TensorProto.FLOAT, ["n", FEATURES])
        for k in range(outputs)
    ]
    nodes = [
        helper.make_node("Cast", ["images0"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["planes", "kernel"], ["maps"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        *(
            helper.make_node("Gemm", ["flat", "matrix", "offset"], [f"features{k}"])
            for k in range(outputs)
        ),
    ]
    weights = {"kernel": KERNEL, "matrix": MATRIX, "offset": OFFSET}
    constants = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "network", images, features, constants)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path
    )
    return path


def by_numpy(images):
    padded = np.pad(images.astype(np.float64), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))
    maps = np.einsum("nyxcij,ocij->nyxo", windows, KERNEL)
    return np.maximum(maps, 0).mean(axis=(1, 2)) @ MATRIX + OFFSET


@pytest.fixture
def network(tmp_path):
    return write(tmp_path / "network.onnx")


def test_features_are_those_of_numpy(network):
    rows = Session(network)(images_of(10))

    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, by_numpy(images_of(10)), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_rows_are_the_same_bits_for_any_batch_and_any_number_of_threads(network, threads):
    images = images_of(80)
    expected = Session(network)(images)
    session = Session(network, threads=threads)

    for size in (1, 2, 3, 7, 16, 80):
        parts = [session(images[k : k + size]) for k in range(0, len(images), size)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [1, 4])
def test_a_network_that_takes_a_certain_number_gets_it(tmp_path, batch, threads):
    session = Session(write(tmp_path / "network.onnx", batch=batch), threads=threads)
    expected = session(images_of(80))

    np.testing.assert_allclose(expected, by_numpy(images_of(80)), rtol=1e-4, atol=1e-3)
    for size in (1, 3, 4, 9):
        parts = [session(images_of(80)[k : k + size]) for k in range(0, 80, size)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)


def test_images_may_come_as_a_list(network):
    images = images_of(3)

    np.testing.assert_array_equal(Session(network)(list(images)), Session(network)(images))


@pytest.mark.parametrize(
    ("inputs", "outputs", "has"),
    [(2, 1, "2 inputs and 1 outputs"), (1, 2, "1 inputs and 2 outputs")],
)
def test_a_network_with_several_ends_is_refused(tmp_path, inputs, outputs, has):
    path = write(tmp_path / "network.onnx", inputs=inputs, outputs=outputs)

    with pytest.raises(ValueError, match=r" has \d ") as caught:
        Session(path)

    assert str(caught.value) == f"{path} has {has}; it must have one of each"


def test_what_is_no_network_is_refused(tmp_path):
    """The reason is ONNX Runtime's."""
    garbage, missing = tmp_path / "garbage.onnx", tmp_path / "missing.onnx"
    garbage.write_bytes(9 * b"garbage")

    for path, reason in ((garbage, "Protobuf parsing failed."), (missing, "File doesn't exist")):
        with pytest.raises(ValueError, match="cannot be run") as caught:
            Session(path)
        assert str(caught.value).startswith(f"{path} cannot be run: ")
        assert reason in str(caught.value)


OFFLINE = """
import sys

def hook(event, _):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise SystemExit(f"connects: {event}")

sys.addaudithook(hook)
import numpy
from frimcla_onnx.session import Session
Session(sys.argv[1], threads=2)(numpy.zeros((5, 9, 9, 3), numpy.uint8))
"""


def test_nothing_is_written_at_home_and_nothing_is_sent(network, tmp_path):
    """ONNX Runtime keeps an identifier below the home folder from 1.29 on, if one lets it."""
    home = tmp_path / "home"
    home.mkdir()
    places = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ORT_")}

    done = subprocess.run(
        [sys.executable, "-P", "-c", OFFLINE, str(network)],
        env={**environment, **dict.fromkeys(places, str(home))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.rglob("*")) == []
