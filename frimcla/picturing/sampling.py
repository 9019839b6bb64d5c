"""Which images are shown where not all can be: by key, so that names and order decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, zip_longest

from frimcla.dataset import Image


def by_class(images: Iterable[Image]) -> dict[str, list[str]]:
    """Return the keys of each class, sorted; an image that lies in two counts in the first."""
    labels: dict[str, str] = {}
    for image in images:
        labels[image.key] = min(labels.get(image.key, image.label), image.label)
    found: dict[str, list[str]] = {label: [] for label in sorted(set(labels.values()))}
    for key in sorted(labels):
        found[labels[key]].append(key)
    return found


def wanted_first(keys: Mapping[str, list[str]], wanted: Iterable[str], most: int) -> list[str]:
    """Return at most *most* keys: those wanted, in their order, then of all classes evenly.

    Args:
        keys: Of each class, sorted.
        wanted: What is shown before all else; unknown keys are passed over.
        most: How many.
    """
    known = set(chain(*keys.values()))
    evenly = (key for some in zip_longest(*keys.values()) for key in some if key is not None)
    return list(dict.fromkeys(chain((key for key in wanted if key in known), evenly)))[:most]


def stratified(keys: Mapping[str, list[str]], most: int) -> list[str]:
    """Return at most *most* keys, sorted, with the classes' shares as they are.

    Args:
        keys: Of each class, sorted: SHA-256, so that the first of them are as good as drawn.
        most: How many; no class is left out unless there are more classes.
    """
    total = sum(map(len, keys.values()))
    if total <= most:
        return sorted(chain(*keys.values()))
    drawn = [some[: max(1, len(some) * most // total)] for some in keys.values()]
    return sorted(sorted(chain(*drawn))[:most])
