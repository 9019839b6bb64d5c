"""What a study includes without naming it: the usual components, and controls."""

from __future__ import annotations

from collections.abc import Iterable

from .components import Component, Extractor
from .recipes import Recipe
from .registry import Registry
from .weights import absent


def suggested(registry: Registry, kind: type[Component]) -> tuple[list[Recipe], list[str]]:
    """Return what a study that names no components of *kind* includes.

    Returns:
        The recipes, and the names of those that would be among them, were their weights here.
    """
    offered = registry.all(kind).values()
    recipes = [component.recipe() for component in offered if component.suggested]
    lacking = [recipe for recipe in recipes if absent(recipe)]
    names = [recipe.component.name for recipe in lacking]
    return [recipe for recipe in recipes if recipe not in lacking], names


def controls(registry: Registry, named: Iterable[Recipe]) -> list[Recipe]:
    """Return the controls that plugins offer and that are not *named*, in the registry's order."""
    there = {recipe.component.full_name for recipe in named}
    offered = registry.all(Extractor).items()
    return [one.recipe() for name, one in offered if one.control and name not in there]
