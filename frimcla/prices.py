"""What a pair costs to use: a stated order that needs no clock, and so is the same everywhere."""

from __future__ import annotations

import attrs

from .components import Classifier
from .errors import PluginError
from .recipes import Pair, Recipe, load


@attrs.frozen(kw_only=True, order=True)
class Price:
    """What a prediction by a pair costs; the cheapest is the smallest.

    Attributes:
        work: Of the extractor, in million multiply-adds per image. Where each channel is
            described by itself, that of one channel: it is the same factor for all extractors.
        features: Numbers per image that the classifier gets.
        effort: The place of the classifier in the order of what a prediction costs.
        label: Of the pair: what is alike in everything else has an order, too.
    """

    work: float
    features: int
    effort: int
    label: str


def price_of(pair: Pair, features: int) -> Price:
    """Return what a prediction by *pair* costs.

    Args:
        pair: An extractor and a classifier.
        features: Numbers per image that the extractor gives; known once it has run.

    Raises:
        PluginError: What the extractor says of its work cannot be imported.
    """
    classifier = pair.classifier.component
    assert isinstance(classifier, Classifier)
    return Price(
        work=work_of(pair.extractor),
        features=features,
        effort=classifier.effort,
        label=pair.label,
    )


def work_of(recipe: Recipe) -> float:
    """Return what an extractor takes for one image, in million multiply-adds.

    Raises:
        PluginError: The plugin's function that tells it cannot be imported.
    """
    return sum(map(_work_of, recipe.parts))


def _work_of(recipe: Recipe) -> float:
    component = recipe.component
    where = getattr(component, "work", "")  # only extractors have some
    if not where:
        return 0.0
    try:
        return float(load(where)(recipe.arguments))
    except (ImportError, AttributeError) as error:
        what = f"the work of {component.kind} {component.name} cannot be told: {error}"
        raise PluginError(f"{what}; its plugin must be mended") from error
