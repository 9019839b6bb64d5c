"""Features on disk: by space (what computes them) and image key (what they describe).

Correct without locks: a shard is immutable and named by its content's keys, so two runs that
write the same shard write the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array
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
    """

    recipe: Recipe
    policy: Policy

    @property
    def identity(self) -> dict[str, Any]:
        """All that changes the numbers, as JSON."""
        return {"extractor": self.recipe.identity, "policy": self.policy.identity}

    @property
    def key(self) -> str:
        """``"lab-5f0c12ab91d2"``: the component, and 12 digits for everything else."""
        return f"{self.recipe.component.name}-{digest(self.identity)}"


@attrs.frozen
class FeatureStore:
    """The features below one folder."""

    folder: Path

    def read(self, space: Space) -> dict[str, Array]:
        """Return all rows of a space by image key, ``float32`` (d,) each.

        A damaged shard is set aside as ``.bad`` and its rows are absent, to be computed again.

        Raises:
            FrimclaError: Two shards disagree on an image, which nothing but a bug or another
                program can bring about.
        """
        rows: dict[str, Array] = {}
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
                ):
                    raise DamagedError(f"{path} belongs elsewhere")
            except UNUSABLE:
                with contextlib.suppress(OSError):  # a read-only store keeps it; it is unused
                    path.replace(path.with_suffix(".bad"))
                continue
            for key, row in zip(keys, features, strict=True):
                if key in rows and not np.array_equal(rows[key], row):
                    raise FrimclaError(
                        f"{path} holds other numbers for one image; remove {path.parent}"
                    )
                rows[key] = row
        return rows

    def matrix(self, space: Space, keys: Sequence[str]) -> Array:
        """Return the features of these images, ``float32`` (n, d).

        Raises:
            FrimclaError: Some are missing.
        """
        rows = self.read(space)
        if missing := sum(key not in rows for key in set(keys)):
            raise FrimclaError(
                f"{space.recipe.label}: {missing} features are missing; extract again"
            )
        return np.stack([rows[key] for key in keys])

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
