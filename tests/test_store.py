from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest

import frimcla
from frimcla.errors import FrimclaError, ReadOnlyError
from frimcla.extraction import Extracted, extract
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.keys import digest
from frimcla.policy import Policy
from frimcla.reading import Readers
from frimcla.recipes import Recipe
from frimcla.shards import Arrays, text, write_arrays
from frimcla.spaces import Space
from frimcla.store import PROBES, FeatureStore

KEYS = ["a" * 64, "b" * 64]
ROWS = np.array([[1, 2], [3, 4]], np.float32)


@pytest.fixture
def recipe(registry: frimcla.Registry) -> Recipe:
    return registry.find(frimcla.Extractor, "edges").recipe()


@pytest.fixture
def space(recipe: Recipe) -> Space:
    return Space(recipe=recipe, policy=Policy(scaling="dtype"))


@pytest.fixture
def store(tmp_path: Path) -> FeatureStore:
    return FeatureStore(tmp_path / "features")


def extract_from(folder: Path, store: FeatureStore, *spaces: Space) -> Extracted:
    opener = Opener(readers=Readers.built_in(), policy=Policy(scaling="dtype"))
    return extract(scan(folder).images, spaces, store, opener=opener)


def test_what_was_written_is_read(store: FeatureStore, space: Space) -> None:
    store.write(space, KEYS, ROWS)

    np.testing.assert_array_equal(store.matrix(space, [KEYS[1], KEYS[0], KEYS[1]]), ROWS[[1, 0, 1]])


def test_a_store_that_is_not_there_is_empty(store: FeatureStore, space: Space) -> None:
    assert store.keys(space) == set()


def test_missing_features_are_counted(store: FeatureStore, space: Space) -> None:
    store.write(space, KEYS, ROWS)

    with pytest.raises(FrimclaError) as caught:
        store.matrix(space, [*KEYS, "c" * 64, "c" * 64, "d" * 64])

    assert str(caught.value) == "EDGES: 2 features are missing; extract again"


def test_another_space_shares_nothing(store: FeatureStore, space: Space) -> None:
    store.write(space, KEYS, ROWS)
    revised = attrs.evolve(space.recipe.component, revision=2).recipe()

    assert store.keys(attrs.evolve(space, recipe=revised)) == set()
    assert store.keys(attrs.evolve(space, policy=Policy(revision=2))) == set()
    assert store.keys(attrs.evolve(space, engine="onnx")) == set()
    assert space.key == attrs.evolve(space, policy=attrs.evolve(space.policy, max_megapixels=5)).key


def test_features_follow_the_content_not_the_name(
    cells: Path, store: FeatureStore, space: Space
) -> None:
    first = extract_from(cells, store, space)
    moved = cells.rename(cells.with_name("moved"))
    (moved / "stripes_1" / "image_00.png").rename(moved / "stripes_1" / "other.png")
    shutil.copy(moved / "stripes_1" / "other.png", moved / "stripes_1" / "copy.png")

    again = extract_from(moved, store, space)

    assert (first.decoded, first.computed, first.reused) == (36, 36, 0)
    assert (again.decoded, again.computed, again.reused) == (0, 0, 36)


def test_one_path_with_new_content_is_computed(
    cells: Path, store: FeatureStore, space: Space
) -> None:
    extract_from(cells, store, space)
    shutil.copy(cells / "stripes_1" / "image_00.png", cells / "stripes_1" / "image_01.png")
    with (cells / "stripes_1" / "image_02.png").open("ab") as file:
        file.write(b"new")

    again = extract_from(cells, store, space)

    assert (again.decoded, again.computed, again.reused) == (1, 1, 34)


def test_an_image_is_decoded_once_for_all_extractors(
    cells: Path, store: FeatureStore, space: Space, registry: frimcla.Registry
) -> None:
    colour = attrs.evolve(space, recipe=registry.find(frimcla.Extractor, "mean_colour").recipe())

    done = extract_from(cells, store, space, colour)

    assert (done.decoded, done.computed) == (36, 72)


@pytest.mark.parametrize("damage", [lambda old: old[:-1], lambda old: b"", lambda old: b"x" * 99])
def test_a_damaged_shard_is_set_aside_and_computed_again(
    cells: Path, store: FeatureStore, space: Space, damage
) -> None:
    extract_from(cells, store, space)
    (shard,) = store.folder.rglob("*.h5")
    good = shard.read_bytes()
    shard.write_bytes(damage(good))

    again = extract_from(cells, store, space)

    assert again.computed == 36
    assert shard.read_bytes() == good
    assert shard.with_suffix(".bad").read_bytes() == damage(good)


@pytest.mark.parametrize(
    "arrays",
    [
        {"keys": text(KEYS)},
        {"keys": text(KEYS[:1]), "features": ROWS},
        {"keys": np.arange(2), "features": ROWS},
        {"keys": np.array([b"\xff", b"\xfe"]), "features": ROWS},
        {"keys": np.array(KEYS[0].encode()), "features": ROWS},
        {"keys": text(KEYS), "features": np.array(1, np.float32)},
        {"keys": text(KEYS), "features": ROWS[0]},
        {"keys": text(KEYS), "features": ROWS[..., np.newaxis]},
        {"keys": text(KEYS), "features": ROWS.astype(float)},
        {"keys": text(KEYS), "features": text(KEYS)},
    ],
    ids=[
        "no features",
        "too few keys",
        "keys are numbers",
        "keys are no UTF-8",
        "one key",
        "one number",
        "one column",
        "three axes",
        "doubles",
        "words",
    ],
)
def test_a_whole_file_that_is_no_shard_is_set_aside(
    store: FeatureStore, space: Space, arrays: dict[str, np.ndarray]
) -> None:
    path = store.folder / space.key / "s-0.h5"
    write_arrays(path, Arrays(arrays=arrays, facts={"space": space.key}))

    assert store.keys(space) == set()
    assert path.with_suffix(".bad").exists()


@pytest.mark.parametrize("versions", [None, "1.0"])
def test_probes_that_are_none_are_absent(
    store: FeatureStore, space: Space, versions: object
) -> None:
    path = store.folder / space.key / PROBES
    write_arrays(path, Arrays(arrays={"features": ROWS}, facts={"versions": versions}))

    assert store.read_probes(space) == {}


def test_a_shard_of_another_space_is_set_aside(store: FeatureStore, space: Space) -> None:
    other = attrs.evolve(space, policy=Policy(revision=2))
    store.write(other, KEYS, ROWS)
    (store.folder / other.key).rename(store.folder / space.key)

    assert store.keys(space) == set()


def test_shards_that_disagree_are_an_error(store: FeatureStore, space: Space) -> None:
    store.write(space, KEYS, ROWS)
    store.write(space, KEYS[:1], ROWS[:1] + 1)

    with pytest.raises(FrimclaError) as caught:
        store.matrix(space, KEYS)

    folder = store.folder / space.key
    assert str(caught.value) == f"{folder} holds two descriptions of one image; remove it"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, space: Space) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ReadOnlyError) as caught:
        FeatureStore(tmp_path / "file").write(space, KEYS, ROWS)

    path = tmp_path / "file" / space.key / f"s-{digest(KEYS)}.h5"
    assert str(caught.value) == (
        f"{path} cannot be written (Not a directory); choose another output folder"
    )


def test_a_killed_writer_leaves_nothing_that_is_read(store: FeatureStore, space: Space) -> None:
    store.write(space, KEYS, ROWS)
    (store.folder / space.key / ".frimcla-tmp-0123456789abcdef").write_bytes(b"half")

    assert store.keys(space) == set(KEYS)
