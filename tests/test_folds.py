from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frimcla.folds import Plan, fold_of, possible_folds, smallest_class

FOLDS = 3


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Labels and groups of images in any order: 3 or more pictures per class, with copies."""
    sizes = draw(st.lists(st.integers(FOLDS, 9), min_size=1, max_size=4))
    pictures = [(f"class {c}", f"{c}-{n}") for c, size in enumerate(sizes) for n in range(size)]
    copies = draw(st.lists(st.sampled_from(pictures), max_size=6))
    images = draw(st.permutations([*pictures, *copies]))
    return [label for label, _ in images], [group for _, group in images]


seeds = st.integers(0, 2**32 - 1)


@given(labelled(), seeds)
@settings(deadline=None, max_examples=50)
def test_every_fold_holds_out_its_share_of_every_class(images, seed) -> None:
    labels, groups = images

    folds = fold_of(labels, groups, FOLDS, seed)

    assert folds.dtype == np.int16
    assert set(folds) == set(range(FOLDS))
    for name in set(labels):
        held_out = {
            (g, f) for label, g, f in zip(labels, groups, folds, strict=True) if label == name
        }
        sizes = np.bincount([fold for _, fold in held_out], minlength=FOLDS)
        assert sizes.min() >= 1
        assert np.ptp(sizes) <= 1


@given(labelled(), seeds)
@settings(deadline=None, max_examples=50)
def test_copies_of_a_picture_stand_on_one_side(images, seed) -> None:
    labels, groups = images

    folds = fold_of(labels, groups, FOLDS, seed)

    assert len(set(zip(groups, folds, strict=True))) == len(set(groups))


@given(labelled(), seeds, st.randoms())
@settings(deadline=None, max_examples=50)
def test_the_order_of_images_decides_nothing(images, seed, random) -> None:
    labels, groups = images
    order = random.sample(range(len(labels)), len(labels))

    folds = fold_of([labels[i] for i in order], [groups[i] for i in order], FOLDS, seed)

    np.testing.assert_array_equal(folds, fold_of(labels, groups, FOLDS, seed)[order])


@given(labelled(), seeds)
@settings(deadline=None, max_examples=50)
def test_a_further_copy_changes_nobody_elses_fold(images, seed) -> None:
    labels, groups = images

    folds = fold_of([*labels, labels[0]], [*groups, groups[0]], FOLDS, seed)

    np.testing.assert_array_equal(folds[:-1], fold_of(labels, groups, FOLDS, seed))
    assert folds[-1] == folds[0]


def test_the_seed_decides() -> None:
    labels, groups = ["a", "b"] * 20, [str(n) for n in range(40)]

    folds = fold_of(labels, groups, 5, 0)

    np.testing.assert_array_equal(folds, fold_of(labels, groups, 5, 0))
    assert (folds != fold_of(labels, groups, 5, 1)).any()


def test_a_class_with_fewer_pictures_than_folds_is_an_error() -> None:
    labels, groups = ["a", "a", "a", "b", "b", "b"], ["1", "2", "3", "4", "5", "5"]

    with pytest.raises(ValueError, match=r"^a class has 2 images, fewer than 3 folds$"):
        fold_of(labels, groups, 3, 0)


def test_copies_do_not_count_for_the_size_of_a_class() -> None:
    labels, groups = ["a", "a", "a", "b", "b", "b"], ["1", "2", "3", "4", "5", "5"]

    assert smallest_class(labels, groups) == 2
    assert possible_folds(labels, groups, 10) == 2
    assert possible_folds(labels, groups, 1) == 1


def plan(*, images: int = 30, folds: int = 5, inner_folds: int = 3, seed: int = 0) -> Plan:
    labels = ["a", "b"] * (images // 2)
    groups = [f"{n:02}" for n in range(images)]
    return Plan.of("data", labels, groups, folds=folds, inner_folds=inner_folds, seed=seed)


def test_training_and_test_rows_are_a_partition() -> None:
    held_out = [plan().train_test(0, fold) for fold in range(5)]

    assert sorted(np.concatenate([test for _, test in held_out])) == list(range(30))
    for train, test in held_out:
        assert sorted([*train, *test]) == list(range(30))


def test_inner_folds_split_the_training_rows_and_no_other() -> None:
    train, _ = plan().train_test(0, 2)

    inner = plan().inner(train, 0, 2)

    assert inner.shape == train.shape
    assert set(inner) == {0, 1, 2}
    np.testing.assert_array_equal(inner, plan().inner(train, 0, 2))
    assert (inner != plan().inner(train, 0, 3)).any()


def test_inner_folds_are_as_many_as_the_smallest_class_allows() -> None:
    few = plan(images=6, folds=3)

    assert set(few.inner(np.arange(6)[:5], "x")) == {0, 1}
    assert few.inner(np.arange(3), "x") is None


@pytest.mark.parametrize("other", [{"seed": 1}, {"folds": 4}, {"inner_folds": 2}])
def test_everything_about_the_folds_is_in_their_key(other: dict[str, int]) -> None:
    assert plan().key == plan().key
    assert plan().key != plan(**other).key
