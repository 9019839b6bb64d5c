"""Test images that look like images that were learnt from are named, whatever is seen of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from frimcla.duplicates import across, fingerprints, told
from frimcla.extraction import extract
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.painting import paint
from frimcla.policy import Policy
from frimcla.reading import Readers
from frimcla.spaces import Space
from frimcla.store import FeatureStore

VIEWS = {"rgb": 1, "each": 3}


@pytest.mark.parametrize("channels", VIEWS)
def test_an_altered_copy_is_named_however_channels_are_seen(tmp_path: Path, channels: str) -> None:
    for number in range(4):
        cell = paint("rounded", number)
        for side in ("train", "test"):
            (tmp_path / side / "a").mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(tmp_path / f"train/a/{number}.tif", cell, photometric="rgb")
    noise = np.random.default_rng(0).normal(0, 6, cell.shape)
    copy = (cell + noise).clip(0, 255).astype(np.uint8)
    tifffile.imwrite(tmp_path / "test/a/copy.tif", copy, photometric="rgb")
    tifffile.imwrite(tmp_path / "test/a/other.tif", paint("rounded", 99), photometric="rgb")
    train, test = scan(tmp_path / "train"), scan(tmp_path / "test")
    policy = Policy(scaling="dtype", channels=channels)
    space, store = Space(recipe=fingerprints(), policy=policy), FeatureStore(tmp_path / "out")
    opener = Opener(readers=Readers.built_in(), policy=policy)

    extract((*train.images, *test.images), [space], store, opener=opener)

    features = store.matrix(space, [train.images[0].key])
    assert features.shape == (1, 256 * VIEWS[channels])
    assert across(train, test, store, space) == (("a/copy.tif", "a/3.tif"),)


def test_the_warning_names_a_few_pairs_and_counts_the_rest() -> None:
    pairs = [(f"new{n}.png", f"old{n}.png") for n in range(7)]

    assert "new4.png ~ old4.png and 2 more" in told(pairs)
    assert told(pairs[:1]).startswith("a test image looks like one that was learnt from (new0.png")
