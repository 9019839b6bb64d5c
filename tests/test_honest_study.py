"""Whole studies of images whose truth is known: what is told is what is so.

Eight studies where there is nothing; ``FRIMCLA_SEEDS=20 pytest tests/test_honest_study.py`` for
twenty.
"""

from __future__ import annotations

import hashlib
import os
from itertools import count

import attrs
import numpy as np
import pytest
from toys import Toys, numbered_dataset

import frimcla
from frimcla.chance import shuffled
from frimcla.comparing import Standing, compared
from frimcla.prices import Price
from frimcla.scoring import Judge
from frimcla.selection import Cell, Selection
from frimcla.verdict import Verdict

plugin = pytest.importorskip("frimcla_sklearn.plugin", reason="needs the shipped plugins")
SEEDS = int(os.environ.get("FRIMCLA_SEEDS", "8"))


@attrs.frozen
class Noise:
    salt: int = frimcla.param(0, "another noise", between=(0, 99))

    def __call__(self, images):
        return np.stack([self._of(image) for image in images]).astype(np.float32)

    def _of(self, image):
        """Numbers that depend on the bytes of an image, and say nothing of it (6,)."""
        seed = hashlib.sha256(image.tobytes() + bytes([self.salt])).digest()[:4]
        return np.random.default_rng(list(seed)).normal(size=6)


class Nothing:
    """Brings an extractor that sees nothing."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        yield frimcla.Extractor(
            name="noise",
            factory=Noise,
            label="NOISE{salt}",
            summary="Numbers drawn from the bytes of an image",
        )


REGISTRY = frimcla.Registry.of(sklearn=plugin, nothing=Nothing(), toys=Toys())


def study(folder, seed, **settings):
    """Return a study of 120 images whose classes mean nothing: 4 noises x 2 classifiers."""
    numbered_dataset(folder / "cells", {"a": 60, "b": 60})
    path = folder / "study.toml"
    path.write_text(
        'images = "cells"\nn_jobs = 1\nmetric = "sklearn:accuracy"\n'
        'extractors = [{name = "noise", salt = 1}, {name = "noise", salt = 2}, '
        '{name = "noise", salt = 3}, {name = "noise", salt = 4}]\n'
        'classifiers = [{name = "knn", n_neighbors = 5}, "nearest_mean"]\n'
        f"seed = {seed}\n"
    )
    return frimcla.read_study(path, REGISTRY).changed(folds=4, **settings)


@pytest.mark.slow
def test_where_there_is_nothing_the_headline_says_so(tmp_path):
    """The best of eight looks like .56; what to expect of it is .50, as its interval knows."""
    naive, honest, held = [], [], 0
    for seed in range(SEEDS):
        verdict = frimcla.compare(study(tmp_path / str(seed), seed), registry=REGISTRY).verdict
        (number,) = verdict.expectation.numbers
        naive.append(verdict.naive.value)
        honest.append(number.value)
        held += number.low <= 0.5 <= number.high

    assert np.mean(naive) > 0.55
    assert abs(np.mean(honest) - 0.5) <= 0.03
    assert held >= 0.9 * SEEDS - 0.5


@pytest.mark.parametrize("seed", range(SEEDS // 6))
def test_shuffled_classes_do_as_well_where_there_is_nothing(tmp_path, seed):
    found = frimcla.compare(study(tmp_path, seed, permutations=19), registry=REGISTRY)

    number = found.verdict.chance
    assert number.value > 0.05
    assert number.method == (
        "19 shufflings of the classes between images, best of 8 pairs, hyper-parameters fixed"
    )


def test_shuffled_classes_do_worse_where_there_is_something(tmp_path, cells):
    toys = frimcla.Registry.of(toys=Toys())
    plain = frimcla.read_study(cells, toys, output=tmp_path / "out")
    few = plain.changed(folds=3, n_jobs=1, nested=False, permutations=19)

    once = frimcla.compare(few, registry=toys).verdict.chance
    again = frimcla.compare(few, registry=toys).verdict.chance

    assert once.value == again.value == 1 / 20


def test_classes_are_shuffled_between_groups_or_inside_them():
    rng = np.random.default_rng(0)
    units = np.repeat(range(6), 3)
    pure = np.repeat(list("aabbbb"), 3)
    mixed = np.array(list("aab") * 6)

    between, within = shuffled(pure, units, rng), shuffled(mixed, units, rng)

    assert all(len(set(between[units == unit])) == 1 for unit in range(6))
    assert sorted(between) == sorted(pure)
    assert (between != pure).any()
    assert all(sorted(within[units == unit]) == list("aab") for unit in range(6))
    assert (within != mixed).any()


def planted(seed, repeats=10, folds=10, size=60):
    """Return a verdict on A and B, equal in truth and alike, and C, cheapest and worse."""
    rng = np.random.default_rng(seed)
    scores = {}
    shared = rng.random((repeats, folds, size)) < 0.9
    for name, change in (("A", 0.002), ("B", 0.002), ("C", 0.05)):
        flips = rng.random(shared.shape) < change
        right = np.where(flips, ~shared, shared) if name != "C" else shared & ~flips
        scores[name, "X"] = Cell(scores=right.mean(axis=2))
    judge = Judge.of(REGISTRY.find(frimcla.Metric, "toys:accuracy").recipe())
    selection = Selection(judge=judge, cells=scores, failed={}, baseline=0.5)
    place = count()
    works = {"A": 500.0, "B": 10.0, "C": 0.0}
    prices = {
        pair: Price(work=works[pair[0]], features=8, effort=next(place), label="+".join(pair))
        for pair in scores
    }
    return Verdict(
        selection=selection,
        comparisons=compared(selection),
        expectation=None,  # not asked here
        prices=prices,
        alpha=0.05,
        rope=0.01,
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_cheap_equal_is_recommended_and_the_cheap_worse_never(seed):
    verdict = planted(seed)

    recommended = [extractor for extractor, _ in verdict.recommended]
    assert "B" in recommended
    assert "C" not in recommended
    assert verdict.cheapest == ("B", "X")
    assert verdict.comparisons.against["C", "X"].standing is Standing.WORSE


def test_with_few_folds_it_is_undecided_and_said_what_might_decide():
    few = planted(0, repeats=1, folds=5, size=30)

    undecided = few.comparisons.standing(Standing.UNDECIDED)

    assert ("C", "X") in undecided
    assert ("C", "X") not in few.recommended
    assert few.comparisons.against["C", "X"].repeats is not None
