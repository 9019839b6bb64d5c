"""Tables in the paper's layout, and cells that no spreadsheet runs."""

import numpy as np
import pytest

from frimcla.number import Number
from frimcla.predictions import PairPredictions, Predictions
from frimcla.saying import fixed, listed, told
from frimcla.scoring import Judge
from frimcla.tables import confusion_text, csv_text, predictions_csv, scores_csv

TRUTH = np.array([0, 1, 0, 1, 0, 1, 0, 1], np.int16)
FOLDS = np.array([[0, 0, 0, 0, 1, 1, 1, 1]], np.int16)


def said(*labels, sure=0.75):
    predicted = np.array([labels], np.int16)
    other = np.stack([predicted == 0, predicted == 1], axis=-1)
    probabilities = np.where(other, sure, 1 - sure).astype(np.float32)
    return PairPredictions(predicted=predicted, probabilities=probabilities, chosen=(({}, {}),))


@pytest.fixture
def table():
    """Eight images, two folds, three pairs and one that failed."""
    return Predictions(
        images=tuple(f"{number:064}" for number in range(8)),
        names=("=1+1.png", "b/2.png", "a/3.png", "b/4.png", "@x.png", "b/6.png", "-a.png", "8"),
        classes=("cat", "dog"),
        truth=TRUTH,
        folds=FOLDS,
        pairs={
            ("LAB|444", "KNN"): said(0, 1, 0, 1, 0, 1, 0, 0),
            ("LAB|444", "SVM"): said(0, 1, 0, 0, 0, 1, 0, 0),
            ("H_OG", "KNN"): said(1, 1, 0, 0, 0, 1, 0, 0, sure=0.9),
        },
        failed={("H_OG", "SVM"): "ValueError: no"},
    )


@pytest.fixture
def judge(registry):
    def make(name):
        from frimcla import Metric

        return Judge.of(registry.find(Metric, name).recipe())

    return make


def test_scores_have_one_row_per_pair_fold_and_metric(table, judge):
    lines = scores_csv(table, [judge("accuracy"), judge("brier")]).splitlines()

    assert lines[:3] == [
        "extractor,classifier,repeat,fold,metric,score",
        "LAB|444,KNN,0,0,accuracy,1.0",
        "LAB|444,KNN,0,1,accuracy,0.75",
    ]
    assert len(lines) == 1 + 3 * 2 * 2


def test_predictions_are_sorted_by_name_and_safe_in_a_spreadsheet(table):
    assert predictions_csv(table, ("LAB|444", "KNN")).splitlines() == [
        "file,true,predicted,cat,dog",
        "'-a.png,cat,cat,0.7500,0.2500",
        "8,dog,cat,0.7500,0.2500",
        "'=1+1.png,cat,cat,0.7500,0.2500",
        "'@x.png,cat,cat,0.7500,0.2500",
        "a/3.png,cat,cat,0.7500,0.2500",
        "b/2.png,dog,dog,0.2500,0.7500",
        "b/4.png,dog,dog,0.2500,0.7500",
        "b/6.png,dog,dog,0.2500,0.7500",
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("-0.25", "-0.25"),
        ("-1e-05", "-1e-05"),
        ("-0.250 (0.100)", "-0.250 (0.100)"),
        ("-", "-"),
        ("-3.81**", "-3.81**"),
        ("-3.81**x", "'-3.81**x"),
        ("a,b", '"a,b"'),
        ("ñ", "ñ"),
    ],
)
def test_only_formulas_are_quoted(cell, written):
    assert csv_text(["x"], [[cell]]) == f"x\n{written}\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(value=0.66, unit="share", metric="a", method="m"), "66.0 %"),
        (
            Number(value=0.66, unit="share", metric="a", method="m", low=0.563, high=0.745),
            "66.0 % (95 % interval 56.3 to 74.5 %)",
        ),
        (
            Number(value=0.5, unit="", metric="a", method="m", low=0.25, high=0.75),
            "0.500 (95 % interval 0.250 to 0.750)",
        ),
    ],
)
def test_numbers_are_told_with_their_interval(number, text):
    assert told(number) == text


def test_what_rounds_to_nothing_has_no_sign():
    assert [fixed(value, 1) for value in (-0.04, 0.04, -0.06, 12.25)] == [
        "0.0",
        "0.0",
        "-0.1",
        "12.2",
    ]


def test_names_are_joined():
    assert [listed("ABC"[:count]) for count in (1, 2, 3)] == ["A", "A and B", "A, B and C"]


def test_confusion_matrix_has_true_classes_as_rows():
    assert confusion_text(np.array([[3, 1], [0, 12]]), ["cat", "dog"]) == (
        "true \\ predicted  cat  dog\ncat                 3    1\ndog                 0   12"
    )
