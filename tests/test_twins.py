"""Near-duplicates: altered copies are found, others and blank images are not."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frimcla import twins
from frimcla.contracts import Array
from frimcla.painting import CLASSES, paint
from frimcla.twins import MOST, fingerprint, near, near_each_other

PAINTED = [paint(name, index) for name in CLASSES for index in range(8)]


def saved(image: Array, quality: int) -> Array:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def resized(image: Array, factor: float) -> Array:
    height, width, _ = image.shape
    size = round(width * factor), round(height * factor)
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC))


def noisy(image: Array, deviation: float) -> Array:
    noise = np.random.default_rng(1).normal(0, deviation, image.shape)
    return (image + noise).clip(0, 255).astype(np.uint8)


ALTERED = {
    "as it is": lambda image: image,
    "JPEG 80": lambda image: saved(image, 80),
    "JPEG 50": lambda image: saved(image, 50),
    "half": lambda image: resized(image, 0.5),
    "larger": lambda image: resized(image, 1.5),
    "brighter": lambda image: (image * 1.1).clip(0, 255).astype(np.uint8),
    "gamma": lambda image: np.rint(255 * (image / 255) ** 0.9).astype(np.uint8),
    "noisy": lambda image: noisy(image, 5),
}


def prints(images: list[Array]) -> Array:
    return np.array([fingerprint(image) for image in images])


def bits(word: Array) -> int:
    return int.from_bytes(word.astype("<u8").tobytes(), "little")


def by_definition(small: Array) -> int:
    """Hash 64 x 64 grey pixels by sums of cosines, without a library's transform."""
    spots, waves = np.arange(64), np.arange(16)[:, None]
    cosines = np.cos(np.pi * waves * (2 * spots + 1) / 128)
    scale = np.where(waves == 0, 0.5**0.5, 1)
    weights = (scale * cosines @ small @ (scale * cosines).T).ravel()
    median = np.median(weights[1:])
    return sum(1 << place for place in range(1, 256) if weights[place] > median)


def test_a_fingerprint_is_the_sign_of_the_low_waves() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)

    found = fingerprint(np.repeat(grey[..., None], 3, axis=2))

    assert (found.shape, found.dtype) == ((4,), np.uint64)
    assert bits(found) == by_definition(grey.astype(float))


@pytest.mark.parametrize("change", ALTERED)
def test_an_altered_copy_finds_its_original_and_no_other(change: str) -> None:
    copies = [ALTERED[change](image) for image in PAINTED]

    found = near(prints(copies), prints(PAINTED))

    assert [(row, column) for row, column, _ in found] == [(k, k) for k in range(len(PAINTED))]


BLANK = {
    "black": np.zeros((90, 120, 3), np.uint8),
    "white": np.full((64, 64, 3), 255, np.uint8),
    "one pixel": np.full((1, 1, 3), 77, np.uint8),
    "noise": noisy(np.full((300, 300, 3), 9, np.uint8), 3),
    "faint ramp": np.repeat((np.arange(200) // 67).astype(np.uint8), 600).reshape(200, 200, 3),
}


def test_blank_images_resemble_nothing_not_even_themselves() -> None:
    blank = prints(list(BLANK.values()))
    painted = prints(PAINTED)

    assert not blank.any()
    assert near(blank, blank, 256) == near(blank, painted, 256) == near(painted, blank, 256) == []


def test_empty_fields_lit_alike_are_no_copies() -> None:
    """A lamp's vignette is structure, but what differs between copies is more than that."""
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    field = np.repeat((200 - 20 * (x**2 + y**2))[..., None], 3, axis=2)
    rng = np.random.default_rng(2)
    fields = prints([(field + rng.normal(0, 3, field.shape)).astype(np.uint8) for _ in range(5)])

    found = near(fields, fields)

    assert found == [(k, k, 0) for k in range(5)]


@pytest.mark.parametrize("most", [0, 90, 120, 256])
@pytest.mark.parametrize("block", [1, 7, 2048])
def test_near_counts_bits_like_integers_do(monkeypatch, block: int, most: int) -> None:
    monkeypatch.setattr(twins, "BLOCK", block)
    rng = np.random.default_rng(3)
    ours = rng.integers(0, 2**64, (20, 4), np.uint64, endpoint=False)
    theirs = np.concatenate([rng.integers(0, 2**64, (9, 4), np.uint64), ours[:5], 0 * ours[:2]])
    expected = [
        (row, column, apart)
        for row, one in enumerate(ours)
        for column, other in enumerate(theirs)
        if other.any() and (apart := (bits(one) ^ bits(other)).bit_count()) <= most
    ]

    assert len(expected) >= 5
    assert near(ours, theirs, most) == expected


@pytest.mark.parametrize("most", [0, 120, 256])
@pytest.mark.parametrize("block", [1, 7, 2048])
def test_near_each_other_finds_each_pair_once(monkeypatch, block: int, most: int) -> None:
    monkeypatch.setattr(twins, "BLOCK", block)
    rng = np.random.default_rng(3)
    some = rng.integers(0, 2**64, (20, 4), np.uint64, endpoint=False)
    some = np.concatenate([some, some[:5], 0 * some[:2]])

    found = np.concatenate(list(near_each_other(some, most))).tolist()

    expected = [list(one) for one in near(some, some, most) if one[0] < one[1]]
    assert len(expected) >= 5
    assert sorted(found) == expected


def test_nothing_is_near_nothing() -> None:
    none = np.empty((0, 4), np.uint64)

    assert near(none, none) == near(prints(PAINTED[:1]), none) == []


def pictures(folder: Path) -> dict[str, Array]:
    """Return fingerprints by name of file."""
    files = (file for file in sorted(folder.rglob("*")) if file.suffix in {".bmp", ".jpg", ".png"})
    return {file.stem: fingerprint(np.asarray(Image.open(file).convert("RGB"))) for file in files}


def test_the_smears_repeat_four_cells(real_data: Path) -> None:
    """One is a copy byte by byte, three were photographed twice."""
    cells = pictures(real_data / "wbc_smear" / "dataset1")
    names, found = list(cells), np.array(list(cells.values()))

    pairs = [{names[one], names[other]} for one, other, _ in near(found, found) if one < other]

    copies = [("112", "139"), ("157", "158"), ("166", "171"), ("167", "169")]
    assert sorted(map(sorted, pairs)) == [[f"d1_{a}", f"d1_{b}"] for a, b in copies]


@pytest.mark.parametrize(
    ("train", "test", "closest"),
    [
        ("dogs_vs_cats/train", "dogs_vs_cats/test", 80),
        ("pneumoniamnist_subset/train", "pneumoniamnist_subset/val", MOST),
    ],
)
def test_different_pictures_of_one_kind_are_no_copies(
    real_data: Path, train: str, test: str, closest: int
) -> None:
    ours, theirs = (
        np.array(list(pictures(real_data / folder).values())) for folder in (test, train)
    )

    assert len(ours) * len(theirs) >= 60_000
    assert near(ours, theirs, closest) == []
