"""What every function here asks of its input, and how it settles ties and zero variance."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

DIGITS = 9
"""Digits of the largest value that are kept before values are ranked."""
NOISE = 1e-12
"""Share of the values below which a difference of them is noise of floating point."""


def table(scores: ArrayLike, *, rows: int = 2, columns: int = 2) -> Array:
    """Return *scores* as float64 of shape (n, k).

    Raises:
        ValueError: Not two-dimensional, too small, or not finite.
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(
            f"scores: blocks x candidates are asked, two axes, not {values.ndim}: give (n, k)"
        )
    for size, least, what in zip(
        values.shape, (rows, columns), ("blocks (rows)", "candidates (columns)"), strict=True
    ):
        if size < least:
            raise ValueError(f"scores: {least} {what} or more are asked, there are {size}")
    return _finite(values, "scores")


def vector(values: ArrayLike, *, least: int = 1, name: str = "values") -> Array:
    """Return *values* as float64 of shape (n,).

    Raises:
        ValueError: Not one-dimensional, fewer than *least*, or not finite.
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise ValueError(f"{name}: one axis is asked, there are {found.ndim}: give (n,)")
    if len(found) < least:
        raise ValueError(f"{name}: {least} or more are asked, there are {len(found)}")
    return _finite(found, name)


def pair(first: ArrayLike, second: ArrayLike) -> tuple[Array, Array]:
    """Return two vectors (n,) of paired scores.

    Raises:
        ValueError: They are not two vectors of equal length, or shorter than 2.
    """
    one, other = vector(first, least=2, name="first"), vector(second, least=2, name="second")
    if len(one) != len(other):
        raise ValueError(
            f"paired scores: {len(one)} of the first and {len(other)} of the second: "
            f"give one pair per fold"
        )
    return one, other


def p_values(values: ArrayLike) -> Array:
    """Return raw p values as float64 (m,).

    Raises:
        ValueError: Not one axis, none, or not between 0 and 1.
    """
    found = vector(values, name="p values")
    if found.min() < 0 or found.max() > 1:
        wrong = found[(found < 0) | (found > 1)][0]
        raise ValueError(f"p values: between 0 and 1 is asked, not {wrong:g}")
    return found


def share(value: float, name: str) -> float:
    """Return *value*, strictly between 0 and 1.

    Raises:
        ValueError: It is not.
    """
    if not 0 < value < 1:
        raise ValueError(f"{name}: between 0 and 1, without both, is asked, not {value:g}")
    return float(value)


def binary(values: ArrayLike, *, axes: int, name: str) -> Array:
    """Return 0 and 1 as an array of bool.

    Raises:
        ValueError: Another number of axes, or other values.
    """
    found = np.asarray(values)
    if found.ndim != axes or not found.size:
        raise ValueError(f"{name}: {axes} axes and one value at least are asked: {found.shape}")
    if not np.isin(found, (0, 1)).all():
        raise ValueError(f"{name}: only 0 and 1 are asked")
    return found.astype(bool)


def settled(values: Array, *, scale: float | None = None) -> Array:
    """Return *values* rounded to nine digits of the largest, so that equals are equal.

    0.1 + 0.2 and 0.3 differ in the last bit, and scores that were printed with ten digits differ
    in the tenth. Ranking sees differences there, and with ties broken by noise the statistics of
    Wilcoxon, Quade and aligned ranks change in the third digit. For ranks and equality only:
    means and variances are computed from values as they are.

    Args:
        values: Any shape.
        scale: Largest absolute value of what they were computed from, their own if None.
    """
    size = largest(values) if scale is None else float(scale)
    if size == 0:
        return values
    return np.round(values, DIGITS - math.ceil(math.log10(size))) + 0.0  # no negative zero


def denoised(values: ArrayLike, *, scale: float) -> Array:
    """Return *values* with 0 where only noise of floating point is left of numbers of *scale*."""
    return np.where(np.abs(values) <= NOISE * scale, 0.0, values)


def constant(values: Array) -> bool:
    """Return whether all *values* are equal, up to noise of floating point."""
    return bool(np.ptp(values) <= NOISE * np.abs(values).max())


def largest(*values: Array) -> float:
    """Return the largest absolute value of some arrays."""
    return max(float(np.abs(one).max()) for one in values)


def _finite(values: Array, name: str) -> Array:
    if not np.isfinite(values).all():
        place = tuple(int(axis) for axis in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"{name}: finite numbers are asked, at {place} there is {values[place]}")
    return values
