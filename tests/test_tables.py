"""Tables in the paper's layout, and cells that no spreadsheet runs."""

import numpy as np
import pytest

from frimcla.predictions import PairPredictions, Predictions
from frimcla.scoring import Judge
from frimcla.selection import Number, select
from frimcla.tables import (
    confusion_text,
    csv_text,
    marked_table,
    predictions_csv,
    scores_csv,
    table_csv,
    table_latex,
    table_markdown,
    told,
)

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


def test_markdown_marks_the_best_of_each_row_and_of_all(table, judge):
    assert table_markdown(select(table, judge("accuracy"))) == (
        "| extractor | KNN | SVM |\n"
        "| --- | ---: | ---: |\n"
        "| LAB\\|444 | **87.5 (17.7)** | 75.0 (0.0) |\n"
        "| H_OG | *62.5 (17.7)* | - |\n"
        "\n"
        "accuracy in percent: mean (standard deviation) over 2 folds. Italic: best of the row; "
        "bold: best of all. As the best of many, the bold value is optimistic.\n"
    )


def test_where_smaller_is_better_the_smallest_is_bold(table, judge):
    """Brier: 0.125 for a right and 1.125 for a wrong answer at .75; 0.02 and 1.62 at .9."""
    text = table_markdown(select(table, judge("brier")))

    assert "| LAB\\|444 | **0.250 (0.177)** | 0.375 (0.000) |" in text
    assert "| H_OG | *0.620 (0.283)* | - |" in text
    assert "; the lowest is the best." in text


def test_latex_escapes_names(table, judge):
    text = table_latex(select(table, judge("accuracy")))

    assert "H\\_OG & \\textit{62.5 (17.7)} & - \\\\\n" in text
    assert "LAB|444 & \\textbf{87.5 (17.7)} & 75.0 (0.0) \\\\\n" in text


def test_csv_of_the_table_is_plain(table, judge):
    assert table_csv(select(table, judge("accuracy"))) == (
        "extractor,KNN,SVM\nLAB|444,87.5 (17.7),75.0 (0.0)\nH_OG,62.5 (17.7),-\n"
    )


def test_terminal_table_is_aligned(table, judge):
    assert marked_table(select(table, judge("accuracy"))) == (
        "accuracy in percent, mean (standard deviation) over 2 folds; "
        "* best of the row, ** best of all\n"
        "extractor          KNN           SVM\n"
        "LAB|444    87.5 (17.7)**  75.0 (0.0)\n"
        "H_OG       62.5 (17.7)*            -"
    )


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


def test_confusion_matrix_has_true_classes_as_rows():
    assert confusion_text(np.array([[3, 1], [0, 12]]), ["cat", "dog"]) == (
        "true \\ predicted  cat  dog\ncat                 3    1\ndog                 0   12"
    )
