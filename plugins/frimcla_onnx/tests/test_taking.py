"""What is taken out of a file: the right tensor, the right pixels, against ONNX Runtime itself."""

import made_networks as made
import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from frimcla.engines import engine_of
from frimcla.prices import work_of

IMAGES = np.random.default_rng(8).integers(0, 256, (5, made.SIDE, made.SIDE, 3), np.uint8)
PROPOSED = (
    'write layer = one of its tensors, for example "means" (n, 8, 1, 1), "flat" (n, 8), '
    '"scores" (n, 5), "shares" (n, 5)'
)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def rows_of(recipe, threads=1):
    assert engine_of(recipe, "auto") == ("onnx", "")
    return recipe.build(engine="onnx", threads=threads)(list(IMAGES))


def expected(model, tensor, images=IMAGES, mean=MEAN, std=STD):
    """Return what ONNX Runtime gives of a tensor of the whole model, images one by one."""
    copy = type(model)()
    copy.CopyFrom(model)
    copy.graph.output.append(helper.make_tensor_value_info(tensor, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(copy.SerializeToString())
    pixels = ((images / 255 - mean) / std).astype(np.float32).transpose(0, 3, 1, 2)
    return np.concatenate([session.run([tensor], {"images": one[None]})[0] for one in pixels])


def assert_close(rows, truth):
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, truth, rtol=1e-4, atol=1e-5 * np.abs(truth).max())


@pytest.mark.parametrize(
    ("values", "tensor", "axes"),
    [
        ({}, "flat", None),
        ({"layer": "scores"}, "scores", None),
        ({"layer": "dense"}, "scores", None),  # a node
        ({"layer": "positive"}, "positive", (2, 3)),
        ({"layer": "maps", "mean": (0.5,) * 3, "std": (1 / 255,) * 3}, "maps", (2, 3)),
    ],
)
def test_a_layer_is_that_of_the_whole_network(order, tmp_path, values, tensor, axes):
    path = made.classifier(tmp_path / "network.onnx")

    rows = rows_of(order(path, **values), threads=2)

    scaled = {key: values[key] for key in ("mean", "std") if key in values}
    truth = expected(made.network(), tensor, **scaled)
    assert_close(rows, truth if axes is None else truth.mean(axis=axes))


def test_the_largest_of_all_places_may_be_asked_for(order, tmp_path):
    path = made.classifier(tmp_path / "network.onnx")

    rows = rows_of(order(path, layer="positive", pooling="max"))

    assert_close(rows, expected(made.network(), "positive").max(axis=(2, 3)))


@pytest.mark.parametrize(
    "kind",
    [
        {"batch": 1},
        {"batch": 4},
        {"last": True},
        {"size": "any"},
        {"opset": 7},
        {"opset": 21},
    ],
)
def test_kinds_of_input_give_the_same(order, tmp_path, kind):
    path = made.classifier(tmp_path / "network.onnx", **kind)

    assert_close(rows_of(order(path)), expected(made.network(), "flat"))


def test_half_precision_is_about_the_same(order, tmp_path):
    path = made.classifier(tmp_path / "network.onnx", kind=TensorProto.FLOAT16)

    truth = expected(made.network(), "flat")
    np.testing.assert_allclose(rows_of(order(path)), truth, atol=0.005 * truth.max())


def test_pixels_go_as_they_are_where_they_are_wanted(order, tmp_path):
    path = made.classifier(tmp_path / "network.onnx", kind=TensorProto.UINT8)

    truth = expected(made.network(), "flat", mean=(0,) * 3, std=(1 / 255,) * 3)
    assert_close(rows_of(order(path)), truth)


def tokens():
    """Return a network of tokens: patches, attention between them, a dense layer on the first."""
    numbers = made.weights(patch=(8, 3, 8, 8), key=(8, 8), head=(8, 4))
    nodes = [
        helper.make_node("Conv", ["images", "patch"], ["patches"], strides=[8, 8]),
        helper.make_node("Reshape", ["patches", "flat"], ["columns"]),
        helper.make_node("Transpose", ["columns"], ["tokens"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["tokens", "key"], ["keys"]),
        helper.make_node("Transpose", ["keys"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["tokens", "turned"], ["likeness"]),
        helper.make_node("Softmax", ["likeness"], ["shares"], axis=-1),
        helper.make_node("MatMul", ["shares", "tokens"], ["mixed"]),
    ]
    content = made.model(nodes, ["n", 3, 24, 24], numbers, ["mixed"])
    content.graph.initializer.append(numpy_helper.from_array(np.array([0, 8, 9]), "flat"))
    return content


@pytest.mark.parametrize(
    ("pooling", "pool"),
    [
        ("avg", lambda truth: truth.mean(axis=1)),
        ("max", lambda truth: truth.max(axis=1)),
        ("first", lambda truth: truth[:, 0]),
    ],
)
def test_tokens_are_pooled(order, tmp_path, pooling, pool):
    path = made.save(tmp_path / "network.onnx", tokens())

    rows = rows_of(order(path, layer="mixed", pooling=pooling))

    assert_close(rows, pool(expected(tokens(), "mixed")))


def test_a_product_of_two_activations_is_no_dense_layer(refusal, tmp_path):
    path = made.save(tmp_path / "network.onnx", tokens())

    said = refusal(path)

    assert said == (
        "no dense layer leads to its output; write layer = one of its tensors, for example "
        '"turned" (n, 8, 9), "likeness" (n, 9, 9), "shares" (n, 9, 9), "mixed" (n, 9, 8)'
    )


def channels_last(perm=(0, 2, 3, 1)):
    """Return a network whose last tensor has channels last, as tf2onnx leaves them."""
    content = made.network()
    del content.graph.node[2:]
    content.graph.node.append(helper.make_node("Transpose", ["positive"], ["turned"], perm=perm))
    content.graph.node.append(helper.make_node("Sqrt", ["turned"], ["roots"]))
    content.graph.output[0].name = "roots"
    return content


def test_channels_are_found_where_a_transposition_put_them(order, tmp_path):
    path = made.save(tmp_path / "network.onnx", channels_last())

    rows = rows_of(order(path, layer="roots"))

    assert rows.shape[1] == made.CHANNELS
    assert_close(rows, expected(channels_last(), "roots").mean(axis=(1, 2)))


def depending(*, batch="n"):
    """Return a network whose rows depend on the other images, like those in whole numbers do."""
    content = made.network(batch=batch)
    content.graph.node.insert(1, helper.make_node("ReduceMax", ["maps"], ["largest"]))
    content.graph.node.insert(2, helper.make_node("Div", ["maps", "largest"], ["shares of it"]))
    content.graph.node[3].input[0] = "shares of it"
    return content


def test_rows_that_depend_on_each_other_are_computed_one_by_one(order, tmp_path):
    path = made.save(tmp_path / "network.onnx", depending())

    assert_close(rows_of(order(path)), expected(depending(), "flat"))


def several_outputs():
    content = made.network()
    content.graph.output.append(helper.make_tensor_value_info("flat", TensorProto.FLOAT, None))
    return content


def two_inputs():
    content = made.network()
    content.graph.input.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["n"]))
    return content


def random():
    content = made.network()
    content.graph.node.insert(0, helper.make_node("RandomNormalLike", ["images"], ["noise"]))
    content.graph.node[1].input[0] = "noise"
    return content


def infinite():
    content = made.network()
    content.graph.node[1].op_type = "Log"
    return content


def of(**kind):
    return lambda: made.network(**kind)


def rank(*shape):
    def make():
        content = made.network()
        content.graph.input[0].CopyFrom(
            helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)
        )
        return content

    return make


FITS_NOT = {
    "side": (of(size=32), {}, "it takes images of 32 x 32; write side = 32"),
    "no square": (rank(1, 3, 24, 30), {}, "it takes images of 24 x 30; only squares are given"),
    "grey": (rank(1, 1, 24, 24), {}, "it takes images with 1 channels; only RGB, 3, is given"),
    "three axes": (rank(1, 3, 24), {}, "it must take images, with 4 axes (got 1, 3, 24)"),
    "many": (rank(500, 3, 24, 24), {}, "it takes 500 images at once; export it for one image"),
    "numbers": (
        of(kind=TensorProto.INT64),
        {},
        "its input must be float32, float16 or uint8 (got int64)",
    ),
    "scaled": (
        of(kind=TensorProto.UINT8),
        {"std": (1.0, 1.0, 1.0)},
        "it takes pixels as they are (uint8); leave out mean and std",
    ),
    "inputs": (two_inputs, {}, 'it must have one input, images (got "images", "mask")'),
    "outputs": (several_outputs, {}, f"it has 2 outputs; {PROPOSED}"),
    "misspelt": (of(), {"layer": "flatt"}, 'it has no layer "flatt"; did you mean "flat"?'),
    "unknown": (of(), {"layer": "zzzz"}, f'it has no layer "zzzz"; {PROPOSED}'),
    "no tokens": (
        of(),
        {"layer": "maps", "pooling": "first"},
        'its layer "maps" has no tokens (2 x 8 x 12 x 12); write pooling = "avg" or "max"',
    ),
    "turned": (
        lambda: channels_last((0, 3, 2, 1)),
        {"layer": "roots"},
        'where height and width stand in its layer "roots" (2 x 12 x 12 x 8) is not known; ',
    ),
    "dependent": (
        lambda: depending(batch=4),
        {},
        "a row depends on the other images of its 4; export it for one image, or for any",
    ),
    "random": (random, {}, "it gives other numbers each time; export it for inference"),
    "infinite": (infinite, {}, "it gives what is no finite number"),
    "old": (of(opset=6), {}, "it must be of opset 7 or later (got 6); export it again"),
}


@pytest.mark.parametrize("name", FITS_NOT)
def test_what_does_not_fit_is_told_in_a_sentence(refusal, tmp_path, name):
    make, values, said = FITS_NOT[name]
    path = made.save(tmp_path / "network.onnx", make())

    assert refusal(path, **values).startswith(said)


def test_work_is_counted_per_image(order, tmp_path):
    """12 x 12 places, 8 kernels of 27; the dense layer is left out with the scores."""
    for batch in ("n", 3):
        path = made.classifier(tmp_path / f"{batch}.onnx", batch=batch)
        assert work_of(order(path)) == 12 * 12 * 8 * 27 / 1e6
        assert work_of(order(path, layer="scores")) == (12 * 12 * 8 * 27 + 8 * 5) / 1e6


def test_work_of_attention_counts_its_products(order, tmp_path):
    path = made.save(tmp_path / "network.onnx", tokens())

    patches, keys, twice = 9 * 8 * 192, 9 * 8 * 8, 2 * 9 * 9 * 8
    assert work_of(order(path, layer="mixed")) == (patches + keys + twice) / 1e6


@pytest.mark.parametrize("name", ["network.h5", "network.onnx.pkl", "network"])
def test_other_files_are_refused_by_their_ending(order, tmp_path, name):
    path = made.classifier(tmp_path / name)

    with pytest.raises(Exception, match=r"^onnx: model must be a file that ends in \.onnx"):
        engine_of(order(path), "auto")


def test_without_a_file_it_says_how_to_name_one(order):
    with pytest.raises(Exception, match=r"^onnx: model must be a file, \.onnx; write \{name = "):
        engine_of(order(""), "auto")


def test_another_engine_is_told_not_to_run_it(order, tmp_path):
    path = made.classifier(tmp_path / "network.onnx")

    assert engine_of(order(path), "keras") == (
        "onnx",
        "network.onnx runs by ONNX Runtime: keras does not run ONNX files",
    )
