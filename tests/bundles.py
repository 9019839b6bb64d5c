"""A trained model to attack, and what an attacker needs to forge one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toys import Toys

import frimcla
from frimcla.bundle import load
from frimcla.errors import BundleError
from frimcla.files import sha256
from frimcla.keys import canonical
from frimcla.testing import toy_dataset
from frimcla.workflow import run

STUDY = """
images = "cells"
output = "results"
folds = 3
n_jobs = 1
metric = "accuracy"
extractors = ["edges"]
classifiers = ["nearest_mean"]"""
TOYS = frimcla.Registry.of(toys=Toys())
Manifest = dict[str, Any]
Forge = Callable[[Manifest], object]


def studied(home: Path) -> Path:
    """Run a study of ``cells/`` below *home*; return the trained model in ``results/``."""
    toy_dataset(home / "cells")
    (home / "study.toml").write_text(STUDY)
    run(home / "study.toml", registry=TOYS)
    return home / "results" / "model.frimcla"


def refusal(path: Path, content: bytes, registry: frimcla.Registry = TOYS) -> str:
    """Return why *content* is refused, without the path that every message begins with."""
    path.write_bytes(content)
    with pytest.raises(BundleError) as caught:
        load(path, registry)
    assert str(caught.value).startswith(f"{path} ")
    return str(caught.value).removeprefix(f"{path} ")


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file.getvalue()


def forged(good: bytes, forge: Forge, classifier: bytes = b"") -> bytes:
    """Change the manifest as an attacker would: with every checksum made anew."""
    inside = members(good)
    content = json.loads(inside.pop("manifest.json"))
    inside |= {"classifier.skops": classifier} if classifier else {}
    content["members"] = {name: sha256(data) for name, data in inside.items()}
    forge(content)
    del content["checksum"]
    content["checksum"] = sha256(canonical(content))
    return zipped({"manifest.json": json.dumps(content).encode(), **inside})
