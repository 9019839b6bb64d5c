"""Stored features and models are refused where a library gives other numbers than it gave."""

import attrs
import numpy as np
import pytest
from toys import Toys

import frimcla
from frimcla import probes
from frimcla.bundle import check_probes, load
from frimcla.errors import BundleError, FrimclaError
from frimcla.extraction import describe
from frimcla.files import sha256
from frimcla.policy import Policy
from frimcla.spaces import Space
from frimcla.store import FeatureStore
from frimcla.weights import Weights, weights_folder

REGISTRY = frimcla.Registry.of(toys=Toys())


@pytest.fixture
def space():
    recipe = REGISTRY.find(frimcla.Extractor, "edges").recipe()
    return Space(recipe=recipe, policy=Policy())


def test_probes_are_five_different_images():
    images = probes.drawn()

    assert [image.shape for image in images] == [
        (96, 128, 3),
        (96, 128, 3),
        (80, 80, 3),
        (64, 128, 3),
        (96, 128, 3),
    ]
    assert len({image.tobytes() for image in images}) == 5
    assert all(image.dtype == np.uint8 for image in images)


def test_another_version_with_the_same_numbers_goes_on(tmp_path, space):
    store = FeatureStore(tmp_path)
    now = describe(probes.drawn(), space)

    probes.check(store, space, now, {"library": "1.0"})
    probes.check(store, space, now * np.float32(1 + 1e-6), {"library": "1.1"})

    ((_, versions),) = store.read_probes(space).values()
    assert versions == {"library": "1.1"}


def test_another_version_with_other_numbers_is_told_with_both_versions(tmp_path, space):
    store = FeatureStore(tmp_path)
    now = describe(probes.drawn(), space)
    probes.check(store, space, now, {"library": "1.0", "same": "2"})

    with pytest.raises(FrimclaError) as caught:
        probes.check(store, space, now * np.float32(1.001), {"library": "1.1", "same": "2"})

    assert str(caught.value) == (
        f"EDGES gives other numbers than the features in {tmp_path / space.key} "
        "(library 1.0 -> 1.1); remove that folder to compute them again, "
        "or install the old versions"
    )


def test_a_model_that_answers_otherwise_here_is_told(cells, tmp_path):
    study = frimcla.read_study(cells, REGISTRY, output=tmp_path / "out").changed(n_jobs=1)
    result = frimcla.run(study, registry=REGISTRY)
    model = load(result.model_path, REGISTRY)
    check_probes(model)
    model.classifier.means = model.classifier.means[::-1]

    with pytest.raises(BundleError, match="gives other scores here than where it was trained"):
        check_probes(model)

    without = attrs.evolve(model, manifest=attrs.evolve(model.manifest, probes=()))
    with pytest.raises(BundleError, match="gives other scores"):
        check_probes(without)


@frimcla.per_image
def scaled(image):
    """The mean of an image, times what the weights say."""
    return np.array([image.mean() * (weights_folder() / "factor.bin").read_bytes()[0]])


class Forgetful:
    """A plugin whose key does not know of the weights: it lacks ``identify``."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        yield frimcla.Extractor(
            name="scaled",
            factory="test_probes:scaled",
            weights="test_probes:factor",
            summary="a mean, and a factor",
        )


def factor(_):
    url = "https://weights.invalid/factor.bin"
    return Weights(file="factor.bin", url=url, size=1, features=1, licence="MIT")


def test_other_weights_with_other_numbers_are_told_by_their_hashes(tmp_path, cells, monkeypatch):
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    file = weights_folder() / "factor.bin"
    file.parent.mkdir(parents=True)
    path = tmp_path / "study.toml"
    path.write_text('images = "cells"\nextractors = ["scaled"]\ncontrols = false\nn_jobs = 1\n')
    registry = frimcla.Registry.of(forgetful=Forgetful(), toys=Toys())
    file.write_bytes(b"\2")
    frimcla.extract(path, registry=registry)
    hashes = [sha256(content)[:12] for content in (b"\2", b"\3")]

    file.write_bytes(b"\3")
    with pytest.raises(FrimclaError, match=f"factor.bin {hashes[0]} -> {hashes[1]}"):
        frimcla.extract(path, registry=registry)

    file.write_bytes(b"\2")
    _, done = frimcla.extract(path, registry=registry)
    assert (done.computed, done.reused) == (0, 36)
