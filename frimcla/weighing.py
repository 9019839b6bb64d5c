"""One setting for all classifiers: rare classes weigh more wherever a classifier can do that.

By convention such a classifier has a parameter ``class_weight`` that accepts ``"balanced"``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from .components import Classifier, Component
from .params import NONE, limits_of
from .recipes import Recipe

PARAMETER, BALANCED = "class_weight", "balanced"


def weighs(component: Component) -> bool:
    """Say whether a component can give rare classes more weight."""
    limits = limits_of(component.params).get(PARAMETER)
    return isinstance(component, Classifier) and limits is not None and BALANCED in limits.choices


def weighed(recipe: Recipe, wanted: str, written: Collection[str] = ()) -> Recipe:
    """Return *recipe* with the weights that the study wants, where it can have them.

    Args:
        recipe: Of any component.
        wanted: The study's ``class_weight``.
        written: Parameters that the user wrote: those stay.
    """
    if wanted == NONE or PARAMETER in written or not weighs(recipe.component):
        return recipe
    assert isinstance(recipe.component, Classifier)
    return attrs.evolve(
        recipe,
        params=attrs.evolve(recipe.params, **{PARAMETER: wanted}),
        pinned=recipe.pinned | recipe.component.searched.intersection({PARAMETER}),
    )


def unweighted(recipes: Iterable[Recipe]) -> list[str]:
    """Return the labels of the classifiers that cannot weigh classes."""
    return [recipe.label for recipe in recipes if not weighs(recipe.component)]
