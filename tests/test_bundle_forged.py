"""A trained model that says something else, with every checksum made anew."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from bundles import TOYS, Forge, Manifest, forged, members, refusal, studied, zipped
from skops.io import dumps
from toys import Toys

import frimcla
from frimcla.bundle import check_probes, load
from frimcla.errors import BundleError
from frimcla.files import sha256
from frimcla.keys import canonical
from frimcla.weights import weights_folder


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A trained model."""
    return studied(tmp_path_factory.mktemp("study")).read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the attacked model lies."""
    return tmp_path / "model.frimcla"


OTHER_SCORES = (
    "gives other scores here than where it was trained; install what it was made with (python "
)


def lacks(what: str) -> str:
    return f"its manifest lacks or misspells {what}"


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda it: it.update(format=3), "is of format 3, and this FrImCla reads formats 1 and 2"),
        (
            lambda it: it.update(format=1),
            "has other members than its manifest names: refused",
        ),
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
            lacks("shrink must be a number between 0 and 1 (got 7)"),
        ),
        (
            lambda it: it["members"].update(more="0" * 64),
            "has other members than its manifest names: refused",
        ),
    ],
    ids=["format", "old format", "plugin", "revision", "parameter", "member"],
)
def test_a_model_that_does_not_fit_is_refused_for_what_it_says(
    good: bytes, path: Path, forge: Forge, told: str
) -> None:
    assert refusal(path, forged(good, forge)) == told


def test_an_intake_that_is_not_installed_is_refused(good: bytes, path: Path) -> None:
    assert refusal(path, forged(good, lambda it: it["policy"].update(revision=2))) == (
        "sees images as another version of FrImCla did; train it again"
    )


@pytest.mark.parametrize(
    "policy",
    [
        {"max_megapixels": 1e9},
        {"scaling": "auto"},  # not settled
        {"scaling": "dataset"},
        {"scaling": [2, 1]},
        {"scaling": [0, 10**400]},
        {"channels": "rgba"},
        {"channels": [0, 1, 2, 3]},
        {"planes": "first"},
        {"readers": ["no reader"]},
        {"readers": 5},
        {"depth": 8},
    ],
    ids=str,
)
def test_an_intake_that_is_none_is_refused(
    good: bytes, path: Path, policy: dict[str, object]
) -> None:
    assert refusal(path, forged(good, lambda it: it["policy"].update(policy))) == (
        lacks("'policy'")
    )


def test_a_reader_that_is_not_installed_is_named(good: bytes, path: Path) -> None:
    forge = {"readers": ["tiffs:czi-0a1b2c3d4e5f"]}

    assert refusal(path, forged(good, lambda it: it["policy"].update(forge))) == (
        "needs the reader tiffs:czi-0a1b2c3d4e5f: install the plugin tiffs, in the version it was "
        "trained with"
    )


def test_other_features_name_the_versions_to_install(good: bytes, path: Path) -> None:
    told = refusal(path, forged(good, lambda it: it["extractor"].update(space="edges-0")))

    assert told.startswith("its features are edges-0, and the installed plugin computes edges-")
    assert "; install the versions it was made with: python " in told


PARTS = {
    "classes": [[], ["a"], ["b", "a"], ["a", "a"], [1, 2], ["a", None], {}],
    "versions": [[], {"numpy": 2}],
    "members": [["classifier.skops"], {"classifier.skops": 1}],
    "trained_on": [[]],
    "files": [{}, [1]],
    "saw": [[]],
    "metrics": [{}, []],
    "probes": [{}, [[0.5, 0.5], [1.0]], [None] * 5],
    "expected": [[]],
    "policy": [[]],
    "seed": ["0", 0.5],
    "extractor": [[]],
    "classifier": [""],
}


@pytest.mark.parametrize(
    ("part", "value"), [(part, value) for part in PARTS for value in (None, *PARTS[part])]
)
def test_a_part_of_another_shape_is_refused(
    good: bytes, path: Path, part: str, value: object
) -> None:
    assert refusal(path, forged(good, lambda it: it.update({part: value}))) == lacks(repr(part))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_not_there_is_told(good: bytes, path: Path, part: str) -> None:
    assert refusal(path, forged(good, lambda it: it.pop(part))) == lacks(repr(part))


ORDER = ("plugin", "package", "name", "label", "revision", "params", "pinned")
INSIDE = {
    "extractor": ORDER,
    "classifier": ORDER,
    "metrics[0]": ORDER,
    "trained_on": ("images", "per_class", "images_by_hash"),
    "expected": ("value", "metric", "method"),
}


@pytest.mark.parametrize(("part", "key"), [(part, key) for part in INSIDE for key in INSIDE[part]])
def test_a_part_of_a_part_is_named_with_its_path(
    good: bytes, path: Path, part: str, key: str
) -> None:
    def within(it: Manifest) -> Manifest:
        return it["metrics"][0] if part == "metrics[0]" else it[part]

    told = lacks(f"'{part}.{key}'")

    assert refusal(path, forged(good, lambda it: within(it).pop(key))) == told
    for value in (None, "" if key in {"images", "value", "revision"} else 1):
        assert refusal(path, forged(good, lambda it, v=value: within(it).update({key: v}))) == told


def test_a_metric_that_is_no_table_is_refused(good: bytes, path: Path) -> None:
    content = forged(good, lambda it: it["metrics"].append([]))

    assert refusal(path, content) == lacks("'metrics[1].plugin'")


RAW = "<1e400>"
"""Stands for a number that Python's JSON reads and does not write."""
NONSENSE = (None, [], {}, "", -1, True, RAW, "\0", "x" * 10_000, [[]], {"a": None})


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a manifest; of long lists, the first three."""
    if above:
        yield above
    inside = value.items() if isinstance(value, dict) else ()
    inside = list(enumerate(value))[:3] if isinstance(value, list) else inside
    for key, part in inside:
        yield from places(part, (*above, key))


def put(manifest: Manifest, place: tuple[Any, ...], value: object) -> bytes:
    """Return the manifest with another value somewhere, and with its right checksum."""
    content: Any = json.loads(json.dumps(manifest))
    here = content
    for key in place[:-1]:
        here = here[key]
    here[place[-1]] = value
    if place != ("checksum",):
        del content["checksum"]
        content["checksum"] = sha256(canonical(content))
    return json.dumps(content).replace(f'"{RAW}"', "1e400").encode()


def test_whatever_value_is_nonsense_nothing_else_is_raised(good: bytes, path: Path) -> None:
    inside = members(good)
    manifest = json.loads(inside["manifest.json"])

    for place in places(manifest):
        for value in NONSENSE:
            path.write_bytes(zipped({**inside, "manifest.json": put(manifest, place, value)}))
            try:
                load(path, TOYS)
            except BundleError:
                continue


@pytest.mark.parametrize(
    ("score", "why"),
    [
        (10**400, "int too large to convert to float"),
        ("x", "could not convert string to float: 'x'"),
    ],
)
def test_a_score_that_is_no_float_is_refused(
    good: bytes, path: Path, score: object, why: str
) -> None:
    content = forged(good, lambda it: it["probes"][0].__setitem__(0, score))

    assert refusal(path, content) == lacks(why)


@attrs.frozen
class Weights:
    weights: str = frimcla.param("", "a file", path=True)


class Heavy(Toys):
    """Has an extractor with a file of weights."""

    @frimcla.hookimpl
    def frimcla_extractors(self) -> Iterator[frimcla.Extractor]:
        yield frimcla.Extractor(
            name="edges", factory="toys:edges", params=Weights, summary="with weights"
        )


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (
            "gone.pt",
            (
                "it is not there; put gone.pt beside the model, into {}, "
                "or where FRIMCLA_WEIGHTS points"
            ),
        ),
        (".", "Permission denied" if os.name == "nt" else "Is a directory"),
    ],
)
def test_a_file_of_weights_that_is_not_there_is_told(
    good: bytes, path: Path, weights: str, why: str
) -> None:
    content = forged(good, lambda it: it["extractor"].update(params={"weights": weights}))

    told = refusal(path, content, frimcla.Registry.of(toys=Heavy()))

    assert told == f"needs the file {weights} ({why.format(weights_folder())})"


def test_hashes_that_are_no_text_are_refused(good: bytes, path: Path) -> None:
    content = forged(good, lambda it: it["trained_on"].update(images_by_hash=[[]]))

    assert refusal(path, content) == lacks("'trained_on.images_by_hash'")


OTHER_CLASSES = [["stripes_2", "stripes_3"], [f"stripes_{n}" for n in range(4)]]


@pytest.mark.parametrize("classes", OTHER_CLASSES, ids=len)
def test_other_classes_than_the_probes_have_are_refused(
    good: bytes, path: Path, classes: list[str]
) -> None:
    assert refusal(path, forged(good, lambda it: it.update(classes=classes))) == lacks("'probes'")


def of_format_1(good: bytes) -> bytes:
    """Take away what the first format had not."""
    return zipped({name: data for name, data in members(good).items() if name != "trust.npz"})


@pytest.mark.parametrize("classes", OTHER_CLASSES, ids=len)
def test_other_classes_than_were_taught_do_not_pass_the_probes(
    good: bytes, path: Path, classes: list[str]
) -> None:
    probes = [[1 / len(classes)] * len(classes)] * 5
    changes = {"classes": classes, "probes": probes}
    assert refusal(path, forged(good, lambda it: it.update(changes))) == (
        "its record of the study cannot be read: ValueError"
    )
    path.write_bytes(forged(of_format_1(good), lambda it: it.update(changes, format=1)))

    with pytest.raises(BundleError) as caught:
        check_probes(load(path, TOYS))

    assert str(caught.value).startswith(OTHER_SCORES)


@pytest.mark.parametrize("number", [0, 4, 6])
def test_another_number_of_probes_does_not_pass(good: bytes, path: Path, number: int) -> None:
    probes = [[1 / 3] * 3] * number
    path.write_bytes(forged(good, lambda it: it.update(probes=probes)))

    with pytest.raises(BundleError) as caught:
        check_probes(load(path, TOYS))

    assert str(caught.value).startswith(OTHER_SCORES)


@pytest.mark.parametrize(
    "package", ["x; rm -rf ~", "-r", "--index-url=x", "x\n", "x y", "x" * 101, ""]
)
def test_advice_repeats_no_command_from_the_file(good: bytes, path: Path, package: str) -> None:
    def forge(it: Manifest) -> None:
        it["extractor"].update(plugin="gone", package=package)

    assert refusal(path, forged(good, forge)) == (
        'needs the extractor edges of the plugin "gone": pip install frimcla-classic'
    )


def test_a_classifier_that_asks_for_code_is_refused(good: bytes, path: Path) -> None:
    assert refusal(path, forged(good, lambda it: None, dumps(os.system))) == (
        f"the classifier asks for {os.name}.system: refused"
    )
