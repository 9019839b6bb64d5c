"""Chooses the words, or the folders, whose values make groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .sharing import Sharing, counts, crossed
from .slots import Slot

_NAMED = 2
"""The last rank of units that stand alone: patients, slides, wells; not frames or fields."""
_SIBLINGS = 0.25
"""Share of images with a sibling from which on values are groups."""
_PLAIN = 10
"""Groups needed where values have no digit, and no word says what they are."""


def keys(folders: bool, slots: Sequence[Slot], labels: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Yield places of slots whose values together make groups, the best first.

    Args:
        folders: The slots are folders.
        slots: All of them.
        labels: The class of each image.
    """
    chooser = _Chooser(folders, slots, labels)
    vary = [at for at, slot in enumerate(slots) if slot.values and not slot.part]
    ranks = {at: slots[at].rank for at in vary}
    # Slides of one person are no more independent than images of one slide.
    yield from ((at,) for at, rank in ranks.items() if rank == 0 and chooser.groups((at,)))
    named = [at for at, rank in ranks.items() if rank is not None and rank <= _NAMED]
    yield from (key for key in _heads(named) if chooser.groups(key))
    yield from (chooser.trimmed(key) for key in _heads(vary) if chooser.groups(key))


def _heads(places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the beginnings of *places*, the longest first: it is the finest."""
    yield from (tuple(places[:end]) for end in range(len(places), 0, -1))


def _numbered(value: str) -> bool:
    return any(map(str.isdecimal, value))


class _Chooser:
    """Says of some slots whether they make groups."""

    def __init__(self, folders: bool, slots: Sequence[Slot], labels: Sequence[str]) -> None:
        self._folders, self._slots, self._labels = folders, slots, labels

    def groups(self, key: tuple[int, ...]) -> bool:
        """Say whether the slots at *key* make groups."""
        if not key or self._is_moment(key) or any(map(self._mixed, key)):
            return False
        values = self._values(key)
        sharing = Sharing.of(values, self._labels)
        if not sharing.repeats or sharing.groups <= sharing.classes:
            return False
        if self._plain(key) and not self._plain_groups(sharing):
            return False
        if self._folders:
            return sharing.ever >= 2 * _SIBLINGS
        return self._left(key) and (sharing.within >= _SIBLINGS or self._meet(sharing, values))

    def trimmed(self, key: tuple[int, ...]) -> tuple[int, ...]:
        """Return *key* without what only divides its groups: counters, views, dates."""
        while self.groups(shorter := self._shorter(key)) and self._divides(key):
            key = shorter
        return key

    def _shorter(self, key: tuple[int, ...]) -> tuple[int, ...]:
        """Return *key* without its last slot, or without the moment at its end."""
        moment, key = self._slots[key[-1]].moment, key[:-1]
        while moment and key and self._slots[key[-1]].moment:
            key = key[:-1]
        return key

    def _values(self, key: Sequence[int]) -> list[tuple[str, ...]]:
        return list(zip(*(self._slots[at].values for at in key), strict=True))

    def _divides(self, key: tuple[int, ...]) -> bool:
        last = self._slots[key[-1]]
        return last.rank is None and (last.moment or crossed(self._values(key[:-1]), last.values))

    def _is_moment(self, key: tuple[int, ...]) -> bool:
        """Say whether *key* is a date, or ends within a moment: what was taken then, by chance."""
        slots, last = self._slots, key[-1]
        if slots[last].moment and last + 1 < len(slots) and slots[last + 1].moment:
            return True
        if not all(slots[at].moment for at in key):
            return False
        words = [
            slot.values[0] if slot.values else slot.before
            for slot in slots[: last + 1]
            if slot.moment
        ]
        return sum(map(str.isdecimal, "".join(words))) < 12

    def _mixed(self, at: int) -> bool:
        """Say whether some words are plain and some hold numbers: names that do not line up."""
        values = set(self._slots[at].values)
        return not self._folders and len({_numbered(value) for value in values}) > 1

    def _plain(self, key: Sequence[int]) -> bool:
        """Say whether values have no digit, and no word says what they are."""
        return all(
            self._slots[at].rank is None and not any(map(_numbered, set(self._slots[at].values)))
            for at in key
        )

    def _plain_groups(self, sharing: Sharing) -> bool:
        """Say whether plain words are groups: many ones, or folders that come back in classes."""
        meet = self._folders and sharing.groups >= 4 and sharing.pairs > 1.5 * sharing.groups
        return sharing.groups >= _PLAIN or meet

    def _left(self, key: Sequence[int]) -> bool:
        """Say whether something varies besides *key*: an image's number comes last."""
        return len(key) < sum(bool(slot.values) for slot in self._slots)

    def _meet(self, sharing: Sharing, values: list[tuple[str, ...]]) -> bool:
        """Say whether classes share values by more than chance."""
        alike = ["".join(value) for value in values]
        return sharing.ever >= _SIBLINGS and not counts(alike, self._labels)
