"""Who is held out when: whole groups, every class, and by contents alone."""

from __future__ import annotations

from collections import Counter

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import dataset, grouped, image

from frimcla.dataset import Dataset, Image
from frimcla.folds import Plan, Split, fold_of, possible_folds, smallest_class

FOLDS = 3
seeds = st.integers(0, 2**32 - 1)
often = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


def plan(data: Dataset, *, folds: int = FOLDS, inner_folds: int = 3, seed: int = 0) -> Plan:
    return Plan.of(data, folds=folds, inner_folds=inner_folds, seed=seed)


def folds_of(data: Dataset, folds: int = FOLDS, seed: int = 0) -> dict[str, int]:
    """Return the fold of each image by its key."""
    held_out = plan(data, folds=folds, seed=seed).folds[0].tolist()
    return dict(zip([one.key for one in data.images], held_out, strict=True))


@st.composite
def alone(draw: st.DrawFn) -> list[Image]:
    """Images without groups: 3 or more per class, with copies."""
    sizes = draw(st.lists(st.integers(FOLDS, 9), min_size=1, max_size=4))
    images = [image(f"class {c}", "", n) for c, size in enumerate(sizes) for n in range(size)]
    copied = draw(st.lists(st.sampled_from(images), max_size=6))
    copies = [attrs.evolve(one, name=f"{one.name} again") for one in copied]
    return draw(st.permutations([*images, *copies]))


class TestImages:
    @given(alone(), seeds)
    @often
    def test_every_fold_holds_out_its_share_of_every_class(self, images, seed) -> None:
        data = dataset(images, "")

        folds = folds_of(data, seed=seed)

        assert set(folds.values()) == set(range(FOLDS))
        for name in data.classes:
            held_out = {(i.key, folds[i.key]) for i in data.images if i.label == name}
            sizes = np.bincount([fold for _, fold in held_out], minlength=FOLDS)
            assert sizes.min() >= 1
            assert np.ptp(sizes) <= 1

    @given(alone(), seeds)
    @often
    def test_copies_of_an_image_stand_on_one_side(self, images, seed) -> None:
        data = dataset(images, "")
        held_out = plan(data, seed=seed).folds[0].tolist()

        pairs = set(zip([one.key for one in data.images], held_out, strict=True))

        assert len(pairs) == len({one.key for one in data.images})

    @given(alone(), seeds)
    @often
    def test_a_further_copy_changes_nobody_elses_fold(self, images, seed) -> None:
        more = [*images, attrs.evolve(images[0], name="a further copy")]

        assert folds_of(dataset(more, ""), seed=seed) == folds_of(dataset(images, ""), seed=seed)

    @given(alone(), seeds, st.randoms())
    @often
    def test_the_order_of_rows_decides_nothing(self, images, seed, random) -> None:
        labels, keys = [i.label for i in images], [i.key for i in images]
        order = random.sample(range(len(images)), len(images))

        def shuffled(values: list[str]) -> list[str]:
            return [values[row] for row in order]

        folds = fold_of(shuffled(labels), shuffled(keys), shuffled(keys), FOLDS, seed)

        np.testing.assert_array_equal(folds, fold_of(labels, keys, keys, FOLDS, seed)[order])

    def test_a_class_with_fewer_images_than_folds_is_an_error(self) -> None:
        labels, keys = ["a", "a", "a", "b", "b", "b"], ["1", "2", "3", "4", "5", "5"]

        with pytest.raises(ValueError, match=r"^a class has 2 groups, fewer than 3 folds$"):
            fold_of(labels, keys, keys, 3, 0)

    def test_copies_do_not_count_for_the_size_of_a_class(self) -> None:
        data = dataset([*(image(c, "", n) for c in "ab" for n in (1, 2)), image("a", "", 1)], "")

        assert smallest_class([i.label for i in data.images], data.blocks) == 2
        assert possible_folds(data, 10, 0) == 2


class TestGroups:
    @given(grouped(), seeds)
    @often
    def test_no_group_straddles_folds_of_any_kind(self, images, seed) -> None:
        data = dataset(images)
        found = plan(data, seed=seed)
        groups = np.array([one.group for one in data.images])

        splits = [found.folds[0], *found.inside[0], found.whole]

        for held_out in splits:
            for group in set(groups):
                assert len(set(held_out[groups == group])) == 1

    @given(grouped(), seeds)
    @often
    def test_every_training_fold_holds_every_class(self, images, seed) -> None:
        data = dataset(images)
        found = plan(data, seed=seed)
        labels = np.array([one.label for one in data.images])

        for fold in range(FOLDS):
            train, test = found.train_test(Split(0, (fold,)))
            assert set(labels[train]) == set(data.classes)
            assert len(test)
            inner = found.inner(Split(0, (fold,)))
            for one in set(inner) if inner is not None else ():
                assert set(labels[train][inner != one]) == set(data.classes)

    def test_classes_are_as_even_as_groups_allow(self) -> None:
        """Forty groups of three, one class each: every fold has its share, give or take one."""
        images = [
            image(label, f"{label}{group}", f"{group}-{n}")
            for label, groups in {"a": 30, "b": 10}.items()
            for group in range(groups)
            for n in range(3)
        ]
        data = dataset(images)
        for seed in range(20):
            folds = folds_of(data, 5, seed)

            counts = Counter((one.label, folds[one.key]) for one in data.images)
            assert {counts["a", fold] for fold in range(5)} <= {15, 18, 21}
            assert {counts["b", fold] for fold in range(5)} <= {3, 6, 9}

    @given(grouped(), seeds)
    @often
    def test_what_groups_are_called_decides_nothing(self, images, seed) -> None:
        names = sorted({one.group for one in images})
        other = dict(zip(names, reversed([f"patient {n}" for n in range(len(names))]), strict=True))
        renamed = [attrs.evolve(one, group=other[one.group], name="x") for one in images]

        assert folds_of(dataset(renamed), seed=seed) == folds_of(dataset(images), seed=seed)
        assert dataset(renamed).key == dataset(images).key

    @given(grouped(), seeds, st.randoms())
    @often
    def test_the_order_of_listing_decides_nothing(self, images, seed, random) -> None:
        listed = random.sample(images, len(images))

        assert folds_of(dataset(listed), seed=seed) == folds_of(dataset(images), seed=seed)

    @given(grouped(), seeds)
    @often
    def test_a_further_copy_in_its_group_changes_nobody_elses_fold(self, images, seed) -> None:
        more = [*images, attrs.evolve(images[0], name="a further copy")]

        assert folds_of(dataset(more), seed=seed) == folds_of(dataset(images), seed=seed)

    def test_groups_that_share_a_copy_are_one(self) -> None:
        images = [image(c, f"{c}{n}", n) for c in "ab" for n in range(6)]
        images.append(attrs.evolve(images[0], group="a5", name="copy"))
        data = dataset(images)
        assert data.independent == {"a": 5, "b": 6}

        for seed in range(10):
            folds = folds_of(data, seed=seed)

            assert folds[images[0].key] == folds[images[5].key]

    def test_images_each_in_a_group_of_their_own_have_the_folds_of_images(self) -> None:
        images = [image(c, f"{c}{n}", n) for c in "ab" for n in range(9)]

        assert folds_of(dataset(images)) == folds_of(dataset(images, ""))

    def test_too_few_groups_say_so_and_how_many_folds_there_can_be(self) -> None:
        images = [image(c, f"{c}{n % 4}", n) for c in "ab" for n in range(20)]
        data = dataset(images)

        with pytest.raises(ValueError, match=r"^a class has 4 groups, fewer than 5 folds$"):
            plan(data, folds=5)

        assert possible_folds(data, 10, 0) == 4
        assert set(folds_of(data, 4).values()) == {0, 1, 2, 3}

    def test_a_way_to_split_few_unequal_groups_is_found(self) -> None:
        """Evening out sizes misses it: one group has nearly all of a class."""
        labels = [*"aaaaab", "a", *"b" * 20, *"a" * 20]
        groups = [*"p" * 6, "q", *"r" * 20, *"s" * 20]

        found = fold_of(labels, groups, range(len(labels)), 2, 0)

        for fold in (0, 1):
            assert {label for label, f in zip(labels, found, strict=True) if f != fold} == {*"ab"}
        assert len({(group, f) for group, f in zip(groups, found.tolist(), strict=True)}) == 4

    def test_groups_that_leave_nothing_to_learn_from_say_so(self) -> None:
        """Three patients with two of three classes each: any two of them are all of a class."""
        shares = {"p": "ab", "q": "bc", "r": "ca"}
        images = [image(c, group, group) for group, classes in shares.items() for c in classes]
        data = dataset(images)

        with pytest.raises(ValueError, match=r"^the groups are too unequal for 2 folds$"):
            plan(data, folds=2)

        assert possible_folds(data, 10, 0) == 0

    def test_one_huge_group_is_held_out_by_itself(self) -> None:
        images = [image(c, "big", n) for c in "ab" for n in range(200)]
        images += [image(c, f"small {n}", f"small {n}") for c in "ab" for n in range(2)]
        data = dataset(images)

        assert possible_folds(data, 10, 0) == 3
        assert sorted(Counter(folds_of(data).values()).values()) == [2, 2, 400]


def even(images: int = 30) -> Dataset:
    return dataset([image("ab"[n % 2], "", n) for n in range(images)], "")


def test_the_seed_decides() -> None:
    first, again, other = (folds_of(even(40), 5, seed) for seed in (0, 0, 1))

    assert first == again
    assert first != other


def test_training_and_test_rows_are_a_partition() -> None:
    held_out = [plan(even(), folds=5).train_test(Split(0, (fold,))) for fold in range(5)]

    assert sorted(np.concatenate([test for _, test in held_out])) == list(range(30))
    for train, test in held_out:
        assert sorted([*train, *test]) == list(range(30))


def test_inner_folds_split_the_training_rows_and_no_other() -> None:
    found = plan(even(), folds=5)
    train, test = found.train_test(Split(0, (2,)))

    inner = found.inner(Split(0, (2,)))

    assert inner.shape == train.shape
    assert set(inner) == {0, 1, 2}
    assert set(found.inside[0, 2][test]) == {-1}
    np.testing.assert_array_equal(inner, plan(even(), folds=5).inner(Split(0, (2,))))
    assert (found.inner(Split(0, (3,))) != inner).any()


def test_inner_folds_are_as_many_as_the_smallest_class_allows() -> None:
    few = plan(even(6), folds=3)
    fewer = plan(even(4), folds=2)

    assert all(set(few.inner(Split(0, (fold,)))) == {0, 1} for fold in range(3))
    assert fewer.inner(Split(0, (0,))) is None
    assert set(fewer.final()) == {0, 1}


@pytest.mark.parametrize("other", [{"seed": 1}, {"folds": 4}, {"inner_folds": 2}])
def test_everything_about_the_folds_is_in_their_key(other: dict[str, int]) -> None:
    assert keys(plan(even())) == keys(plan(even()))
    assert not keys(plan(even())) & keys(plan(even(), **other))


def keys(found: Plan) -> set[str]:
    return {found.key_of(split) for split in found.splits}


def test_other_groups_are_another_plan() -> None:
    images = [image(c, f"{c}{n // 2}", n) for c in "ab" for n in range(12)]

    assert not keys(plan(dataset(images))) & keys(plan(dataset(images, "")))
