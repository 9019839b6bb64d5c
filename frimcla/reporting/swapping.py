"""The three panels of a pair, and the lines by which the script puts another pair into them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.number import Number
from frimcla.plotting import calibration, panels
from frimcla.plotting.strokes import band_path, dots, intervals, path
from frimcla.plotting.svg import Drawing, Sheet
from frimcla.saying import fixed
from frimcla.showing.curves import Line

from .detail import Detail

ROC, RECALL, RELIABILITY = "roc", "recall", "reliability"
"""What the panels are called on the page."""
RANGES = 20
"""Of confidence, in which images are counted below the reliability diagram."""


@attrs.frozen(kw_only=True, eq=False)
class Panels:
    """ROC, precision-recall and reliability of a pair, by name."""

    drawings: Mapping[str, Drawing]


def panels_of(detail: Detail, sheet: Sheet) -> Panels | None:
    """Draw the panels of a pair; None where it gives no probabilities."""
    curves, said = detail.curves, words_of(detail)
    if curves is None or detail.reliability is None:
        return None
    return Panels(
        drawings={
            ROC: panels.roc(
                sheet,
                ROC,
                _curve(curves.roc, said[ROC]),
                each=[one.roc.value for one in detail.others],
            ),
            RECALL: panels.precision_recall(
                sheet,
                RECALL,
                _curve(curves.recall, said[RECALL]),
                base=curves.share,
                each=[one.recall.value for one in detail.others],
            ),
            RELIABILITY: calibration.reliability(
                sheet, RELIABILITY, _bins(detail, said[RELIABILITY])
            ),
        }
    )


def paths_of(detail: Detail, made: Panels) -> dict[str, str]:
    """Return the lines of a pair by the group of the page that they take the place of."""
    curves, found = detail.curves, {}
    if curves is None or detail.reliability is None:
        return {}
    for name, line, others in (
        (ROC, curves.roc, [one.roc for one in detail.others]),
        (RECALL, curves.recall, [one.recall for one in detail.others]),
    ):
        frame = made.drawings[name].frames["axes"]
        found[f"{name}-line"] = path(line.grid, line.value, frame)
        found[f"{name}-band"] = band_path(line.grid, line.low, line.high, frame)
        for number, other in enumerate(others):
            found[f"{name}-class-{number}"] = path(other.grid, other.value, frame)
    bins, frames = _bins(detail, ""), made.drawings[RELIABILITY].frames
    found[f"{RELIABILITY}-dots"] = dots(bins.sure, bins.right, frames["axes"])
    found[f"{RELIABILITY}-spans"] = intervals(bins.sure, bins.low, bins.high, frames["axes"])
    floor = np.zeros_like(bins.heights)
    found[f"{RELIABILITY}-columns"] = intervals(bins.middles, floor, bins.heights, frames["counts"])
    return found


def words_of(detail: Detail) -> dict[str, str]:
    """Return what is written in each panel."""
    if detail.curves is None or detail.reliability is None:
        return {}
    return {
        ROC: f"AUC {_short(detail.auc)}",
        RECALL: f"AP {_short(detail.average_precision)}",
        RELIABILITY: f"ECE {fixed(detail.ece.value, 3)}",
    }


def _short(number: Number) -> str:
    text = fixed(number.value, 3)
    if number.low is None or number.high is None:
        return text
    return f"{text} ({fixed(number.low, 3)} to {fixed(number.high, 3)})"


def _curve(line: Line, said: str) -> panels.Curve:
    there = bool(np.isfinite(line.low).any())
    return panels.Curve(
        x=line.grid,
        y=line.value,
        low=line.low if there else None,
        high=line.high if there else None,
        said=said,
    )


def _bins(detail: Detail, said: str) -> calibration.Bins:
    found = detail.reliability
    assert found
    spread, _ = np.histogram(detail.galleries.sure, RANGES, (0, 1))

    def column(values: list[float]) -> Array:
        return np.array(values, float)

    return calibration.Bins(
        sure=column([one.confidence for one in found.bins]),
        right=column([one.share.value for one in found.bins]),
        low=column([one.share.low for one in found.bins]),
        high=column([one.share.high for one in found.bins]),
        spread=spread,
        said=said,
    )
