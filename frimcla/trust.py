"""How far to trust one prediction: what the study tells of predictions like it.

Everything is derived from what the pair said of the study's images while each was held out.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from . import novelty, npz
from .contracts import Array
from .errors import BundleError, ConfigError
from .novelty import Novelty
from .scoring import Answers
from .stats.proportions import wilson

FALSE_ALARMS = 0.05
"""Share of images like those of the study that are called unlike it."""
COVERAGE = 0.9
"""How often the set of candidates is to hold the true class."""
ALIKE, FEWEST, PART = 100, 30, 5
"""Images that were predicted with about the same certainty: so many, but not more than a fifth of
all unless that is too few. With more of them, unsure predictions are told to be too often right."""
WHAT = "its record of the study"
LAYOUT = {
    "truth": ("<i2", "n"),
    "predicted": ("<i2", "n"),
    "probabilities": ("<f4", "nk"),
    "distances": ("<f4", "n"),
    "scale": ("<f8", "d"),
    "mean": ("<f8", "e"),
    "centres": ("<f8", "ke"),
    "directions": ("<f8", "ce"),
    "spread": ("<f8", "c"),
    "rest": ("<f8", "1"),
}
"""Of the arrays in a model's file."""


@attrs.frozen(kw_only=True)
class Trust:
    """What the study tells of a prediction like this one.

    Attributes:
        familiarity: Share of the study's images that lay, out of fold, at least as far from the
            others, 0 to 1: the conformal p value of novelty; nan if unknown.
        unlike: Whether it is below `FALSE_ALARMS`: the image is unlike anything in training.
        candidates: The classes that the image may well be of, sorted; none where no class fits.
            None where the classifier offers no probabilities.
        right: Share of the study's images that were right, of those predicted out of fold with a
            certainty like this one; nan if unknown.
        low: Lower end of its 95 % interval (Wilson), as if images were independent; nan likewise.
        high: Upper end.
        of: How many such images.
    """

    familiarity: float
    unlike: bool
    candidates: tuple[str, ...] | None
    right: float
    low: float
    high: float
    of: int


@attrs.frozen(kw_only=True, eq=False)
class Evidence:
    """What a pair said of the n images of its study while each was held out, in the first repeat.

    The order of images is lost on purpose: no row can be told to be of a certain image.

    Attributes:
        classes: The k classes, sorted.
        truth: Class numbers, ``int16`` (n,).
        predicted: Class numbers, ``int16`` (n,).
        probabilities: ``float32`` (n, k), rows sum to 1; nan where the classifier offers none.
        distances: How far each lay from the images of other folds, ``float32`` (n,).
        novelty: Fitted to all images.
    """

    classes: tuple[str, ...]
    truth: Array
    predicted: Array
    probabilities: Array
    distances: Array
    novelty: Novelty

    @classmethod
    def of(cls, answers: Answers, features: Array, folds: Array) -> Evidence:
        """Gather it.

        Args:
            answers: What the pair said out of fold of the n images.
            features: Of the images, ``float32`` (n, d).
            folds: Which fold held each out (n,).
        """
        distances = novelty.held_out(features, answers.truth, folds)
        truth = np.searchsorted(answers.classes, answers.truth)
        predicted = np.searchsorted(answers.classes, answers.predicted)
        order = np.lexsort((distances, predicted, truth))
        assert answers.probabilities is not None
        return cls(
            classes=tuple(answers.classes.tolist()),
            truth=truth[order].astype(np.int16),
            predicted=predicted[order].astype(np.int16),
            probabilities=answers.probabilities[order].astype(np.float32),
            distances=distances[order],
            novelty=Novelty.fit(features, answers.truth),
        )

    @property
    def answers(self) -> Answers:
        """The same with labels in place of numbers."""
        classes = np.array(self.classes)
        return Answers(
            truth=classes[self.truth],
            predicted=classes[self.predicted],
            probabilities=self.probabilities,
            classes=classes,
        )

    @property
    def probable(self) -> bool:
        """Whether the classifier offers probabilities."""
        return not np.isnan(self.probabilities).any()

    def judge(
        self, predicted: Array, probabilities: Array, features: Array, coverage: float = COVERAGE
    ) -> Iterator[Trust]:
        """Say how far to trust predictions of m images, in their order.

        Args:
            predicted: Class numbers (m,).
            probabilities: ``float32`` (m, k); nan where the classifier offers none.
            features: ``float32`` (m, d).
            coverage: How often the set of candidates is to hold the true class.

        Raises:
            BundleError: There are other features than those of the study.
        """
        if features.shape[1] != len(self.novelty.scale):
            raise BundleError(
                f"{WHAT} is of {len(self.novelty.scale)} features, and here are "
                f"{features.shape[1]}; train it again"
            )
        familiar = p_values(self.distances, self.novelty.distances(features))
        sets = self._candidates(probabilities, coverage)
        known, rights = _certainty(self.probabilities, self.predicted), self.truth == self.predicted
        sure = _certainty(probabilities, predicted)
        for familiarity, candidates, certainty in zip(familiar, sets, sure, strict=True):
            right, n = _like(certainty, known, rights)
            low, high = wilson(right, n) if n else (np.nan, np.nan)
            yield Trust(
                familiarity=float(familiarity),
                unlike=bool(familiarity < FALSE_ALARMS),
                candidates=candidates,
                right=right / n if n else np.nan,
                low=low,
                high=high,
                of=n,
            )

    def _candidates(self, probabilities: Array, coverage: float) -> list[tuple[str, ...] | None]:
        """Return the classes that fit each image, by conformal prediction class by class.

        Mondrian conformal prediction (Vovk, Gammerman & Shafer, Algorithmic Learning in a Random
        World, 2005, 4.5; Vovk, Asian Conf. Mach. Learn. 2012): an image may be of a class unless
        its probability is lower than that of nearly all images of the class, out of fold. So each
        class is held in its own sets as often as is said, the rare ones too. Nothing is drawn by
        chance: the same image has the same set.
        """
        if not self.probable or np.isnan(probabilities).any():
            return [None] * len(probabilities)
        fits = np.empty(probabilities.shape, bool)
        for number in range(len(self.classes)):
            own = self.probabilities[self.truth == number, number]
            fits[:, number] = p_values(-own, -probabilities[:, number]) > round(1 - coverage, 9)
        return [
            tuple(label for label, fit in zip(self.classes, row, strict=True) if fit)
            for row in fits
        ]


def _like(certainty: float, sure: Array, right: Array) -> tuple[int, int]:
    """Return how many of the images that were as certain were right, and how many there are.

    Args:
        certainty: Of a new image.
        sure: How sure the pair was of each of the n images, out of fold (n,).
        right: Whether it was right (n,).
    """
    if np.isnan(certainty) or np.isnan(sure).any():
        return 0, 0
    apart = np.abs(sure - certainty)
    number = min(ALIKE, max(FEWEST, len(apart) // PART))
    alike = apart <= np.sort(apart)[:number][-1]
    return int(right[alike].sum()), int(alike.sum())


def _certainty(probabilities: Array, predicted: Array) -> Array:
    """Return the probability of each predicted class, (n,)."""
    return np.asarray(probabilities[np.arange(len(predicted)), predicted])


def p_values(known: Array, new: Array) -> Array:
    """Return conformal p values, (m,): ranks of new images among n known ones, not smoothed.

    Args:
        known: How strange each known image is (n,).
        new: How strange the new ones are (m,).
    """
    import warnings

    with warnings.catch_warnings():  # it sets a filter for everybody
        from crepes import ConformalClassifier

    return np.asarray(ConformalClassifier().fit(known).predict_p(new, smoothing=False))


def check_coverage(coverage: float) -> float:
    """Return a coverage that makes sense.

    Raises:
        ConfigError: It is a guess, or a certainty that nobody can give.
    """
    if not 0.5 < coverage < 1:
        what = f"must lie between 0.5 and 1, both excluded (got {coverage:g}); write 0.9"
        raise ConfigError("predict", [("--coverage", what)])
    return coverage


def pack(evidence: Evidence) -> bytes:
    """Return it as bytes of a model's file."""
    found = {name: getattr(evidence, name) for name in list(LAYOUT)[:4]}
    found |= attrs.asdict(evidence.novelty, recurse=False)
    return npz.pack(found)


def unpack(content: bytes, classes: tuple[str, ...], images: int) -> Evidence:
    """Read what `pack` wrote, or anybody else.

    Args:
        content: The bytes.
        classes: Of the model.
        images: That it was trained on.

    Raises:
        BundleError: It is something else, or says what cannot be.
    """
    found = npz.unpack(content, LAYOUT, {"n": images, "k": len(classes), "1": 1}, WHAT)
    probabilities = found["probabilities"]
    offered = not np.isnan(probabilities).all()
    numbers = {name: found[name] for name in LAYOUT if name != "probabilities" or offered}
    good = all(np.isfinite(array).all() for array in numbers.values())
    for name in ("truth", "predicted"):
        good &= bool(((found[name] >= 0) & (found[name] < len(classes))).all())
    if offered:
        good &= bool(
            ((probabilities >= 0) & (probabilities <= 1)).all()
            and np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)
        )
    good &= bool((found["distances"] >= 0).all())
    good &= len(found["mean"]) == len(found["scale"]) + 1
    good &= all((found[name] > 0).all() for name in ("scale", "spread", "rest"))
    if not good:
        raise BundleError(f"{WHAT} holds numbers that cannot be: refused")
    fitted = Novelty(**{name: found.pop(name) for name in list(LAYOUT)[4:]})
    return Evidence(classes=classes, novelty=fitted, **found)
