"""Scores of each class: worked out by hand, and what is said of the positive one."""

import attrs
import numpy as np
import pytest

import frimcla
from frimcla.class_tables import class_csv, class_table
from frimcla.per_class import ClassScores, per_class, positives
from frimcla.scoring import Answers

NAN = float("nan")


def answers(truth: str, predicted: str, classes: str) -> Answers:
    """Return answers whose labels are single letters."""
    return Answers(
        truth=np.array(list(truth)),
        predicted=np.array(list(predicted)),
        probabilities=None,
        classes=np.array(list(classes)),
    )


def numbers(scores: ClassScores) -> list[float]:
    return [scores.precision, scores.sensitivity, scores.specificity, scores.f1, scores.images]


def test_three_classes_by_hand():
    """Truth p 10, q 6, r 4; 8 p, 3 q and 4 r are found, 2 p are called q, 3 q are called p."""
    found = per_class(answers("p" * 10 + "q" * 6 + "r" * 4, "p" * 8 + "qqpppqqq" + "rrrr", "pqr"))

    assert [one.label for one in found] == ["p", "q", "r"]
    assert numbers(found[0]) == pytest.approx([8 / 11, 0.8, 0.7, 16 / 21, 10])
    assert numbers(found[1]) == pytest.approx([3 / 5, 0.5, 12 / 14, 6 / 11, 6])
    assert numbers(found[2]) == pytest.approx([1, 1, 1, 1, 4])


def test_of_two_classes_one_s_sensitivity_is_the_other_s_specificity():
    a, b = per_class(answers("aaaabbbb", "aaabbbaa", "ab"))

    assert (a.sensitivity, a.specificity) == (b.specificity, b.sensitivity) == (0.75, 0.5)


def test_what_has_no_images_is_undefined_and_what_is_never_predicted_is_zero():
    """`c` is absent but predicted once of four: 3 / 4 of the others are not taken for it."""
    a, b, c = per_class(answers("aaab", "aaca", "abc"))

    assert numbers(c) == pytest.approx([NAN, NAN, 0.75, NAN, 0], nan_ok=True)
    assert numbers(b) == [0, 0, 1, 0, 1]
    assert a.images == 3


def test_a_single_class_has_no_specificity():
    a, b = per_class(answers("aa", "ab", "ab"))

    assert numbers(a) == pytest.approx([1, 0.5, NAN, 2 / 3, 2], nan_ok=True)
    assert b.specificity == 0.5


def test_fewer_images_than_classes_are_no_warning():
    """scikit-learn 1.6 and later warn where more than half of the labels are unique."""
    assert [one.images for one in per_class(answers("zab", "zab", "abyz"))] == [1, 1, 0, 1]


@attrs.frozen
class Positive:
    positive: str = frimcla.param("", "class judged against the rest")


PLAIN = frimcla.Metric(name="plain", factory="a:b", summary="0 to 1")
SINGLE = frimcla.Metric(name="single", factory="a:b", summary="0 to 1", params=Positive)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ([], ()),
        ([""], ()),
        (["b"], ("b",)),
        (["", "b", "a", "b"], ("b", "a")),
        (["strange"], ()),  # a metric may use the word for something else
    ],
)
def test_only_what_metrics_name_is_positive(named, found):
    metrics = [PLAIN.recipe(), *(SINGLE.recipe(positive=label) for label in named)]

    assert positives(metrics, ["a", "b"]) == found


TWO = per_class(answers("aaaabbb", "aaabbba", "ab"))


def test_the_table_says_which_class_is_positive():
    assert class_table(TWO, ["b"]).splitlines() == [
        "class  precision  sensitivity (recall)  specificity     F1  images",
        "a          0.750                 0.750        0.667  0.750       4",
        "b          0.667                 0.667        0.750  0.667       3",
        "positive class: b; sensitivity 66.7 %, specificity 75.0 %",
    ]


def test_where_none_is_named_the_rarer_is_an_example_and_no_number_is_claimed():
    how = 'metrics = [{name = "sensitivity", positive = "b"}]'

    assert class_table(TWO, []).splitlines()[3:] == [
        f"positive class: none named; to name one: {how}"
    ]


def test_more_than_two_classes_need_no_positive_one():
    three = per_class(answers("abc", "abc", "abc"))

    assert len(class_table(three, []).splitlines()) == 4
    assert class_table(three, ["c"]).splitlines()[4:] == [
        "positive class: c; sensitivity 100.0 %, specificity 100.0 %"
    ]


def test_what_is_undefined_is_a_dash_a_word_and_an_empty_cell():
    only = per_class(answers("aa", "ab", "ab"))

    assert class_table(only, ["b"]).splitlines()[1:] == [
        "a          1.000                 0.500            -  0.667       2",
        "b              -                     -        0.500      -       0",
        "positive class: b; sensitivity undefined, specificity 50.0 %",
    ]
    assert class_csv(only).splitlines()[2] == "b,,,0.5,,0"


def test_a_class_that_a_spreadsheet_would_run_is_quoted():
    assert class_csv(per_class(answers("=+", "=+", "+="))).splitlines()[1:] == [
        "'+,1.0,1.0,1.0,1.0,1",
        "'=,1.0,1.0,1.0,1.0,1",
    ]
