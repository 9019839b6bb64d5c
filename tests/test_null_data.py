"""Near-copies whose class means nothing: chance with groups, a marvel and a warning without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from toys import Toys

import frimcla
from frimcla.announcing import announced
from frimcla.opening import Opened
from frimcla.toml import literal

plugin = pytest.importorskip("frimcla_sklearn.plugin", reason="needs the shipped plugins")
REGISTRY = frimcla.Registry.of(sklearn=plugin, toys=Toys())
GROUPS, COPIES = 40, 10
NEAREST = {"name": "knn", "n_neighbors": 1}


def paint(folder: Path, seed: int) -> None:
    """Write 40 groups of 10 near-copies, ``class/g07_3.png``; chance gives half of them each class.

    Images of a group have its colour and its texture; noise makes every file another.
    """
    draw = np.random.default_rng(seed)
    labels = draw.permutation(["treated", "control"] * (GROUPS // 2))
    for group, label in enumerate(labels):
        own = draw.integers(40, 216, 3) + draw.integers(-30, 31, (16, 16, 3))
        for number in range(COPIES):
            pixels = np.clip(own + draw.integers(-4, 5, own.shape), 0, 255).astype(np.uint8)
            path = folder / label / f"g{group:02}_{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)


def accuracy(folder: Path, groups: str) -> tuple[float, list[str]]:
    """Return the accuracy out of fold, and what is told before."""
    path = folder / f"{groups or 'open'}.toml"
    settings = {
        "images": "cells",
        "output": path.stem,
        "extractors": ["mean_colour", "edges"],
        "classifiers": [NEAREST],
        "metric": "sklearn:accuracy",
        "groups": {"by group": "{group}_*"}.get(groups, groups),
        "folds": 5,
        "n_jobs": 1,
    }
    path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in settings.items()))
    told: list[Opened] = []
    result = frimcla.compare(path, registry=REGISTRY, tell=told.append)
    lines = "\n".join(announced(*told)).splitlines()
    return result.selection.cells["MEAN", "KNN(n_neighbors=1)"].mean, lines


@pytest.mark.parametrize("seed", range(3))
def test_with_groups_nothing_is_found_where_nothing_is(tmp_path: Path, seed: int) -> None:
    paint(tmp_path / "cells", seed)

    found, told = accuracy(tmp_path, "by group")

    assert found <= 0.60
    assert told[1] == "40 groups by group, never split: control 20, treated 20"
    assert not any("warning" in line for line in told)


def test_without_groups_near_copies_pass_for_skill_and_a_warning_says_so(tmp_path: Path) -> None:
    paint(tmp_path / "cells", 0)

    found, told = accuracy(tmp_path, "")

    assert found >= 0.9
    (warning,) = [line for line in told if line.startswith("warning: ")]
    assert "on both sides, and scores may be far too good" in warning
    assert 'groups = "none"' in warning


def test_who_declares_that_there_are_no_groups_is_not_warned(tmp_path: Path) -> None:
    paint(tmp_path / "cells", 0)

    found, told = accuracy(tmp_path, "none")

    assert found >= 0.9
    assert not any("warning" in line for line in told)
