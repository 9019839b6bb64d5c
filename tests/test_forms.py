"""Settings whose values have a form of their own."""

from __future__ import annotations

import math
from typing import Any

import pytest

from frimcla.forms import kept, scaled, seen, some
from frimcla.study import SETTINGS


@pytest.mark.parametrize(
    ("value", "becomes"),
    [("kept", "kept"), ("kept.csv", "kept.csv"), (0.2, 0.2), (0.999, 0.999)],
)
def test_test_is_a_place_or_a_share(value: Any, becomes: Any) -> None:
    assert kept(value) == becomes


@pytest.mark.parametrize("value", [0, 1, 1.0, -0.2, 20, True, math.nan, None, ["kept"], {}])
def test_other_shares_are_none(value: Any) -> None:
    assert kept(value) is None


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("", ()),
        ([], ()),
        ("patient", ("patient",)),
        ("none", ("none",)),
        (["plate", "{well}_*"], ("plate", "{well}_*")),
    ],
)
def test_groups_are_texts(value: Any, becomes: Any) -> None:
    assert some(value) == becomes


@pytest.mark.parametrize("value", [5, [5], [""], ["a", ""], None, {"a": 1}, [["a"]]])
def test_other_groups_are_none(value: Any) -> None:
    assert some(value) is None


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("auto", "auto"),
        ("dtype", "dtype"),
        ("percentile", "percentile"),
        ("dataset", "dataset"),
        ([0, 255], (0.0, 255.0)),
        ((-1.5, 3948), (-1.5, 3948.0)),
        ([[0, 255], [10, 99.5]], ((0.0, 255.0), (10.0, 99.5))),
        ([[0, 1]], ((0.0, 1.0),)),
    ],
)
def test_scaling_is_a_word_or_ranges(value: Any, becomes: Any) -> None:
    assert scaled(value) == becomes


@pytest.mark.parametrize(
    "value",
    [
        "type",
        [],
        [1],
        [1, 2, 3],
        [2, 1],
        [1, 1],
        [0, math.inf],
        [math.nan, 1],
        [False, True],
        ["0", "1"],
        [[0, 1], [1, 0]],
        [[0, 1], 5],
        [[0, 1, 2]],
        5,
        None,
        {"low": 0},
    ],
)
def test_other_scalings_are_none(value: Any) -> None:
    assert scaled(value) is None


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("rgb", "rgb"),
        ("each", "each"),
        ([0], (0,)),
        ([2, 0, 1], (2, 0, 1)),
        (["DNA", 1], ("DNA", 1)),
    ],
)
def test_channels_are_a_word_or_up_to_three(value: Any, becomes: Any) -> None:
    assert seen(value) == becomes


@pytest.mark.parametrize(
    "value", ["bgr", "", [], [0, 1, 2, 3], [0, 0], [-1], [True], [1.0], [""], [None], 1, None]
)
def test_other_channels_are_none(value: Any) -> None:
    assert seen(value) is None


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("test", 20, "a folder, a manifest, or a share between 0 and 1, such as 0.2 (got 20)"),
        ("groups", 5, "a column, a pattern, or a list of them (got 5)"),
        (
            "scaling",
            [2, 1],
            f"{SETTINGS['scaling']} (got [2, 1])",
        ),
        (
            "channels",
            [0, 0],
            f"{SETTINGS['channels']} (got [0, 0])",
        ),
        ("planes", "first", "one of max, mean, middle (got 'first')"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_accepted_is_said(setting: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=r"^must be ") as caught:
        SETTINGS[setting].accept(value)

    assert str(caught.value) == f"must be {words}"


def test_a_form_says_what_it_accepts() -> None:
    assert str(SETTINGS["scaling"]) == (
        "one of auto, dtype, percentile, dataset, [low, high] (low first) or a pair per channel"
    )
    assert str(SETTINGS["channels"]) == (
        "one of rgb, each, or a list of one to three different indices or names"
    )
