"""Images to features: each decoded once, prepared by workers, described where the network is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import networky
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from toys import Toys

import frimcla
from frimcla.completing import networks_once
from frimcla.dataset import Image
from frimcla.extraction import describe_files, extract
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.parallel import unordered
from frimcla.policy import Policy
from frimcla.reading import Readers
from frimcla.spaces import Space
from frimcla.store import FeatureStore
from frimcla.testing import toy_dataset

REGISTRY = frimcla.Registry.of(networky=networky, toys=Toys())
OPENER = Opener(readers=Readers.built_in(), policy=Policy(scaling="dtype"))


def space(name="net", **values):
    recipe = REGISTRY.find(frimcla.Extractor, name).recipe(**values)
    return Space(
        recipe=recipe, policy=Policy(scaling="dtype"), engine="onnx" if name == "net" else ""
    )


@pytest.fixture
def log(tmp_path: Path, monkeypatch) -> Path:
    path = tmp_path / "log"
    monkeypatch.setenv("NETWORKY_LOG", str(path))
    get_reusable_executor().shutdown()  # workers keep the environment they started with
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return toy_dataset(tmp_path / "many", classes=3, count=50)


def run(folder, output, spaces, **options):
    images = scan(folder).images
    store = FeatureStore(output)
    done = extract(images, spaces, store, opener=OPENER, **options)
    return done, [store.matrix(one, [image.key for image in images]) for one in spaces]


def test_networks_and_plain_extractors_see_an_image_decoded_once(many, tmp_path, log) -> None:
    spaces = [space(), space(scale=2.0), space("edges")]

    done, matrices = run(many, tmp_path / "out", spaces, n_jobs=2)

    assert (done.decoded, done.computed, done.reused) == (150, 450, 0)
    np.testing.assert_array_equal(matrices[0][:, 0] * 2, matrices[1][:, 0])
    alone = [run(many, tmp_path / f"{one.key}", [one])[1][0] for one in spaces]
    for together, separate in zip(matrices, alone, strict=True):
        np.testing.assert_array_equal(together, separate)


def test_extractors_that_prepare_alike_share_what_is_prepared(many, tmp_path, log) -> None:
    run(many, tmp_path / "out", [space(), space(scale=2.0)])

    in_workers = len(networky.logged(log)["prepare"]) - 2 * 150  # each call prepares once more
    assert in_workers == 150


def test_workers_prepare_and_one_process_describes_in_batches(many, tmp_path, log) -> None:
    run(many, tmp_path / "out", [space()], n_jobs=2)

    found = networky.logged(log)
    assert {process for _, process, _ in found["describe"]} == {os.getpid()}
    assert set(found["prepare"]) - {os.getpid()}, "no worker prepared anything"
    assert sum(count for count, _, _ in found["describe"]) == 150
    assert max(count for count, _, _ in found["describe"]) == 5


def test_the_number_of_workers_changes_no_bit(many, tmp_path) -> None:
    spaces = [space(), space("mean_colour")]

    _, one = run(many, tmp_path / "one", spaces, n_jobs=1)
    _, two = run(many, tmp_path / "two", spaces, n_jobs=2)

    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_only_what_lacks_is_computed(many, tmp_path) -> None:
    run(many, tmp_path / "out", [space()])
    new = toy_dataset(tmp_path / "more", classes=1, count=3) / "stripes_1"
    for number, path in enumerate(sorted(new.iterdir())):
        content = path.read_bytes() + b"another file"
        (many / "stripes_2" / f"new_{number}.png").write_bytes(content)

    done, _ = run(many, tmp_path / "out", [space(), space("edges")])

    assert (done.decoded, done.computed, done.reused) == (153, 3 + 153, 150)


def test_an_image_that_cannot_be_read_leaves_the_others(many, tmp_path) -> None:
    bad = many / "stripes_1" / "bad.png"
    bad.write_bytes(b"no image")

    done = extract(
        scan(many).images, [space()], FeatureStore(tmp_path / "out"), opener=OPENER, n_jobs=2
    )

    assert (done.decoded, done.computed, len(done.unreadable)) == (151, 150, 1)


def test_a_shard_of_bad_images_alone_is_no_trouble(tmp_path) -> None:
    images = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"no image %d" % number)
        images.append(Image(key="", name=path.name, files=(path,), label=""))

    rows, problems = describe_files(images, space(), OPENER)

    assert (rows, set(problems)) == ({}, {0, 1, 2})


def test_a_network_is_loaded_once_by_who_keeps_it(many) -> None:
    images, once, loaded = scan(many).images[:3], networks_once(), []

    def networks(space, threads):
        loaded.append(once(space, threads=threads))
        return loaded[-1]

    first, again = (describe_files(images, space(), OPENER, networks=networks) for _ in range(2))

    assert loaded[0] is loaded[1]
    assert [row.tolist() for row in first[0].values()] == [
        row.tolist() for row in again[0].values()
    ]


def test_progress_counts_every_description(many, tmp_path) -> None:
    seen = []

    run(
        many, tmp_path / "out", [space(), space("edges")],
        progress=lambda phase, done, total: seen.append((phase, done, total)),
    )  # fmt: skip

    assert seen[-1] == ("extract", 300, 300)
    assert [done for _, done, _ in seen] == sorted({done for _, done, _ in seen})
    assert len(seen) > 20, "a slow network must show that it goes on"


def test_many_images_of_different_sizes_are_prepared_one_by_one(tmp_path) -> None:
    """Memory: what waits between processes is small, whatever the images are."""
    from PIL import Image

    for number in range(4):
        path = tmp_path / "sizes" / "abc"[number % 3] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40 + number * 200, 30), (number * 50, 9, 9)).save(path)

    _, (matrix,) = run(tmp_path / "sizes", tmp_path / "out", [space()])

    assert matrix.shape == (4, 3)


def test_workers_do_not_run_ahead_of_who_takes_the_results(tmp_path) -> None:
    tasks = [str(tmp_path / f"{number:03}") for number in range(40)]

    taken = 0
    for path in unordered(networky.touch, tasks, 2, ahead=3):
        assert Path(path).exists()
        taken += 1
        time.sleep(0.05)  # time enough to run ahead
        started = len(list(tmp_path.iterdir()))
        assert started <= taken + 2 * 3

    assert taken == 40


def test_without_bounds_every_task_is_done(tmp_path) -> None:
    tasks = [str(tmp_path / f"{number:03}") for number in range(7)]

    assert sorted(unordered(networky.touch, tasks, 2)) == tasks
    assert sorted(unordered(networky.touch, tasks, 1, ahead=2)) == tasks
