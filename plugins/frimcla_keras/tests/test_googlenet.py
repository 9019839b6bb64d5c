"""GoogLeNet against ONNX's own operators: the same numbers of the same weights, from any file."""

import attrs
import numpy as np
import onnx
import pytest
from caffe_like import caffemodel, computed, drawn, googlenet, prepared, shapes

from frimcla.errors import PluginError, WeightsError
from frimcla_keras import plugin
from frimcla_keras.engine import decide
from frimcla_keras.exports import exported
from frimcla_keras.graph import bare, build
from frimcla_keras.network import make
from frimcla_keras.published import _published
from frimcla_keras.spec import Spec
from frimcla_onnx.session import Session


@attrs.frozen
class Reference:
    """What the network computes, by layer, and the files that hold its weights."""

    rows: dict
    files: dict


@pytest.fixture(scope="module")
def reference(tmp_path_factory, images):
    folder = tmp_path_factory.mktemp("googlenet")
    weights = drawn(5)
    model = googlenet(weights)
    onnx.save(model, folder / "googlenet.onnx")
    files = {
        "onnx": folder / "googlenet.onnx",
        "old": caffemodel(folder / "old.caffemodel", weights, old=True),
        "new": caffemodel(folder / "new.caffemodel", weights, old=False),
    }
    keras = bare(Spec(network="googlenet", weights=str(files["old"]), head=True))
    keras.save_weights(folder / "keras.weights.h5")
    files["keras"] = folder / "keras.weights.h5"
    return Reference(computed(model, prepared("googlenet", images)), files)


def features(images, **values):
    model = build(Spec(network="googlenet", **{k: str(v) for k, v in values.items()}))
    return np.asarray(model(images, training=False))


def assert_close(found, expected, share=1e-5):
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=share * np.abs(expected).max())


def test_drawn_weights_tell_images_apart(reference):
    """Else the tests below would pass for any network."""
    rows = reference.rows["features"]

    assert rows.std(axis=0).mean() > 0.05 * np.abs(rows).mean()


@pytest.mark.parametrize("file", ["old", "new", "onnx", "keras"])
def test_every_kind_of_file_gives_the_features_of_the_graph(file, reference, images):
    assert_close(features(images, weights=reference.files[file]), reference.rows["features"])


def test_the_head_gives_the_probabilities_of_the_graph(reference, images):
    model = build(Spec(network="googlenet", weights=str(reference.files["onnx"]), head=True))

    found = np.asarray(model(images, training=False))

    np.testing.assert_allclose(found, reference.rows["prob_1"], atol=1e-5)
    assert found.std() > 1e-4


@pytest.mark.parametrize(
    ("layer", "pooling"), [("conv2/norm2", "avg"), ("inception_3a/output", "max")]
)
def test_inner_layers_are_called_as_in_caffe(layer, pooling, reference, images):
    maps = reference.rows[layer]
    expected = maps.mean(axis=(2, 3)) if pooling == "avg" else maps.max(axis=(2, 3))
    name = layer.replace("/", "_")

    found = features(images, weights=reference.files["old"], layer=name, pooling=pooling)

    assert_close(found, expected)


def test_the_export_agrees_and_rows_are_the_same_bits_in_any_batch(reference, images):
    done = exported(Spec(network="googlenet", weights=str(reference.files["onnx"])))
    session = Session(done.path)

    rows = session(images)

    assert_close(rows, reference.rows["features"], 3e-5)
    for size in (1, 3):
        parts = [session(images[k : k + size]) for k in range(0, len(images), size)]
        np.testing.assert_array_equal(np.concatenate(parts), rows)


def test_it_has_as_many_parameters_as_were_published():
    """6,998,552: HPE's Deep Learning Cookbook lists it of Netscope's reading of bvlc_googlenet.

    Without the 1024 x 1000 + 1000 of the classifier these are 5,973,552. With both auxiliary
    heads, which are for training only, it has 13,378,280: each adds a convolution of 1 x 1 to 128
    channels, and dense layers from 4 x 4 x 128 to 1024 and from there to 1000.
    """
    found = {part: one["parameters"] for part, one in _published()["GoogLeNet"]["1.0"].items()}
    kernels = [shape for _, shape in shapes()]
    auxiliary = [(c + 1) * 128 + (2048 + 1) * 1024 + (1024 + 1) * 1000 for c in (512, 528)]

    assert found == {"no_top": 5_973_552, "top": 6_998_552}
    assert sum(np.prod(shape) + shape[0] for shape in kernels) == 6_998_552
    assert 6_998_552 + sum(auxiliary) == 13_378_280


def test_its_weights_are_those_of_the_model_zoo():
    found = [plugin.weights_of({"network": "googlenet", "head": head}) for head in (False, True)]

    assert attrs.evolve(found[0], features=1000) == found[1]
    assert (found[0].file, found[0].size) == ("googlenet-7.onnx", 28_020_232)
    assert (found[0].features, found[0].licence) == (1024, "BSD-3-Clause")


def test_a_layer_that_does_not_exist_is_told_with_a_hint(reference, images):
    with pytest.raises(PluginError, match=r'^GoogLeNet has no layer "inception_3a"; did you mean'):
        features(images, weights="random", layer="inception_3a")


@pytest.mark.parametrize("name", ["googlenet.pkl", "googlenet.keras", "googlenet"])
def test_other_kinds_of_files_are_refused_unopened(name):
    values = {"network": "googlenet", "weights": name}
    why = "must end in .h5 or .caffemodel or .onnx: models (.keras) and pickles may run code"

    with pytest.raises(ValueError, match="weights must") as caught:
        make(fit="squash", engine="onnx", threads=1, **values)
    assert str(caught.value) == f"weights {why}"
    for engine in ("onnx", "keras"):
        with pytest.raises(WeightsError) as refused:
            decide(engine, values)
        assert str(refused.value) == (
            f"GoogLeNet: weights {name} {why}; name a file that holds numbers only"
        )


def test_weights_of_another_network_are_refused(references, images):
    with pytest.raises(WeightsError, match=r"^GoogLeNet: weights mobilenet\.weights\.h5 do n"):
        features(images, weights=references["mobilenet"].file)
