"""A small whole study, with a network, and what of its outcome must not change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import attrs

import frimcla
from frimcla.files import TEMPORARY
from frimcla.model import probe_scores
from frimcla.shards import read_arrays
from frimcla.testing import toy_dataset

STUDY = """
images = "cells"
extractors = ["colour_moments", "lbp", {name = "mobilenet", alpha = 0.25, weights = "random"}]
classifiers = [{name = "knn", n_neighbors = 3}, {name = "logistic_regression", C = 1.0}]
controls = false
engine = "onnx"
folds = 3
n_jobs = 1
"""
SPACES, PARTS = 3, 3 * 2 * (3 + 3)
"""Files that cost arithmetic: of features, and of each pair with one fold or two held out."""
SAME = (
    *("scores.csv", "table.md", "table.csv", "table.tex", "predictions.csv", "per_class.csv"),
    *("verdict.json", "verdict.txt", "methods.txt", "methods.bib", "audit.json", "study.toml"),
)
"""What is the same byte for byte."""


def prepare(home: Path, count: int = 9) -> Path:
    """Write *count* images for each of three classes, and the study of them."""
    toy_dataset(home / "cells", count=count)
    (home / "study.toml").write_text(STUDY)
    return home


@attrs.frozen
class Outcome:
    """What a study found, by file; equal ones found the same."""

    found: dict[str, Any]

    @classmethod
    def of(cls, output: Path) -> Outcome:
        """Read what a study left."""
        found: dict[str, Any] = {name: (output / name).read_bytes() for name in SAME}
        for name in ("predictions.h5", "album.h5"):
            arrays = read_arrays(output / name).arrays
            found[name] = {key: array.tobytes() for key, array in arrays.items()}
        model = frimcla.load(output / "model.frimcla")
        found["model.frimcla"] = (
            attrs.evolve(model.manifest, members={}),
            probe_scores(model),
        )
        found["features"] = features_below(output)
        return cls(found)

    def differing(self, other: Outcome) -> list[str]:
        """Name the files in which another outcome is different."""
        names = self.found.keys() | other.found.keys()
        return sorted(name for name in names if self.found.get(name) != other.found.get(name))


def many(home: Path, *, workers: bool = False) -> str:
    """Return a study of 135 images, three shards for each extractor, in a store of its own."""
    if not (home / "many").exists():
        toy_dataset(home / "many", count=45)
    text = STUDY.replace('"cells"', '"many"').replace("C = 1.0", "C = 1.0, max_iter = 5000")
    name = "many_workers.toml" if workers else "many.toml"
    jobs = text.replace("n_jobs = 1", "n_jobs = 2") if workers else text
    (home / name).write_text(f'{jobs}cache = "shared"\n')
    return name


def features_below(folder: Path) -> dict[tuple[str, bytes], bytes]:
    """Return every row by space and image, as bytes."""
    rows = {}
    for path in folder.rglob("s-*.h5"):
        arrays = read_arrays(path).arrays
        for key, row in zip(arrays["keys"], arrays["features"], strict=True):
            rows[path.parent.name, key] = row.tobytes()
    return rows


def finished(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the files that cost arithmetic, and how to tell whether one is written again."""
    patterns = "features/*/s-*.h5", "predictions/*/*.h5"
    paths = [path for pattern in patterns for path in folder.glob(pattern)]
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in paths
        if TEMPORARY not in str(path)
    }


def temporaries(folder: Path) -> list[Path]:
    """Return what was being written."""
    return sorted(folder.rglob(f"{TEMPORARY}*"))


def state_of(output: Path) -> str:
    """Return how far a run says it is; empty if it says nothing."""
    path = output / "run.json"
    return str(json.loads(path.read_text())["state"]) if path.exists() else ""


def counted(output: Path) -> dict[str, int]:
    """Return what a run computed, from its record."""
    record = json.loads((output / "run.json").read_text())
    return {
        "described": record["extract"]["computed"],
        "fitted": record["compare"]["fitted"],
    }


def fresh(folder: Path, copy: Path | None = None) -> Path:
    """Return *folder* without anything in it, or with a copy of another one."""
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(copy, folder) if copy else folder
