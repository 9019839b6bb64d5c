"""Predictions as files: a table for people, a document for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .bundle import Model, Prediction
from .errors import ConfigError
from .outputs import write_text
from .tables import csv_text, score_cells
from .trust import COVERAGE, FALSE_ALARMS, Trust

FIRST_WORDS = (b"file,predicted,", b'{\n "model": ')
"""How a table and a document of predictions begin."""
BETWEEN = " | "
"""What stands between the candidates in a cell."""


def predictions_csv(
    predictions: Sequence[Prediction], classes: Sequence[str], *, candidates: bool = False
) -> str:
    """Return predictions as CSV: file, predicted, one score per class, and how far to trust them.

    Columns behind the classes: ``set``, if asked for, the candidates; ``familiarity``, 0 to 1;
    ``unlike_training``, yes or no; ``problem``, where an image could not be read. What is not
    known is empty.

    Args:
        predictions: By `frimcla.predict`.
        classes: Of the model.
        candidates: Whether to write the candidates of each image.
    """
    bad = any(prediction.problem for prediction in predictions)
    rows = [
        (
            prediction.file,
            prediction.predicted,
            *score_cells(np.array([prediction.scores.get(label, np.nan) for label in classes])),
            *([set_cell(prediction.trust)] if candidates else []),
            *_familiar_cells(prediction.trust),
            *([prediction.problem] if bad else []),
        )
        for prediction in predictions
    ]
    header = [
        *("file", "predicted", *classes),
        *(["set"] if candidates else []),
        *("familiarity", "unlike_training"),
        *(["problem"] if bad else []),
    ]
    return csv_text(header, rows)


def set_cell(trust: Trust | None) -> str:
    """Return the candidates of an image as a cell."""
    return BETWEEN.join(trust.candidates or ()) if trust else ""


def _familiar_cells(trust: Trust | None) -> list[str]:
    if trust is None or np.isnan(trust.familiarity):
        return ["", ""]
    return [f"{trust.familiarity:.4f}", "yes" if trust.unlike else "no"]


def predictions_json(
    predictions: Sequence[Prediction], model: Model, coverage: float = COVERAGE
) -> dict[str, Any]:
    """Return predictions for programs, with all their digits; null where there is no number.

    Args:
        predictions: By `frimcla.predict`.
        model: What predicted.
        coverage: With which it did.
    """
    return {
        "model": model.manifest.label,
        "classes": list(model.classes),
        "coverage": coverage,
        "false_alarms": FALSE_ALARMS,
        "predictions": [_entry(prediction) for prediction in predictions],
    }


def _entry(one: Prediction) -> dict[str, Any]:
    trust = one.trust
    candidates = trust.candidates if trust else None
    familiarity = _or_none(trust.familiarity) if trust else None
    return {
        "file": one.file,
        "predicted": one.predicted,
        "scores": {label: _or_none(score) for label, score in one.scores.items()},
        "candidates": None if candidates is None else list(candidates),
        "familiarity": familiarity,
        "unlike_training": None if familiarity is None or trust is None else trust.unlike,
        "right": _right(trust) if trust and trust.of else None,
        "problem": one.problem,
    }


def _right(trust: Trust) -> dict[str, float]:
    return {"share": trust.right, "low": trust.low, "high": trust.high, "images": trust.of}


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else number


def json_text(document: dict[str, Any]) -> str:
    """Return a document of predictions as it is printed and written."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_predictions(
    path: str | Path,
    predictions: Sequence[Prediction],
    classes: Sequence[str],
    *,
    candidates: bool = False,
) -> None:
    """Write `predictions_csv` to a file, whole or not at all.

    Raises:
        ConfigError: Something else than predictions is there.
    """
    check_target(path)
    write_text(Path(path), predictions_csv(predictions, classes, candidates=candidates))


def write_document(path: str | Path, document: dict[str, Any]) -> None:
    """Write `predictions_json` to a file, whole or not at all.

    Raises:
        ConfigError: Something else than predictions is there.
    """
    check_target(path)
    write_text(Path(path), json_text(document))


def check_target(path: str | Path) -> None:
    """Refuse to write over anything but predictions of before.

    Raises:
        ConfigError: Something else is there.
    """
    target = Path(path)
    if not os.path.lexists(target):
        return
    if target.is_file():
        with target.open("rb") as file:
            if file.read(max(map(len, FIRST_WORDS))).startswith(FIRST_WORDS):
                return
    what = "is there already and holds no predictions; name another file"
    raise ConfigError("predict", [(str(target), what)])
