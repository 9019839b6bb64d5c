"""A study that is under way: the scores of its pairs so far, from the parts that are finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from .contracts import Array
from .evaluation import parts_of
from .judging import PARTS, labels_of, spaces_of
from .opening import Opened, make_ready
from .planning import plan_of, settle
from .predictions import Labels
from .scoring import Answers, Judge, score_or_nan
from .shards import DamagedError, read_arrays


@attrs.frozen(kw_only=True)
class SoFar:
    """What is known of one pair.

    Attributes:
        scores: One for each finished fold.
        folds: How many there will be, over all repeats.
    """

    scores: tuple[float, ...]
    folds: int

    @property
    def mean(self) -> float:
        """Mean over the finished folds; nan where there is none, or one has no score.

        It is no result: pairs have different folds behind them, and the best of many looks
        better than it is.
        """
        return float(np.mean(self.scores)) if self.scores else float("nan")


@attrs.define(eq=False)
class Growing:
    """Reads parts as they are finished, each once; writes nothing.

    Attributes:
        judge: The deciding metric.
        parts: The files of each pair: its outer folds, for those of the nested estimate say
            nothing of it.
        truth: Class of each image, in the order of the dataset.
    """

    judge: Judge
    parts: Mapping[Labels, Sequence[Path]]
    truth: Array
    _scores: dict[Path, float] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, opened: Opened) -> Growing:
        """Prepare to read the parts of a study whose images are described.

        Args:
            opened: As `frimcla.workflow.run` tells it before anything is computed.

        Raises:
            FrimclaError: It cannot run here.
        """
        opened = _described(make_ready(opened))
        study = settle(opened.study, opened.dataset, opened.registry)
        plan, folder = plan_of(study, opened.dataset), study.output / PARTS
        parts = parts_of(
            spaces_of(study, opened),
            plan,
            study.deciding,
            folder.absolute(),
            features=folder,
            halving=study.halving,
        )
        files: dict[Labels, list[Path]] = {labels_of(pair): [] for pair in study.pairs}
        for part in parts:
            if len(part.split.folds) == 1:
                files[labels_of(part.pair)].append(part.path)
        return cls(judge=Judge.of(study.deciding), parts=files, truth=np.array(plan.labels))

    def look(self) -> dict[Labels, SoFar]:
        """Return what is known of each pair by now, in the order of the study."""
        found = {}
        for pair, paths in self.parts.items():
            scores = [score for path in paths if (score := self._score(path)) is not None]
            found[pair] = SoFar(scores=tuple(scores), folds=len(paths))
        return found

    def _score(self, path: Path) -> float | None:
        """Return the score of a part; None before it is finished."""
        if path not in self._scores:
            try:
                arrays = read_arrays(path).arrays
            except (OSError, DamagedError):
                return None
            classes, rows = np.unique(self.truth), arrays["rows"]
            answers = Answers(
                truth=self.truth[rows],
                predicted=classes[arrays["predicted"]],
                probabilities=arrays["probabilities"],
                classes=classes,
            )
            self._scores[path] = score_or_nan(self.judge, answers)
        return self._scores[path]


def _described(opened: Opened) -> Opened:
    """Leave out what a study that skips unreadable images left out when it described them."""
    if opened.study.unreadable != "skip":
        return opened
    there = frozenset.intersection(*(opened.store.keys(space) for space in opened.spaces.values()))
    absent = {i.key: "" for i in opened.dataset.images if i.key not in there}
    return attrs.evolve(opened, dataset=opened.dataset.without(absent))
