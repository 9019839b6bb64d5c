"""No command but ``frimcla weights fetch`` opens a connection, nor does a library on its behalf."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from frimcla.testing import toy_dataset

WATCH = """
import os, sys

def watch(event, args):
    asks = event in {"socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}
    if asks or (event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple)):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{event} {args[1:]}\\n")
        raise OSError("no connection today")

sys.addaudithook(watch)
"""
STUDY = """
images = "cells"
extractors = {extractors}
classifiers = ["knn"]
metric = "accuracy"
folds = 3
"""


@pytest.fixture
def offline(tmp_path: Path):
    """A command line in which every attempt to reach a network is refused and written down."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    home = tmp_path / "home"
    home.mkdir()
    toy_dataset(tmp_path / "cells", classes=2, count=6)
    env = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    env |= {
        "PYTHONPATH": str(tmp_path),
        "WATCHED": str(tmp_path / "watched"),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "FRIMCLA_CACHE": str(tmp_path / "kept"),
        "KERAS_HOME": str(home / "keras"),
    }

    def frimcla(*args: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "frimcla", *args]
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    frimcla.watched = tmp_path / "watched"
    frimcla.home = home
    frimcla.here = tmp_path
    return frimcla


def test_no_command_opens_a_connection(offline) -> None:
    network = '["lab", {name = "mobilenet", alpha = 0.25, weights = "random"}]'
    extractors = network if importlib.util.find_spec("frimcla_keras") else '["lab"]'
    (offline.here / "study.toml").write_text(STUDY.format(extractors=extractors))

    offline("list-plugins", "--components")
    offline("weights", "list")
    offline("init", "cells", "--out", "proposed.toml")
    offline("check", "study.toml", "--rehearse")
    offline("run", "study.toml")
    offline("predict", "results/model.frimcla", "cells/stripes_1")
    offline("evaluate", "results/model.frimcla", "cells")
    offline("verify", "results/model.frimcla")

    assert not offline.watched.exists(), offline.watched.read_text()
    assert not list(offline.home.rglob("*onnxruntime*")), "ONNX Runtime left its telemetry"


def test_a_run_that_lacks_weights_says_so_instead_of_fetching(offline) -> None:
    if not importlib.util.find_spec("frimcla_keras"):
        pytest.skip("frimcla-keras is not installed")
    (offline.here / "study.toml").write_text(STUDY.format(extractors='["vgg16", "lab"]'))

    said = offline("run", "study.toml", code=1)

    assert "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5 (58.9 MB)" in said
    assert "frimcla weights fetch vgg16" in said
    assert not offline.watched.exists()
    assert not (offline.here / "results").exists()


def test_the_watch_sees_what_fetching_does(offline) -> None:
    """Or the tests above could not fail."""
    if not importlib.util.find_spec("frimcla_keras"):
        pytest.skip("frimcla-keras is not installed")

    said = offline("weights", "fetch", "vgg16", code=1)

    assert "storage.googleapis.com" in said
    assert "urllib.Request" in offline.watched.read_text()
