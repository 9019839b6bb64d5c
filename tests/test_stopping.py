"""When a pair stops, and what is fitted: by hand, and by races that are played without any fit."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter

import attrs
import numpy as np
import pytest
from made_up import dataset, image
from PIL import Image
from toys import Shrink, Toys

import frimcla
from frimcla.arriving import arrived
from frimcla.errors import ConfigError
from frimcla.evaluation import evaluate
from frimcla.folds import Plan, Split
from frimcla.predictions import read_predictions
from frimcla.recipes import Pair
from frimcla.schedule import Schedule
from frimcla.scoring import Judge
from frimcla.search import Rows, fits_of, search
from frimcla.stats.corrected import corrected_t
from frimcla.stopping import FEWEST, LEVEL, Rule, leader, race, standings
from frimcla.toml import literal

RULE = Rule(margin=0.05, ratio=1 / 9)
REGISTRY = frimcla.Registry.of(toys=Toys())


def by_fold(*pairs):
    """Scores (f, C) of pairs, a row each."""
    return np.array(pairs, float).T


def stops(*pairs):
    return RULE.behind(by_fold(*pairs)).tolist()


class TestTheRule:
    def test_far_and_surely_behind(self):
        assert stops((0.9, 0.92, 0.91), (0.6, 0.61, 0.62)) == [False, True]

    def test_far_but_not_surely(self):
        assert stops((0.9, 0.9, 0.9), (0.4, 0.9, 0.7)) == [False, False]

    def test_surely_but_not_far(self):
        """By 5 points in every fold: not by more than five regions of equivalence."""
        assert stops((0.9, 0.92, 0.91), (0.85, 0.87, 0.86)) == [False, False]
        assert stops((0.9, 0.92, 0.91), (0.849, 0.869, 0.859)) == [False, True]

    def test_it_is_nadeau_and_bengios_one_sided_p(self):
        rng = np.random.default_rng(0)
        decided = set()
        for _ in range(300):
            folds = int(rng.integers(3, 10))
            scores = by_fold(*(rng.normal(mean, 0.05, folds) for mean in (0.9, 0.78, 0.7)))
            best = int(scores.mean(axis=0).argmax())
            for one, out in enumerate(RULE.behind(scores)):
                gap = scores[:, best] - scores[:, one]
                p = corrected_t(gap, ratio=1 / 9).p_greater
                assert out == (p < LEVEL and gap.mean() > 0.05)
                decided.add(bool(out))
        assert decided == {True, False}


class TestARace:
    good, bad, late = np.full(6, 0.9), np.full(6, 0.5), np.r_[0.9, 0.9, 0.9, 0.5, 0.5, 0.5]

    def test_nobody_stops_before_the_third_fold(self):
        scores = by_fold(self.good, self.bad)
        there = np.zeros_like(scores, bool)
        found = standings(scores * np.nan, there, RULE)
        assert found.wanted.sum() == 2 * FEWEST
        there[:2] = True
        found = standings(np.where(there, scores, np.nan), there, RULE)
        assert found.wanted.tolist() == [[False] * 2] * 2 + [[True] * 2] + [[False] * 2] * 3

    def test_nothing_is_decided_before_all_have_gone_through_a_fold(self):
        scores = by_fold(self.good, self.bad, self.good)
        there = np.zeros_like(scores, bool)
        there[:3] = True
        there[2, 2] = False
        found = standings(np.where(there, scores, np.nan), there, RULE)
        assert found.running.all()
        assert np.argwhere(found.wanted).tolist() == [[2, 2]]
        assert found.shared == 2

    def test_who_stopped_keeps_its_folds_and_wants_no_more(self):
        scores = by_fold(self.good, self.bad, self.late)
        there = np.ones_like(scores, bool)
        there[3:, 1] = False
        found = standings(np.where(there, scores, np.nan), there, RULE)
        assert found.running.tolist() == [True, False, True]
        assert found.folds.tolist() == [6, 3, 6]
        assert not found.wanted.any()

    def test_differences_that_are_all_alike_are_known_to_one_image(self):
        """Five of six right, three times, beside six of six: that is not sure."""
        scores = by_fold((1, 1, 1), (5 / 6, 5 / 6, 5 / 6), (0, 0, 0))
        assert Rule.of(0.01, 10, images=60).behind(scores).tolist() == [False, False, True]
        assert Rule.of(0.01, 10, images=600).behind(scores).tolist() == [False, True, True]

    def test_after_the_last_fold_nobody_stops_any_more(self):
        """Nothing is saved by it."""
        scores = by_fold((0.9, 0.91, 0.92, 0.9), (0.9, 0.5, 0.7, 0.1))
        assert standings(scores, np.ones_like(scores, bool), RULE).running.all()

    def test_without_a_rule_all_is_wanted_at_once(self):
        there = np.zeros((6, 2), bool)
        assert standings(np.full((6, 2), np.nan), there, None).wanted.all()

    def test_a_pair_without_a_score_has_no_say(self):
        scores = by_fold(self.good, self.bad)
        scores[4, 0] = np.nan
        found = standings(scores, np.ones_like(scores, bool), RULE)
        assert found.running.tolist() == [False, True]

    def test_equals_are_ranked_by_name(self):
        scores = by_fold((0.1, 0.3), (0.2, 0.2), (0.9, 0.9))
        assert leader(scores, np.array([True, True, False]), "bac") == 1
        assert leader(scores, np.zeros(3, bool), "bac") is None

    def test_in_a_sample_a_pair_races_as_far_as_it_went_in_truth(self):
        scores = by_fold(self.good, self.good, self.bad)
        scores[3:, 1] = np.nan
        assert race(scores, RULE).tolist() == [True, False, False]
        samples = np.stack([scores, scores[:, [2, 1, 0]]])
        assert arrived(samples, RULE, 2).tolist() == [[True, False], [True, True]]


PAIRS = tuple(
    Pair(
        extractor=REGISTRY.find(frimcla.Extractor, name).recipe(),
        classifier=REGISTRY.find(frimcla.Classifier, "nearest_mean").recipe(shrink=0.0),
    )
    for name in ("mean_colour", "edges", "number")
)
GOOD, BAD, FAIR = PAIRS


def planned(folds, *, nested=True, repeats=1):
    images = [image(label, "", n) for label in "ab" for n in range(60)]
    data = dataset(images, grouped_by="")
    return Plan.of(data, folds=folds, inner_folds=2, seed=0, nested=nested, repeats=repeats)


def played(schedule, mean, most=10_000):
    """Do what is wanted until nothing is; return parts by pair, and how many rounds it took."""
    done, rounds = Counter(), 0
    while wanted := schedule.wanted():
        rounds += 1
        assert len(wanted) <= schedule.at_most()
        for pair, split in wanted:
            done[pair] += 1
            wave = 0.01 * np.sin([fold + 3 * split.repeat for fold in split.folds])
            schedule.note(pair, split, (mean[pair] + wave).tolist())
        assert sum(done.values()) <= most
    assert schedule.at_most() == 0
    return done, rounds


class TestTheSchedule:
    def test_without_a_rule_everything_is_done_once_and_at_once(self):
        done, rounds = played(Schedule(planned(10), PAIRS), dict.fromkeys(PAIRS, 0.5))
        assert done == dict.fromkeys(PAIRS, 10 + 45)
        assert rounds == 1

    def test_a_part_serves_the_races_without_either_of_its_folds(self):
        """Bad pairs have three folds in truth, and two folds out of sight where one needs it."""
        schedule = Schedule(planned(10), PAIRS, RULE)
        done, rounds = played(schedule, {GOOD: 0.9, BAD: 0.5, FAIR: 0.89})
        first = {frozenset((f, g)) for f in range(10) for g in [h for h in range(10) if h != f][:3]}
        assert done == {GOOD: 55, FAIR: 55, BAD: 3 + len(first)}
        assert len(first) == 24
        assert rounds == 10 - 2

    def test_who_stopped_is_asked_on_the_fold_that_chose_it(self):
        """In truth it stops; with any fold out of sight it is the best, and is judged there."""
        schedule, asked = Schedule(planned(5), PAIRS[:2], RULE), []
        while wanted := schedule.wanted():
            asked.append([split.folds for pair, split in wanted if pair is BAD])
            for pair, split in wanted:
                single = len(split.folds) == 1
                score = 0.9 if pair is GOOD else 0.5 if single else 0.95
                schedule.note(pair, split, [score] * len(split.folds))
        in_truth = [[folds for folds in some if len(folds) == 1] for some in asked]
        assert in_truth[:2] == [[(0,), (1,), (2,)], []]
        assert list(itertools.chain(*in_truth[2:])) == [(3,), (4,)]

    def test_a_pair_that_fails_late_takes_its_verdicts_with_it(self):
        """What it had stopped goes on, as if it had never been there."""
        schedule = Schedule(planned(6, nested=False), PAIRS, RULE)
        for _ in range(2):
            for pair, split in schedule.wanted():
                schedule.note(pair, split, [{GOOD: 0.9, BAD: 0.5, FAIR: 0.5}[pair]])
        assert {pair for pair, _ in schedule.wanted()} == {GOOD}
        schedule.failed.add(GOOD)
        assert schedule.wanted() == [(BAD, Split(0, (3,))), (FAIR, Split(0, (3,)))]

    def test_all_repeats_are_one_race(self):
        done, _ = played(
            Schedule(planned(4, nested=False, repeats=3), PAIRS, RULE),
            {GOOD: 0.9, BAD: 0.5, FAIR: 0.89},
        )
        assert done == {GOOD: 12, BAD: 3, FAIR: 12}

    def test_where_time_is_out_the_best_so_far_goes_on_alone(self):
        schedule = Schedule(planned(6), PAIRS, RULE, in_turn=True)
        assert [split.folds for _, split in schedule.closing()] == [(f,) for f in range(6)]
        scores = {GOOD: 0.9, BAD: 0.95, FAIR: 0.89}
        for pair, split in schedule.wanted()[:5]:  # two folds of all but the last pair
            schedule.note(pair, split, [scores[pair] - 0.3 * (split.folds[0] and pair is BAD)])
        assert [pair for pair, _ in schedule.closing()] == [BAD] * 4  # by the fold all shared
        schedule.note(FAIR, Split(0, (1,)), [0.89])
        assert [split.folds for _, split in schedule.closing()] == [(2,), (3,), (4,), (5,)]
        assert {pair for pair, _ in schedule.closing()} == {GOOD}


APART = {"mean_colour": 3.0, "edges": 0.0, "number": 2.6}
"""How far the classes are apart, by what describes the images."""


def evaluated(folder, plan, *, share=True, **how):
    """Cross-validate three pairs: good, bad and fair."""
    labels = np.array(plan.labels) == "b"

    def matrix(space):
        rng = np.random.default_rng(len(space))
        features = rng.normal(size=(len(labels), 2))
        features[:, 0] += APART[space] * labels
        return features.astype(np.float32)

    judge = attrs.evolve(REGISTRY.find(frimcla.Metric, "accuracy"), share=share).recipe()
    spaces = {pair: pair.extractor.component.name for pair in PAIRS}
    return evaluate(spaces, matrix, plan, judge, folder, **how)


def said(found):
    return {
        pair.label: (one.predicted.tolist(), one.inside.predicted.tolist() if one.inside else None)
        for pair, one in found.pairs.items()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole evaluation, and the one in which pairs stop."""
    plan = planned(6)
    folder = tmp_path_factory.mktemp("parts")
    full = evaluated(folder, plan, share=False)  # nobody knows how good one can be
    return plan, folder, full, evaluated(folder, plan, rule=RULE)


def test_what_stops_is_what_the_whole_evaluation_says_as_far_as_it_went(whole):
    _, _, full, raced = whole
    assert raced.pairs[GOOD].complete
    assert raced.pairs[FAIR].complete
    assert not raced.pairs[BAD].complete
    for pair in PAIRS:
        there = raced.pairs[pair].predicted >= 0
        assert (raced.pairs[pair].predicted == full.pairs[pair].predicted)[there].all()
    assert (full.fitted, full.reused) == (3 * (6 + 15), 0)
    assert raced.fitted == 0
    assert raced.reused < full.fitted


def test_who_cannot_be_chosen_any_more_is_not_fitted_inside(whole):
    plan, folder, full, _ = whole
    reached = evaluated(folder, plan)

    assert (reached.fitted, reached.reused < full.fitted) == (0, True)
    for pair in PAIRS:
        assert (reached.pairs[pair].predicted == full.pairs[pair].predicted).all()
        inside, everything = reached.pairs[pair].inside.predicted, full.pairs[pair].inside.predicted
        assert (inside == everything)[inside >= 0].all()
    lacks = [(reached.pairs[pair].inside.predicted < 0).mean() > 1 / 6 for pair in PAIRS]
    assert lacks[:2] == [False, True]  # the best, and the one far behind


def test_neither_workers_nor_what_lies_on_disk_change_anything(whole, tmp_path):
    plan, _, _, raced = whole
    alone = evaluated(tmp_path / "alone", plan, rule=RULE)
    assert said(alone) == said(raced)
    for number, path in enumerate(sorted((tmp_path / "alone").rglob("*.h5"))):
        if number % 3:
            path.unlink()
    again = evaluated(tmp_path / "alone", plan, rule=RULE, n_jobs=2)
    assert said(again) == said(raced)
    assert 0 < again.fitted < alone.fitted == again.fitted + again.reused


def test_a_budget_always_ends_with_a_result_and_the_same_command_goes_on(whole, tmp_path):
    plan, _, _, raced = whole
    short = evaluated(tmp_path, plan, rule=RULE, budget=0.0)
    assert short.late
    assert [one.complete for one in short.pairs.values()].count(True) == 1
    assert set(short.pairs) == set(PAIRS)
    assert all(one.inside is None for one in short.pairs.values())
    enough = evaluated(tmp_path, plan, rule=RULE, budget=1000.0)
    assert not enough.late
    assert said(enough) == said(raced)
    assert enough.reused == 6


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """A study of images by colour, by noise and by a number that says nothing."""
    folder, rng = tmp_path_factory.mktemp("study"), np.random.default_rng(0)
    for number in range(96):
        pixels = rng.integers(60, 180, (8, 8, 3))
        pixels[..., 0] += 30 * (number % 2)
        path = folder / "cells" / "ab"[number % 2] / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(path)
    settings = {
        "images": "cells",
        "extractors": ["mean_colour", "edges"],
        "classifiers": ["nearest_mean"],
        "metric": "accuracy",
        "folds": 6,
        "n_jobs": 1,
        "search": "halving",
        "ignore": ["FRM401"],
        "nested": False,
    }
    lines = (f"{key} = {literal(value)}\n" for key, value in settings.items())
    (folder / "study.toml").write_text("".join(lines))
    return frimcla.compare(folder / "study.toml", registry=REGISTRY)


class TestAStudyWhosePairStops:
    pair, name = ("EDGES", "NM"), "EDGES + NM"

    def read(self, studied, name):
        return (studied.study.output / name).read_text("utf-8")

    def test_it_is_in_every_table_and_in_no_test(self, studied):
        stopped = studied.selection.stopped[self.pair]
        folds = len(stopped.scores)
        cell = f"{100 * stopped.mean:.1f} [{folds} of 6 folds]"
        assert studied.selection.winner == ("MEAN", "NM")
        assert not stopped.late
        assert 3 <= folds < 6
        for name in ("table.csv", "table.md", "table.tex"):
            assert cell in self.read(studied, name), name
        rows = self.read(studied, "scores.csv").splitlines()
        assert sum(row.startswith("EDGES,") for row in rows) == folds
        assert sum(row.startswith("MEAN,") for row in rows) == 6
        assert f"which stopped after {folds} of 6 folds" in self.read(studied, "verdict.txt")
        assert "1 of 2 did, and have no part in tests" in self.read(studied, "methods.txt")
        assert studied.verdict.comparisons.against == {}

    def test_programs_read_where_it_stopped(self, studied):
        verdict = json.loads(self.read(studied, "verdict.json"))
        folds = len(studied.selection.stopped[self.pair].scores)
        assert verdict["stopped"] == [self.name]
        assert verdict["out_of_time"] == []
        assert verdict["ranking"] == ["MEAN + NM"]
        assert verdict["numbers"][f"stopped_folds.{self.name}"]["value"] == folds
        table = read_predictions(studied.study.output / "predictions.h5")
        assert set(table.partial) == {self.pair}
        through = table.gone_through(self.pair)
        assert through.tolist() == [[True] * folds + [False] * (6 - folds)]
        assert np.isnan(table.partial[self.pair].probabilities[0][table.folds[0] == 5]).all()

    def test_the_report_shows_it_beside_the_others(self, studied):
        folds = len(studied.selection.stopped[self.pair].scores)
        page = self.read(studied, "report.html")
        (cell,) = re.findall(r'<span class="halted">(.*?)</span>', page)
        words = re.sub(r"<[^>]*>", "", cell)
        assert words.endswith(f"stopped, {folds} of 6 folds")

    def test_it_cannot_be_trained(self, studied):
        source = studied.study.output / "study.toml"
        with pytest.raises(ConfigError, match=r'"EDGES \+ NM" stopped after . of 6 folds'):
            frimcla.train(source, registry=REGISTRY, pair=self.name)

    def test_the_estimate_chooses_among_those_that_arrive(self, studied):
        expectation = studied.verdict.expectation
        assert not expectation.nested
        assert set(expectation.chosen) == {("MEAN", "NM")}


class Noted:
    """A search whose fits are counted."""

    def __init__(self, shrink, seed):
        self.shrink = shrink

    def fit(self, features, labels):
        FITTED.append((self.shrink, len(labels)))
        self.classes_ = np.unique(labels)
        return self

    def predict(self, features):
        """Be right where the class is told; the less shrunk, the more often."""
        told = features[:, 0] > 0
        wrong = np.arange(len(told)) < 10 * self.shrink
        return self.classes_[(told ^ wrong).astype(int)]


FITTED: list[tuple[float, int]] = []


def test_a_search_halves_its_candidates_after_each_inner_fold():
    component = frimcla.Classifier(
        name="noted",
        factory=f"{__name__}:Noted",
        params=Shrink,
        search={"shrink": (0.9, 0.1, 0.5, 0.3, 0.7)},
        summary="counts",
    )
    labels = np.array(["a", "b"] * 30)
    features = (labels == "b")[:, None] * 2.0 - 1
    rows = Rows(features=features, labels=labels, inner=np.arange(60) // 2 % 3)
    judge = Judge.of(REGISTRY.find(frimcla.Metric, "accuracy").recipe())
    for halving, shrinks in (
        (False, [0.9, 0.1, 0.5, 0.3, 0.7] * 3),
        (True, [0.9, 0.1, 0.5, 0.3, 0.7, 0.1, 0.3]),
    ):
        FITTED.clear()
        assert search(component.recipe(), rows, judge, 0, halving=halving) == {"shrink": 0.1}
        assert [shrink for shrink, _ in FITTED] == shrinks
        assert fits_of(component.recipe(), 3, halving=halving) == len(shrinks) + 1
