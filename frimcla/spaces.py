"""The value class `Space`: all that changes the features of an image, and so where they live."""

from __future__ import annotations

from typing import Any

import attrs

from .components import Extractor
from .engines import apart
from .keys import digest
from .policy import Policy
from .recipes import Recipe


@attrs.frozen(kw_only=True)
class Space:
    """Where features of one kind live: equal space and equal image, equal numbers.

    Attributes:
        recipe: The extractor.
        policy: What it sees.
        engine: What runs it, where it can be run by several; else empty.
    """

    recipe: Recipe
    policy: Policy
    engine: str = ""

    @property
    def sees(self) -> str:
        """What its extractor is shown: ``"rgb8"`` or ``"float"``."""
        component = self.recipe.component
        return component.sees if isinstance(component, Extractor) else "rgb8"

    @property
    def identity(self) -> dict[str, Any]:
        """All that changes the numbers, as JSON."""
        engine = {"engine": self.engine} if self.engine else {}
        seen = {"policy": self.policy.identity, "sees": self.sees}
        return {"extractor": self.recipe.identity, **seen, **engine}

    @property
    def key(self) -> str:
        """``"lab-5f0c12ab91d2"``: the component, and 12 digits for everything else."""
        return f"{self.recipe.component.name}-{digest(self.identity)}"

    @property
    def parts(self) -> tuple[Space, ...]:
        """Where its features really live: here, or a space for each extractor that is joined."""
        recipes = self.recipe.parts
        if len(recipes) == 1:
            return (self,)
        each = zip(recipes, apart(self.engine, len(recipes)), strict=True)
        return tuple(attrs.evolve(self, recipe=recipe, engine=engine) for recipe, engine in each)

    def build(self, threads: int = 1) -> Any:
        """Make the extractor, to use up to *threads* threads where it has an engine."""
        chosen = {"engine": self.engine, "threads": threads} if self.engine else {}
        return self.recipe.build(**chosen)
