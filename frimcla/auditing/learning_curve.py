"""A learning curve as a value: what was measured, its law, and what that says of more images."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.number import Number
from frimcla.saying import bare, points

from .findings import Finding, Severity


def _tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class Ahead:
    """What is to be expected of more images.

    Attributes:
        factor: Times the images of the study.
        images: How many these are.
        score: Expected under the deciding metric, with its 95 % interval.
        low: Lower end.
        high: Upper end.
        gain: How much better that is than with the images of the study; 0 or more, also where
            smaller scores are better.
        gain_low: Lower end of its 95 % interval.
        gain_high: Upper end.
    """

    factor: float
    images: int
    score: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@attrs.frozen(kw_only=True)
class Curve:
    """Score against number of images learnt from.

    The law is ``score(n) = limit - scale n ** -power``; *scale* is 0 or less where smaller scores
    are better.

    Attributes:
        metric: The deciding metric.
        unit: ``"share"``, shown in percent, or none.
        greater_is_better: Its direction.
        rope: A difference in it that does not matter.
        images: Of the study.
        folds: That were used.
        sizes: Images learnt from, ascending, the mean over folds; the last is a training fold.
        scores: Mean over folds at each size.
        low: Lower ends of their 95 % intervals, Nadeau and Bengio's corrected t over folds; None
            where all folds are alike.
        high: Upper ends.
        limit: What would be reached with images without end.
        scale: Of the law.
        power: Of the law, above 0, at most 2.
        ahead: Expected with 1, 1.5, 2 and 4 times the images.
    """

    metric: str
    unit: str
    greater_is_better: bool
    rope: float
    images: int
    folds: int
    sizes: tuple[int, ...] = attrs.field(converter=_tuple)
    scores: tuple[float, ...] = attrs.field(converter=_tuple)
    low: tuple[float | None, ...] = attrs.field(converter=_tuple)
    high: tuple[float | None, ...] = attrs.field(converter=_tuple)
    limit: float
    scale: float
    power: float
    ahead: tuple[Ahead, ...] = attrs.field(converter=_tuple)

    def at(self, images: Array) -> Array:
        """Return the score that the law says for numbers of images, (m,)."""
        return np.asarray(self.limit - self.scale * np.asarray(images, np.float64) ** -self.power)

    @property
    def twice(self) -> Ahead:
        """What is to be expected of twice the images."""
        return next(one for one in self.ahead if one.factor == 2)

    @property
    def sentence(self) -> str:
        """What it comes to."""
        percent, found = self.unit == "share", self.twice
        gain = points(found.gain, percent=percent)
        ends = (bare(end, percent=percent) for end in (found.gain_low, found.gain_high))
        what = "higher" if self.greater_is_better else "lower"
        return (
            f"With twice the images ({found.images} instead of {self.images}) expect "
            f"{self.metric} about {gain} {what} ({' to '.join(ends)}); {self._worth(found)}."
        )

    def _worth(self, found: Ahead) -> str:
        if found.gain_low > self.rope:
            return "more images are worth it"
        if found.gain > self.rope:
            return "more images may be worth it"
        if found.gain_high > self.rope:
            return "more images are probably not worth it"
        return "more images are hardly worth it"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON gives it back, lists for tuples; `of` reads it."""
        told = {**attrs.asdict(self), "sentence": self.sentence}
        return dict(json.loads(json.dumps(told)))

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Curve:
        """Read it back."""
        names = {field.name for field in attrs.fields(cls)}
        found = {name: value for name, value in content.items() if name in names}
        return cls(**{**found, "ahead": [Ahead(**one) for one in found["ahead"]]})


def finding(curve: Curve) -> Finding:
    """Return the finding ``FRM401``: what twice the images would bring."""
    found = curve.twice
    how = f"power law of {len(curve.sizes)} sizes, bootstrap of {curve.folds} folds, stretched"
    return Finding(
        code="FRM401",
        severity=Severity.NOTE,
        sentence=curve.sentence,
        numbers={
            "gain_of_twice": Number(
                value=found.gain,
                unit=curve.unit,
                metric=f"{curve.metric}, difference",
                method=how,
                low=found.gain_low,
                high=found.gain_high,
            ),
            "score_of_twice": Number(
                value=found.score,
                unit=curve.unit,
                metric=curve.metric,
                method=how,
                low=found.low,
                high=found.high,
            ),
        },
    )
