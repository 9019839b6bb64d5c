"""All that is told of a study: what was decided, and on what."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from .by_group import GroupScore
from .number import Number
from .predictions import Labels, Predictions
from .scoring import Judge, metric_of
from .search import candidates
from .selection import Selection
from .study import Study
from .verdict import Verdict


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """A study with its verdict: what every table, text and picture is made from.

    Attributes:
        study: As it was run: metric and folds are settled.
        table: The out-of-fold predictions.
        verdict: What was decided.
        grouped_by: What groups are called, ``"patient"``; empty where none are declared.
        groups: How the best pair does in each of them.
        trained: The pair behind `Verdict.tested`, or None where nothing was tested.
        test_images: How many images it was tested on.
    """

    study: Study
    table: Predictions
    verdict: Verdict
    grouped_by: str = ""
    groups: tuple[GroupScore, ...] = ()
    trained: Labels | None = None
    test_images: int = 0

    @property
    def selection(self) -> Selection:
        """The pairs under the deciding metric."""
        return self.verdict.selection

    @property
    def judge(self) -> Judge:
        """The deciding metric."""
        return self.selection.judge

    @property
    def metric(self) -> str:
        """What tables call it."""
        return self.judge.recipe.label

    @property
    def percent(self) -> bool:
        """Whether its values are shown in percent."""
        return metric_of(self.judge.recipe).share

    @property
    def expected(self) -> Number:
        """The headline: what to expect of the chosen pair."""
        return self.verdict.expectation.numbers[0]

    @property
    def repeats(self) -> int:
        """How often the images were split."""
        return len(self.table.folds)

    @property
    def folds(self) -> int:
        """Folds of each split."""
        return int(self.table.folds.max()) + 1

    @property
    def classes(self) -> Mapping[str, int]:
        """Images per class."""
        counts = np.bincount(self.table.truth, minlength=len(self.table.classes))
        return dict(zip(self.table.classes, counts.tolist(), strict=True))

    @property
    def tried(self) -> Mapping[str, int]:
        """How many settings of each classifier the search looks at."""
        return {one.label: len(candidates(one)) for one in self.study.classifiers}

    @property
    def controls(self) -> tuple[str, ...]:
        """Extractors that cannot see what the others are meant to see."""
        return tuple(one.label for one in self.study.controls)
