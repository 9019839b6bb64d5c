"""Writes groups found in names as a pattern that a person would write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from frimcla.patterns import Pattern

from .slots import Slot

_FIELD = re.compile(r"[a-z][a-z0-9_]{2,}")
_STARS = re.compile(r"\*+")


def spelled(
    folders: bool, slots: Sequence[Slot], key: Sequence[int], names: Sequence[str]
) -> tuple[Pattern, tuple[str, ...]] | None:
    """Return the first pattern that gives *names* the groups of *key*, and these groups.

    Args:
        folders: The slots are folders.
        slots: All of them.
        key: Places of those whose values make a group.
        names: Names of all images.
    """
    truth = list(zip(*(slots[at].values for at in key), strict=True))
    for text in _folders(slots, key) if folders else _words(slots, key):
        try:
            pattern = Pattern.of(text)
        except ValueError:
            continue
        groups = tuple(found for name in names if (found := pattern.key(name)) is not None)
        if len(groups) == len(names) and _same(groups, truth):
            return pattern, groups
    return None


def fields(slots: Sequence[Slot], key: Sequence[int]) -> list[str]:
    """Return what the fields of a pattern are called, each once."""
    found: list[str] = []
    for at in key:
        name = slots[at].word if _FIELD.fullmatch(slots[at].word) else "group"
        again = sum(one.rstrip("0123456789") == name for one in found)
        found.append(f"{name}{again + 1}" if again else name)
    return found


def _same(one: Sequence[str], other: Sequence[tuple[str, ...]]) -> bool:
    """Say whether two ways to group the same images are one."""
    return len(set(one)) == len(set(other)) == len(set(zip(one, other, strict=True)))


def _folders(slots: Sequence[Slot], key: Sequence[int]) -> Iterator[str]:
    """Yield the pattern in which each folder of the key is one field."""
    names = dict(zip(key, fields(slots, key), strict=True))
    levels = [
        f"{{{names[at]}}}" if at in names else "*" if slot.values else slot.before
        for at, slot in enumerate(slots)
    ]
    yield "/".join([*levels, "*"])


def _words(slots: Sequence[Slot], key: Sequence[int]) -> Iterator[str]:
    """Yield patterns, the most readable first; the caller tries which one is right."""
    last = key[-1]
    following = slots[last + 1 : last + 2]
    ends = [f"{slot.gap or slot.before}*" for slot in following] or [".*"]
    for numbers in _numbers(slots, key):
        start = "".join(_piece(slots, at, key, numbers) for at in range(last + 1))
        for end in [*ends, "*"]:
            yield _STARS.sub("*", start + end)


def _numbers(slots: Sequence[Slot], key: Sequence[int]) -> list[bool]:
    """Return whether to try numbers first: behind a star they say more clearly what is meant."""
    free = any(slot.values or "*" in slot.gap + slot.before for slot in slots[: key[0]])
    return [True, False] if free or "*" in slots[key[0]].before else [False, True]


def _piece(slots: Sequence[Slot], at: int, key: Sequence[int], numbers: bool) -> str:
    slot = slots[at]
    if at not in key:
        return slot.gap + ("*" if slot.values else slot.before)
    digits = numbers and all(value.isdecimal() for value in slot.values)
    field = fields(slots, key)[list(key).index(at)]
    return f"{slot.gap}{slot.before}{{{field}{':d' if digits else ''}}}{slot.after}"
