"""What visitors say that images are, and how the model does by that."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from frimcla.stats.proportions import wilson

from .items import Job
from .views import undecided, unlike
from .wording import percent


@attrs.frozen(kw_only=True)
class Tally:
    """A job in numbers.

    Attributes:
        counts: Images per predicted class, all classes.
        problems: That could not be read.
        unlike: That are unlike anything in training.
        undecided: For which another class fits as well, or none does.
        labelled: That the visitor has labelled, of those that have a class.
        right: Of these, where the model says the same.
        readable: That have a class.
    """

    counts: tuple[tuple[str, int], ...]
    problems: int
    unlike: int
    undecided: int
    labelled: int
    right: int
    readable: int

    @property
    def told(self) -> str:
        """Say how the model does by the visitor's labels; empty without."""
        if not self.labelled:
            return ""
        low, high = wilson(self.right, self.labelled)
        images = "1 image" if self.labelled == 1 else f"{self.labelled:,} images"
        share = f"{percent(self.right / self.labelled)}, {100 * low:.0f} to {100 * high:.0f} %"
        said = f"Of {images} that you labelled, {self.right:,} were right ({share})."
        if self.labelled < self.readable:
            return f"{said} That is true of all only if you label all, or some drawn blindly."
        return said


def tally(job: Job, classes: Sequence[str]) -> Tally:
    """Count the images of a job that have an answer."""
    said = [item for item in job.items if item.said]
    good = [item for item in said if item.said and not item.said["problem"]]
    labelled = [item for item in good if item.corrected]
    predicted = [item.said["predicted"] for item in good if item.said]
    return Tally(
        counts=tuple((label, predicted.count(label)) for label in classes),
        problems=len(said) - len(good),
        unlike=sum(map(unlike, good)),
        undecided=sum(map(undecided, good)),
        labelled=len(labelled),
        right=sum(bool(i.said and i.said["predicted"] == i.corrected) for i in labelled),
        readable=len(good),
    )
