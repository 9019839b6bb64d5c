"""One cache for all tests of this folder: a network is exported once, not once per test."""

from __future__ import annotations

import os
from pathlib import Path

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


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of weights by network that keep signals as large as trained ones do.

    What Keras draws at random lets them fade, to 1e-16 in MobileNet.
    """
    from frimcla_keras.graph import bare
    from frimcla_keras.spec import Spec

    folder = tmp_path_factory.mktemp("weights")
    files = {}
    for name, values in SMALL.items():
        model = bare(Spec(network=name, weights="random", **values))
        rng = np.random.default_rng(7)
        for variable in model.variables:
            variable.assign(_drawn(variable.path, tuple(variable.shape), rng))
        for layer in model.layers:
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
        files[name] = folder / f"{name}.weights.h5"
        model.save_weights(files[name])
    return files


def _drawn(path: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    kind = path.rpartition("/")[2]
    if path.startswith("normalization"):  # of images: as EfficientNet was published
        known = {"mean": (0.485, 0.456, 0.406), "variance": (0.229, 0.224, 0.225)}
        return np.array(known.get(kind, 1), np.float32)
    if kind == "kernel":
        inputs = np.prod(shape[:2]) if "dw" in path or "depthwise" in path else np.prod(shape[:-1])
        return rng.normal(size=shape) * np.sqrt(2 / inputs)
    if kind in {"gamma", "moving_variance"}:
        return rng.uniform(0.5, 1.5, shape)
    return rng.normal(size=shape) / 10


@pytest.fixture
def real_data() -> Path:
    """The folder of public images and weights that is not part of the project."""
    where = os.environ.get("FRIMCLA_DATA", "")
    if not where or not Path(where).is_dir():
        pytest.skip("FRIMCLA_DATA does not name the folder of real images")
    return Path(where)


@pytest.fixture
def real_weights(real_data: Path) -> Path:
    """Weights of MobileNet, a quarter as wide, as Google published them."""
    return real_data / "weights" / "keras_no_top" / "mobilenet_2_5_224_tf_no_top.h5"
