"""Which file of weights is published for which network. Imports no Keras.

``published.json`` is made by ``tests/published.py`` out of Keras itself; it also counts there the
networks that Keras lacks.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from frimcla.weights import Weights

MD5_DIGITS = 32
BYTES = 4
"""A parameter is a 32-bit number; the names in the files of Keras add little."""


def weights_of(cls: str, alpha: float, head: bool, licence: str) -> Weights | None:
    """Return the published weights of a network, or None where none are published.

    Args:
        cls: As in `frimcla_keras.networks`.
        alpha: Its width; 1.0 for networks that have one width only.
        head: With the layers that name one of the 1000 classes of ImageNet.
        licence: Of the weights.
    """
    variant = _published().get(cls, {}).get(str(float(alpha)))
    if variant is None:
        return None
    found = variant["top" if head else "no_top"]
    kind = "md5" if len(found["hash"]) == MD5_DIGITS else "sha256"
    return Weights(
        file=found["file"],
        url=found["url"],
        size=found.get("size", found["parameters"] * BYTES),
        member=found.get("member", ""),
        features=found["features"],
        licence=licence,
        **{kind: found["hash"]},
    )


def multiply_adds(cls: str, alpha: float, head: bool) -> int:
    """Return what a network computes for one image, as `frimcla_keras.counting` counts it.

    Args:
        cls: As in `frimcla_keras.networks`.
        alpha: Its width, one of those that are published.
        head: As for `weights_of`.
    """
    variant = _published()[cls][str(float(alpha))]
    return variant["top" if head else "no_top"]["multiply_adds"]  # type: ignore[no-any-return]


@lru_cache(maxsize=1)  # asked for every network of a list
def _published() -> dict[str, Any]:
    text = Path(__file__).with_name("published.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]
