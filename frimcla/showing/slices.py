"""How a pair does in parts of the images: each group, each value of a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.predictions import Labels, Predictions

from .resampling import Draws, Estimate, share

MOST = 20
"""Values of a column, or groups, that are shown."""
FEW = 5
"""Images of a group below which it is shown only if no group has more."""
GROUPS = "group"
"""What the column of declared groups is called."""


@attrs.frozen(kw_only=True)
class Slice:
    """Images with one value.

    Attributes:
        value: What they have in common; empty where the manifest says nothing.
        images: How many.
        right: How many of them were predicted right, out of fold.
        share: Share that is right, with its interval.
    """

    value: str
    images: int
    right: int
    share: Estimate


@attrs.frozen(kw_only=True)
class Column:
    """All slices of one column.

    Attributes:
        name: Of the column; `GROUPS` for declared groups.
        slices: The worst share first; of equals the one with more images.
        more: Groups that are not among them: too small, or better than the worst 20.
    """

    name: str
    slices: tuple[Slice, ...]
    more: int = 0


@attrs.frozen(kw_only=True)
class Sliced:
    """What there is to slice by.

    Attributes:
        columns: Groups first, then columns by name.
        left_out: Why a column is not among them, by name.
    """

    columns: tuple[Column, ...]
    left_out: Mapping[str, str] = attrs.field(factory=dict)


def sliced(table: Predictions, pair: Labels, draws: Draws) -> Sliced:
    """Judge a pair in parts of the images, by the first repeat.

    Intervals of a group are of its own images: how it does there. Those of a column's values are of
    whole groups, where there are groups: how it does on others with that value.

    Args:
        table: The predictions, with groups and columns.
        pair: The pair.
        draws: Of the images of *table*.
    """
    columns, left_out = [], {}
    if table.groups:
        inside = attrs.evolve(draws, units=np.arange(len(table.images)))
        found = _slices(table, pair, inside, table.groups)
        large = [one for one in found if one.images >= FEW] or found
        columns.append(_column(GROUPS, large[:MOST], more=len(found) - len(large[:MOST])))
    for name, cells in sorted(table.columns.items()):
        if why := _pointless(cells, table):
            left_out[name] = why
        else:
            columns.append(_column(name, _slices(table, pair, draws, cells)))
    return Sliced(columns=tuple(columns), left_out=left_out)


def _column(name: str, slices: Sequence[Slice], more: int = 0) -> Column:
    return Column(name=name, slices=tuple(slices), more=more)


def _pointless(cells: Sequence[str], table: Predictions) -> str:
    """Say why a column is not sliced by; empty where it is."""
    count = len(set(cells))
    if count == 1:
        return "one value only"
    if count == len(cells):
        return "another value for every image"
    if _same_parts(cells, table.labels.tolist()):
        return "the same parts as the classes"
    if table.groups and _same_parts(cells, table.groups):
        return "the same parts as the groups"
    return f"{count} values, more than {MOST}" if count > MOST else ""


def _same_parts(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Say whether two columns differ in names alone."""
    together = len(set(zip(ours, theirs, strict=True)))
    return together == len(set(ours)) == len(set(theirs))


def _slices(table: Predictions, pair: Labels, draws: Draws, cells: Sequence[str]) -> list[Slice]:
    """Return a slice for every value, the worst first."""
    answers = table.answers(pair)
    right = answers.predicted == answers.truth
    values, members, counts = np.unique(np.array(cells), return_inverse=True, return_counts=True)
    ordered = np.argsort(members, kind="stable")  # sorted once, however many groups there are

    def one(value: str, rows: Array) -> Slice:
        return Slice(
            value=value,
            images=len(rows),
            right=int(right[rows].sum()),
            share=share(right, rows, draws),
        )

    parts = np.split(ordered, np.cumsum(counts)[:-1])
    found = [one(str(value), rows) for value, rows in zip(values, parts, strict=True)]
    return sorted(found, key=lambda part: (part.share.value, -part.images, part.value))
