"""Features on disk: by space (what computes them) and image key (what they describe).

Correct without locks: a shard is immutable and named by its content's keys, so two runs that
write the same shard write the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .components import Extractor
from .contracts import Array
from .engines import apart
from .errors import FrimclaError
from .keys import digest
from .policy import Policy
from .recipes import Recipe
from .shards import Arrays, DamagedError, read_arrays, text, words, write_arrays

UNUSABLE = (DamagedError, AttributeError, KeyError, TypeError, ValueError)
"""What reading a file raises that is whole, but was not written by the store."""
PROBES = "probes.h5"
"""The file of a space that holds the features of the drawn images."""
PER_SHARD = 64
"""Images per file: what a crash can cost, at the most, per worker."""


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


@attrs.frozen
class FeatureStore:
    """The features below one folder."""

    folder: Path

    def keys(self, space: Space) -> set[str]:
        """Return the images that a space describes."""
        kept = ({key for keys, _ in self._whole(part) for key in keys} for part in space.parts)
        return set.intersection(*kept)

    def matrix(self, space: Space, keys: Sequence[str]) -> Array:
        """Return the features of these images, ``float32`` (n, d).

        Raises:
            FrimclaError: Some are missing; or two shards disagree on an image, which nothing
                but a bug or another program can bring about.
        """
        if len(space.parts) > 1:
            return np.hstack([self.matrix(part, keys) for part in space.parts])
        rows = {key: row for row, key in enumerate(dict.fromkeys(keys))}
        found, matrix = np.zeros(len(rows), bool), np.empty((len(rows), 0), np.float32)
        for names, features in self._whole(space):
            wanted = [at for at, name in enumerate(names) if name in rows]
            if not matrix.size:
                matrix = np.empty((len(rows), features.shape[1]), np.float32)
            for at in wanted:
                row = rows[names[at]]
                if found[row] and not np.array_equal(matrix[row], features[at]):
                    home = self._home(space)
                    raise FrimclaError(f"{home} holds two descriptions of one image; remove it")
                matrix[row], found[row] = features[at], True
        if missing := len(found) - int(found.sum()):
            raise FrimclaError(
                f"{space.recipe.label}: {missing} features are missing; extract again"
            )
        return matrix if len(rows) == len(keys) else matrix[[rows[key] for key in keys]]

    def _whole(self, space: Space) -> Iterator[tuple[Sequence[str], Array]]:
        """Yield keys and features ``float32`` (n, d) of every shard that is as it was written.

        A damaged one is set aside as ``.bad``: its rows are absent, to be computed again.
        """
        width = None
        for path in sorted(self._home(space).glob("s-*.h5")):
            try:
                shard = read_arrays(path)
                keys, features = words(shard.arrays["keys"]), shard.arrays["features"]
                shape = (len(keys), *features.shape[1:2])
                if (
                    shard.facts["space"] != space.key
                    or features.dtype != np.float32
                    or features.shape != shape
                    or len(shape) != 2
                    or width not in (None, shape[1])
                ):
                    raise DamagedError(f"{path} belongs elsewhere")
            except UNUSABLE:
                with contextlib.suppress(OSError):  # a read-only store keeps it; it is unused
                    path.replace(path.with_suffix(".bad"))
                continue
            width = shape[1]
            yield keys, features

    def write(self, space: Space, keys: Iterable[str], features: Array) -> None:
        """Store the rows of at most `PER_SHARD` images, whole or not at all."""
        names = list(keys)
        path = self._home(space) / f"s-{digest(names)}.h5"
        facts = {"space": space.key, "identity": space.identity}
        arrays = {"features": features, "keys": text(names)}
        write_arrays(path, Arrays(arrays=arrays, facts=facts))

    def read_probes(self, space: Space) -> tuple[Array, dict[str, str]] | None:
        """Return the features of the probe images and the versions that made them, if kept."""
        try:
            kept = read_arrays(self._home(space) / PROBES)
            return kept.arrays["features"], dict(kept.facts["versions"])
        except (OSError, *UNUSABLE):
            return None

    def write_probes(self, space: Space, features: Array, versions: Mapping[str, str]) -> None:
        """Keep the features of the probe images."""
        facts = {"space": space.key, "identity": space.identity, "versions": dict(versions)}
        write_arrays(self._home(space) / PROBES, Arrays(arrays={"features": features}, facts=facts))

    def _home(self, space: Space) -> Path:
        return self.folder / space.key
