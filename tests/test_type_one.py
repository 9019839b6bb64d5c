"""Two equally good classifiers: repeated folds deceive the paired t, and not the corrected one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier

from frimcla.stats.corrected import corrected_t
from frimcla.stats.paired import paired_t

SIMULATOR = Path(__file__).parents[1] / "benchmarks" / "exchangeable.py"
SIMULATIONS = 300


@pytest.fixture(scope="module")
def simulator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("exchangeable", SIMULATOR)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gaps(simulator: ModuleType, number: int) -> np.ndarray:
    """Return the differences of two candidates over 10 x 10 folds of a data set of 200 images."""
    draw = np.random.default_rng([1, number])
    x, truth = simulator.drawn(draw, simulator.COLUMNS[0], 200, candidates=2)
    right = simulator.judged(simulator.ridge, x, truth, simulator.split(truth, draw))
    first, second = right.mean(axis=1).T
    return np.asarray(first - second)


def test_the_corrected_t_keeps_its_level_where_the_paired_t_loses_it(
    simulator: ModuleType,
) -> None:
    studies = [gaps(simulator, number) for number in range(SIMULATIONS)]

    paired = np.mean([paired_t(one, np.zeros(100)).p < 0.05 for one in studies])
    once = np.mean([corrected_t(one[:10], ratio=1 / 9).p < 0.05 for one in studies])
    corrected = np.mean([corrected_t(one, ratio=1 / 9).p < 0.05 for one in studies])

    assert paired > 0.4
    assert once < 0.05
    assert 0.01 < corrected <= 0.08  # .05 and two standard errors and a half


def test_neither_candidate_is_better_on_average(simulator: ModuleType) -> None:
    means = np.array([gaps(simulator, number).mean() for number in range(SIMULATIONS)])

    assert abs(means.mean()) < 3 * means.std() / SIMULATIONS**0.5


def test_the_fast_learners_are_what_scikit_learn_computes(simulator: ModuleType) -> None:
    draw = np.random.default_rng(0)
    (x, *_), truth = simulator.drawn(draw, simulator.COLUMNS[0], 40)
    folds = simulator.split(truth, draw, repeats=2)
    learners = {
        simulator.ridge: Ridge(alpha=simulator.PENALTY),
        simulator.nearest: KNeighborsClassifier(1),
    }

    for fast, slow in learners.items():
        found = fast(x, truth, folds)
        for test, scores in zip(folds, found, strict=True):
            kept = np.setdiff1d(np.arange(40), test)
            expected = slow.fit(x[kept], truth[kept]).predict(x[test])
            np.testing.assert_allclose(scores, expected, atol=1e-9)


def test_folds_are_stratified_and_hold_every_image_once(simulator: ModuleType) -> None:
    truth = np.tile([-1.0, 1.0], 50)

    folds = simulator.split(truth, np.random.default_rng(0), repeats=3)

    assert folds.shape == (30, 10)
    assert (truth[folds].sum(axis=1) == 0).all()
    for repeat in folds.reshape(3, -1):
        assert sorted(repeat) == list(range(100))


def test_a_study_has_what_the_tests_need(simulator: ModuleType) -> None:
    found = simulator.study(simulator.COLUMNS[2], np.random.default_rng(0))

    assert found.right.shape == (100, 10, 6)
    assert found.halves.shape == (5, 2)
    assert found.ideal.shape == found.fitted.shape == (2, 100)
    assert found.data_sets.shape == (30, 6)
    assert (np.abs(found.truth) == 1).all()
    assert found.truth.sum() == 0
