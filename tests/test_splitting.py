"""The share of the images that is kept for the final check."""

from __future__ import annotations

from collections import Counter

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import dataset, grouped, image

from frimcla.dataset import Dataset
from frimcla.splitting import split


def kept_of(data: Dataset, share: float = 0.25, seed: int = 0) -> set[str]:
    """Return the keys of the images that are kept."""
    return {one.key for one in split(data, share, seed)[1].images}


def alone(**sizes: int) -> Dataset:
    return dataset([image(c, "", n) for c, size in sizes.items() for n in range(size)], "")


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5, 0.8])
def test_the_share_of_every_class_is_kept_to_within_an_image(share: float) -> None:
    data = alone(a=100, b=37, c=8)

    learnt, kept = split(data, share, 0)

    for label, count in data.counts.items():
        assert abs(kept.counts.get(label, 0) - share * count) <= 1
    assert sorted((*learnt.images, *kept.images), key=lambda i: i.key) == list(data.images)


@given(grouped(), st.sampled_from([0.2, 0.3, 0.5]), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=100)
def test_whole_groups_are_kept_about_the_share_of_every_class(images, share, seed) -> None:
    data = dataset(images)

    learnt, kept = split(data, share, seed)

    assert not {i.group for i in learnt.images} & {i.group for i in kept.images}
    largest = Counter((i.label, i.group) for i in data.images).most_common(1)[0][1]
    missed = sum(
        abs(kept.counts.get(label, 0) - share * count) / count
        for label, count in data.counts.items()
    )
    assert missed <= sum(largest / count for count in data.counts.values())


def test_copies_of_an_image_stay_on_one_side() -> None:
    data = alone(a=40, b=40)
    copies = tuple(attrs.evolve(one, name=f"{one.name} again") for one in data.images[::2])

    learnt, kept = split(dataset([*data.images, *copies], ""), 0.3, 0)

    assert len(kept.copies) > 0
    assert not {i.key for i in learnt.images} & {i.key for i in kept.images}


def test_groups_that_share_a_copy_are_kept_together() -> None:
    images = [image(c, f"{c}{n // 2}", n) for c in "ab" for n in range(20)]
    images.append(attrs.evolve(images[0], group="a9", name="copy"))
    data = dataset(images)

    sides = [
        {i.group for i in split(data, 0.3, seed)[1].images} & {"a0", "a9"} for seed in range(20)
    ]

    assert {frozenset(side) for side in sides} == {frozenset(), frozenset({"a0", "a9"})}


@given(grouped(), st.randoms())
@settings(deadline=None, max_examples=50)
def test_names_and_order_decide_nothing(images, random) -> None:
    names = sorted({one.group for one in images})
    other = dict(zip(names, random.sample(names, len(names)), strict=True))
    renamed = [attrs.evolve(one, group=other[one.group], name="x") for one in images]

    assert kept_of(dataset(random.sample(renamed, len(renamed)))) == kept_of(dataset(images))


def test_the_seed_decides() -> None:
    data = alone(a=40, b=40)

    assert kept_of(data, seed=0) == kept_of(data, seed=0)
    assert kept_of(data, seed=0) != kept_of(data, seed=1)


def test_one_more_image_moves_few_of_the_others() -> None:
    data = alone(a=100, b=100)
    before = kept_of(data)

    for number in range(20):
        after = kept_of(dataset([*data.images, image("a", "", f"new {number}")], ""))
        assert len((after ^ before) & {one.key for one in data.images}) <= 2


def test_of_a_class_that_is_too_small_nothing_is_kept() -> None:
    learnt, kept = split(alone(a=50, b=2), 0.1, 0)

    assert kept.classes == ("a",)
    assert learnt.classes == ("a", "b")
