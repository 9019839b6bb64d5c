"""What becomes of stored pixels is settled by the images, and told in words."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from frimcla.contracts import Header
from frimcla.dataset import Dataset, Image
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.measuring import kind_of, seen_as, settle_policy
from frimcla.policy import Kind, Policy
from frimcla.reading import Readers

READERS = Readers.built_in()
GREY = Header(dtype="uint8", bits=8, height=9, width=9)
RGB = attrs.evolve(GREY, channels=3, colour=True)
DEEP = attrs.evolve(GREY, dtype="uint16", bits=16)
TWO = attrs.evolve(DEEP, channels=2, names=("DNA", "GFP"))


def holding(*headers: Header | None) -> Dataset:
    """Return a dataset of images with these headers; there are no files."""
    images = tuple(
        Image(key=f"{n}", name=f"{n}.tif", files=(Path("x"),), label="a", header=header)
        for n, header in enumerate(headers)
    )
    return Dataset(images=images, classes=("a",))


@pytest.fixture
def greys(tmp_path: Path) -> Dataset:
    """Two hundred images, each with values of 10 to 90; one of them brighter by far."""
    (tmp_path / "a").mkdir()
    for number in range(200):
        pixels = np.linspace(10, 90, 400).astype(np.uint8).reshape(20, 20)
        pixels[0, 0] = number % 7  # so that images differ
        Pillow.fromarray(pixels if number else pixels + 150).save(tmp_path / f"a/{number}.png")
    return scan(tmp_path)


class TestSettled:
    def test_bytes_stay_bytes_without_a_look(self) -> None:
        found = settle_policy(Policy(), holding(GREY, RGB, None), READERS)

        assert found == Policy(scaling="dtype")

    @pytest.mark.parametrize("scaling", ["dtype", "percentile", (8.0, 3948.0)])
    def test_what_is_settled_stays(self, scaling) -> None:
        assert settle_policy(Policy(scaling=scaling), holding(DEEP), READERS).scaling == scaling

    def test_by_the_dataset_is_what_almost_all_images_hold(self, greys: Dataset) -> None:
        found = settle_policy(Policy(scaling="dataset"), greys, READERS)

        for low, high in found.ranges:
            assert 0 <= low <= 10
            assert 89 <= high <= 91  # one image in 200 decides nothing

    def test_the_number_of_workers_changes_nothing(self, greys: Dataset) -> None:
        one, two = (
            settle_policy(Policy(scaling="dataset"), greys, READERS, n_jobs=n) for n in (1, 2)
        )

        assert one == two

    def test_progress_counts_images(self, greys: Dataset) -> None:
        seen: list[tuple[str, int, int]] = []

        settle_policy(
            Policy(scaling="dataset"), greys, READERS, progress=lambda *call: seen.append(call)
        )

        assert seen[-1] == ("measure", 200, 200)

    def test_readers_of_plugins_are_part_of_it(self) -> None:
        images = [attrs.evolve(one, readers=("x:czi-2",)) for one in holding(GREY, GREY).images]
        data = Dataset(images=tuple(images), classes=("a",))

        assert settle_policy(Policy(), data, READERS).readers == ("x:czi-2",)
        kept = settle_policy(Policy(), holding(GREY), READERS, test=data)
        assert kept.readers == ("x:czi-2",)  # whoever reads test images gives them their pixels


def test_the_kind_is_that_of_most_images() -> None:
    policy = Policy(scaling="dtype")

    assert kind_of(holding(DEEP, GREY, DEEP), policy) == Kind.of(DEEP, policy)
    assert kind_of(holding(None), policy) is None


AS_IT_IS = "8 bits, seen as they are"
OTHERS = 'scaling = "dtype", "percentile", "dataset" or [low, high] sets another'


@pytest.mark.parametrize(
    ("headers", "policy", "lines"),
    [
        ([GREY, RGB], {"scaling": "dtype"}, [AS_IT_IS]),
        ([None], {"scaling": "dtype"}, []),
        (
            [DEEP],
            {"scaling": (8.0, 3948.0)},
            [f"16 bits (uint16): black to white is 8 to 3948; {OTHERS}"],
        ),
        (
            [DEEP],
            {"scaling": "percentile"},
            [f"16 bits (uint16): black and white are each image's own 0.1 and 99.9 %; {OTHERS}"],
        ),
        (
            [TWO],
            {"scaling": ((0.0, 1.0), (2.0, 3.5))},
            [
                f"16 bits (uint16): black to white is 0 to 1, 2 to 3.5; {OTHERS}",
                (
                    '2 channels (DNA, GFP), seen as red and green; channels = "each" describes '
                    "every one, channels = [0] takes one"
                ),
            ],
        ),
        (
            [TWO],
            {"scaling": "dtype", "channels": "each"},
            [
                f"16 bits (uint16): black to white is the whole range of the type; {OTHERS}",
                "2 channels (DNA, GFP), each described by itself as a grey image",
            ],
        ),
        (
            [attrs.evolve(GREY, channels=5), GREY],
            {"scaling": "dtype"},
            [
                AS_IT_IS,
                (
                    "5 channels, the first three seen as red, green and blue; "
                    'channels = "each" describes every one, channels = [0] takes one'
                ),
            ],
        ),
        (
            [attrs.evolve(GREY, channels=5)],
            {"scaling": "dtype", "channels": (4,)},
            [AS_IT_IS, "seen of their channels: 4, as grey"],
        ),
        (
            [attrs.evolve(GREY, planes=7), GREY],
            {"scaling": "dtype"},
            [
                AS_IT_IS,
                'up to 7 planes, seen is their max; planes = "mean" or "middle" takes another',
            ],
        ),
        (
            [attrs.evolve(GREY, notes=("the first of 3 frames",)), GREY],
            {"scaling": "dtype"},
            [AS_IT_IS, "the first of 3 frames (in 1 of 2 images)"],
        ),
    ],
)
def test_what_is_seen_is_told_with_the_other_ways(headers, policy, lines) -> None:
    assert list(seen_as(Policy(**policy), holding(*headers))) == lines


def test_grey_and_colour_share_one_range(tmp_path: Path) -> None:
    """Measured by channel, the images of one kind would have no range in the other."""
    (tmp_path / "a").mkdir()
    for number in range(4):
        colour = np.full((9, 9, 3), 100 + number, np.uint16)
        colour[..., 2] = 900
        tifffile.imwrite(tmp_path / f"a/colour{number}.tif", colour, photometric="rgb")
    tifffile.imwrite(tmp_path / "a/grey.tif", np.arange(81, dtype=np.uint16).reshape(9, 9))
    dataset = scan(tmp_path)

    found = settle_policy(Policy(), dataset, READERS)

    ((low, high),) = found.ranges
    assert low < 10
    assert high == 900
    opener = Opener(readers=READERS, policy=found, kind=kind_of(dataset, found))
    assert all(opener.open(image.files).views()[0].shape == (9, 9, 3) for image in dataset.images)
