"""What a network is made of: enough to build it in any process. Imports no framework."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import WeightsError
from frimcla.files import sha256_of_file
from frimcla.keys import digest
from frimcla.weights import Weights, at_hand, verified

from .networks import BY_NAME, Net
from .published import weights_of

REVISION = 1
"""Raise it when the same specification gives another exported graph."""


@attrs.frozen(kw_only=True)
class Spec:
    """One network with its parameters.

    Attributes:
        network: As in `frimcla_keras.networks`.
        pooling: ``"avg"`` or ``"max"`` over the places of the last layer.
        layer: An inner layer instead, or empty.
        head: The 1000 class probabilities instead.
        weights: ``"imagenet"``, ``"random"``, or a file.
        seed_of_weights: Of random ones.
        alpha: Width, where the network has one, else 1.
    """

    network: str
    pooling: str = "avg"
    layer: str = ""
    head: bool = False
    weights: str = "imagenet"
    seed_of_weights: int = 0
    alpha: float = 1.0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Spec:
        """Return the network that arguments mean; how images are fitted is no part of it."""
        known = {field.name for field in attrs.fields(cls)}
        kept = {key: value for key, value in values.items() if key in known}
        own, layer = BY_NAME[kept["network"]].own, kept.get("layer")
        if own and isinstance(layer, int):
            kept["layer"] = own.counted[layer]  # by name, so that one network has one key
        return cls(**kept)

    @property
    def net(self) -> Net:
        """The row of the table."""
        return BY_NAME[self.network]

    @property
    def published(self) -> Weights | None:
        """The weights that were published for it."""
        return weights_of(self.net.cls, self.alpha, self.head, self.net.licence)

    def file(self) -> tuple[Path | None, str]:
        """Return the file of weights and its SHA-256; of random ones neither.

        Raises:
            OSError: The file that was named is not there.
            WeightsError: The published one is not, or is not what it should be; or another one
                is of a kind that is not opened.
        """
        if self.weights == "random":
            return None, ""
        if self.weights != "imagenet":
            if why := self.net.refusal(self.weights):
                what = f"{self.net.label}: weights {Path(self.weights).name} {why}"
                raise WeightsError(f"{what}; name a file that holds numbers only")
            return Path(self.weights), sha256_of_file(Path(self.weights))
        if self.published is None:
            what = f"no weights are published for alpha = {self.alpha:g}"
            raise WeightsError(f'{self.net.label}: {what}; write weights = "random" or a file')
        return verified(self.published, self.network)

    def content_at_hand(self) -> str:
        """Return the SHA-256 of the published weights, or words where they are not here."""
        path = at_hand(self.published) if self.published else None
        return sha256_of_file(path) if path else "not at hand"

    @property
    def key(self) -> str:
        """What changes the exported network; weights count by their content."""
        _, content = self.file()
        origin = content or self.seed_of_weights
        return f"{self.network}-{digest([*self._shape, origin, REVISION])}"

    @property
    def _shape(self) -> tuple[Any, ...]:
        return self.network, self.pooling, self.layer, self.head, self.alpha
