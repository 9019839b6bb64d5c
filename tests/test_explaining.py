"""Maps of where a model looks: they find what was planted, and say so where they cannot."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from opened import opener
from picturesque import CORNER, Picturesque, planted
from toys import Toys

import frimcla
from frimcla import workflow
from frimcla.components import Extractor
from frimcla.dataset import Image
from frimcla.files import sha256
from frimcla.picturing import make_album
from frimcla.picturing.checking import ALIKE, MapsCheck, similarity
from frimcla.picturing.choosing import choose
from frimcla.picturing.explaining import drops
from frimcla.picturing.occluding import covered
from frimcla.picturing.windows import Windows
from frimcla.predictions import PairPredictions, Predictions
from frimcla.spaces import Space

REGISTRY = frimcla.Registry.of(toys=Toys(), picturesque=Picturesque())


def trained(folder, images, extractor="blocks", classifier="logistic"):
    """Run a study of one pair; return its result."""
    path = folder / "study.toml"
    path.write_text(
        f'images = "{images.as_posix()}"\noutput = "{(folder / "results").as_posix()}"\n'
        f'extractors = ["{extractor}"]\nclassifiers = ["{classifier}"]\ncontrols = false\n'
        'metric = "accuracy"\nfolds = 3\nnested = false\nn_jobs = 1\n'
    )
    return workflow.run(path, registry=REGISTRY)


def album_of(result, explain=3, n_jobs=1, **settings):
    opened = attrs.evolve(result.opened, study=result.study.changed(n_jobs=n_jobs, **settings))
    return make_album(
        opened, result.table, result.selection.winner, model=result.model, explain=explain
    )


def at_corner(grid):
    """Say whether the window with the largest drop lies on the planted patch."""
    rows, columns = Windows(60, 48).places[int(grid.argmax())]
    down = min(rows.stop, CORNER[0].stop) - max(rows.start, CORNER[0].start)
    across = min(columns.stop, CORNER[1].stop) - max(columns.start, CORNER[1].start)
    return down > 0 and across > 0


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return trained(folder, planted(folder / "images"))


def test_maps_find_the_planted_corner_and_those_of_a_shuffled_classifier_do_not(study):
    album = album_of(study)

    assert [one.label for one in album.maps] == ["lit"] * 3 + ["unlit"] * 3
    assert all(at_corner(one.grid) for one in album.maps)
    assert album.check.decisive == sum(one.decisive for one in album.maps) >= 4
    assert sum(at_corner(one.shuffled) for one in album.maps) <= 2
    assert album.check.compared == album.check.decisive
    assert album.check.similarity == pytest.approx(
        np.mean([one.similarity for one in album.maps if one.decisive])
    )
    assert album.check.similarity < ALIKE
    assert not album.check.warns
    assert "look at other places" in album.check.sentences[0]
    assert "final model, which has learnt from these images" in album.check.sentences[-1]


def test_maps_of_a_model_that_sees_one_thing_only_are_warned_of(tmp_path):
    album = album_of(trained(tmp_path, planted(tmp_path / "images"), "corner"))

    assert album.check.warns
    assert album.check.decisive
    assert "conspicuous" in album.check.sentences[0]
    assert all(one.similarity == pytest.approx(1) for one in album.maps)


def test_without_probabilities_maps_show_where_decisions_change(tmp_path):
    images = planted(tmp_path / "images", count=8, dark=110)  # what is covered looks unlit

    album = album_of(trained(tmp_path, images, "corner", "ridge"), 2)

    assert album.check.measure == "decision"
    assert all(one.probability is None for one in album.maps)
    lit, unlit = album.maps[:2], album.maps[2:]
    for one in lit:
        assert set(np.unique(one.grid)) == {0, 1}
        assert at_corner(one.grid)
    assert not any(one.grid.any() for one in unlit)
    assert "the decision stays the same" in album.check.sentences[1]


def test_a_drop_is_that_of_the_predicted_class(study):
    image = study.opened.dataset.images[0]
    (one,) = covered([image], study.model.manifest.space, study.opened.opener)

    grid, predicted, probability = drops(study.model.answers, one)
    _, said = study.model.answers(one.rows)

    assert grid.shape == Windows(60, 48).shape
    assert probability == said[0].max() == said[0, predicted]
    np.testing.assert_allclose(grid.ravel(), said[0, predicted] - said[1:, predicted], atol=1e-6)


def space(name, **policy):
    recipe = REGISTRY.find(Extractor, name).recipe()
    return Space(recipe=recipe, policy=opener(**policy).policy)


def listed(path):
    """Return an image with its header, as a scan does."""
    picture = opener().open([path])
    return Image(
        key=sha256(path.read_bytes()), name="x", files=(path,), label="a", header=picture.header
    )


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("blocks", {}),
        ("network", {}),
        ("deep", {}),
        ("deep", {"scaling": "percentile"}),
        ("blocks", {"scaling": "percentile"}),
        ("blocks", {"channels": "each"}),
        ("network", {"channels": "each"}),
    ],
)
def test_every_view_of_an_image_is_covered_by_its_own_mean_colour(tmp_path, name, policy):
    planted(tmp_path, count=1)
    path = tmp_path / "lit" / "00.png"
    where, reads = space(name, **policy), opener(**policy)

    (one,) = covered([listed(path)], where, reads)

    views = reads.open([path]).views(where.sees)
    places = Windows(60, 48).places
    assert one.sides == (60, 48)
    assert len(one.rows) == 1 + len(places)
    for number in (0, 1, 1 + 57, len(places)):
        rows = []
        for view in views:
            image = view.copy()
            if number:
                mean = view.mean(axis=(0, 1), dtype=float)
                image[places[number - 1]] = np.rint(mean) if view.dtype == np.uint8 else mean
            blocks = where.build() if name != "network" else space("blocks").build()
            rows.append(blocks([image])[0])
        np.testing.assert_allclose(one.rows[number], np.concatenate(rows), rtol=1e-6)


def test_images_that_are_gone_or_changed_are_passed_over(tmp_path):
    planted(tmp_path, count=2)
    images = [listed(path) for path in sorted(tmp_path.rglob("*.png"))]
    images[0].files[0].unlink()
    images[1].files[0].write_bytes(images[2].files[0].read_bytes())

    found = list(covered(images, space("blocks"), opener()))

    assert sorted(one.key for one in found) == sorted(image.key for image in images[2:])


def test_workers_and_order_change_no_bit(study):
    def rows(images, n_jobs):
        found = covered(images, study.model.manifest.space, study.opened.opener, n_jobs=n_jobs)
        return {one.key: one.rows.tobytes() for one in found}

    images = study.opened.dataset.images[:3]

    assert rows(images, 1) == rows(images[::-1], 2)


@pytest.mark.parametrize(
    ("sides", "shape"),
    [
        ((60, 48), (10, 12)),
        ((300, 180), (8, 14)),
        ((4000, 3000), (9, 13)),
        ((8, 8), (8, 8)),
        ((3, 200), (23, 1)),
        ((1, 10_000), (23, 1)),
        ((2, 2), (2, 2)),
        ((1, 1), (1, 1)),
    ],
)
def test_windows_cover_every_pixel_and_are_not_too_many(sides, shape):
    width, height = sides
    windows = Windows(width, height)
    for starts, whole, part in zip(
        (windows.lefts, windows.tops), sides, windows.sides, strict=True
    ):
        seen = {pixel for start in starts for pixel in range(start, start + part)}
        assert seen == set(range(whole))
    assert windows.shape == shape
    wide, high = windows.sides
    assert wide * high <= max(width * height / 11, 1)


def test_between_centres_values_are_linear():
    windows = Windows(120, 120)
    places = windows.places
    centre = np.array([columns.start + columns.stop for _, columns in places]) / 2
    grid = centre.reshape(windows.shape)

    spread = windows.spread(grid, 60, 30)

    assert spread.shape == (30, 60)
    expected = np.clip(2 * (np.arange(60) + 0.5), centre.min(), centre.max())
    np.testing.assert_allclose(spread, np.tile(expected, (30, 1)))


def test_flat_maps_are_not_compared_and_direction_does_not_count():
    one = np.arange(12.0).reshape(3, 4)

    assert similarity(one, [one**3, -one]) == pytest.approx(1)
    assert similarity(one, [np.zeros_like(one), one]) == pytest.approx(1)
    assert similarity(one, [np.zeros_like(one)]) is None
    assert similarity(np.zeros_like(one), [one]) is None


def test_what_is_told_of_maps_follows_from_the_numbers():
    def told(**changes):
        numbers = {"images": 9, "decisive": 9, "everywhere": 0, "similarity": 0.2, "compared": 9}
        check = MapsCheck(**numbers | {"shufflings": 3, "measure": "probability"} | changes)
        return " ".join(check.sentences)

    assert "no single place" not in told()
    assert "In 4 of 9 images no single place decides" in told(decisive=5)
    assert "In all 9 images no single place decides" in told(decisive=0)
    assert "In 2 of 9 images covering any place" in told(everywhere=2)
    assert "conspicuous" in told(similarity=0.51)
    assert "conspicuous" not in told(similarity=0.5)
    assert "in 3 of 9 images" in told(compared=3)
    assert "Not checked: there is no image" in told(similarity=None, compared=0)
    assert "cannot be trained" in told(similarity=None, shufflings=0)


def table(certain, right):
    """Return a table of class "a": how certain each image's prediction was, and whether right."""
    n = len(certain) + 1  # one of class "b", so that there are two
    probabilities = np.full((n, 2), 0.5, np.float32)
    predicted = np.array([0 if one else 1 for one in right] + [1])
    for row, value in enumerate(certain):
        probabilities[row] = 1 - value
        probabilities[row, predicted[row]] = value
    said = PairPredictions(
        predicted=predicted[None].astype(np.int16), probabilities=probabilities[None], chosen=()
    )
    return Predictions(
        images=tuple(f"{row:02}" for row in range(n)),
        names=tuple(map(str, range(n))),
        classes=("a", "b"),
        truth=np.array([0] * (n - 1) + [1], np.int16),
        folds=np.zeros((1, n), np.int16),
        pairs={("E", "C"): said},
    )


def chosen(certain, right, count):
    found = choose(table(certain, right), ("E", "C"), count)
    return [one.key for one in found if one.label == "a"]


def test_explained_are_the_certain_and_the_worst_error():
    certain = [0.6, 0.7, 0.8, 0.9, 0.95, 0.55, 0.99]
    right = [True, True, True, True, True, False, False]

    assert chosen(certain, right, 1) == ["02"]
    assert chosen(certain, right, 2) == ["02", "06"]
    assert chosen(certain, right, 3) == ["04", "02", "06"]
    assert chosen(certain, [True] * 7, 2) == ["06", "02"]
    assert chosen(certain, [False] * 7, 2) == ["06", "04"]
    assert sorted(chosen(certain, right, 50)) == [f"{row:02}" for row in range(7)]
    assert chosen(certain, right, 0) == []


def test_without_probabilities_keys_choose():
    found = table([0.6, 0.7, 0.8], [True, True, False])
    (said,) = found.pairs.values()
    nothing = np.full_like(said.probabilities, np.nan)
    pairs = {("E", "C"): attrs.evolve(said, probabilities=nothing)}

    picked = choose(attrs.evolve(found, pairs=pairs), ("E", "C"), 2)

    assert [(one.key, one.held_out) for one in picked if one.label == "a"] == [
        ("01", "a"),
        ("02", "b"),
    ]


def test_equal_images_are_explained_once():
    found = attrs.evolve(table([0.9, 0.9, 0.8], [True] * 3), images=("00", "00", "02", "03"))

    picked = choose(found, ("E", "C"), 3)

    assert sorted(one.key for one in picked if one.label == "a") == ["00", "02"]
