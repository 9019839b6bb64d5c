"""One cache for all tests of this folder: a network is exported once, not once per test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

SMALL = {
    "mobilenet": {"alpha": 0.25},
    "mobilenet_v3_small": {},
    "efficientnet_b0": {},
    "efficientnet_v2_b0": {},
}
"""Networks that are built and exported in seconds, one per way of scaling or of exporting."""


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for exports of this run of the tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _at_home(shared_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the folders of who runs the tests out of them, and the GPU as well."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(shared_cache))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@attrs.frozen
class Reference:
    """A network as Keras builds it, without its head, and its weights in a file."""

    model: Any
    file: Path


@pytest.fixture(scope="session")
def references(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reference]:
    """Return small networks by name."""
    from frimcla_keras import quiet  # noqa: F401  (before Keras)
    from frimcla_keras.networks import BY_NAME

    # ruff: isort: split
    import keras

    folder = tmp_path_factory.mktemp("weights")
    found = {}
    for name, values in SMALL.items():
        make = getattr(keras.applications, BY_NAME[name].cls)
        model = make(include_top=False, weights=None, input_shape=(224, 224, 3), **values)
        enliven(model, pictures() if BY_NAME[name].scaling == "inside" else pictures() / 127.5 - 1)
        found[name] = Reference(model, folder / f"{name}.weights.h5")
        model.save_weights(found[name].file)
    return found


def pictures(side: int = 224) -> np.ndarray:
    """Return the images that exports are checked on, as floats (8, side, side, 3) of 0 to 255."""
    from frimcla_onnx.fit import Fit
    from frimcla_onnx.probing import probe_images

    return np.stack([Fit(side, "squash")(image) for image in probe_images()]).astype(np.float32)


def enliven(model: Any, images: np.ndarray) -> None:
    """Give *model* weights that treat signals as trained ones do, by a look at *images*.

    What Keras draws at random lets them fade, to 1e-16 in MobileNet, and hides what is wrong
    with means and offsets, which are all 0 then.
    """
    rng = np.random.default_rng(7)
    for variable in model.variables:
        if variable.path.startswith("seed_generator") or "/seed_generator" in variable.path:
            continue
        variable.assign(drawn(variable.path, tuple(variable.shape), rng))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
        if hasattr(layer, "momentum"):
            layer.momentum = 0.0  # what it has just seen is all it remembers
    model(images, training=True)
    maps = np.asarray(model(images, training=False))
    features = maps.reshape(len(maps), -1, maps.shape[-1]).mean(axis=1)
    assert features.std(axis=0).mean() > 0.05 * np.abs(features).mean(), "tells no images apart"


def drawn(path: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return values for the variable that Keras calls *path*."""
    kind = path.rpartition("/")[2]
    if path.startswith("normalization"):  # of images: as EfficientNet was published
        known = {"mean": (0.485, 0.456, 0.406), "variance": (0.229, 0.224, 0.225)}
        return np.array(known.get(kind, 1), np.float32)
    if kind.endswith("kernel"):
        inputs = np.prod(shape[:2]) if "dw" in path or "depthwise" in path else np.prod(shape[:-1])
        return rng.normal(size=shape) * np.sqrt(2 / inputs)
    if kind in {"gamma", "moving_variance"}:
        return rng.uniform(0.2, 0.5, shape)
    return rng.normal(size=shape) / 5


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    """Eight pictures that differ as much as pictures may."""
    return pictures().astype(np.uint8)


@pytest.fixture
def real_weights(real_data: Path) -> Path:
    """Weights of MobileNet, a quarter as wide, as Google published them."""
    return real_data / "weights" / "keras_no_top" / "mobilenet_2_5_224_tf_no_top.h5"
