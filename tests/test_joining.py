"""Joined extractors: one row from several, wherever a plain one may stand."""

from __future__ import annotations

import json
import shutil
import zipfile
from functools import partial

import networky
import numpy as np
import pytest
from sklearn.base import clone
from toys import Toys

import frimcla
from frimcla import workflow
from frimcla.config import read_study
from frimcla.describing import images_of
from frimcla.errors import BundleError, ConfigError
from frimcla.fetching import _wanted
from frimcla.files import sha256
from frimcla.keys import canonical
from frimcla.picturing.occluding import covered
from frimcla.planning import check_recipes
from frimcla.prices import work_of
from frimcla.sklearn import FeatureExtractor
from frimcla.testing import toy_dataset
from frimcla.weights import needed

REGISTRY = frimcla.Registry.of(toys=Toys(), networky=networky)
BOTH = '{join = ["mean_colour", "edges"]}'
FOLDS = 'folds = 3\nnested = false\ncontrols = false\nclassifiers = ["nearest_mean"]\nn_jobs = 1\n'


def written(folder, extractors):
    """Write a study of these extractors on the cells in *folder*; return its file."""
    path = folder / "study.toml"
    path.write_text(f'images = "cells"\nmetric = "accuracy"\n{FOLDS}extractors = [{extractors}]\n')
    return path


@pytest.fixture
def study(tmp_path, cells, monkeypatch):
    """Write a study of these extractors; return its file."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    return partial(written, tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model file of two joined extractors."""
    folder = tmp_path_factory.mktemp("trained")
    toy_dataset(folder / "cells")
    return workflow.run(written(folder, BOTH), registry=REGISTRY).model_path


def matrix(result, label):
    opened = result.opened
    return opened.store.matrix(opened.spaces[label], [one.key for one in opened.dataset.images])


def test_rows_stand_side_by_side_and_are_computed_once(study):
    result = workflow.run(study(f'"edges", {BOTH}, "mean_colour"'), registry=REGISTRY)

    images = len(result.opened.dataset.images)
    joined = matrix(result, "MEAN & EDGES")
    np.testing.assert_array_equal(
        joined, np.hstack([matrix(result, "MEAN"), matrix(result, "EDGES")])
    )
    assert joined.shape == (images, 7)
    assert result.extracted.computed == 2 * images
    assert {path.name.partition("-")[0] for path in result.opened.store.folder.iterdir()} == {
        "edges",
        "mean_colour",
    }


def test_the_study_that_is_left_orders_the_same(study):
    path = study(f'{{join = ["edges", "mean_colour"], label = "all"}}, {BOTH}')
    first = workflow.run(path, registry=REGISTRY)
    left = first.study.output / "study.toml"
    before = (first.study.output / "scores.csv").read_bytes()

    again = workflow.run(left, registry=REGISTRY)

    assert [one.label for one in again.study.extractors] == ["all", "MEAN & EDGES"]
    assert [one.key for one in again.study.extractors] == [
        one.key for one in first.study.extractors
    ]
    assert again.extracted.computed == 0
    assert (first.study.output / "scores.csv").read_bytes() == before


def test_a_trained_model_joins_as_the_study_did(study, cells):
    path = study('{join = ["mean_colour", "net"], label = "both"}')
    result = workflow.run(path, registry=REGISTRY)
    rows = [image.files[0] for image in result.opened.dataset.images][:5]

    model = frimcla.verify(result.model_path, registry=REGISTRY)

    assert model.manifest.engine == "+onnx"
    assert model.manifest.label == "both + NM"
    assert [one.problem for one in model.predict(rows)] == [""] * 5
    described = model.describer(images_of(rows, model.manifest.policy))
    np.testing.assert_array_equal(described, matrix(result, "both")[:5])


def forged(model, change):
    """Change what a model says of itself, checksum included."""
    with zipfile.ZipFile(model) as file:
        members = {name: file.read(name) for name in file.namelist()}
    content = json.loads(members["manifest.json"])
    del content["checksum"]
    change(content["extractor"])
    content["checksum"] = sha256(canonical(content))
    with zipfile.ZipFile(model, "w") as file:
        for name, member in (members | {"manifest.json": json.dumps(content).encode()}).items():
            file.writestr(name, member)


@pytest.mark.parametrize(
    "members",
    [
        [],
        "mean_colour",
        [{"name": "mean_colour"}] * 2,
        lambda join: join[:1],
        lambda join: join * 20,
        lambda join: [join[0], join[1] | {"join": join}],
        lambda join: [join[0], join[1] | {"params": []}],
        lambda join: join[::-1],
    ],
    ids=str,
)
def test_forged_members_are_refused(trained, tmp_path, members):
    model = shutil.copy(trained, tmp_path)

    def change(extractor):
        extractor["join"] = members(extractor["join"]) if callable(members) else members

    forged(model, change)
    with pytest.raises(BundleError) as caught:
        frimcla.load(model, registry=REGISTRY)
    assert "\n" not in str(caught.value)


def test_what_is_wrong_is_told_at_once(study):
    wrong = (
        '{join = "edges"}, {join = ["edges"]}, {join = ["edges", "edge"], label = 3, bins = 2},'
        '{join = ["edges", {join = ["edges", "mean_colour"]}]}, {join = ["edges", "edges"]},'
        '{join = ["net", {name = "net", scale = 11}]}'
    )
    with pytest.raises(ConfigError) as caught:
        read_study(study(wrong), REGISTRY)

    assert [": ".join(line.split(maxsplit=1)) for line in str(caught.value).splitlines()[1:]] == [
        "extractors[0].join: must be a list of 2 to 32 extractors (got 'edges')",
        "extractors[1].join: must be a list of 2 to 32 extractors (got ['edges'])",
        "extractors[2].bins: unknown key; extractors that are joined have a label only",
        'extractors[2].join[1]: unknown extractor "edge"; did you mean "edges"?',
        "extractors[2].label: must be one line of text (got 3)",
        "extractors[3].join[1]: must not be joined itself; name its extractors here",
        "extractors[4].join[1]: joins EDGES a second time; leave it out",
        "extractors[5].join[1].scale: must be a number between 0 and 10 (got 11)",
    ]


def test_pairs_that_would_be_called_alike_are_refused(study):
    path = study(
        f'{{join = ["edges", "mean_colour"], label = "a + b"}}, {BOTH[:-1]}, label = "a"}}'
    )
    classifiers = '{name = "nearest_mean", label = "b + c"}, {name = "spy", label = "c"}'
    path.write_text(path.read_text().replace('"nearest_mean"', classifiers))

    with pytest.raises(ConfigError) as caught:
        read_study(path, REGISTRY)

    assert str(caught.value).splitlines()[1:] == [
        '  classifiers  make two pairs called "a + b + c"; give labels without "+"'
    ]


def test_weights_work_and_passports_are_those_of_the_parts(study):
    (recipe,) = read_study(study('{join = ["net", "published", "edges"]}'), REGISTRY).extractors

    assert [file.file for file in needed(recipe)] == ["net.h5"]
    assert work_of(recipe) == 9
    with pytest.raises(ConfigError, match=r"extractors\[0\]  published needs net.h5"):
        check_recipes(read_study(study('{join = ["net", "published"]}'), REGISTRY))
    assert [
        name for name, _ in _wanted(str(study('{join = ["published", "edges"]}')), REGISTRY)
    ] == ["published"]


def test_it_is_rehearsed_and_covered_like_its_parts(study):
    result = workflow.run(study(f'{BOTH}, "edges"'), registry=REGISTRY)
    opened = result.opened
    images = opened.dataset.images[:2]

    def rows(label, n_jobs):
        space = opened.spaces[label]
        found = covered(images, space, opened.opener, n_jobs=n_jobs)
        return {one.key: one.rows for one in found}

    both, alone = rows("MEAN & EDGES", 2), rows("EDGES", 1)
    assert both.keys() == alone.keys() == {image.key for image in images}
    for key, found in both.items():
        np.testing.assert_array_equal(found[:, 3:], alone[key])
        assert found.shape[1] == 7


def test_scikit_learn_joins_too(cells):
    paths = sorted(cells.rglob("*.png"))[:4]
    one = FeatureExtractor({"join": ["mean_colour", "edges"]}, registry=REGISTRY)
    apart = [FeatureExtractor(name, registry=REGISTRY) for name in ("mean_colour", "edges")]

    joined = one.fit_transform(paths)

    np.testing.assert_array_equal(joined, np.hstack([part.fit_transform(paths) for part in apart]))
    again = clone(FeatureExtractor.of(one.describer_)).set_params(registry=REGISTRY)
    np.testing.assert_array_equal(again.fit_transform(paths), joined)
