"""The command: from what the user names to an audit, with the predictions of a finished run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla.codes import CODES
from frimcla.config import read_study
from frimcla.contracts import Progress
from frimcla.dataset import Dataset
from frimcla.errors import ConfigError, did_you_mean
from frimcla.opening import Opened, make_ready, open_study, settle_pixels
from frimcla.predictions import Labels, Predictions, read_predictions
from frimcla.registry import Registry
from frimcla.selection import told_pair
from frimcla.shards import DamagedError
from frimcla.study import RECORD, Study

from .core import audit_opened
from .findings import Audit, write_audit

STUDY, TABLE, VERDICT = "study.toml", "predictions.h5", "verdict.json"


@attrs.frozen(kw_only=True, eq=False)
class Run:
    """What a finished run left.

    Attributes:
        table: Its predictions, out of fold.
        pairs: The pair that it chose, and those recommended beside it.
    """

    table: Predictions
    pairs: tuple[Labels, ...]


def audit(
    source: str | Path,
    *,
    ignore: Sequence[str] = (),
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Look for what makes a score too good, or an image useless.

    Of a finished run, its predictions are looked at as well, and ``audit.json`` is written beside
    them; so it is where a configuration or folder is named whose output folder holds a finished
    run on the same images. Nothing else is written. Images kept for the final check are not seen.

    Args:
        source: The output folder of a run; or a configuration, a folder or manifest of images.
        ignore: Codes of checks to leave out, beside those that the study ignores.
        registry: What plugins offer; the installed ones if omitted.
        progress: Called as images are measured.

    Raises:
        ConfigError: The configuration is wrong, there is no such check, or the run is not finished.
        DatasetError: The images cannot be studied; every problem.
    """
    _check(ignore)
    folder = Path(source)
    is_output = (folder / RECORD).is_file()
    if is_output and not (folder / STUDY).is_file():
        what = f'is not finished (got "{folder}"); run the study again, it goes on where it was'
        raise ConfigError("the audit", [("output", what)])
    registry = registry or Registry.discover()
    study = read_study(folder / STUDY if is_output else folder, registry)
    return audited(study, registry, ignore=ignore, progress=progress)


def audited(
    study: Study,
    registry: Registry,
    *,
    ignore: Sequence[str] = (),
    progress: Progress | None = None,
) -> Audit:
    """Audit a study, and write ``audit.json`` beside a finished run on the same images.

    Args:
        study: Which one.
        registry: What plugins offer.
        ignore: Codes to leave out, beside those of the study.
        progress: Called as images are measured.

    Raises:
        DatasetError: As `audit`.
    """
    opened = _as_run(settle_pixels(open_study(study, registry, progress), progress))
    done = finished(opened)
    if done:
        opened = make_ready(opened, progress)  # else the features would not be found
    table, pairs = (done.table, done.pairs) if done else (None, ())
    found = audit_opened(opened, table, pairs, ignore=ignore, progress=progress)
    if done:
        write_audit(study.output, found)
    return found


def finished(opened: Opened) -> Run | None:
    """Return what a run on the same images left in the output folder; None where none did."""
    output = opened.study.output
    try:
        if _record(output)["state"] != "done":
            return None
        table = read_predictions(output / TABLE)
        recommended = json.loads((output / VERDICT).read_text("utf-8"))["recommended"]
        by_name = {told_pair(pair): pair for pair in table.pairs}
        pairs = tuple(by_name[name] for name in recommended)
        return Run(table=table, pairs=pairs) if _same(opened.dataset, table) else None
    except (OSError, ValueError, KeyError, TypeError, DamagedError):
        return None


def _same(dataset: Dataset, table: Predictions) -> bool:
    """Say whether predictions are of these images, and of the classes they have now."""
    ours = [(image.key, image.label) for image in dataset.images]
    return ours == list(zip(table.images, table.labels.tolist(), strict=True))


def _as_run(opened: Opened) -> Opened:
    """Return the study without the images that a finished run of it could not read."""
    try:
        skipped = set(_record(opened.study.output)["unreadable"])
    except (OSError, ValueError, KeyError, TypeError):
        return opened
    bad = {image.key: "" for image in opened.dataset.images if image.name in skipped}
    return attrs.evolve(opened, dataset=opened.dataset.without(bad)) if bad else opened


def _record(output: Path) -> dict[str, Any]:
    found = json.loads((output / RECORD).read_text("utf-8"))
    if not isinstance(found, dict):
        raise TypeError(RECORD)
    return found


def _check(ignore: Sequence[str]) -> None:
    problems = [
        ("ignore", f'no check "{code}"{did_you_mean(code, CODES, most=len(CODES))}')
        for code in ignore
        if code not in CODES
    ]
    if problems:
        raise ConfigError("the audit", problems)
