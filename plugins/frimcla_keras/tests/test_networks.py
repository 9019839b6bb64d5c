"""The table of networks, and what was published for them."""

import re

import pytest

from frimcla.components import NAME
from frimcla_keras import plugin
from frimcla_keras.networks import BY_NAME, NETS
from frimcla_keras.published import _published
from frimcla_keras.spec import Spec

PARAMETERS = {
    "VGG16": 138_357_544,
    "VGG19": 143_667_240,
    "ResNet50": 25_636_712,
    "ResNet101": 44_707_176,
    "ResNet152": 60_419_944,
    "ResNet50V2": 25_613_800,
    "ResNet101V2": 44_675_560,
    "ResNet152V2": 60_380_648,
    "InceptionV3": 23_851_784,
    "InceptionResNetV2": 55_873_736,
    "Xception": 22_910_480,
    "DenseNet121": 8_062_504,
    "DenseNet169": 14_307_880,
    "DenseNet201": 20_242_984,
    "MobileNet": 4_253_864,
    "MobileNetV2": 3_538_984,
    "NASNetMobile": 5_326_716,
    "NASNetLarge": 88_949_818,
    "EfficientNetB0": 5_330_571,
    "EfficientNetB1": 7_856_239,
    "EfficientNetB2": 9_177_569,
    "EfficientNetB3": 12_320_535,
    "EfficientNetB4": 19_466_823,
    "EfficientNetB5": 30_562_527,
    "EfficientNetB6": 43_265_143,
    "EfficientNetB7": 66_658_687,
    "EfficientNetV2B0": 7_200_312,
    "EfficientNetV2B1": 8_212_124,
    "EfficientNetV2B2": 10_178_374,
    "EfficientNetV2B3": 14_467_622,
    "EfficientNetV2S": 21_612_360,
    "EfficientNetV2M": 54_431_388,
    "EfficientNetV2L": 119_027_848,
    "GoogLeNet": 6_998_552,
    "OverFeatFast": 145_920_872,
}
"""With the head: https://keras.io/api/applications/ and the summaries that Keras prints there;
GoogLeNet and OverFeat: https://github.com/HewlettPackard/dlcookbook-dlbs, of Netscope.

(The 14,486,374 of some lists for EfficientNetV2B3 is not what Keras builds: KerasHub, too, gives
12,930,622 without the head, to which the 1536 x 1000 + 1000 of the head are added here.)
"""
MILLIONS = {
    "MobileNetV3Small": 2.5,
    "MobileNetV3Large": 5.4,
    "ConvNeXtTiny": 28.6,
    "ConvNeXtSmall": 50.2,
    "ConvNeXtBase": 88.6,
    "ConvNeXtLarge": 197.8,
    "ConvNeXtXLarge": 350.2,
    "OverFeatAccurate": 144.0,
}
"""Howard et al. 2019, tables 3 and 4 (2.5 and 5.4); Liu et al. 2022, tables 1 and 12; Sermanet et
al. 2014, table 4.
"""
LARGER_HEADS = {"VGG16", "VGG19", "MobileNetV3Small", "MobileNetV3Large"}


def weights_of(**values):
    return plugin.weights_of({"weights": "imagenet"} | values)


def test_names_and_labels_are_valid_and_unique():
    assert len(BY_NAME) == len({net.label for net in NETS}) == len({net.cls for net in NETS})
    assert len(NETS) == len(BY_NAME) == 43
    assert all(re.fullmatch(NAME, net.name) for net in NETS)


def test_each_network_is_published_in_each_width_that_it_offers():
    offered = {net.cls: {str(alpha) for alpha in net.alphas or (1.0,)} for net in NETS}

    assert offered == {cls: set(widths) for cls, widths in _published().items()}
    assert all(net.alphas[0] == 1.0 for net in NETS if net.alphas)


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_the_table_says_how_many_features_a_network_gives(net):
    published = _published()[net.cls]["1.0"]

    assert net.features == published["no_top"]["features"]
    assert published["top"]["features"] == 1000


@pytest.mark.parametrize("cls", PARAMETERS)
def test_the_networks_are_those_of_the_documentation(cls):
    assert _published()[cls]["1.0"]["top"]["parameters"] == PARAMETERS[cls]


@pytest.mark.parametrize("cls", MILLIONS)
def test_the_networks_are_those_of_the_papers(cls):
    parameters = _published()[cls]["1.0"]["top"]["parameters"]

    assert parameters / 1e6 == pytest.approx(MILLIONS[cls], rel=0.03)


def test_every_network_is_compared_with_a_published_number():
    assert PARAMETERS.keys() | MILLIONS.keys() == {net.cls for net in NETS}


@pytest.mark.parametrize("cls", [cls for cls in _published() if cls not in LARGER_HEADS])
def test_what_comes_without_the_head_is_the_rest_of_the_network(cls):
    """The head is one matrix from the features to 1000 classes, and an offset for each."""
    for variant in _published()[cls].values():
        matrix = (variant["no_top"]["features"] + 1) * 1000
        assert variant["top"]["parameters"] - variant["no_top"]["parameters"] == matrix


def test_weights_are_the_file_that_keras_publishes():
    found = weights_of(network="vgg16")

    assert found.file == "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    assert found.url == (
        "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
        "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    )
    assert (found.md5, found.sha256) == ("6d6bbae143d832006294945121d1f1fc", "")
    assert (found.size, found.features, found.licence) == (4 * 14_714_688, 512, "CC-BY-4.0")


def test_with_the_head_it_is_another_file():
    found = weights_of(network="vgg16", head=True)

    assert found.file == "vgg16_weights_tf_dim_ordering_tf_kernels.h5"
    assert (found.md5, found.features) == ("64373286793e3c8b2b4e3219cbf3544b", 1000)


def test_each_width_has_its_own_file_and_nothing_in_between():
    assert weights_of(network="mobilenet", alpha=0.25).file == "mobilenet_2_5_224_tf_no_top.h5"
    assert weights_of(network="mobilenet", alpha=0.33) is None


def test_hashes_are_md5_or_sha256_or_not_published():
    mobilenet = weights_of(network="mobilenet")
    convnext = weights_of(network="convnext_tiny")

    assert (mobilenet.md5, mobilenet.sha256) == ("", "")
    assert (convnext.md5, len(convnext.sha256)) == ("", 64)


@pytest.mark.parametrize("weights", ["random", "mine.h5"])
def test_other_weights_need_nothing_published(weights):
    assert weights_of(network="vgg16", weights=weights) is None


def test_every_file_can_be_fetched():
    """`Weights` itself checks names, addresses and hashes."""
    asked = [
        (net, alpha, head) for net in NETS for alpha in net.alphas or (1.0,) for head in (0, 1)
    ]

    found = [Spec(network=net.name, alpha=alpha, head=bool(head)) for net, alpha, head in asked]

    assert len(asked) == 106
    assert len({spec.published.file for spec in found}) == 103  # ours hold their head as well
    assert all(spec.published.licence == spec.net.licence for spec in found)


def test_the_default_study_names_nine_networks():
    suggested = [one.name for one in plugin.frimcla_extractors() if one.suggested]

    assert suggested == [
        "vgg16",
        "vgg19",
        "resnet50",
        "inception_v3",
        "xception",
        "densenet121",
        "mobilenet_v2",
        "googlenet",
        "overfeat",
    ]


def test_random_weights_say_so_in_the_label():
    menu = {one.name: one for one in plugin.frimcla_extractors()}

    assert menu["vgg16"].recipe().label == "VGG16"
    assert menu["vgg16"].recipe(weights="random").label == "VGG16(weights=random)"
    assert menu["mobilenet"].recipe(alpha=0.25).label == "MobileNet(alpha=0.25)"
