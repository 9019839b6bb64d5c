"""A whole row as the table has it: published cases through the report, in both modes."""

from __future__ import annotations

import numpy as np
import pytest
from verdicts import outcome

from frimcla.paper_table import table_csv

NAMES = ["KNN", "LR", "MLP", "RF", "SVM", "GB"]
# Images judged right of 60, in each of ten folds, by each of six classifiers.
TOLD_APART = [
    [54, 59, 53, 50, 48, 51, 51, 54, 56, 54],
    [59, 60, 58, 59, 58, 59, 60, 59, 59, 58],
    [59, 60, 59, 60, 58, 59, 58, 59, 60, 59],
    [59, 58, 58, 57, 60, 58, 57, 58, 57, 57],
    [59, 60, 59, 57, 56, 60, 58, 59, 59, 59],
    [57, 57, 59, 58, 57, 59, 55, 58, 59, 57],
]
ALIKE = [
    [34, 34, 38, 30, 35, 35, 31, 37, 30, 30],
    [39, 31, 36, 33, 36, 33, 30, 38, 30, 34],
    [33, 30, 37, 32, 31, 30, 28, 39, 25, 30],
    [38, 35, 41, 30, 38, 30, 36, 37, 30, 32],
    [30, 27, 39, 27, 38, 32, 33, 36, 29, 32],
    [34, 31, 42, 34, 33, 35, 36, 36, 41, 34],
]


def row(right: list[list[int]], statistics: str) -> list[str]:
    scores = {("X", name): np.array([line]) / 60 for name, line in zip(NAMES, right, strict=True)}
    made = outcome(scores, statistics=statistics)
    return table_csv(made.verdict).splitlines()[1].split(",", 7)


@pytest.mark.parametrize(
    ("right", "statistics", "cells", "test", "order"),
    [
        (
            TOLD_APART,
            "strict",
            "88.3 (5.3) 98.2 (1.2) 98.5 (1.2) 96.5 (1.7) 97.7 (2.1) 96.0 (2.1)",
            "15.10***",
            "MLP ≃ LR, SVM, RF, GB; MLP > KNN",
        ),
        (
            TOLD_APART,
            "classic",
            "88.3 (5.0) 98.2 (1.2) 98.5 (1.2) 96.5 (1.6) 97.7 (2.0) 96.0 (2.0)",
            "11.47***",
            "MLP ≃ LR, SVM, RF, GB; MLP > KNN",
        ),
        (
            ALIKE,
            "strict",
            "55.7 (5.0) 56.7 (5.3) 52.5 (6.8) 57.8 (6.6) 53.8 (7.1) 59.3 (5.7)",
            "3.20*",
            "GB ≃ RF, LR, KNN, SVM, MLP",
        ),
        (
            ALIKE,
            "classic",
            "55.7 (4.7) 56.7 (5.1) 52.5 (6.5) 57.8 (6.3) 53.8 (6.8) 59.3 (5.4)",
            "1.69",
            "GB ≃ RF, LR, KNN, SVM, MLP",
        ),
    ],
)
def test_a_row_says_what_the_cases_say(right, statistics, cells, test, order) -> None:
    name, *found, said = row(right, statistics)

    assert name == "X"
    assert " ".join(found) == cells
    assert said.split(",", 1)[0] == test
    assert order in said
