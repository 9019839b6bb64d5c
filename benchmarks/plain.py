"""What a user would write instead: Keras and OpenCV, one straightforward script.

    python benchmarks/plain.py mobilenet_v2 IMAGE...

Random weights; prints JSON: the seconds of the extraction, and beside them those of the imports,
of building the network, and of the first call, which traces it.
"""

import itertools
import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
NETWORKS = {  # name: class, module of its preprocessing, side
    "densenet121": ("DenseNet121", "densenet", 224),
    "inception_v3": ("InceptionV3", "inception_v3", 299),
    "mobilenet": ("MobileNet", "mobilenet", 224),
    "mobilenet_v2": ("MobileNetV2", "mobilenet_v2", 224),
    "resnet50": ("ResNet50", "resnet", 224),
    "vgg16": ("VGG16", "vgg16", 224),
    "vgg19": ("VGG19", "vgg19", 224),
    "xception": ("Xception", "xception", 299),
}
BATCH = 32


def features(model, preprocess, side, paths):
    """Return the features of image files."""
    import cv2
    import numpy as np

    rows = []
    for start in range(0, len(paths), BATCH):
        images = [cv2.imread(path)[..., ::-1] for path in paths[start : start + BATCH]]
        images = np.stack([cv2.resize(image, (side, side)) for image in images])
        rows.append(model.predict(preprocess(images.astype("float32")), BATCH, verbose=0))
    return np.concatenate(rows)


def main():
    """Import, build, trace, extract; time each."""
    name, *paths = sys.argv[1:]
    cls, module, side = NETWORKS[name]
    times = [time.perf_counter()]
    import cv2  # noqa: F401
    import keras
    import numpy as np

    preprocess = getattr(keras.applications, module).preprocess_input
    times.append(time.perf_counter())
    shape = (side, side, 3)
    network = getattr(keras.applications, cls)
    model = network(weights=None, include_top=False, pooling="avg", input_shape=shape)
    times.append(time.perf_counter())
    model.predict(np.zeros((min(BATCH, len(paths)), *shape), "float32"), BATCH, verbose=0)
    times.append(time.perf_counter())
    found = features(model, preprocess, side, paths)
    times.append(time.perf_counter())
    assert len(found) == len(paths)
    phases = ("import", "build", "first_call", "extract")
    seconds = (after - before for before, after in itertools.pairwise(times))
    print(json.dumps(dict(zip(phases, seconds, strict=True))))


if __name__ == "__main__":
    main()
