"""Keys and seeds: everything that is derived by hashing, in one place.

Equal key, equal numbers. A seed is a key in another form: it depends on the study's seed
and on *where* it is used, never on what ran before.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Write *value* as JSON in the one form that equal values share (UTF-8)."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of *value* as canonical JSON.

    >>> digest({"b": 1, "a": (2, 3)}) == digest({"a": [2, 3], "b": 1})
    True
    """
    return hashlib.sha256(canonical(value)).hexdigest()[:12]


def seed_of(seed: int, *where: Any) -> int:
    """Return the seed for one place of a study, between 0 and 2**32 - 1.

    Args:
        seed: The study's seed.
        where: What is seeded, for example ``"inner", repeat, fold``.

    >>> seed_of(0, "folds", 0) == seed_of(0, "folds", 1)
    False
    """
    return int.from_bytes(hashlib.sha256(canonical([seed, *where])).digest()[:4], "big")
