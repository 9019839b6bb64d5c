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
SMALLEST, LARGEST = 1e-100, 1e100
"""Sizes of scores between which no square, nor a product of two squares' roots, is lost."""


def table(scores: ArrayLike, *, rows: int = 2, columns: int = 2) -> Array:
    """Return *scores* as float64 of shape (n, k).

    Raises:
        ValueError: Not two-dimensional, too small, not finite, or beyond 1e-100 and 1e100.
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
    return _sized(finite(values, "scores"), "scores")


def vector(values: ArrayLike, *, least: int = 1, name: str = "values") -> Array:
    """Return *values* as float64 of shape (n,).

    Raises:
        ValueError: Not one-dimensional, fewer than *least*, not finite, or beyond 1e-100 and
            1e100.
    """
    return _sized(_one_axis(values, least, name), name)


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
    found = _one_axis(values, 1, "p values")
    wrong = np.flatnonzero((found < 0) | (found > 1))
    if len(wrong):
        place = int(wrong[0])
        raise ValueError(f"p values: between 0 and 1 is asked, at {place} is {found[place]:g}")
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
        raise ValueError(
            f"{name}: {axes} axes and one value at least are asked, the shape is {found.shape}"
        )
    wrong = np.argwhere((found != 0) & (found != 1))
    if len(wrong):
        place = tuple(int(axis) for axis in wrong[0])
        raise ValueError(f"{name}: 0 or 1 is asked, at {place} is {found[place]}")
    return found.astype(bool)


def settled(values: Array, *, scale: float | None = None) -> Array:
    """Return *values* rounded to nine digits of the largest, so that equals are equal.

    0.1 + 0.2 and 0.3 differ in the last bit, and scores that were printed with ten digits differ
    in the tenth. Ranking sees differences there, and with ties broken by noise the statistics of
    Wilcoxon, Quade and aligned ranks change in the third digit. For ranks and equality only:
    means and variances are computed from values as they are. Rounding twice keeps noise from
    parting equals half-way between two results, as the mean of 5 candidates on 1,024 images is.

    Args:
        values: Any shape.
        scale: Largest absolute value of what they were computed from, their own if None.
    """
    size = largest(values) if scale is None else float(scale)
    if size == 0:
        return values
    digits = DIGITS - math.ceil(math.log10(size))
    return np.round(np.round(values, digits + 3), digits) + 0.0  # no negative zero


def denoised(values: ArrayLike, *, scale: float) -> Array:
    """Return *values* with 0 where only noise of floating point is left of numbers of *scale*."""
    return np.where(np.abs(values) <= NOISE * scale, 0.0, values)


def constant(values: Array) -> bool:
    """Return whether all *values* are equal, up to noise of floating point."""
    return bool(np.ptp(values) <= NOISE * np.abs(values).max())


def largest(*values: Array) -> float:
    """Return the largest absolute value of some arrays."""
    return max(float(np.abs(one).max()) for one in values)


def finite(values: Array, name: str) -> Array:
    """Return *values* of any shape.

    Raises:
        ValueError: Not all are finite.
    """
    if not np.isfinite(values).all():
        place = tuple(int(axis) for axis in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"{name}: finite numbers are asked, at {place} is {values[place]}")
    return values


def _one_axis(values: ArrayLike, least: int, name: str) -> Array:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise ValueError(f"{name}: one axis is asked, there are {found.ndim}: give (n,)")
    if len(found) < least:
        raise ValueError(f"{name}: {least} or more are asked, there are {len(found)}")
    return finite(found, name)


def _sized(values: Array, name: str) -> Array:
    size = largest(values)
    if size and not SMALLEST <= size <= LARGEST:
        raise ValueError(
            f"{name}: the largest is asked to be 0 or between {SMALLEST:g} and {LARGEST:g}, "
            f"not {size:g}: squares of such numbers are lost; give them in another unit"
        )
    return values
