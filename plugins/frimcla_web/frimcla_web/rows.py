"""What is said of an image, as the rows of `frimcla.predicted.predictions_json`, and back."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from frimcla.bundle import Prediction
from frimcla.predicted import predictions_csv
from frimcla.tables import csv_text
from frimcla.trust import Trust

Row = Mapping[str, Any]


def unread(name: str, problem: str) -> Row:
    """Return the row of an image of which nothing can be said."""
    empty = dict.fromkeys(("candidates", "familiarity", "unlike_training", "right"))
    return {"file": name, "predicted": "", "scores": {}, **empty, "problem": problem}


def unread_all(names: Sequence[str], problem: str, *, pictures: bool) -> dict[str, list[Any]]:
    """Return the answer of `frimcla_web.workers.Workers.predict` where nothing can be said."""
    answer: dict[str, list[Any]] = {"predictions": [unread(name, problem) for name in names]}
    if pictures:
        answer |= {"pictures": [None for _ in names], "nearest": [() for _ in names]}
    return answer


def table(rows: Sequence[Row], corrected: Sequence[str], classes: Sequence[str]) -> str:
    """Return what ``frimcla predict --coverage 0.9 --out`` writes, and a column ``corrected``.

    Args:
        rows: In the order of the file.
        corrected: What a visitor says of each image; empty where nothing.
        classes: Of the model.
    """
    text = predictions_csv([*map(_prediction, rows)], classes, candidates=True)
    header, *below = csv.reader(io.StringIO(text))
    joined = [(*cells, label) for cells, label in zip(below, corrected, strict=True)]
    return csv_text([*header, "corrected"], joined)


def _prediction(row: Row) -> Prediction:
    return Prediction(
        file=row["file"],
        predicted=row["predicted"],
        scores={label: math.nan if s is None else s for label, s in row["scores"].items()},
        problem=row["problem"],
        trust=_trust(row),
    )


def _trust(row: Row) -> Trust | None:
    familiarity, candidates = row["familiarity"], row["candidates"]
    if familiarity is None and candidates is None and row["right"] is None:
        return None
    right = row["right"] or {"share": math.nan, "low": math.nan, "high": math.nan, "images": 0}
    return Trust(
        familiarity=math.nan if familiarity is None else familiarity,
        unlike=bool(row["unlike_training"]),
        candidates=None if candidates is None else tuple(candidates),
        right=right["share"],
        low=right["low"],
        high=right["high"],
        of=right["images"],
    )
