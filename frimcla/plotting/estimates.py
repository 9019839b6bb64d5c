"""Numbers as plots show them: with intervals, with prices."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Estimate:
    """One row of a plot.

    Attributes:
        name: What it is of.
        value: In the unit of the plot's axis: percent, where the metric is a share.
        low: Lower end of its interval, where there is one.
        high: Upper end.
        said: The number in words, ``"93.1 % (90.2 to 95.4)"``.
        standing: Of a pair beside the winner: a name of `frimcla.comparing.Standing`, or
            ``"winner"``.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    said: str = ""
    standing: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of its interval; the value itself where there is none."""
        if self.low is None or self.high is None:
            return self.value, self.value
        return self.low, self.high


@attrs.frozen(kw_only=True)
class Priced:
    """A pair and what it costs.

    Attributes:
        name: Of the pair.
        cost: Of an image, at least 0; 0 needs no network.
        score: Mean, in the unit of the axis.
        said: Score and cost in words.
    """

    name: str
    cost: float
    score: float
    said: str = ""
