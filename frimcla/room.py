"""What is said of a store before anything is computed: what was damaged, and if there is room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import files
from .spaces import Space
from .store import ASIDE, FeatureStore, Survey

MARGIN = 1.2
"""More room than the numbers take: for names, for what else is written, for what is in between."""
KEY = 64
"""Bytes of the name of an image, which stands beside its features."""
SHOWN = 3
"""Files that a sentence names."""


def check_room(store: FeatureStore, lacking: Mapping[str, Sequence[Space]]) -> tuple[str, ...]:
    """Make sure that what is missing finds room, and say where it goes if not to the cache.

    Args:
        store: The store.
        lacking: The spaces that lack each image. The features of the probes tell how long
            their rows are; of a space without any nothing is known, and nothing is asked.

    Raises:
        SpaceError: A disk has less room than it takes, and a fifth more.
    """
    needed: Counter[Path] = Counter()
    rows: Counter[Path] = Counter()
    for space, count in Counter(space for spaces in lacking.values() for space in spaces).items():
        folder = store.writes_to(space)
        rows[folder] += count
        for features, _ in list(store.read_probes(space).values())[:1]:
            needed[folder] += count * (features.itemsize * features.shape[1] + KEY)
    for folder, size in needed.items():
        files.check_room(folder, int(size * MARGIN))
    if not store.cache or not rows[store.folder]:
        return ()
    what = f"{rows[store.folder]:,} features that it lacks are kept in {store.folder}"
    return (f"the cache {store.cache} cannot be written: {what}",)


def damaged(surveys: Iterable[Survey]) -> tuple[str, ...]:
    """Say which files were damaged, and what became of them."""
    paths = [path for survey in surveys for path in survey.damaged]
    if not paths:
        return ()
    aside = sum(path.with_suffix(ASIDE).exists() for path in paths)
    told = "set aside" if aside == len(paths) else "left where they cannot be written"
    count = "1 file of features was" if len(paths) == 1 else f"{len(paths)} files of features were"
    names = ", ".join(str(path.with_suffix(ASIDE) if aside else path) for path in paths[:SHOWN])
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return (f"{count} damaged and {told} ({names}{more}); what was in them is computed again",)
