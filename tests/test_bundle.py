"""A trained model as a file, attacked. The classifier inside it: test_freezing.py."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from skops.io import dumps
from toys import Toys

import frimcla
from frimcla import bundle
from frimcla.bundle import Model, load
from frimcla.dataset import scan
from frimcla.errors import BundleError
from frimcla.files import sha256
from frimcla.keys import canonical
from frimcla.policy import Policy
from frimcla.store import FeatureStore
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


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run: ``cells/`` and ``results/``."""
    home = tmp_path_factory.mktemp("study")
    toy_dataset(home / "cells")
    (home / "study.toml").write_text(STUDY)
    run(home / "study.toml", registry=TOYS)
    return home


@pytest.fixture
def good(study: Path) -> bytes:
    return (study / "results" / "model.frimcla").read_bytes()


@pytest.fixture
def model(study: Path) -> Model:
    return load(study / "results" / "model.frimcla", TOYS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the attacked model lies."""
    return tmp_path / "model.frimcla"


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


def forged(good: bytes, forge: Callable[[Manifest], object], classifier: bytes = b"") -> bytes:
    """Change the manifest as an attacker would: with every checksum made anew."""
    frozen = classifier or members(good)["classifier.skops"]
    content = json.loads(members(good)["manifest.json"])
    content["members"] = {"classifier.skops": sha256(frozen)}
    forge(content)
    del content["checksum"]
    content["checksum"] = sha256(canonical(content))
    return zipped({"manifest.json": json.dumps(content).encode(), "classifier.skops": frozen})


def test_a_model_says_what_the_study_measured(study: Path, model: Model) -> None:
    images = scan(study / "cells").images
    features = FeatureStore(study / "results" / "features").matrix(
        model.manifest.space, [image.key for image in images]
    )
    predicted, probabilities = model.answers(features)

    said = model.predict([image.path for image in images])

    assert [one.predicted for one in said] == [model.classes[number] for number in predicted]
    scores = [[one.scores[label] for label in model.classes] for one in said]
    np.testing.assert_array_equal(np.float32(scores), probabilities)


def test_order_is_kept_and_bad_files_stop_nobody(study: Path, model: Model, path: Path) -> None:
    path.write_bytes(b"words")
    cells = study / "cells"
    files = [cells / f"stripes_{n}" / "image_00.png" for n in (3, 1, 2, 3)]

    said = model.predict([files[0], path, files[1], path.with_name("x"), *files[2:]])

    assert [(one.file, one.predicted, one.problem) for one in said] == [
        (str(files[0]), "stripes_3", ""),
        (str(path), "", "is no image: it holds text; remove or replace it"),
        (str(files[1]), "stripes_1", ""),
        (str(path.with_name("x")), "", "cannot be opened (No such file or directory)"),
        (str(files[2]), "stripes_2", ""),
        (str(files[3]), "stripes_3", ""),
    ]
    assert model.predict([]) == []
    assert [one.predicted for one in model.predict([path])] == [""]


def test_when_a_model_was_saved_is_no_part_of_it(model: Model, good: bytes, path: Path) -> None:
    bundle.save(path, model, {})

    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert load(path, TOYS).manifest.expected == model.manifest.expected


NO_ZIP = "is no FrImCla model: it is not a zip file"
STRANGE = "has other members than its manifest names: refused"
FAILS = "was changed after it was written:"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"classifier.skops": None}, STRANGE),
        ({"more": b""}, STRANGE),
        ({"../x": b""}, STRANGE),
        ({"classifier.skops": None, "Classifier.skops": b""}, STRANGE),
        ({"manifest.json": None}, "is no FrImCla model: it has no manifest.json"),
        ({"manifest.json": b"[" * 100_000}, "its manifest cannot be read"),
        ({"manifest.json": b'{"format": 1}'}, "its manifest cannot be read"),
        (
            {"manifest.json": b'{"format": 1, "checksum": ""}'},
            f"{FAILS} its manifest fails its checksum",
        ),
        (
            {"manifest.json": b" " * 4_000_001},
            "has a manifest.json of more than 4,000,000 bytes: refused",
        ),
        ({"classifier.skops": b"other"}, f"{FAILS} classifier.skops fails its checksum"),
    ],
)
def test_other_members_are_refused(good: bytes, path: Path, changes: Any, told: str) -> None:
    changed = {**members(good), **changes}

    content = zipped({name: data for name, data in changed.items() if data is not None})

    assert refusal(path, content) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"PK", b"KP", NO_ZIP),
        (b'"seed": 0', b'"seed": 1', "is damaged: Bad CRC-32 for file 'manifest.json'"),
        (
            b"PK\1\2\x14\3\x14\0\0",
            b"PK\1\2\x14\3\x14\0\1",
            "is no FrImCla model: it has twin or encrypted members: refused",
        ),
    ],
    ids=["magic", "content", "encrypted"],
)
def test_other_bytes_are_refused(
    good: bytes, path: Path, old: bytes, new: bytes, told: str
) -> None:
    assert old in good

    assert refusal(path, good.replace(old, new)) == told


@pytest.mark.xfail(strict=True, reason="zlib.error and ValueError are not caught")
@pytest.mark.parametrize("what", ["compression", "offset"])
def test_a_damaged_directory_is_told(good: bytes, path: Path, what: str) -> None:
    places = {"compression": good.rindex(b"PK\1\2") + 10, "offset": len(good) - 3}
    changed = bytearray(good)
    changed[places[what]] ^= 8

    assert refusal(path, bytes(changed)).startswith("is damaged: ")


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda it: it.update(format=2), "is of format 2, and this FrimCla reads format 1"),
        (lambda it: it.pop("policy"), "its manifest lacks or misspells 'policy'"),
        (
            lambda it: it["extractor"].update(plugin="gone", package="frimcla-gone"),
            'needs the extractor edges of the plugin "gone": pip install frimcla-gone',
        ),
        (
            lambda it: it["classifier"].update(revision=7),
            "was made with revision 7 of nearest_mean, and revision 1 is installed; train it again",
        ),
        (
            lambda it: it["classifier"].update(params={"shrink": 7}),
            "its manifest lacks or misspells shrink must be a number between 0 and 1 (got 7)",
        ),
        (lambda it: it["members"].update(more="0" * 64), STRANGE),
    ],
)
def test_what_was_forged_well_is_refused_for_what_it_says(
    good: bytes, path: Path, forge: Callable[[Manifest], object], told: str
) -> None:
    assert refusal(path, forged(good, forge)) == told


def test_other_features_name_the_versions_to_install(good: bytes, path: Path) -> None:
    told = refusal(path, forged(good, lambda it: it["extractor"].update(space="edges-0")))

    assert told.startswith("its features are edges-0, and the installed plugin computes edges-")
    assert "; install the versions it was made with: python " in told


@pytest.mark.xfail(strict=True, reason="TypeError, AttributeError: some values are not looked at")
@pytest.mark.parametrize(
    "forge",
    [
        lambda it: it.update(members=["classifier.skops"]),
        lambda it: it.update(members=None),
        lambda it: (it.update(versions=[]), it["extractor"].update(space="other")),
        lambda it: it.update(classes=["stripes_1"]),
    ],
    ids=["members", "no members", "versions", "classes"],
)
def test_nonsense_is_refused(good: bytes, path: Path, forge: Callable[[Manifest], object]) -> None:
    assert refusal(path, forged(good, forge))


@pytest.mark.xfail(strict=True, reason="canonical() raises ValueError")
@pytest.mark.parametrize("value", [b"NaN", b'"\\ud800"'])
def test_what_is_no_json_is_refused(good: bytes, path: Path, value: bytes) -> None:
    manifest = members(good)["manifest.json"].replace(b'"seed": 0', b'"seed": ' + value)

    assert refusal(path, zipped({**members(good), "manifest.json": manifest}))


@pytest.mark.xfail(strict=True, reason="the policy is believed, and no other one is implemented")
def test_an_intake_that_is_not_installed_is_refused(good: bytes, path: Path, model: Model) -> None:
    other = attrs.evolve(model.manifest.space, policy=Policy(revision=2, alpha="black"))

    def forge(it: Manifest) -> None:
        it["policy"].update(revision=2, alpha="black")
        it["extractor"].update(space=other.key)

    assert refusal(path, forged(good, forge))


def test_a_classifier_that_asks_for_code_is_refused(good: bytes, path: Path) -> None:
    assert refusal(path, forged(good, lambda it: None, dumps(os.system))) == (
        f"the classifier asks for {os.name}.system: refused"
    )


def test_a_classifier_that_is_none_is_told_when_it_is_asked(
    study: Path, good: bytes, path: Path
) -> None:
    path.write_bytes(forged(good, lambda it: None, dumps("no classifier")))

    with pytest.raises(BundleError, match=r"^the classifier cannot predict: 'str' object has no"):
        load(path, TOYS).predict([study / "cells" / "stripes_1" / "image_00.png"])


def test_without_its_plugin_a_model_names_the_package(good: bytes, path: Path) -> None:
    assert refusal(path, good, frimcla.Registry.of()) == (
        'needs the extractor edges of the plugin "toys": pip install frimcla-classic'
    )


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(BundleError, match=r" cannot be opened \(No such file or directory\); name"):
        load(path, TOYS)


def test_wherever_it_is_cut_it_is_refused(good: bytes, path: Path) -> None:
    for length in range(0, len(good), len(good) // 50):
        refusal(path, good[:length])


@pytest.mark.xfail(strict=True, reason="ValueError of a negative offset in the zip's directory")
def test_whatever_bit_is_flipped_it_is_refused_or_the_same(
    study: Path, good: bytes, path: Path, model: Model
) -> None:
    images = sorted((study / "cells").rglob("*_00.png"))
    said = model.predict(images)
    directory = range(8 * good.index(b"PK\1\2"), 8 * len(good), 5)

    for bit in (*random.Random(0).sample(range(8 * len(good)), 300), *directory):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        try:
            found = load(path, TOYS)
        except BundleError:
            continue
        assert found.predict(images) == said, bit
