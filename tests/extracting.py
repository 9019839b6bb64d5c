"""Extractors of small plugins as steps of scikit-learn, and images to give them."""

from __future__ import annotations

from pathlib import Path

import networky
import numpy as np
import pytest
from drawn import images, write
from PIL import Image
from toys import Toys

import frimcla
from frimcla.errors import ConfigError, DatasetError
from frimcla.sklearn import FeatureExtractor

REGISTRY = frimcla.Registry.of(networky=networky, toys=Toys())


def extractor(name: object = "edges", **settings: object) -> FeatureExtractor:
    return FeatureExtractor(name, registry=REGISTRY, **settings)


def drawn_in(folder: Path) -> list[Path]:
    """Write twelve images of each of two classes; return their paths."""
    return sorted(write(folder / "drawn", images(24)).rglob("*.png"))


def arrays(paths: list[Path]) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in paths]


def refused(made: FeatureExtractor, given: object, how: str = "fit") -> str:
    with pytest.raises((ConfigError, DatasetError)) as caught:
        getattr(made, how)(given)
    return str(caught.value)
