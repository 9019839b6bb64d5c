"""The networks that describe images, as a table: those of keras.applications, and our own.

Imports no framework. Published counts: https://keras.io/api/applications/, and the papers named
in the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import attrs

KERAS_FILE = ".h5"
"""How the name of a file of weights ends that Keras reads; every network takes one."""


@attrs.frozen(kw_only=True)
class Own:
    """What has to be said of a network that ``keras.applications`` lacks.

    Attributes:
        make: Import path of the function that builds it, its head included.
        features: The layer that describes images where no other one is asked for.
        files: How the names of further files of weights end that it takes: import path of what
            reads them, see `frimcla_keras.filling`.
        counted: Its layers from the first to the last, if they may be counted from the end.
    """

    make: str
    features: str
    files: Mapping[str, str]
    counted: tuple[str, ...] = ()


@attrs.frozen
class Net:
    """One network.

    Attributes:
        name: What configurations call it.
        cls: Its function in ``keras.applications``, or what `frimcla_keras.published` calls it.
        label: What papers call it.
        side: Width and height in pixels of what it was trained on.
        features: Channels of its last layer before the head, at the default parameters.
        scaling: What its pixels become: ``tf`` -1 to 1; ``caffe`` BGR minus the mean, ``bvlc``
            with the mean rounded; ``torch`` mean 0 and variance 1, ``overfeat`` of all channels
            together; ``inside``: the network does it itself.
        licence: Of its published weights, as SPDX calls it where it has a name there.
        alphas: Widths it is published in; the default first, none if there is one.
        suggested: Whether the default study includes it.
        own: How it is built where ``keras.applications`` lacks it.
    """

    name: str
    cls: str
    label: str
    side: int
    features: int
    scaling: str
    licence: str
    alphas: tuple[float, ...] = ()
    suggested: bool = attrs.field(default=False, kw_only=True)
    own: Own | None = attrs.field(default=None, kw_only=True)

    def refusal(self, weights: str) -> str:
        """Say why a file of weights is not even opened, after its name; ``""`` if it may be."""
        files = (KERAS_FILE, *(self.own.files if self.own else ()))
        if PurePath(weights).suffix in files:
            return ""
        endings = " or ".join(ending or "nothing, as net_weight_0 does" for ending in files)
        return f"must end in {endings}: models (.keras) and pickles may run code"


APACHE, BSD, CC_BY, MIT = "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "MIT"  # as SPDX has them
NYU = "NYU, research only"
"""New York University: "solely for your internal research and evaluation purposes"."""

GOOGLENET = Own(
    make="frimcla_keras.googlenet:googlenet",
    features="inception_5b_output",
    files={
        ".caffemodel": "frimcla_keras.caffemodel:read",
        ".onnx": "frimcla_keras.onnx_weights:read",
    },
)
RAW = {"": "frimcla_keras.raw_weights:read"}
"""The two files of OverFeat, ``net_weight_0`` and ``net_weight_1``, whose names have no ending."""
OVERFEAT = Own(
    make="frimcla_keras.overfeat:fast",
    features="conv7",
    files=RAW,
    counted=(
        *("conv1", "pool1", "conv2", "pool2", "conv3", "conv4"),
        *("conv5", "pool5", "conv6", "conv7", "conv8"),
    ),
)
OVERFEAT_ACCURATE = Own(
    make="frimcla_keras.overfeat:accurate",
    features="conv8",
    files=RAW,
    counted=(
        *("conv1", "pool1", "conv2", "pool2", "conv3", "conv4"),
        *("conv5", "conv6", "pool6", "conv7", "conv8", "conv9"),
    ),
)

NETS = (
    Net("vgg16", "VGG16", "VGG16", 224, 512, "caffe", CC_BY, suggested=True),
    Net("vgg19", "VGG19", "VGG19", 224, 512, "caffe", CC_BY, suggested=True),
    Net("resnet50", "ResNet50", "ResNet50", 224, 2048, "caffe", MIT, suggested=True),
    Net("resnet101", "ResNet101", "ResNet101", 224, 2048, "caffe", MIT),
    Net("resnet152", "ResNet152", "ResNet152", 224, 2048, "caffe", MIT),
    Net("resnet50_v2", "ResNet50V2", "ResNet50V2", 224, 2048, "tf", MIT),
    Net("resnet101_v2", "ResNet101V2", "ResNet101V2", 224, 2048, "tf", MIT),
    Net("resnet152_v2", "ResNet152V2", "ResNet152V2", 224, 2048, "tf", MIT),
    Net("inception_v3", "InceptionV3", "InceptionV3", 299, 2048, "tf", APACHE, suggested=True),
    Net("inception_resnet_v2", "InceptionResNetV2", "InceptionResNetV2", 299, 1536, "tf", APACHE),
    Net("xception", "Xception", "Xception", 299, 2048, "tf", APACHE, suggested=True),
    Net("densenet121", "DenseNet121", "DenseNet121", 224, 1024, "torch", BSD, suggested=True),
    Net("densenet169", "DenseNet169", "DenseNet169", 224, 1664, "torch", BSD),
    Net("densenet201", "DenseNet201", "DenseNet201", 224, 1920, "torch", BSD),
    Net("mobilenet", "MobileNet", "MobileNet", 224, 1024, "tf", APACHE, (1.0, 0.25, 0.5, 0.75)),
    Net(
        *("mobilenet_v2", "MobileNetV2", "MobileNetV2", 224, 1280, "tf"),
        licence=APACHE,
        alphas=(1.0, 0.35, 0.5, 0.75, 1.3, 1.4),
        suggested=True,
    ),
    Net(
        *("mobilenet_v3_small", "MobileNetV3Small", "MobileNetV3Small", 224, 576, "inside"),
        licence=APACHE,
        alphas=(1.0, 0.75),
    ),
    Net(
        *("mobilenet_v3_large", "MobileNetV3Large", "MobileNetV3Large", 224, 960, "inside"),
        licence=APACHE,
        alphas=(1.0, 0.75),
    ),
    Net("nasnet_mobile", "NASNetMobile", "NASNetMobile", 224, 1056, "tf", APACHE),
    Net("nasnet_large", "NASNetLarge", "NASNetLarge", 331, 4032, "tf", APACHE),
    Net("efficientnet_b0", "EfficientNetB0", "EfficientNetB0", 224, 1280, "inside", APACHE),
    Net("efficientnet_b1", "EfficientNetB1", "EfficientNetB1", 240, 1280, "inside", APACHE),
    Net("efficientnet_b2", "EfficientNetB2", "EfficientNetB2", 260, 1408, "inside", APACHE),
    Net("efficientnet_b3", "EfficientNetB3", "EfficientNetB3", 300, 1536, "inside", APACHE),
    Net("efficientnet_b4", "EfficientNetB4", "EfficientNetB4", 380, 1792, "inside", APACHE),
    Net("efficientnet_b5", "EfficientNetB5", "EfficientNetB5", 456, 2048, "inside", APACHE),
    Net("efficientnet_b6", "EfficientNetB6", "EfficientNetB6", 528, 2304, "inside", APACHE),
    Net("efficientnet_b7", "EfficientNetB7", "EfficientNetB7", 600, 2560, "inside", APACHE),
    Net("efficientnet_v2_b0", "EfficientNetV2B0", "EfficientNetV2B0", 224, 1280, "inside", APACHE),
    Net("efficientnet_v2_b1", "EfficientNetV2B1", "EfficientNetV2B1", 240, 1280, "inside", APACHE),
    Net("efficientnet_v2_b2", "EfficientNetV2B2", "EfficientNetV2B2", 260, 1408, "inside", APACHE),
    Net("efficientnet_v2_b3", "EfficientNetV2B3", "EfficientNetV2B3", 300, 1536, "inside", APACHE),
    Net("efficientnet_v2_s", "EfficientNetV2S", "EfficientNetV2S", 384, 1280, "inside", APACHE),
    Net("efficientnet_v2_m", "EfficientNetV2M", "EfficientNetV2M", 480, 1280, "inside", APACHE),
    Net("efficientnet_v2_l", "EfficientNetV2L", "EfficientNetV2L", 480, 1280, "inside", APACHE),
    Net("convnext_tiny", "ConvNeXtTiny", "ConvNeXt-T", 224, 768, "inside", MIT),
    Net("convnext_small", "ConvNeXtSmall", "ConvNeXt-S", 224, 768, "inside", MIT),
    Net("convnext_base", "ConvNeXtBase", "ConvNeXt-B", 224, 1024, "inside", MIT),
    Net("convnext_large", "ConvNeXtLarge", "ConvNeXt-L", 224, 1536, "inside", MIT),
    Net("convnext_xlarge", "ConvNeXtXLarge", "ConvNeXt-XL", 224, 2048, "inside", MIT),
    Net(
        *("googlenet", "GoogLeNet", "GoogLeNet", 224, 1024, "bvlc", BSD),
        suggested=True,
        own=GOOGLENET,
    ),
    Net(
        *("overfeat", "OverFeatFast", "OverFeat", 231, 4096, "overfeat", NYU),
        suggested=True,
        own=OVERFEAT,
    ),
    Net(
        *("overfeat_accurate", "OverFeatAccurate", "OverFeat-accurate", 221, 4096, "overfeat"),
        licence=NYU,
        own=OVERFEAT_ACCURATE,
    ),
)
BY_NAME = {net.name: net for net in NETS}
