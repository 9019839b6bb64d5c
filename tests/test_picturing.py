"""What a report shows of the images: small, the same for the same images, whole or not at all."""

from __future__ import annotations

import io

import attrs
import numpy as np
import pytest
from opened import opener
from picturesque import Picturesque, planted
from PIL import Image as Pictures
from scipy.spatial.distance import cdist
from toys import Toys

import frimcla
from frimcla import workflow
from frimcla.dataset import Image
from frimcla.files import sha256
from frimcla.inspecting.thumbnails import Thumbnail
from frimcla.picturing import FILE, make_album, overlay, read_album, write_album
from frimcla.picturing.album import Album, Map, Projection, Thumb
from frimcla.picturing.overlay import reach
from frimcla.picturing.projecting import project
from frimcla.picturing.sampling import by_class, stratified, wanted_first
from frimcla.picturing.thumbs import BUDGET, GAP, SIZES, fitted, thumbnails
from frimcla.picturing.windows import Windows
from frimcla.shards import Arrays, read_arrays, write_arrays

REGISTRY = frimcla.Registry.of(toys=Toys(), picturesque=Picturesque())


def trained(folder, images):
    path = folder / "study.toml"
    path.write_text(
        f'images = "{images.as_posix()}"\noutput = "{(folder / "results").as_posix()}"\n'
        'extractors = ["blocks"]\nclassifiers = ["logistic"]\ncontrols = false\n'
        'metric = "accuracy"\nfolds = 3\nnested = false\nn_jobs = 1\n'
    )
    return workflow.run(path, registry=REGISTRY)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return trained(folder, planted(folder / "images", count=8))


def album_of(result, explain=1, **settings):
    opened = attrs.evolve(result.opened, study=result.study.changed(**settings))
    return make_album(
        opened, result.table, result.selection.winner, model=result.model, explain=explain
    )


def same(one, other):
    """Say whether two albums hold the same, bit by bit."""
    mine, theirs = (read_arrays(path / FILE) for path in (one, other))
    assert mine.arrays.keys() == theirs.arrays.keys()
    equal = [mine.arrays[name].tobytes() == theirs.arrays[name].tobytes() for name in mine.arrays]
    return all(equal) and mine.facts == theirs.facts


def test_an_album_holds_everything_and_comes_back_from_its_file(study, tmp_path):
    album = album_of(study, output=study.study.output)
    found = read_album(study.study.output / FILE)

    assert set(album.thumbnails) == {image.key for image in study.opened.dataset.images}
    assert found.thumbnails == album.thumbnails
    assert found.check == album.check
    assert found.made_for == album.made_for
    assert found.projection.keys == album.projection.keys == tuple(sorted(album.thumbnails))
    np.testing.assert_array_equal(found.projection.tsne, album.projection.tsne)
    for mine, theirs in zip(found.maps, album.maps, strict=True):
        assert attrs.asdict(mine, filter=plain) == attrs.asdict(theirs, filter=plain)
        np.testing.assert_array_equal(mine.grid, theirs.grid)
        np.testing.assert_array_equal(mine.shuffled, theirs.shuffled)


def plain(field, _):
    return field.name not in {"grid", "shuffled"}


def test_workers_names_and_order_change_no_bit(tmp_path):
    planted(tmp_path / "images", count=6)
    for number, path in enumerate(sorted((tmp_path / "images").rglob("*.png"))):
        renamed = tmp_path / "renamed" / path.parent.name / f"{100 - number}.png"
        renamed.parent.mkdir(parents=True, exist_ok=True)
        renamed.write_bytes(path.read_bytes())
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = trained(tmp_path / "one", tmp_path / "images")
    two = trained(tmp_path / "two", tmp_path / "renamed")

    album_of(one, n_jobs=1)
    album_of(two, n_jobs=2)

    assert same(one.study.output, two.study.output)


def test_a_second_run_reads_no_image(tmp_path):
    result = trained(tmp_path, planted(tmp_path / "images", count=6))
    first = album_of(result)
    before = (result.study.output / FILE).stat().st_mtime_ns
    for path in (tmp_path / "images").rglob("*.png"):
        path.unlink()

    again = album_of(result)

    assert again.thumbnails == first.thumbnails
    assert len(again.maps) == len(first.maps) == 2
    assert (result.study.output / FILE).stat().st_mtime_ns == before
    more = album_of(result, explain=2)  # only maps are made anew: there is nothing to make them of
    assert more.thumbnails == first.thumbnails
    assert more.maps == ()
    assert more.missing == {"maps": "the images cannot be read any more"}


def test_parts_are_made_anew_where_what_they_are_of_changed(study):
    first = album_of(study, explain=0)
    second = album_of(study, explain=1)
    third = album_of(study, explain=1, seed=5)

    assert not first.maps
    assert second.maps
    assert second.made_for["thumbnails"] == first.made_for["thumbnails"]
    assert second.made_for["projection"] == first.made_for["projection"]
    assert third.made_for["projection"] != first.made_for["projection"]
    assert third.made_for["maps"] != second.made_for["maps"]


def test_without_pictures_there_are_points_only(tmp_path):
    result = trained(tmp_path, planted(tmp_path / "images", count=6))
    album_of(result)

    album = album_of(result, pictures=False)

    assert album.thumbnails == {}
    assert album.maps == ()
    assert album.check is None
    assert len(album.projection.keys) == 12
    arrays = read_arrays(result.study.output / FILE).arrays
    assert all(len(arrays[name]) == 0 for name in arrays if name.endswith("/bytes"))


def test_a_damaged_or_foreign_album_is_none(study, tmp_path):
    album_of(study)
    content = (study.study.output / FILE).read_bytes()
    path = tmp_path / FILE

    assert read_album(path) is None
    for at in range(0, len(content), len(content) // 40):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert read_album(path) is None
    path.write_bytes(content[: len(content) // 2])
    assert read_album(path) is None
    whole = read_arrays(study.study.output / FILE)
    short = {"thumbnails/bytes", "thumbnails/sides", "maps/grids", "projection/pca"}
    for name in short:  # sealed, but not what was written
        cut = {**whole.arrays, name: whole.arrays[name][:-1]}
        write_arrays(path, attrs.evolve(whole, arrays=cut))
        assert read_album(path) is None, name
    write_arrays(path, attrs.evolve(whole, facts={**whole.facts, "format": 2}))
    assert read_album(path) is None
    write_arrays(path, Arrays(arrays={}))
    assert read_album(path) is None


def test_an_empty_album_comes_back(tmp_path):
    write_album(tmp_path / FILE, Album())

    found = read_album(tmp_path / FILE)

    assert (found.thumbnails, found.projection, found.maps, found.check) == ({}, None, (), None)


def put(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Pictures.fromarray(pixels).save(path)
    return Image(key=sha256(path.read_bytes()), name=path.name, files=(path,), label="a")


def pixels(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def decoded(thumb):
    return np.asarray(Pictures.open(io.BytesIO(thumb.webp)).convert("RGB"))


def test_small_images_are_kept_as_they_are_and_large_ones_shrunk(tmp_path):
    small = put(tmp_path / "small.png", pixels(40, 64, 3))
    grey = put(tmp_path / "grey.png", pixels(20, 20, seed=1))
    large = put(tmp_path / "large.png", pixels(100, 300, 3, seed=2))

    found = thumbnails([small, grey, large], opener())

    assert list(found) == sorted(found)
    np.testing.assert_array_equal(decoded(found[small.key]), pixels(40, 64, 3))
    np.testing.assert_array_equal(decoded(found[grey.key])[..., 1], pixels(20, 20, seed=1))
    assert [found[one.key].exact for one in (small, grey, large)] == [True, True, False]
    assert found[large.key].sides == (96, 32)
    assert decoded(found[large.key]).shape == (32, 96, 3)


def test_channels_stand_side_by_side(tmp_path):
    image = put(tmp_path / "three.png", pixels(30, 20, 3))

    (thumb,) = thumbnails([image], opener(channels="each")).values()

    assert thumb.sides == (3 * 20 + 2 * GAP, 30)
    for channel in range(3):
        left = channel * (20 + GAP)
        view = decoded(thumb)[:, left : left + 20]
        np.testing.assert_array_equal(view[..., 0], pixels(30, 20, 3)[..., channel])


def test_equal_images_have_one_thumbnail_and_lost_ones_none(tmp_path):
    one = put(tmp_path / "one.png", pixels(30, 20, 3))
    copy = put(tmp_path / "copy.png", pixels(30, 20, 3))
    gone = put(tmp_path / "gone.png", pixels(30, 20, 3, seed=1))
    changed = put(tmp_path / "changed.png", pixels(30, 20, 3, seed=2))
    gone.files[0].unlink()
    put(tmp_path / "changed.png", pixels(30, 20, 3, seed=3))
    told = []

    found = thumbnails(
        [one, copy, gone, changed], opener(), progress=lambda *done: told.append(done)
    )

    assert set(found) == {one.key}
    assert told[-1] == ("picture", 3, 3)


def test_1500_images_of_noise_stay_within_the_budget():
    rng = np.random.default_rng(0)
    side = SIZES[0].side
    copies = {
        f"{number:04}": Thumbnail(
            views=(rng.integers(0, 256, (side, side, 3), np.uint8),), names=(), exact=False
        )
        for number in range(1500)
    }

    found = fitted(copies, SIZES, BUDGET)

    assert len(found) == 1500
    assert BUDGET / 3 < sum(len(one.webp) for one in found.values()) <= BUDGET
    assert {one.sides for one in found.values()} <= {(size.side, size.side) for size in SIZES}


def test_exact_copies_give_way_where_they_do_not_fit():
    copies = {
        str(number): Thumbnail(views=(pixels(64, 64, 3, seed=number),), names=(), exact=True)
        for number in range(20)
    }

    whole, tight = fitted(copies, SIZES, 10**6), fitted(copies, SIZES, 60_000)

    assert all(one.exact for one in whole.values())
    assert not any(one.exact for one in tight.values())
    assert sum(len(one.webp) for one in tight.values()) <= 60_000


def test_a_projection_keeps_clouds_apart_and_repeats_itself():
    rng = np.random.default_rng(0)
    cloud = np.repeat(6 * rng.normal(size=(3, 40)), 15, axis=0)
    features = (cloud + rng.normal(size=cloud.shape)).astype(np.float32)
    keys = [f"{row:02}" for row in range(45)]

    found = project(features, keys, images=50, seed=1)
    again = project(features.copy(), keys, images=50, seed=1)

    assert found.keys == tuple(keys)
    assert found.tsne.tobytes() == again.tsne.tobytes()
    assert found.pca.tobytes() == again.pca.tobytes()
    assert found.pca.dtype == found.tsne.dtype == np.float32
    for places in (found.pca, found.tsne):
        far = cdist(places, places) + np.diag([np.inf] * 45)
        np.testing.assert_array_equal(far.argmin(axis=1) // 15, np.arange(45) // 15)


def test_shares_are_those_of_the_standardised_features():
    line = np.linspace(-1, 1, 30)
    wave = np.cos(np.pi * np.arange(30))
    features = np.stack([line, 1000 * line, wave, np.full(30, 7)], axis=1).astype(np.float32)

    found = project(features, list(map(str, range(30))), images=30, seed=0)

    mixed = np.corrcoef(np.stack([line, line, wave]))
    expected = np.sort(np.linalg.eigvalsh(mixed))[::-1][:2] / 3
    np.testing.assert_allclose(found.shares, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("features", "told"),
    [
        (np.ones((12, 3)), "all images have the same features"),
        (np.arange(27.0).reshape(9, 3), "there are 9 images; a view takes 10 and more"),
    ],
)
def test_where_there_is_nothing_to_see_a_sentence_says_so(features, told):
    keys = [f"{row:02}" for row in range(len(features))]

    assert project(features.astype(np.float32), keys, images=12, seed=0) == told


def test_one_feature_makes_a_line():
    features = np.arange(20, dtype=np.float32)[:, None]

    found = project(features, [f"{row:02}" for row in range(20)], images=20, seed=0)

    assert found.shares == (1, 0)
    assert not found.pca[:, 1].any()
    assert np.isfinite(found.tsne).all()


def image(key, label):
    return Image(key=key, name=key, files=(), label=label)


def test_what_is_wanted_is_shown_first_then_all_classes_evenly():
    images = [image(f"a{n}", "a") for n in range(6)] + [image(f"b{n}", "b") for n in range(2)]
    keys = by_class([*images[::-1], image("a0", "b")])

    assert keys == {"a": [f"a{n}" for n in range(6)], "b": ["b0", "b1"]}
    assert wanted_first(keys, ["a5", "x", "b1", "a5"], 5) == ["a5", "b1", "a0", "b0", "a1"]
    assert wanted_first(keys, ["a5", "b1"], 1) == ["a5"]
    assert len(wanted_first(keys, [], 100)) == 8


def test_a_sample_keeps_the_shares_of_the_classes():
    keys = {
        "a": [f"a{n:03}" for n in range(300)],
        "b": [f"b{n:03}" for n in range(100)],
        "c": ["c"],
    }

    drawn = stratified(keys, 40)

    assert drawn == sorted(drawn)
    assert [sum(key[0] == label for key in drawn) for label in "abc"] == [29, 9, 1]
    assert len(stratified(keys, 1000)) == 401


def mapped(grid, sides=(120, 120), views=1, shade=128):
    grid = np.asarray(grid, np.float32)
    width = views * 90 + (views - 1) * GAP
    buffer = io.BytesIO()
    Pictures.new("RGB", (width, 90), (shade,) * 3).save(buffer, "WEBP", lossless=True)
    return Map(
        key="k",
        label="a",
        held_out="a",
        predicted="a",
        probability=0.9,
        grid=grid,
        shuffled=grid,
        similarity=None,
        sides=sides,
        picture=Thumb(webp=buffer.getvalue(), width=width, height=90),
        views=views,
    )


def test_an_overlay_is_orange_where_the_probability_drops_and_blue_where_it_rises():
    grid = np.zeros(Windows(120, 120).shape)
    grid[2, 2], grid[8, 8] = 0.4, -0.4

    one = mapped(grid)
    drawn = decoded(overlay(one)).astype(int)

    assert reach(one) == pytest.approx(0.4)
    assert overlay(one).sides == drawn.shape[1::-1] == (90, 90)
    orange, blue, grey = drawn[22, 22], drawn[67, 67], drawn[45, 80]
    assert orange[0] > orange[2] + 60
    assert blue[2] > blue[0] + 60
    assert np.ptp(grey) < 12


def test_what_covering_any_place_costs_is_not_drawn():
    flat = mapped(np.full(Windows(120, 120).shape, 0.8))

    assert flat.everywhere
    assert not flat.decisive
    assert reach(flat) == pytest.approx(0.05)
    assert np.ptp(decoded(overlay(flat)), axis=2).max() < 8


def test_noise_stays_pale():
    grid = np.zeros(Windows(120, 120).shape)
    grid[5, 5] = 0.005

    assert np.ptp(decoded(overlay(mapped(grid))).astype(int), axis=2).max() < 40


def test_every_channel_wears_the_map():
    grid = np.zeros(Windows(120, 120).shape)
    grid[2, 2] = 0.4

    drawn = decoded(overlay(mapped(grid, views=3))).astype(int)

    for view in range(3):
        at = drawn[22, view * (90 + GAP) + 22]
        assert at[0] > at[2] + 60


def test_small_images_are_enlarged_for_their_map(tmp_path):
    one = mapped(np.zeros(Windows(120, 120).shape))
    file = io.BytesIO()
    Pictures.fromarray(pixels(28, 28, 3)).save(file, "WEBP", lossless=True)
    small = attrs.evolve(one, picture=Thumb(webp=file.getvalue(), width=28, height=28, exact=True))

    assert overlay(small).sides == (140, 140)


def test_projections_belong_to_their_keys(tmp_path):
    places = np.zeros((3, 2), np.float32)
    wrong = Projection(keys=("a",), pca=places, tsne=places, shares=(0.5, 0.2), images=3)
    write_album(tmp_path / FILE, Album(projection=wrong))

    assert read_album(tmp_path / FILE) is None
