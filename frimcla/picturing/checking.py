"""Whether maps of where a model looks show what it learnt, or what meets the eye anyway."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from scipy.stats import spearmanr

from frimcla.contracts import Array

DECIDES = 0.05
"""Change of a probability up to which no place is said to decide anything."""
FEW = 3
"""Maps below which nothing is said of all."""
ALIKE = 0.5
"""Mean absolute rank correlation above which maps are said to be much alike."""
FINAL = (
    "The maps are those of the final model, which has learnt from these images: they show what it "
    "looks at, not how well it does."
)


@attrs.frozen(kw_only=True)
class MapsCheck:
    """Whether maps show what was learnt: beside them, those of classifiers that learnt nothing.

    The extractor stays as it is; the classifier is trained once more on shuffled classes.

    Attributes:
        images: How many maps there are.
        decisive: In how many of them some place decides.
        everywhere: In how many of them covering any place changes what the model says.
        similarity: Mean over these of the absolute rank correlation of a map with those of
            classifiers that learnt shuffled classes, 0 to 1; None where none can be compared.
        compared: In how many images they can be: those in which some place decides, for ranks of
            noise say nothing.
        shufflings: How many such classifiers there were.
        measure: ``"probability"``, or ``"decision"`` where the classifier gives none.

    Source: Adebayo et al., Sanity checks for saliency maps, NeurIPS (2018), section 3.2: data
        randomisation test, rank correlation of absolute values and of values.
    """

    images: int
    decisive: int
    everywhere: int
    similarity: float | None
    compared: int
    shufflings: int
    measure: str

    @property
    def warns(self) -> bool:
        """Whether maps of classifiers that learnt nothing look much the same."""
        if self.similarity is None or self.compared < FEW:
            return False
        return self.similarity > ALIKE

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to know of the maps, the check first."""
        return (self._alike, *self._undecided, *self._noticed, FINAL)

    @property
    def _alike(self) -> str:
        if not self.shufflings:
            return "Not checked: the classifier cannot be trained on shuffled classes."
        if self.similarity is None:
            return "Not checked: there is no image with a place that decides to compare maps in."
        if self.compared < FEW:
            count = "1 map" if self.compared == 1 else f"{self.compared} maps"
            return f"Only {count} could be compared with classifiers that learnt nothing: too few."
        few = "" if self.compared == self.images else f", in {_of(self.compared, self.images)}"
        found = f"{self.similarity:.2f}, mean absolute rank correlation{few}"
        if self.warns:
            return (
                f"Classifiers that learnt shuffled classes look at much the same places ({found}): "
                "the maps may show what is conspicuous in an image rather than what was learnt."
            )
        return (
            f"Classifiers that learnt shuffled classes look at other places ({found}): the maps "
            "show what was learnt."
        )

    @property
    def _undecided(self) -> tuple[str, ...]:
        if self.decisive == self.images:
            return ()
        where = _of(self.images - self.decisive, self.images)
        what = "the decision stays the same or changes wherever it is covered"
        if self.measure == "probability":
            what = f"no place changes the probability by more than {DECIDES:g} beyond what all do"
        return (f"In {where} no single place decides: {what}.",)

    @property
    def _noticed(self) -> tuple[str, ...]:
        if not self.everywhere:
            return ()
        where = _of(self.everywhere, self.images)
        what = (
            f"In {where} covering any place changes what the model says: what it goes by is all "
            "over the image, or it notices the cover itself, as texture and colour do. The maps "
            "show what one place changes beyond that."
        )
        return (what,)


def _of(some: int, images: int) -> str:
    """Say how many images: ``"2 of 9 images"``."""
    if some == images:
        return "the image" if images == 1 else f"all {images} images"
    return f"{some} of {images} images"


def similarity(one: Array, others: Sequence[Array]) -> float | None:
    """Return the mean absolute rank correlation (Spearman) of a map with others, 0 to 1.

    Args:
        one: A map, any shape.
        others: Maps of that shape; flat ones are left out.

    Returns:
        None where *one* is flat, or all others are.
    """
    found = [_correlation(one, other) for other in others]
    known = [abs(rho) for rho in found if rho is not None]
    return float(np.mean(known)) if known else None


def _correlation(one: Array, other: Array) -> float | None:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(spearmanr(one.ravel(), other.ravel()).statistic)
