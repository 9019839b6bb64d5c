"""Images that belong to no study: paths and arrays give what a study stores, bit for bit."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from drawn import images
from extracting import REGISTRY, arrays, drawn_in, extractor, refused
from imagecodecs import png_encode
from sklearn.base import clone

import frimcla
from frimcla.describing import Describer
from frimcla.gathering import scan
from frimcla.spaces import Space


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return drawn_in(tmp_path)


KINDS = {
    "colour": lambda pixels: pixels,
    "grey": lambda pixels: np.ascontiguousarray(pixels[..., 0]),
    "deep": lambda pixels: pixels.astype(np.uint16) * 14 + 100,
    "deep grey": lambda pixels: pixels[..., 0].astype(np.uint16) * 14 + 100,
    "floating point": lambda pixels: (pixels / 300).astype(np.float32),
}


@pytest.mark.parametrize(
    ("kind", "scaling"),
    [
        *((kind, "auto") for kind in KINDS),
        *(("deep", scaling) for scaling in ("dtype", "percentile", "dataset", [100.0, 3000.0])),
    ],
)
def test_paths_and_arrays_give_what_a_study_stores(kind, scaling, tmp_path: Path) -> None:
    folder = tmp_path / "cells"
    given = {}
    for number, (label, pixels) in enumerate(images(8)):
        path = folder / label / (f"{number}.tif" if kind == "floating point" else f"{number}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        given[path] = KINDS[kind](pixels)
        if path.suffix == ".tif":
            tifffile.imwrite(path, given[path], photometric="rgb")
        else:
            path.write_bytes(png_encode(given[path]))
    (tmp_path / "study.toml").write_text(
        'images = "cells"\nextractors = ["edges", "net"]\nclassifiers = ["nearest_mean"]\n'
        f"folds = 3\nn_jobs = 1\nscaling = {scaling!r}\n"
    )
    opened, _ = frimcla.extract(tmp_path / "study.toml", registry=REGISTRY)
    by_path = {image.files[0]: image.key for image in scan(folder).images}

    for label, space in opened.spaces.items():
        made = extractor(label.lower(), scaling=scaling)
        stored = opened.store.matrix(space, [by_path[path] for path in given])
        named = made.fit_transform([str(path) for path in given])
        held = clone(made).fit(list(given.values())).transform(np.stack([*given.values()]))
        crossed = made.transform([*given.values()])  # fitted to paths

        np.testing.assert_array_equal(named, stored)
        np.testing.assert_array_equal(held, stored)
        np.testing.assert_array_equal(crossed, stored)
        assert made.describer_.space == space


@pytest.mark.parametrize("name", ["edges", "net"])
def test_neither_workers_nor_order_nor_company_change_a_number(paths, name) -> None:
    many = [*paths, *arrays(paths)] * 3  # more than a shard
    usual = extractor(name).fit(paths).transform(many)

    order = np.random.default_rng(0).permutation(len(many))
    shuffled = extractor(name, n_jobs=2).fit([many[n] for n in order])

    np.testing.assert_array_equal(shuffled.transform([many[n] for n in order]), usual[order])
    np.testing.assert_array_equal(shuffled.transform(many[5:6]), usual[5:6])


def test_images_to_judge_by_settle_nothing() -> None:
    dark, light = (np.full((2, 9, 9), level, np.uint16) + np.eye(9, dtype=np.uint16) * 50
                   for level in (100, 40_000))  # fmt: skip

    fitted = extractor("mean_colour").fit(dark)

    assert fitted.describer_.space.policy.scaling == (100.0, 150.0)
    np.testing.assert_array_equal(fitted.transform(light), np.full((2, 3), 255, np.float32))


def test_arrays_may_lie_in_memory_as_they_like(paths) -> None:
    usual = extractor().fit(paths)
    held = arrays(paths)
    turned = [np.asfortranarray(one) for one in held]
    backwards = [np.ascontiguousarray(one[::-1, ::-1])[::-1, ::-1] for one in held]
    swapped = [one.astype(">u2") for one in held]

    for one in (turned, backwards):
        np.testing.assert_array_equal(usual.transform(one), usual.transform(paths))
    deep = extractor(scaling=[0, 255]).fit([one.astype(np.uint16) for one in held])
    np.testing.assert_array_equal(deep.transform(swapped), usual.transform(paths))
    assert all(one.flags.writeable for one in turned)
    np.testing.assert_array_equal(held[0], arrays(paths[:1])[0])


def test_channels_that_are_named_may_be_any(paths) -> None:
    four = [np.concatenate([one, one[..., :1]], axis=2) for one in arrays(paths)]

    seen = extractor(channels=[0, 1, 2]).fit_transform(four)

    np.testing.assert_array_equal(seen, extractor().fit_transform(paths))


def test_arrays_stand_for_images_of_several_channels(tmp_path: Path) -> None:
    """TIFF that says of its three channels that they are no colours."""
    stacks = [np.moveaxis(pixels, 2, 0).copy() for _, pixels in images(6)]
    paths = [tmp_path / f"{number}.tif" for number in range(6)]
    for path, stack in zip(paths, stacks, strict=True):
        tifffile.imwrite(path, stack, photometric="minisblack", planarconfig="separate")
    fitted = extractor().fit(paths)
    assert fitted.describer_.opener.kind.channels == 3

    seen = fitted.transform([np.moveaxis(stack, 0, 2) for stack in stacks])

    np.testing.assert_array_equal(seen, fitted.transform(paths))
    assert "X[0]  holds 8 bits, 2 channels, where 8 bits, 3 channels are needed" in refused(
        fitted, [np.zeros((4, 4, 2), np.uint8)], "transform"
    )


def test_what_a_network_runs_by_is_settled_and_told(paths, monkeypatch) -> None:
    assert extractor("net", engine="keras").fit(paths).describer_.space.engine == "keras"
    monkeypatch.setenv("NETWORKY", "keras")

    with pytest.warns(UserWarning, match="net runs by Keras, slower: its export failed"):
        extractor("net").fit(paths)


def test_every_image_that_cannot_be_read_is_told(paths, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_bytes(b"words")
    given = [
        *(paths[0], text, str(tmp_path / "no.png"), None, np.zeros((2, 2), int)),
        *(np.zeros((2, 3, 3, 3), np.uint8), np.zeros((2, 3, 4), np.uint8)),
        *(np.zeros((0, 3), np.uint8), np.zeros((4, 4)), *paths),
    ]
    width = max(len(str(text)), len(str(tmp_path / "no.png")))
    told = "X has 8 problems\n" + "".join(
        f"  {where:<{width}}  {what}\n"
        for where, what in {
            str(text): "is no image: it holds text; remove or replace it",
            str(tmp_path / "no.png"): "cannot be opened (No such file or directory)",
            "X[3]": "is neither a path nor an array (got NoneType)",
            "X[4]": "must hold uint8, uint16 or floating-point numbers (got int64); convert it, "
            "by .astype(numpy.uint8) say",
            "X[5]": "must be of shape (height, width) or (height, width, 3) (got (2, 3, 3, 3)); "
            "give images one by one",
            "X[6]": "has 4 channels (shape (2, 3, 4)), where one (grey) or three (red, green and "
            'blue) are seen; name them, channels = [0, 1, 2] or "each"',
            "X[7]": "has no pixels (shape (0, 3)); replace it",
            "X[8]": "holds 64 bits (floating point), grey or colour, where 8 bits, grey or colour "
            "are needed; use the files as they were first written: converted values mean "
            "something else",
        }.items()
    )
    fitted = extractor().fit(paths)

    for made, how in [(extractor(), "fit"), (extractor(), "fit_transform"), (fitted, "transform")]:
        assert refused(made, given, how) + "\n" == told


def test_numbers_that_are_none_are_told() -> None:
    good, bad = np.zeros((4, 4)), np.full((4, 4), np.nan)

    assert refused(extractor(scaling="dtype"), [good, bad], "fit_transform") == (
        "X has 1 problem\n  X[1]  holds numbers that are not finite (nan or infinity); replace them"
    )
    assert "X[0]  holds numbers that are not finite" in refused(extractor(), [bad])
    assert "X[0]  is 40 x 300: more than 0.01 meg" in refused(
        extractor(max_megapixels=0.01), [np.zeros((300, 40), np.uint16)]
    )


def test_pixels_that_are_masked_are_told() -> None:
    masked = np.ma.masked_greater(np.arange(64, dtype=np.uint8).reshape(8, 8), 30)

    assert refused(extractor(), [masked]) == (
        "X has 1 problem\n  X[0]  has masked pixels; fill them, by .filled(0) say"
    )


def test_pixels_that_are_too_far_apart_are_told() -> None:
    huge = np.array([[-1e35, 1e35]] * 8, np.float32)

    assert "cannot be measured" in refused(extractor(), [huge, huge])


def test_a_path_that_is_none_is_told() -> None:
    assert "cannot be opened (" in refused(extractor(), ["a\0b.png"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("a.png", "must be a list of images, and is one path (got 'a.png'); write [path]"),
        (np.zeros((9, 8, 3)), r"is one image \(shape \(9, 8, 3\)\); write \[image\]"),
        (np.zeros((9, 8)), r"a table or one image \(shape \(9, 8\)\); name its column of paths"),
        ([], "holds no image; give at least one"),
        ({"a.png"}, r"must be a list of images \(got set\); write list\(...\)"),
        (iter(["a.png"]), r"must be a list of images \(got list_iterator\); write list\(...\)"),
        (7, r"must be a list of paths or arrays \(got int\); write \[image\]"),
    ],
)
def test_what_is_no_list_of_images_is_told(given, said) -> None:
    assert re.search(said if "\\" in said else re.escape(said), refused(extractor(), given))


def test_a_describer_is_a_value() -> None:
    recipe = REGISTRY.find(frimcla.Extractor, "edges").recipe()
    fitted = extractor().fit([np.zeros((8, 8), np.uint8)]).describer_

    assert fitted == Describer(
        space=Space(recipe=recipe, policy=fitted.space.policy), opener=fitted.opener
    )
