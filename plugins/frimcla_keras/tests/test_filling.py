"""Files of weights of other frameworks, on a small network: good ones fill it, all else is told."""

import time

import numpy as np
import onnx
import pytest
from caffe_like import blob, caffemodel, field
from onnx import helper, numpy_helper

from frimcla.errors import WeightsError
from frimcla_keras import caffemodel as caffe
from frimcla_keras import onnx_weights, quiet, raw_weights  # noqa: F401  (before Keras)
from frimcla_keras.filling import fill

# ruff: isort: split
import keras
from keras import layers

RNG = np.random.default_rng(3)
DRAWN = {
    name: (RNG.normal(size=shape).astype(np.float32), RNG.normal(size=shape[0]).astype(np.float32))
    for name, shape in {"a/1": (5, 3, 2, 4), "a/2": (6, 5, 1, 1), "b": (7, 6)}.items()
}


@pytest.fixture(scope="module")
def network():
    """Convolutions with filters that are no squares, and a dense layer."""
    return keras.Sequential(
        [
            layers.Input((4, 8, 3)),
            layers.Conv2D(5, (2, 4), name="a_1"),
            layers.ReLU(),
            layers.Conv2D(6, 1, name="a_2"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(7, name="b"),
        ]
    )


def old(path, weights):
    return caffemodel(path, weights, old=True)


def new(path, weights):
    return caffemodel(path, weights, old=False)


def zoo(path, weights):
    tensors = [
        numpy_helper.from_array(array, f"{name}_{end}_0")
        for name, arrays in weights.items()
        for end, array in zip("wb", arrays, strict=False)
    ]
    onnx.save(helper.make_model(helper.make_graph([], "net", [], [], tensors)), path)
    return path


def raw(path, weights):
    arrays = (array for layer in weights.values() for array in layer)
    path.write_bytes(b"".join(array.astype("<f4").tobytes() for array in arrays))
    return path


WAYS = {old: caffe.read, new: caffe.read, zoo: onnx_weights.read, raw: raw_weights.read}
BY_NAME = {write: read for write, read in WAYS.items() if write is not raw}


def ways(of):
    return pytest.mark.parametrize(("write", "read"), of.items(), ids=lambda f: f.__name__)


def refused(network, path, read):
    """Return why; the network keeps its weights, and it does not take long."""
    before = network.get_weights()
    start = time.perf_counter()
    with pytest.raises(WeightsError) as caught:
        fill(network, path, "GoogLeNet", read)
    assert time.perf_counter() - start < 5
    for kept, weight in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)
    head, _, tail = str(caught.value).partition(f"GoogLeNet: weights {path.name} ")
    why, _, rest = tail.partition("; name the file that belongs to it")
    assert (head, rest) == ("", "")
    assert "\n" not in why
    return why


@ways(WAYS)
def test_a_network_computes_what_its_file_says(write, read, network, tmp_path):
    """By the definition of a convolution: filters are laid on the image as they are."""
    image = RNG.normal(size=(1, 4, 8, 3)).astype(np.float32)
    (k1, o1), (k2, o2), (k3, o3) = DRAWN.values()
    patches = np.lib.stride_tricks.sliding_window_view(image[0], (2, 4), axis=(0, 1))
    maps = np.maximum(np.einsum("yxchw,ochw->yxo", patches, k1) + o1, 0)
    maps = maps @ k2[:, :, 0, 0].T + o2
    expected = maps.max(axis=(0, 1)) @ k3.T + o3

    fill(network, write(tmp_path / "file", DRAWN), "GoogLeNet", read)

    np.testing.assert_allclose(np.asarray(network(image))[0], expected, rtol=1e-4, atol=1e-4)


@ways(BY_NAME)
def test_a_missing_layer_is_named(write, read, network, tmp_path):
    rest = {name: arrays for name, arrays in DRAWN.items() if name != "a/2"}

    assert refused(network, write(tmp_path / "file", rest), read) == "hold no layer a_2"


@ways(BY_NAME)
def test_other_shapes_are_told(write, read, network, tmp_path):
    wrong = DRAWN | {"b": (DRAWN["b"][0].T.copy(), DRAWN["b"][1])}

    assert refused(network, write(tmp_path / "file", wrong), read) == (
        "hold ((6, 7), (7,)) for the layer b instead of ((7, 6), (7,))"
    )


@ways(WAYS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused(write, read, value, network, tmp_path):
    kernel = DRAWN["a/2"][0].copy()
    kernel[3, 2] = value
    wrong = DRAWN | {"a/2": (kernel, DRAWN["a/2"][1])}

    why = refused(network, write(tmp_path / "file", wrong), read)

    assert why == "hold what is no number in the layer a_2"


@ways(WAYS)
@pytest.mark.parametrize("share", [0, 0.3, 0.7, 0.99])
def test_files_cut_short_are_refused(write, read, share, network, tmp_path):
    path = write(tmp_path / "file", DRAWN)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])

    assert refused(network, path, read)


@ways(WAYS)
def test_other_files_are_refused(write, read, network, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"<html>Please log in</html>" * 40)

    assert refused(network, path, read)


@ways(BY_NAME)
@pytest.mark.parametrize("seed", range(20))
def test_damage_anywhere_ends_in_a_sentence_or_in_weights(write, read, seed, network, tmp_path):
    path = write(tmp_path / "file", DRAWN)
    rng = np.random.default_rng(seed)
    content = np.frombuffer(path.read_bytes(), np.uint8).copy()
    content[rng.integers(0, len(content), 5)] = rng.integers(0, 256, 5)
    path.write_bytes(content.tobytes())

    try:
        fill(network, path, "GoogLeNet", read)
    except WeightsError as error:
        assert str(error).startswith("GoogLeNet: weights file ")  # noqa: PT017


def test_layers_that_are_not_wanted_are_passed_over(network, tmp_path):
    """Auxiliary heads, data layers, the state of a training."""
    more = DRAWN | {"loss1/classifier": (np.ones((3, 4)), np.ones(3))}

    for write, read in BY_NAME.items():
        fill(network, write(tmp_path / "file", more), "GoogLeNet", read)


def test_raw_files_of_another_size_are_refused(network, tmp_path):
    path = raw(tmp_path / "net_weight_0", DRAWN)
    path.write_bytes(path.read_bytes() + b"\0")

    assert refused(network, path, raw_weights.read) == "are 841 bytes and not 840"


def test_deep_nesting_is_refused(network, tmp_path):
    """Groups in groups, which nobody uses any more, and messages in messages."""
    path = tmp_path / "file"
    nested = b"x"
    for _ in range(300):
        nested = field(6, nested)
    for content in (b"\x0b" * 10**6, field(2, nested), b"\x0b" * 90 + b"\x0c" * 90 + b"\x0b"):
        path.write_bytes(content)
        assert refused(network, path, caffe.read)
        assert refused(network, path, onnx_weights.read)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ((2**40, 2**40, 2**40), "hold 2 numbers for (1099511627776, 1099511627776, 1099511627776)"),
        ((-1, -2), "hold 2 numbers for (-1, -2)"),
        ((3,), "hold 2 numbers for (3,)"),
        ((), "hold 2 numbers for ()"),
    ],
    ids=str,
)
def test_a_blob_that_lies_about_its_size_is_refused(shape, why, network, tmp_path):
    def number(value):
        """Return a 64-bit number as the file has it, negative ones in ten bytes."""
        digits, value = [], value % 2**64
        while value > 127:
            digits.append(value & 127 | 128)
            value >>= 7
        return bytes([*digits, value])

    dims = field(7, field(1, b"".join(map(number, shape)))) if shape else b""
    layer = field(1, b"a/1") + field(7, dims + field(5, bytes(8)))
    (tmp_path / "file").write_bytes(field(100, layer))

    assert refused(network, tmp_path / "file", caffe.read) == why


def test_blobs_of_double_precision_are_read(network, tmp_path):
    parts = b""
    for name, arrays in DRAWN.items():
        doubles = [
            field(7, field(1, bytes(array.shape))) + field(8, array.astype("<f8").tobytes())
            for array in arrays
        ]
        parts += field(100, field(1, name.encode()) + b"".join(field(7, one) for one in doubles))
    (tmp_path / "file").write_bytes(parts)

    fill(network, tmp_path / "file", "GoogLeNet", caffe.read)

    np.testing.assert_array_equal(network.get_layer("b").get_weights()[0], DRAWN["b"][0].T)


def test_three_blobs_are_one_too_many(network, tmp_path):
    kernel, offsets = DRAWN["b"]
    layer = b"".join(field(7, blob(array, old=False)) for array in (kernel, offsets, offsets))
    path = new(tmp_path / "file", {name: DRAWN[name] for name in ("a/1", "a/2")})
    path.write_bytes(path.read_bytes() + field(100, field(1, b"b") + layer))

    assert refused(network, path, caffe.read) == (
        "hold ((7, 6), (7,), (7,)) for the layer b instead of ((7, 6), (7,))"
    )


def external(tensor, folder):
    (folder / "secret").write_bytes(bytes(4 * 42))
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="secret")


def far_too_large(tensor, _):
    tensor.dims[:] = [2**40, 2**40]


def negative(tensor, _):
    tensor.dims[:] = [-7, -6]


def halves(tensor, _):
    tensor.CopyFrom(numpy_helper.from_array(DRAWN["b"][0].astype(np.float16), tensor.name))


def of_no_type(tensor, _):
    tensor.data_type = 0


@pytest.mark.parametrize(
    ("attack", "why"),
    [
        (external, "read other files (b_w_0)"),
        (far_too_large, "are damaged (b_w_0)"),
        (negative, "are damaged (b_w_0)"),
        (halves, "hold something other than 32-bit numbers (b_w_0)"),
        (of_no_type, "hold something other than 32-bit numbers (b_w_0)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_hostile_tensors_are_refused(attack, why, network, tmp_path):
    path = zoo(tmp_path / "file", DRAWN)
    model = onnx.load(path, format="protobuf")
    (tensor,) = (one for one in model.graph.initializer if one.name == "b_w_0")
    attack(tensor, tmp_path)
    path.write_bytes(model.SerializeToString())

    assert refused(network, path, onnx_weights.read) == why


@pytest.mark.parametrize("read", [caffe.read, onnx_weights.read], ids=["caffemodel", "onnx"])
def test_files_over_a_gibibyte_are_refused_unread(read, network, tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2**30 + 1)  # takes no room on the disk

    assert refused(network, tmp_path / "file", read) == "are over 1 GiB"
