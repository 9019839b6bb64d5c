"""``verdict.json``: every number once, with how it was found; and what JSON cannot say."""

import json

import numpy as np
import pytest
from verdicts import SIX, TWELVE, grid, outcome

from frimcla.number import Number
from frimcla.verdict_json import plain, verdict_json

NAN = float("nan")


def read(made):
    return json.loads(verdict_json(made), parse_constant=pytest.fail)


def test_names_and_standings():
    found = read(outcome(grid(TWELVE[:3]), tested=(0.9, 0.8, 0.95), failed={("X", "Y"): "no"}))

    assert found["format"] == 1
    assert (found["winner"], found["cheapest"]) == ("VGG16 + MLP", "VGG16 + MLP")
    assert found["recommended"] == ["VGG16 + MLP"]
    assert found["failed"] == ["X + Y"]
    assert found["tested"] == "VGG16 + MLP"
    told = [*found["recommended"], *found["undecided"], *found["worse"]]
    assert sorted(told) == sorted(found["ranking"])


def test_numbers_follow_from_the_scores():
    scores = grid()
    numbers = read(outcome(scores))["numbers"]
    best, other = scores["VGG16", "MLP"].ravel(), scores["VGG19", "LR"].ravel()

    assert numbers["mean.VGG19 + LR"]["value"] == pytest.approx(other.mean())
    assert numbers["sd.VGG19 + LR"]["value"] == pytest.approx(other.std(ddof=1))
    difference = numbers["difference.VGG19 + LR"]
    assert difference["value"] == pytest.approx((best - other).mean())
    reach = 2.262157 * np.sqrt((1 / 10 + 1 / 9) * (best - other).var(ddof=1))
    assert difference["high"] - difference["value"] == pytest.approx(reach, rel=1e-6)
    assert numbers["optimism"]["value"] == pytest.approx(best.mean() - 0.95)
    three = [numbers[f"p_{name}.VGG19 + LR"]["value"] for name in ("worse", "equivalent", "better")]
    assert sum(three) == pytest.approx(1)
    assert all(number["method"] for number in numbers.values())


def test_where_lower_is_better_differences_turn_round():
    numbers = read(outcome(grid(), metric="brier"))["numbers"]
    gap = numbers["mean.VGG16 + MLP"]["value"] - numbers["mean.VGG19 + KNN"]["value"]

    assert gap > 0
    assert numbers["difference.VGG16 + MLP"]["value"] == pytest.approx(gap)


@pytest.mark.parametrize(
    ("number", "value", "told"),
    [
        ({"value": NAN}, None, "m; the value is undefined"),
        ({"value": np.inf}, None, "m; the value is infinite"),
        ({"value": 0.5, "low": 0.1, "high": NAN}, 0.5, "m; no interval"),
        ({"value": 0.5}, 0.5, "m"),
    ],
)
def test_what_json_cannot_say_is_null_and_told(number, value, told):
    found = plain(Number(unit="", metric="", method="m", **number))

    assert found["value"] == value
    assert (found["low"], found["high"], found["level"]) == (None, None, None)
    assert found["method"] == told


@pytest.mark.parametrize("statistics", ["strict", "classic"])
def test_folds_that_are_all_alike_give_valid_json(statistics):
    scores = {("X", "A"): np.full((1, 5), 0.9), ("X", "B"): np.full((1, 5), 0.8)}
    numbers = read(outcome(scores, statistics=statistics))["numbers"]

    assert numbers["t.X + B"]["value"] is None
    assert numbers["t.X + B"]["method"] == "corrected t; the value is infinite"


def test_one_pair_has_no_tests():
    numbers = read(outcome(grid(TWELVE[:1], SIX[:1])))["numbers"]

    assert not [name for name in numbers if name.startswith(("row.", "best.", "grid.", "p_"))]
