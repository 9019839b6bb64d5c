"""Data sets whose truth is known: what twelve extractors say of images of two classes."""

from typing import NamedTuple

import numpy as np

EXTRACTORS, FEATURES, FOLDS = 12, 12, 10
FRESH = 4000
"""New cases on which the truth is measured."""


class Scenario(NamedTuple):
    """How images of two classes differ.

    Attributes:
        name: Of the scenario.
        weakest: Distance of the class means in the first extractor, in standard deviations.
        strongest: In the last one; those between are evenly spaced.
        copies: Nearly identical images of each thing, which share its label.
    """

    name: str
    weakest: float
    strongest: float
    copies: int = 1

    @property
    def null(self) -> bool:
        """Whether there is nothing to find."""
        return self.strongest == 0


NULL, WEAK, STRONG = (
    Scenario("null", 0.0, 0.0),
    Scenario("weak", 0.0, 1.0),
    Scenario("strong", 1.5, 3.5),
)
COPIES = Scenario("null, five copies of each", 0.0, 0.0, copies=5)
CLOSE = 0.1
"""Spread of copies about what they are copies of, whose spread is 1."""


class Cases(NamedTuple):
    """Images of two classes.

    Attributes:
        features: (E, n, D), an extractor each.
        classes: -1 or 1, (n,).
        groups: Of what each is a copy, (n,).
    """

    features: np.ndarray
    classes: np.ndarray
    groups: np.ndarray


def drawn(scenario: Scenario, n: int, rng: np.random.Generator) -> Cases:
    """Draw *n* images, half of each class, in random order.

    Features are independent normal numbers of spread 1; that of the third part of them that tell
    the classes apart is shared out evenly.
    """
    things = n // scenario.copies
    classes = rng.permutation(np.repeat([-1.0, 1.0], things // 2))
    distances = np.linspace(scenario.weakest, scenario.strongest, EXTRACTORS)
    informed = np.zeros(FEATURES)
    informed[: FEATURES // 3] = (FEATURES // 3) ** -0.5
    centres = distances[:, None, None] / 2 * classes[:, None] * informed
    features = centres + rng.standard_normal(centres.shape)
    groups = np.repeat(np.arange(things), scenario.copies)
    if scenario.copies > 1:
        features = features[:, groups]
        features += CLOSE * rng.standard_normal(features.shape)
    return Cases(features, classes[groups], groups)
