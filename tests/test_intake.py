"""From stored pixels to what extractors see. What is refused on the way: test_refused.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from opened import opener
from PIL import Image

from frimcla import pictures
from frimcla.contracts import Array, Header
from frimcla.errors import ImageError
from frimcla.files import sha256
from frimcla.intake import flat, joined_header, key_of
from frimcla.pictures import Picture
from frimcla.policy import Kind, Policy

RNG = np.random.default_rng(0)
BYTES = RNG.integers(0, 256, (5, 7, 3), np.uint8)
DEEP = RNG.integers(0, 4096, (5, 7, 4), np.uint16)
NAMES = ("DNA", "GFP", "Actin", "Mito")


def picture(stored: Array, bits: int = 0, **policy: Any) -> Picture:
    """Return a picture of these pixels, (height, width, channels)."""
    header = Header(
        dtype=str(stored.dtype),
        bits=bits or 8 * stored.dtype.itemsize,
        height=stored.shape[0],
        width=stored.shape[1],
        channels=stored.shape[2],
        names=NAMES[: stored.shape[2]] if stored.shape[2] in {2, 4} else (),
        colour=stored.shape[2] == 3,
    )
    settled = Policy(**{"scaling": "dtype"} | policy)
    return Picture(stored=stored, header=header, policy=settled)


def view(stored: Array, sees: str = "rgb8", **how: Any) -> Array:
    (one,) = picture(stored, **how).views(sees)
    return one


def refusal(stored: Array, **policy: Any) -> str:
    """Return what the check says, which is what a view says as well."""
    one = picture(stored, **policy)
    with pytest.raises(ImageError) as checked:
        one.check()
    with pytest.raises(ImageError) as viewed:
        one.views()
    assert str(viewed.value) == str(checked.value)
    return str(checked.value)


class TestViews:
    def test_stored_bytes_stay_as_they_are(self) -> None:
        np.testing.assert_array_equal(view(BYTES), BYTES)

    def test_as_float_bytes_are_their_share_of_255(self) -> None:
        found = view(BYTES, "float")

        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, BYTES / np.float32(255))

    @pytest.mark.parametrize("sees", ["rgb8", "float"])
    def test_nobody_can_change_them(self, sees: str) -> None:
        with pytest.raises(ValueError, match="read-only"):
            view(BYTES, sees)[0, 0] = 0

    def test_of_deep_pixels_keep_what_bytes_lose(self) -> None:
        stored = np.arange(0, 65536, 7, np.uint16).reshape(1, -1, 1)

        floats = view(stored, "float")

        assert len(np.unique(floats)) == stored.size
        assert len(np.unique(view(stored))) == 256

    def test_grey_is_grey_in_all_three(self) -> None:
        found = view(BYTES[..., :1])

        np.testing.assert_array_equal(found, np.repeat(BYTES[..., :1], 3, axis=2))

    @pytest.mark.parametrize(
        ("channels", "shown"),
        [
            ("rgb", (0, 1, 2)),
            ((2, 0, 3), (2, 0, 3)),
            ((3, 1), (3, 1, None)),
            ((1,), (1, 1, 1)),
            (("GFP", "DNA"), (1, 0, None)),
            ((2, "DNA"), (2, 0, None)),
        ],
        ids=str,
    )
    def test_show_the_channels_that_are_chosen(self, channels, shown) -> None:
        stored = RNG.integers(0, 256, (5, 7, 4), np.uint8)
        black = np.zeros((5, 7), np.uint8)

        found = view(stored, channels=channels)

        expected = [black if one is None else stored[..., one] for one in shown]
        np.testing.assert_array_equal(found, np.stack(expected, axis=2))

    def test_of_two_channels_are_red_and_green(self) -> None:
        found = view(BYTES[..., :2])

        np.testing.assert_array_equal(found[..., :2], BYTES[..., :2])
        assert not found[..., 2].any()

    @pytest.mark.parametrize("sees", ["rgb8", "float"])
    def test_of_each_channel_are_grey_one_by_one(self, sees: str) -> None:
        found = picture(DEEP, bits=12, channels="each").views(sees)

        assert len(found) == 4
        for number, one in enumerate(found):
            alone = view(DEEP[..., number : number + 1], sees, bits=12)
            np.testing.assert_array_equal(one, alone)


class TestScaling:
    @pytest.mark.parametrize(
        ("kind", "bits", "stored", "seen"),
        [
            ("uint16", 16, [0, 65535, 257], [0, 255, 1]),
            ("uint16", 12, [0, 4095, 65535], [0, 255, 255]),
            ("int16", 16, [-32768, 32767, 0], [0, 255, 128]),
            ("uint32", 32, [0, 2**32 - 1, 2**31], [0, 255, 128]),
            ("float32", 32, [0, 1, 0.5], [0, 255, 128]),
            ("float64", 64, [0, 1, 0.2], [0, 255, 51]),
        ],
    )
    def test_by_the_type_takes_its_whole_range(self, kind, bits, stored, seen) -> None:
        pixels = np.array(stored, kind).reshape(1, 3, 1)

        assert view(pixels, bits=bits)[0, :, 0].tolist() == seen

    @pytest.mark.parametrize("values", [(-0.1, 1.0), (0.0, 1.5), (0.0, 4096.0)])
    def test_by_the_type_needs_floats_of_0_to_1(self, values) -> None:
        pixels = np.array(values, np.float32).reshape(1, 2, 1)

        assert refusal(pixels) == (
            "holds floating-point numbers outside 0 to 1, so that their type says no range; set "
            'scaling = "dataset", "percentile" or [low, high]'
        )
        assert view(pixels, scaling=(0.0, 4096.0)).shape == (1, 2, 3)

    def test_by_numbers_clips_what_lies_beyond(self) -> None:
        pixels = np.array([0, 100, 150, 200, 60000], np.uint16).reshape(1, 5, 1)

        assert view(pixels, scaling=(100.0, 200.0))[0, :, 0].tolist() == [0, 0, 128, 255, 255]

    def test_by_numbers_is_for_bytes_as_well(self) -> None:
        pixels = np.array([0, 50, 100], np.uint8).reshape(1, 3, 1)

        assert view(pixels, scaling=(0.0, 100.0))[0, :, 0].tolist() == [0, 128, 255]

    def test_by_a_range_per_channel(self) -> None:
        pixels = np.array([[[100, 1000], [200, 3000]]], np.uint16)
        ranges = ((100.0, 200.0), (1000.0, 3000.0))

        found = view(pixels, scaling=ranges)

        assert found.tolist() == [[[0, 0, 0], [255, 255, 0]]]
        swapped = view(pixels, scaling=ranges, channels=(1, 0))
        assert swapped.tolist() == found.tolist()  # a range goes with its channel

    def test_by_ranges_needs_one_for_each_channel(self) -> None:
        assert refusal(DEEP, scaling=((0.0, 1.0), (0.0, 2.0))) == (
            "cannot be scaled: scaling has 2 ranges for 4 channels; write one for each"
        )

    def test_by_percentiles_is_each_images_and_channels_own(self) -> None:
        pixels = np.stack([np.arange(1001), 10 * np.arange(1001)], axis=1)[None].astype(np.uint16)

        found = view(pixels, scaling="percentile")
        hot = pixels.copy()
        hot[0, 1000] = 65535

        assert np.abs(found[..., 0].astype(int) - found[..., 1]).max() <= 1
        assert (found[0, 0, 0], found[0, 1000, 0]) == (0, 255)
        assert np.abs(view(hot, scaling="percentile").astype(int) - found).max() <= 1

    def test_by_percentiles_measures_each_channel_once(self, monkeypatch) -> None:
        measured = []
        monkeypatch.setattr(pictures, "range_of", lambda pixels: measured.append(1) or (0.0, 9.0))
        one = picture(DEEP, channels=(0, 2), scaling="percentile")

        one.check()
        one.views("rgb8")
        one.views("float")

        assert len(measured) == 2

    def test_of_one_value_is_black_and_no_error(self) -> None:
        pixels = np.full((4, 4, 1), 700, np.uint16)

        assert not view(pixels, scaling="percentile").any()


class TestPlanes:
    @pytest.mark.parametrize(
        ("planes", "count", "seen"),
        [
            ("max", 3, [[9, 60]]),
            ("mean", 3, [[4, 30]]),
            ("middle", 3, [[9, 10]]),
            ("middle", 2, [[9, 10]]),
            ("mean", 1, [[1, 20]]),
        ],
    )
    def test_become_one(self, planes: str, count: int, seen: list[list[int]]) -> None:
        pixels = np.array([[1, 20], [9, 10], [2, 60]], np.uint8)[:count, None, :, None]

        found = flat(pixels, planes)

        assert found[..., 0].tolist() == seen

    def test_of_large_numbers_have_an_exact_mean(self) -> None:
        pixels = np.full((3, 1, 1, 1), 65535, np.uint16)

        assert flat(pixels, "mean").tolist() == [[[65535.0]]]


class TestChannels:
    @pytest.mark.parametrize(
        ("wanted", "count", "said"),
        [
            ((4,), 4, "has no channel 4; it has 0 to 3; name others in channels"),
            (
                ("Mitos",),
                4,
                'has no channel "Mitos"; it has DNA, GFP, Actin, Mito; name others in channels',
            ),
            (
                ("DNA",),
                3,
                'has no channel "DNA"; its channels have no names; name others in channels',
            ),
        ],
    )
    def test_that_are_not_there_are_told(self, wanted, count, said) -> None:
        assert refusal(np.zeros((2, 2, count), np.uint8), channels=wanted) == said

    def test_in_files_of_their_own_are_put_together(self) -> None:
        grey = Header(dtype="uint8", bits=8, height=5, width=7, notes=("a note",))

        assert joined_header([grey, grey], ("DNA", "GFP")) == attrs.evolve(
            grey, channels=2, names=("DNA", "GFP")
        )

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"channels": 3}, "has 3 channels in the file of GFP; one is needed"),
            ({"width": 8}, "has files of different size or type (DNA, GFP)"),
            ({"dtype": "uint16", "bits": 16}, "has files of different size or type (DNA, GFP)"),
            ({"planes": 2}, "has files of different size or type (DNA, GFP)"),
        ],
    )
    def test_in_files_that_do_not_fit_together_are_told(self, change, said) -> None:
        grey = Header(dtype="uint8", bits=8, height=5, width=7)

        with pytest.raises(ImageError) as caught:
            joined_header([grey, attrs.evolve(grey, **change)], ("DNA", "GFP"))

        assert str(caught.value) == said


class TestOpener:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "cell.png"
        Image.fromarray(BYTES).save(path)
        return path

    def test_reads_what_is_stored(self, path: Path) -> None:
        found = opener().open([path])

        assert found.stored.shape == BYTES.shape
        np.testing.assert_array_equal(found.views()[0], BYTES)

    def test_refuses_another_kind_before_pixels(self, path: Path) -> None:
        needed = Kind(dtype="uint16", bits=16, channels=2, names=("DNA", "GFP"))

        with pytest.raises(ImageError) as caught:
            attrs.evolve(opener(), kind=needed).open([path])

        assert str(caught.value) == (
            "holds 8 bits, grey or colour, where 16 bits, 2 channels (DNA, GFP) are needed; "
            "use the files as they were first written: converted values mean something else"
        )

    def test_puts_the_files_of_channels_together(self, tmp_path: Path) -> None:
        files = [tmp_path / f"{name}.png" for name in ("DNA", "GFP")]
        for number, path in enumerate(files):
            Image.fromarray(BYTES[..., number]).save(path)
        key = key_of([path.read_bytes() for path in files], ("DNA", "GFP"))

        found = opener().open(files, channels=("DNA", "GFP"), key=key)

        assert found.header.names == ("DNA", "GFP")
        np.testing.assert_array_equal(found.stored, BYTES[..., :2])
        with pytest.raises(ImageError, match=r"^changed while the study ran; run the same"):
            opener().open(files[::-1], channels=("GFP", "DNA"), key=key)

    def test_takes_its_own_kind(self, path: Path) -> None:
        one = opener()
        kind = Kind.of(one.open([path]).header, one.policy)

        assert attrs.evolve(one, kind=kind).open([path]).views()

    def test_refuses_what_changed_since_it_was_listed(self, path: Path) -> None:
        key = sha256(path.read_bytes())
        assert opener().open([path], key=key)
        path.write_bytes(path.read_bytes() + b"more")

        with pytest.raises(ImageError, match=r"^changed while the study ran; run the same"):
            opener().open([path], key=key)


def test_few_bits_reach_from_black_to_white_for_every_extractor() -> None:
    seen = picture(np.arange(16, dtype=np.uint8).reshape(4, 4, 1), bits=4)

    (rounded,), (full,) = seen.views("rgb8"), seen.views("float")

    assert rounded.max() == 255
    np.testing.assert_allclose(rounded / 255, full, atol=1 / 510)


def test_channels_that_change_their_names_are_another_image() -> None:
    files = (b"one", b"two")

    assert key_of(files, ("DNA", "GFP")) != key_of(files, ("GFP", "DNA"))
    assert key_of(files[:1]) == sha256(b"one")
