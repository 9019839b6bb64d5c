"""Whether the files of a folder are those of one study, before a page is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from frimcla.dataset import Problems
from frimcla.number import Number
from frimcla.predictions import Predictions
from frimcla.selection import told_pair

VERDICT: Mapping[str, type] = {
    **dict.fromkeys(("metric", "statistics", "headline", "grouped_by", "winner", "cheapest"), str),
    **dict.fromkeys(("recommended", "equivalent", "undecided", "failed", "controls"), list),
    **dict.fromkeys(("rows", "best"), dict),
    "higher_is_better": bool,
    "ranking": list,
}
"""What ``verdict.json`` holds."""
RECORD: Mapping[str, type] = {
    **dict.fromkeys(("versions", "engines", "seconds", "extract", "compare", "unreadable"), dict),
    **dict.fromkeys(("warnings", "seen", "near_duplicates"), list),
}
"""What the page takes from ``run.json``."""
NUMBERS = (
    *("images", "classes", "pairs", "extractors", "classifiers", "folds", "repeats", "all_folds"),
    *("rope", "naive", "baseline", "seed", "optimism"),
)
"""Numbers of every study."""
OTHERS = "belongs to another study, or is damaged; run the study again, what is finished is kept"


def problems_of(
    verdict: Mapping[str, Any],
    numbers: Mapping[str, Number],
    record: Mapping[str, Any],
    lines: Sequence[Mapping[str, str]],
    table: Predictions,
) -> Problems:
    """Return what is wrong, by file: each is told once."""
    found = [
        *_shape("verdict.json", verdict, VERDICT),
        *_shape("run.json", record, RECORD),
    ]
    if not found:
        found += _verdict(verdict, numbers, table)
        extractors = dict.fromkeys(one for one, _ in (*table.everything, *table.failed))
        columns = {"Test", "After post-hoc"}
        whole = all(columns <= line.keys() and None not in line.values() for line in lines)
        if not whole or len(lines) < len(extractors):
            found.append(("table.csv", OTHERS))
    return list(dict.fromkeys(found))


def _shape(
    file: str, content: Mapping[str, Any], wanted: Mapping[str, type]
) -> Iterator[tuple[str, str]]:
    for name, kind in wanted.items():
        if not isinstance(content.get(name), kind):
            yield file, f'has no "{name}" as a study writes it; run the study again'


def _verdict(
    verdict: Mapping[str, Any], numbers: Mapping[str, Number], table: Predictions
) -> Iterator[tuple[str, str]]:
    """Say whether a verdict is of these predictions."""
    known = {told_pair(pair) for pair in table.pairs}
    halted = {*verdict.get("stopped", ()), *verdict.get("out_of_time", ())}
    known -= halted  # a nested study may ask a pair that stopped for all folds
    named = {*verdict["ranking"], verdict["winner"], verdict["cheapest"]}
    of_pairs = [f"{kind}.{name}" for kind in ("mean", "sd", "price_work") for name in known]
    wanted = [*NUMBERS, *of_pairs, *(f"images.{name}" for name in table.classes)]
    wanted.append(f"expected.{verdict['metric']}")
    if named != known or not all(name in numbers for name in wanted):
        yield "verdict.json", OTHERS
    elif numbers["images"].value != len(table.images):
        yield "predictions.h5", OTHERS
