"""OverFeat: the layers of its authors, counted as sklearn-theano counts them, from their files."""

import numpy as np
import pytest
from caffe_like import computed, drawn_overfeat, net_weight, overfeat, prepared

import frimcla
from frimcla.errors import WeightsError
from frimcla_keras import plugin
from frimcla_keras.graph import bare, build
from frimcla_keras.network import make
from frimcla_keras.networks import BY_NAME
from frimcla_keras.published import _published
from frimcla_keras.spec import Spec

MENU = {one.name: one for one in plugin.frimcla_extractors()}
FAST = (
    "standardise",
    *("11x11 96", "pool", "5x5 256", "pool", "3x3 512", "3x3 1024", "3x3 1024", "pool"),
    *("6x6 3072", "1x1 4096", "1x1 1000"),
)
ACCURATE = (
    "standardise",
    *("7x7 96", "pool", "7x7 256", "pool", "3x3 512", "3x3 512", "3x3 1024", "3x3 1024", "pool"),
    *("5x5 4096", "1x1 4096", "1x1 1000"),
)
"""What sklearn-theano's `OverfeatTransformer` counts, sklearn_theano/feature_extraction/
overfeat.py: `relu` and borders belong to their convolution, standardising pixels is the first.
"""
PLACES = {
    "overfeat": (28, 56, 12, 24, 12, 12, 12, 6, 1, 1, 1),
    "overfeat_accurate": (36, 108, 15, 30, 15, 15, 15, 15, 5, 1, 1, 1),
}
"""Width and height of what the layers give, on one window of 231 or 221 pixels, in any order."""


def described(layer):
    """Return what a layer of Keras is, as the lists above have it."""
    if "pool" in layer.name:
        return "pool"
    height, width, _, filters = layer.get_weights()[0].shape
    return f"{height}x{width} {filters}"


@pytest.fixture(scope="module", params=["overfeat", "overfeat_accurate"])
def network(request):
    """Either network, drawn, and what it is called."""
    return request.param, bare(Spec(network=request.param, weights="random", head=True))


def test_layers_are_counted_as_in_old_notebooks(network):
    name, model = network
    theirs = FAST if name == "overfeat" else ACCURATE
    numbers = range(-1, -len(theirs), -1)  # but for pixels, which are no features

    specs = [Spec.of({"network": name, "layer": number}) for number in numbers]

    ours = [described(model.get_layer(spec.layer)) for spec in specs]
    assert ours == [theirs[number] for number in numbers]
    order = [layer.name for layer in model.layers if layer.name.startswith(("conv", "pool"))]
    assert [spec.layer for spec in specs] == order[::-1]


def test_minus_three_is_what_the_papers_took():
    """["overfeat", "[-3]"]: 3072 numbers, behind the rectifier."""
    spec = Spec.of({"network": "overfeat", "layer": -3, "weights": "random"})
    layer = bare(spec).get_layer(spec.layer)

    assert (spec.layer, layer.output.shape[1:]) == ("conv6", (1, 1, 3072))
    assert layer.activation.__name__ == "relu"


def test_a_number_and_a_name_are_one_network(tmp_path):
    ways = [{"layer": -3}, {"layer": "conv6"}]
    specs = [Spec.of({"network": "overfeat", "weights": "random", **way}) for way in ways]

    assert specs[0] == specs[1]
    assert specs[0].key == specs[1].key


def test_sizes_are_those_of_the_program(network):
    name, model = network
    counted = BY_NAME[name].own.counted
    sides = {layer: model.get_layer(layer).output.shape[1:3] for layer in counted}
    scores = model.get_layer(counted[-1])

    assert sorted(side for side, _ in sides.values()) == sorted(PLACES[name])
    assert all(height == width for height, width in sides.values())
    assert scores.activation.__name__ == "linear"
    assert model.output.shape == (None, 1000)


def test_it_has_as_many_parameters_and_connections_as_were_published():
    """Sermanet et al. 2014, section 3.3: 145 million and 2.8 billion, 144 million and 5.4 billion.

    To the digit the fast one is in HPE's Deep Learning Cookbook, by Netscope: 145,920,872.
    """
    fast, accurate = (
        _published()[cls]["1.0"]["top"] for cls in ("OverFeatFast", "OverFeatAccurate")
    )

    assert (fast["parameters"], fast["size"]) == (145_920_872, 4 * 145_920_872)
    assert (accurate["parameters"], accurate["size"]) == (144_656_488, 4 * 144_656_488)
    assert round(fast["multiply_adds"] / 1e9, 1) == 2.8
    assert round(accurate["multiply_adds"] / 1e9, 1) == 5.4


@pytest.mark.parametrize(
    ("layer", "accepted"),
    [
        (-1, True),
        (-11, True),
        ("conv6", True),
        ("", True),
        (0, False),
        (-12, False),
        (3, False),
        ("conv9", False),
        ("-3", False),
        (True, False),
        ([-3, -2], False),
    ],
    ids=str,
)
def test_a_layer_is_a_name_or_a_number_below_nought(layer, accepted):
    menu = MENU["overfeat"]
    if accepted:
        assert menu.recipe(layer=layer).values["layer"] == layer
        return
    with pytest.raises(ValueError, match="layer must be") as caught:
        menu.recipe(layer=layer)
    assert str(caught.value) == (
        'layer must be one of "", conv1, pool1, conv2, pool2, conv3, conv4, conv5, pool5, conv6, '
        f"conv7, conv8 or an integer between -11 and -1 (got {layer!r})"
    )


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A file like net_weight_0: drawn numbers up to the third convolution, then a long nothing."""
    weights = drawn_overfeat("overfeat", layers=3)
    path = tmp_path_factory.mktemp("overfeat") / "net_weight_0"
    return weights, net_weight(path, weights, 4 * 145_920_872)


def test_what_was_released_is_computed_as_by_onnx(released):
    """As far as the third convolution; ``all_networks.py`` goes to the end."""
    weights, path = released
    images = np.random.default_rng(1).integers(0, 256, (2, 231, 231, 3), np.uint8)
    pixels = prepared("overfeat", images)
    expected = computed(overfeat("overfeat", weights), pixels)["conv3"].mean(axis=(2, 3))

    spec = Spec.of({"network": "overfeat", "weights": str(path), "layer": -7})
    found = np.asarray(build(spec)(images, training=False))

    assert spec.layer == "conv3"
    assert found.shape == (2, 512)
    assert found.std() > 0.05
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * expected.max())


def test_the_file_of_the_other_network_is_refused(released):
    _, path = released
    spec = Spec(network="overfeat_accurate", weights=str(path))

    with pytest.raises(WeightsError) as caught:
        build(spec)

    assert str(caught.value) == (
        "OverFeat-accurate: weights net_weight_0 are 583,683,488 bytes and not 578,625,952; "
        "name the file that belongs to it"
    )


@pytest.mark.parametrize("name", ["overfeat.pkl", "net_weight_0.bin", "overfeat.onnx"])
def test_other_kinds_of_files_are_refused_unopened(name):
    with pytest.raises(ValueError, match="weights must") as caught:
        make(network="overfeat", weights=name, fit="squash", engine="onnx", threads=1)

    assert str(caught.value) == (
        "weights must end in .h5 or nothing, as net_weight_0 does: "
        "models (.keras) and pickles may run code"
    )


def test_weights_lie_in_the_archive_of_the_authors():
    fast, accurate = (
        plugin.weights_of({"network": name, "weights": "imagenet"})
        for name in ("overfeat", "overfeat_accurate")
    )

    assert fast.url == accurate.url
    assert (fast.member, accurate.member) == ("net_weight_0", "net_weight_1")
    assert (fast.size, accurate.size) == (583_683_488, 578_625_952)
    assert fast.licence == "NYU, research only"


def test_labels_say_which_layer():
    assert MENU["overfeat"].recipe(layer=-3).label == "OverFeat(layer=-3)"
    assert isinstance(MENU["overfeat"], frimcla.Extractor)
