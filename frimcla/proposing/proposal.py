"""Proposes groups that folds must not split, from columns, folders or names.

Images of one patient, slide or frame are alike. Where some are learnt from and others tested on,
the score is too good. Who does not say what belongs together may have said it in the names.

Columns of a manifest win over folders, and folders over names: who wrote a column meant it. Of
columns the largest unit wins (patient before slide before well), as each one stands alone. Of names
persons win, too; without one it is the other way round: the finest words whose images have
siblings are the only ones that every scheme has; larger ones may be a year or a study. Where words
name a larger unit, the evidence says how to keep that whole.

What counts the images is no group: a number found once in each class (``cat.1``, ``dog.1``), or one
that starts again in each group (``tile00`` to ``tile08``). Nor are dates, views such as left and
right, and parts such as tiles. A wrong proposal costs more than none: few, large groups need words
that name them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs

from frimcla.patterns import Pattern

from .choosing import keys
from .sharing import Sharing
from .slots import Slot, folder_slots, name_slots
from .spelling import spelled
from .units import column_rank, splits


@attrs.frozen(kw_only=True)
class Proposal:
    """Groups of images that belong together.

    Attributes:
        setting: What to write as ``groups``: a pattern on names, or the name of a column.
        where: Where they were found: "names", "folders" or "columns".
        evidence: Why, in a clause for people.
        groups: The group of each image, in the order given.
    """

    setting: str
    where: str
    evidence: str
    groups: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of groups."""
        return len(set(self.groups))


def propose(
    names: Sequence[str],
    labels: Sequence[str],
    columns: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Proposal | None:
    """Return groups that folds should not split, or None where nothing speaks for any.

    Args:
        names: Paths of the images below their dataset, with ``/``.
        labels: Their classes.
        columns: Further columns of their manifest.
    """
    if not names:
        return None
    kinds = [f"{label}/{splits(name)}" for name, label in zip(names, labels, strict=True)]
    return (
        _in_columns(names, labels, columns)
        or _in_slots("folders", folder_slots(names, kinds), names, kinds)
        or _in_slots("names", name_slots(names, labels, kinds), names, kinds)
    )


def straddling(groups: Sequence[str], folds: Sequence[int]) -> float:
    """Return the share of groups with two images or more that stand in two folds or more."""
    found: dict[str, list[int]] = {}
    for group, fold in zip(groups, folds, strict=True):
        found.setdefault(group, []).append(fold)
    several = [fold for fold in found.values() if len(fold) > 1]
    return sum(len(set(fold)) > 1 for fold in several) / len(several) if several else 0.0


def _in_columns(
    names: Sequence[str], labels: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> Proposal | None:
    ranked = []
    for name, values in columns.items():
        rank = column_rank(name)
        if rank is not None and Sharing.of(values, labels).repeats and all(values):
            ranked.append((rank, len(set(values)), name))
    if not ranked:
        return None
    _, count, name = min(ranked)
    evidence = f'{count} different values in the column "{name}" for {len(names)} images'
    groups = tuple(columns[name])
    return Proposal(setting=name, where="columns", evidence=evidence, groups=groups)


def _in_slots(
    where: str, slots: Sequence[Slot], names: Sequence[str], kinds: Sequence[str]
) -> Proposal | None:
    folders = where == "folders"
    for key in keys(folders, slots, kinds):
        found = spelled(folders, slots, key, names)
        if found:
            pattern, groups = found
            evidence = _evidence(where, pattern, groups, names) + _larger(
                folders, slots, key, names
            )
            return Proposal(setting=pattern.text, where=where, evidence=evidence, groups=groups)
    return None


def _evidence(where: str, pattern: Pattern, groups: Sequence[str], names: Sequence[str]) -> str:
    """Say how many groups there are, with the first name of the largest one."""
    times = Counter(groups)
    group, name = min(zip(groups, names, strict=True), key=lambda one: (-times[one[0]], one))
    what = " and ".join(f'"{field}"' for field in pattern.fields)
    if where == "names":
        name = name.rpartition("/")[2]
    if pattern.fields == ("group",):
        return f'{len(times)} groups in the {where}, such as "{group}" in {name}'
    if all(field.startswith("group") for field in pattern.fields):
        return f"{len(times)} groups in the {where}, such as that of {name}"
    return f"{len(times)} different {what} in the {where}, such as {name}"


def _larger(folders: bool, slots: Sequence[Slot], key: Sequence[int], names: Sequence[str]) -> str:
    """Say how to keep a larger unit whole, where the first word of several names one."""
    if len(key) < 2 or slots[key[0]].rank is None:
        return ""
    found = spelled(folders, slots, key[:1], names)
    return f"; {found[0].text} keeps every {slots[key[0]].word} whole" if found else ""
