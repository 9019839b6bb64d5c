"""A run that has nothing to do: what lies there was made of the same, and is whole.

``run.json`` keeps what that is known by: a digest of all that decides what a run leaves, and the
SHA-256 of every file that it left. Where both agree, the result is told from these files: no image
is decoded, nothing is fitted, nothing is drawn. Where anything differs, a run goes its usual way,
on which what is finished is not computed again either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from . import versions
from .assembling import Described
from .auditing.findings import read_audit
from .bundle import load
from .dataset import Dataset
from .errors import FrimclaError
from .evaluation import Evaluated
from .files import TEMPORARY, sha256
from .judging import PARTS, labels_of
from .keys import canonical
from .number import Number
from .opening import LEFT, Opened
from .outputs import write_record
from .picturing import FILE as ALBUM
from .picturing import PARTS as PARTS_OF_AN_ALBUM
from .picturing import read_album
from .predictions import read_predictions
from .result import Result, record_of
from .search import classifier_of
from .shards import is_sealed
from .study import RECORD, Study
from .toml import write_study
from .training import test_answers

MADE = "made"
"""What ``run.json`` calls it."""
FORMAT = 1
NOT_OURS = (OSError, FrimclaError, AttributeError, KeyError, TypeError, ValueError)
"""What reading a record raises that an older version, or somebody else, wrote."""


@attrs.frozen(kw_only=True)
class Wanted:
    """What was asked of a run beside its study.

    Attributes:
        trains: Whether a pair is trained.
        pair: Which, if one is named.
        cheapest: Whether it is the cheapest.
        examples: Whether pictures of training images go into the model.
    """

    trains: bool = False
    pair: str = ""
    cheapest: bool = False
    examples: bool = False


def sign(result: Result, wanted: Wanted) -> Result:
    """Write into ``run.json`` what a later run is known by to have nothing to do.

    Nothing of the kind is written where something is left to be tried again, a picture included.
    """
    output = result.study.output
    if result.selection.failed or result.evaluated.late or not _is_drawn(output):
        return result
    record = _plain(record_of(result))
    made = _made(record, result.study, result.opened, wanted)
    write_record(output, {**record, MADE: made})
    return result


def _is_drawn(output: Path) -> bool:
    """Say whether the album, if there is one, shows all that it should."""
    album = read_album(output / ALBUM)
    return album is None or len(album.made_for) == len(PARTS_OF_AN_ALBUM)


def read_record(output: Path) -> dict[str, Any]:
    """Return ``run.json``; empty where there is none that can be read."""
    try:
        found = json.loads((output / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def as_left(record: Mapping[str, Any], wanted: Wanted, described: Described) -> Result | None:
    """Return the result that lies there; None where a run has something to do.

    Args:
        record: ``run.json``, as it was before the run.
        wanted: What is asked of the run.
        described: The study, and its images as they are now.
    """
    study = described.study
    try:
        facts = {key: value for key, value in record.items() if key != MADE}
        if record.get(MADE) != _made(facts, study, described.opened, wanted):
            return None
        by_labels = {labels_of(pair): pair for pair in study.pairs}
        table = read_predictions(study.output / "predictions.h5")
        evaluated = Evaluated(
            pairs={by_labels[labels]: said for labels, said in table.everything.items()},
            failed={},
            fitted=0,
            reused=sum(facts["compare"].values()),
            warnings={pair: facts["heard"].get(pair.label, {}) for pair in study.pairs},
        )
        result = described.judged(table, evaluated)
        return _completed(result, facts)
    except NOT_OURS:
        return None


def _completed(result: Result, facts: Mapping[str, Any]) -> Result | None:
    """Add what does not follow from the table: the model, the audit, what tests found."""
    output, opened = result.study.output, result.opened
    audit = read_audit(output)
    if audit is None:
        return None
    result = attrs.evolve(
        result,
        audit=audit,
        twins=tuple((ours, theirs) for ours, theirs in facts["near_duplicates"]),
        verdict=attrs.evolve(result.verdict, chance=_number(facts["chance"])),
    )
    if facts["trained"] is None:
        return result
    result = attrs.evolve(result, model=load(result.model_path, opened.registry))
    if opened.test is None:
        return result
    assert result.model
    tested = tuple(Number(**one) for one in facts["tested"])
    rival = tuple(facts["rival"]) if facts["rival"] else None
    return attrs.evolve(
        result,
        tested=tested,
        test_answers=test_answers(result.model, opened, opened.test),
        verdict=attrs.evolve(
            result.verdict,
            tested=tested,
            rival=rival,
            against_rival=_number(facts["against_rival"]),
        ),
    )


def _number(facts: Mapping[str, Any] | None) -> Number | None:
    return Number(**facts) if facts else None


def _made(
    record: Mapping[str, Any], study: Study, opened: Opened, wanted: Wanted
) -> dict[str, str | dict[str, str]]:
    """Return what a run is known by: what decides its results, and what lies there now."""
    return {
        "of": _identity(opened, study, wanted),
        "record": _digest(record),
        "files": _files(study.output),
        "parts": _parts(study.output),
    }


def _identity(opened: Opened, study: Study, wanted: Wanted) -> str:
    """Return a digest of all that decides what a run leaves."""
    return sha256(
        canonical(
            [
                FORMAT,
                write_study(study, study.output),
                attrs.asdict(wanted),
                versions.of_a_run(opened.packages.values()),
                [recipe.identity for recipe in (*study.classifiers, *study.judges)],
                [classifier_of(recipe).search for recipe in study.classifiers],
                opened.homes,
                [list(_told_of(one)) for one in (opened.dataset, opened.test) if one],
            ]
        )
    )


def _told_of(dataset: Dataset) -> Iterator[Any]:
    yield from (dataset.key, dataset.grouped_by, dataset.passed_over, dataset.unreadable)
    for image in dataset.images:
        yield image.key, image.name, image.label, image.group, dict(image.columns)


def _digest(record: Mapping[str, Any]) -> str:
    return sha256(json.dumps(record, sort_keys=True).encode())


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as it will be read: lists for tuples."""
    return dict(json.loads(json.dumps(record)))


def _files(output: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that runs leave."""
    there = (output / name for name in LEFT)
    return {path.name: sha256(path.read_bytes()) for path in there if path.is_file()}


def _parts(output: Path) -> str:
    """Return a digest of the names of finished parts, all of which are as they were written."""
    paths = sorted((output / PARTS).rglob("*.h5"))
    kept = [path.relative_to(output).as_posix() for path in paths if is_sealed(path)]
    return sha256(canonical([name for name in kept if TEMPORARY not in name]))
