"""One cache for all tests of this folder, and the extractor with its answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frimcla.recipes import Recipe
from frimcla_onnx import taking
from frimcla_onnx.plugin import frimcla_extractors
from frimcla_onnx.spec import Spec

Refusal = Callable[..., str]


@pytest.fixture(autouse=True)
def _at_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the folders of who runs the tests out of them."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)


def recipe(path: Path, **values: Any) -> Recipe:
    """Return the extractor that a file is, for images as small as those networks take."""
    (component,) = frimcla_extractors()
    return component.recipe(**{"model": str(path), "side": 24, **values})


@pytest.fixture
def order() -> Callable[..., Recipe]:
    """`recipe`."""
    return recipe


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """Return what is said of a file; asked in this process, which is faster by seconds."""

    def ask(path: Path, **values: Any) -> str:
        told = dict(Spec.of(recipe(path, **values).arguments).order.told)
        target = tmp_path / "taken.onnx"
        said = taking.answered(told, target)
        assert "refused" in said, said
        return str(said["refused"])

    return ask
