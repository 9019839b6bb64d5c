"""A small run of benchmarks/honesty.py: what the gates say, and whether they see mistakes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))  # they are scripts, not a package

import honesty
from honesty_broken import BROKEN, verdict
from honesty_data import EXTRACTORS, FOLDS, NULL, WEAK, Cases, drawn
from honesty_estimates import SAMPLES, Task, Way, bagged, bbc_of, by_fold, outcome
from honesty_gates import Summary, summary
from honesty_learners import Scaling, fresh_scores, held_out, linear, pairs, sums

from frimcla.folds import fold_of
from frimcla.stats import bbc

SETS = 40
OPTIONS = argparse.Namespace(sets=SETS, seed=7, jobs=1)
MODELS = (
    make_pipeline(StandardScaler(), NearestCentroid()),
    make_pipeline(StandardScaler(), RidgeClassifier(alpha=1)),
    make_pipeline(StandardScaler(), RidgeClassifier(alpha=100)),
    GaussianNB(),
    KNeighborsClassifier(5),
    KNeighborsClassifier(15),
)


def simulated(way: Way) -> Summary:
    return honesty.simulated(NULL, 100, OPTIONS, way)


@pytest.fixture(scope="module")
def null() -> Summary:
    return simulated(Way())


def weak() -> tuple[Cases, np.ndarray, np.ndarray, np.ndarray]:
    """Return a data set, folds, and linear models and scores of all candidates."""
    cases = drawn(WEAK, 60, np.random.default_rng(0))
    fold = fold_of(cases.classes, cases.groups, cases.groups, FOLDS, 0)
    held = pairs(FOLDS)
    weights = linear(sums(cases, fold, held), Scaling())
    return cases, fold, weights, held_out(cases, fold, held, weights)


def test_the_best_score_is_far_too_good_where_nothing_is_to_be_found(null: Summary) -> None:
    assert null.naive.bias > 0.08
    assert null.naive.coverage < 0.5


def test_a_nested_study_finds_nothing_there(null: Summary) -> None:
    assert abs(null.nested.bias) < 3 * null.nested.error
    assert null.nested.coverage > 0.85


def test_both_stay_honest_where_candidates_stop_that_are_far_behind(null: Summary) -> None:
    raced = simulated(Way(races=True))
    assert 0.7 < raced.through < 1 == null.through
    assert abs(raced.nested.bias) < 3 * raced.nested.error
    assert abs(raced.bbc.bias - null.bbc.bias) < 0.015


def test_bbc_cv_finds_little_there(null: Summary) -> None:
    assert abs(null.bbc.bias) < 0.03 + 3 * null.bbc.error
    assert null.bbc.coverage > 0.85


@pytest.mark.parametrize(
    "broken", [one for one in BROKEN if one.n == 100 and one.scenario is NULL], ids=lambda b: b.name
)
def test_a_gate_sees_mistakes(broken: object, null: Summary) -> None:
    found = verdict(broken, null, simulated(broken.wrong))
    assert found.kept, found.row


@pytest.mark.parametrize("extractor", [0, 11])
def test_learners_are_those_of_scikit_learn(extractor: int) -> None:
    cases, fold, weights, scores = weak()
    features, fresh = cases.features[extractor], np.random.default_rng(1).normal(size=(50, 12))
    for learner, model in enumerate(MODELS):
        candidate = learner * EXTRACTORS + extractor
        for own, other in ((0, 0), (0, 3), (3, 0), (9, 4)):
            known = (fold != own) & (fold != other)
            model.fit(features[known], cases.classes[known])
            found = scores[candidate, fold == own, other]
            assert (np.sign(found) == model.predict(features[fold == own])).all(), (learner, own)
        model.fit(features, cases.classes)
        found = fresh_scores(candidate, cases, np.ones(60, bool), weights[:, -1], fresh)
        assert (np.sign(found) == model.predict(fresh)).all(), learner


def test_areas_under_the_curve_are_those_of_scikit_learn() -> None:
    cases, fold, _, scores = weak()
    judged = by_fold(scores, cases.classes, fold, "AUROC")
    for candidate, own, other in ((0, 0, 0), (17, 3, 4), (71, 9, 2)):
        rows = fold == own
        area = roc_auc_score(cases.classes[rows], scores[candidate, rows, other])
        assert judged[candidate, own, other] == pytest.approx(area, abs=1e-12)


def test_bbc_cv_chooses_in_the_bag() -> None:
    right = np.random.default_rng(0).random((60, 72)) < 0.5
    counts = np.array(list(bbc.sampled(60, samples=SAMPLES, seed=5)))
    inside, outside = bagged(right, counts)
    rows = np.arange(SAMPLES)
    expected = outside[rows, np.argmax(np.round(inside, 12), axis=1)].mean()
    assert bbc_of(right, np.arange(60), 5) == pytest.approx(expected, abs=1e-12)


def test_nothing_depends_on_the_number_of_workers() -> None:
    alone = [outcome(Task(WEAK, 60, number, 0)) for number in range(4)]
    together = honesty.simulated(WEAK, 60, argparse.Namespace(sets=4, seed=0, jobs=2))
    assert together == summary(WEAK, 60, alone[::-1])


def test_every_scenario_stands_beside_its_design_measurement() -> None:
    names = {(scenario.name, n) for scenario, n in honesty.STUDIES + honesty.LARGE}
    assert names == set(honesty.ANCHORS)


def test_it_fails_where_a_gate_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(honesty, "STUDIES", ((NULL, 60),))
    outcomes = honesty.outcome

    def dishonest(task: Task) -> object:
        found = outcomes(task)
        return found._replace(nested=found.naive)

    monkeypatch.setattr(honesty, "outcome", dishonest)
    assert honesty.main(["--sets", "10"]) == 1
    assert "| nested: bias below 3 SE | 0 of 1 scenarios | **null 60: +" in capsys.readouterr().out
