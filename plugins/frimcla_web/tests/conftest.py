"""A small real model of painted cells, and its page with a worker process; each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import frimcla
from frimcla.painting import write_images
from frimcla_web.app import application
from frimcla_web.desk import Desk
from frimcla_web.door import Door
from frimcla_web.limits import Limits

STUDY = """
images = "cells"
output = "results"
extractors = ["colour_moments"]
classifiers = [{name = "knn", n_neighbors = 5, weights = "distance"}]
metric = "accuracy"
controls = false
folds = 3
nested = false
pictures = false
n_jobs = 1
"""
HERE = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``cells/`` (12 of each class), ``results/`` and unseen ``new/``."""
    home = tmp_path_factory.mktemp("web")
    write_images(home / "cells", count=12)
    write_images(home / "new", count=2, start=500)
    (home / "study.toml").write_text(STUDY)
    frimcla.train(home / "study.toml", with_examples=True)
    return home


@pytest.fixture(scope="session")
def bundle(home: Path) -> Path:
    """The trained model's file."""
    return home / "results" / "model.frimcla"


@pytest.fixture(scope="session")
def new(home: Path) -> list[Path]:
    """Six images that the model has not seen."""
    return sorted((home / "new").rglob("*.png"))


@pytest.fixture(scope="session")
def model(bundle: Path) -> frimcla.bundle.Model:
    """The trained model."""
    return frimcla.load(bundle)


@pytest.fixture(scope="session")
def desk(bundle: Path, model: frimcla.bundle.Model) -> Desk:
    """What its page works with."""
    return Desk.of(bundle, model, Limits())


@pytest.fixture(scope="session")
def served(desk: Desk) -> Iterator[TestClient]:
    """Its page, with a worker that runs."""
    with TestClient(application(desk, Door()), base_url=HERE) as client:
        yield client


@pytest.fixture
def page(served: TestClient) -> TestClient:
    """The page as a new visitor sees it."""
    served.cookies.clear()
    return served
