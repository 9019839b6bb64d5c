"""Scores at several sizes to a learning curve: intervals, the law, and a look ahead."""

from __future__ import annotations

import numpy as np
from scipy import stats

from frimcla.contracts import Array
from frimcla.keys import seed_of
from frimcla.scoring import Judge, metric_of, unit_of
from frimcla.stats.corrected import corrected_t

from .learning_curve import Ahead, Curve
from .learning_law import fitted

FACTORS = (1.0, 1.5, 2.0, 4.0)
"""Times the images of the study that are looked ahead."""
RESAMPLES = 1000
"""Bootstrap samples of the folds behind what is extrapolated."""


def drawn(
    sizes: Array,
    scores: Array,
    judge: Judge,
    *,
    images: int,
    ratio: float,
    rope: float,
    seed: int,
) -> Curve:
    """Fit the law, and look ahead.

    Intervals ahead: folds are drawn again with replacement, each with its scores at all sizes, and
    the law is fitted to every sample. Means of samples spread too little (folds share most of their
    images, and are few), so their distance from the mean is stretched until, at a size that was
    measured, the interval is the corrected t's.

    Args:
        sizes: Images learnt from, ascending, (s,).
        scores: By fold and size, (f, s), without nan.
        judge: The deciding metric.
        images: Of the study.
        ratio: Test images over training images of a fold.
        rope: A difference that does not matter.
        seed: The study's.
    """
    signed, folds = judge.sign * scores, len(scores)
    mean = signed.mean(axis=0)
    rng = np.random.default_rng(seed_of(seed, "learn", "ahead"))
    samples = signed[rng.integers(0, folds, (RESAMPLES, folds))].mean(axis=1)
    samples = mean + _stretch(folds, ratio) * (samples - mean)
    law = fitted(sizes, np.concatenate([mean[None], samples]), _top(judge, signed))
    counts = np.array([round(factor * images) for factor in FACTORS])
    levels = law.at(counts)
    gains = levels - levels[:, :1]
    tested = [corrected_t(column, ratio=ratio) for column in scores.T]
    return Curve(
        metric=judge.recipe.label,
        unit=unit_of(judge),
        greater_is_better=judge.sign > 0,
        rope=rope,
        images=images,
        folds=folds,
        sizes=tuple(round(size) for size in sizes.tolist()),
        scores=tuple(one.mean for one in tested),
        low=tuple(None if one.degenerate else _within(judge, one.low) for one in tested),
        high=tuple(None if one.degenerate else _within(judge, one.high) for one in tested),
        limit=float(judge.sign * law.limit[0]),
        scale=float(judge.sign * law.scale[0]),
        power=float(law.power[0]),
        ahead=tuple(
            _ahead(judge, factor, int(count), levels[:, place], gains[:, place])
            for place, (factor, count) in enumerate(zip(FACTORS, counts, strict=True))
        ),
    )


def _ahead(judge: Judge, factor: float, images: int, levels: Array, gains: Array) -> Ahead:
    low, high = sorted(judge.sign * end for end in _ends(levels))
    gain_low, gain_high = _ends(gains)
    return Ahead(
        factor=factor,
        images=images,
        score=float(judge.sign * levels[0]),
        low=_within(judge, low),
        high=_within(judge, high),
        gain=float(gains[0]),
        gain_low=gain_low,
        gain_high=gain_high,
    )


def _ends(values: Array) -> tuple[float, float]:
    """Return both ends of the samples; they hold the value itself, which comes first."""
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return float(min(low, values[0])), float(max(high, values[0]))


def _stretch(folds: int, ratio: float) -> float:
    """Return by how much the corrected t's interval is wider than the bootstrap's."""
    error, drawn = (1 / folds + ratio) ** 0.5, ((folds - 1) / folds**2) ** 0.5
    return float(stats.t.isf(0.025, folds - 1) / stats.norm.isf(0.025) * error / drawn)


def _top(judge: Judge, signed: Array) -> float:
    """Return what no limit is above, higher is better: 1, or a loss of 0; unless scores are."""
    top = 1.0 if judge.sign > 0 else 0.0
    return top if signed.max() <= top else np.inf


def _within(judge: Judge, value: float) -> float:
    """Return the end of an interval without what a share can never be."""
    return min(max(value, 0.0), 1.0) if metric_of(judge.recipe).share else value
