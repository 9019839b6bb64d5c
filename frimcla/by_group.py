"""How the chosen pair does in each group: a mean over images hides a patient it fails on."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from .scoring import Answers

FEW = 5
"""Images of a group below which its score says little."""


@attrs.frozen(kw_only=True)
class GroupScore:
    """One group, out of fold.

    Attributes:
        group: What it is called.
        fold: Which fold held it out.
        images: How many images it has.
        right: How many of them were predicted right.
    """

    group: str
    fold: int
    images: int
    right: int

    @property
    def share(self) -> float:
        """Share of its images that were predicted right, 0 to 1."""
        return self.right / self.images


def by_group(
    answers: Answers, groups: Sequence[str], folds: Sequence[int]
) -> tuple[GroupScore, ...]:
    """Return the score of every group, sorted by name.

    Args:
        answers: What a pair said of n images while they were held out.
        groups: The group of each.
        folds: The fold that held it out.
    """
    names, first, members = np.unique(groups, return_index=True, return_inverse=True)
    right = answers.truth == answers.predicted
    columns = (
        names.tolist(),
        np.asarray(folds)[first].tolist(),
        np.bincount(members).tolist(),
        np.bincount(members[right], minlength=len(names)).tolist(),
    )
    return tuple(
        GroupScore(group=name, fold=fold, images=images, right=some)
        for name, fold, images, some in zip(*columns, strict=True)
    )


def told(scores: Sequence[GroupScore]) -> str:
    """Say how scores differ between groups, in a line."""
    shares = np.array([score.share for score in scores])
    judged = [score for score in scores if score.images >= FEW] or scores
    worst = min(judged, key=lambda score: (score.share, -score.images, score.group))
    return (
        f"Over {len(scores)} groups: {100 * np.median(shares):.1f} % right in the median group, "
        f"{100 * worst.share:.1f} % of {worst.images} in the worst ({worst.group})"
    )
