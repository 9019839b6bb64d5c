"""Every number that a run prints is a rounding of one in ``verdict.json`` or ``predictions.h5``."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from toys import Toys

import frimcla
from frimcla import telling
from frimcla.predictions import read_predictions
from frimcla.testing import toy_dataset
from frimcla.toml import literal

REGISTRY = frimcla.Registry.of(toys=Toys())
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
TEXTS = ("table.md", "table.csv", "table.tex", "verdict.txt", "methods.txt")
NOT_OURS = ("decoded ", "warning: ", "failed: ", "  frimcla ", "audit ", "The report")
"""Lines on the terminal that tell of work, of places, or of what others say."""
YEARS = ("the 2019 papers", "papers of 2019", "as in 2019")
STUDIES = {
    "strict": {"metrics": ["brier"]},
    "classic": {"statistics": "classic", "repeats": 2, "nested": False},
    "lower is better": {"metric": "brier", "nested": False},
    "test share": {"test": 0.3, "nested": False},
    "groups": {"groups": "{plate}_*_*", "folds": 3},
}


@pytest.fixture(scope="module", params=STUDIES)
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("study")
    toy_dataset(folder / "cells", count=10)
    for path in sorted((folder / "cells").rglob("*.png")):
        number, digits = int(path.parent.name[-1]), int(path.stem[-2:])
        label = number % 3 + 1 if digits < 3 else number  # else every answer would be right
        target = folder / "images" / f"{label}|_%ñ" / f"p{digits % 5}_{digits}_{number}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    settings = {
        "images": "images",
        "extractors": [{"name": "edges", "label": "E|44_%"}, "mean_colour"],
        "classifiers": [
            "nearest_mean",
            {"name": "nearest_mean", "shrink": 0.4, "label": "=1+1"},
            {"name": "nearest_mean", "shrink": 0.95, "label": "</script>ñ"},
            "stubborn",
        ],
        "metric": "accuracy",
        "folds": 4,
        "n_jobs": 1,
    } | STUDIES[request.param]
    path = folder / "study.toml"
    path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in settings.items()))
    return frimcla.run(path, registry=REGISTRY)


def test_every_number_is_a_rounding_of_one_that_was_found(result) -> None:
    output, names = result.study.output, named(result)
    known = [*of_json(output / "verdict.json"), *of_predictions(output)]
    for text in [*((output / name).read_text("utf-8") for name in TEXTS), terminal(result)]:
        tokens = list(numbers(text, names))
        assert len(tokens) > 4
        assert [token for token in tokens if not is_rounding(token, known)] == []


def test_what_was_not_found_is_noticed(result) -> None:
    """Numbers changed by one in the last place are mostly no longer known."""
    output, names = result.study.output, named(result)
    known = [*of_json(output / "verdict.json"), *of_predictions(output)]
    text = (output / "methods.txt").read_text("utf-8")
    wrong = [changed(token) for token in numbers(text, names) if "." in token]

    assert sum(is_rounding(token, known) for token in wrong) < len(wrong) / 2


def test_files_are_the_same_twice(result) -> None:
    output = result.study.output
    files = (*TEXTS, "verdict.json", "methods.bib", "scatter.png", "honest.png")
    before = {name: (output / name).read_bytes() for name in files}

    frimcla.run(output / "study.toml", registry=REGISTRY)

    assert {name: (output / name).read_bytes() for name in files} == before


def named(result) -> list[str]:
    """Return all names in the texts, as they are escaped there, longest first."""
    selection = result.selection
    names = [*selection.extractors, *selection.classifiers, *result.table.classes]
    names += [one.group for one in result.groups] + ["F1", "groups.csv"]
    tex = [re.sub(r"[%_]", lambda sign: f"\\{sign[0]}", name) for name in names]
    tex = [name.replace("|", r"\textbar{}") for name in tex]
    tex = [name.replace("<", "$<$").replace(">", "$>$") for name in tex]
    md = [re.sub(r"[|<]", lambda sign: f"\\{sign[0]}", name) for name in names]
    return sorted({*names, *tex, *md}, key=len, reverse=True)


def terminal(result) -> str:
    """Return what the command line prints of the results."""
    lines = telling.run(result).replace(str(result.study.output), "").splitlines()
    return "\n".join(line for line in lines if not line.startswith(NOT_OURS))


def numbers(text: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the numbers of a text, without those in names, citations, years and round words."""
    for said in (*names, *YEARS):
        text = text.replace(said, " ")
    text = re.sub(r"@[a-z]+\d{4}|about \d+ of 10+ images", " ", text)
    return (token[0] for token in NUMBER.finditer(text))


def is_rounding(token: str, known: Iterable[float]) -> bool:
    """Say whether a number is a known one, rounded to its digits; or that in percent."""
    digits = len(token.partition("e")[0].partition(".")[2])
    return any(
        f"{value:.3g}" == token
        or ("e" not in token and abs(float(token) - value) <= 0.5 * 10**-digits + 1e-9)
        for one in known
        for value in (one, 100 * one)
    )


def changed(token: str) -> str:
    return token[:-1] + str((int(token[-1]) + 3) % 10)


def of_json(path: Path) -> Iterator[float]:
    for number in json.loads(path.read_text("utf-8"))["numbers"].values():
        for key in ("value", "low", "high", "level"):
            if number[key] is not None:
                yield number[key]


def of_predictions(output: Path) -> Iterator[float]:
    """Yield what can be counted: of the winner out of fold, and of the final check."""
    table = read_predictions(output / "predictions.h5")
    for pair in table.pairs.values():
        said = np.array(table.classes)[pair.predicted[0]]
        yield from counted(table.labels.tolist(), said.tolist())
    if (output / "groups.csv").exists():
        with (output / "groups.csv").open(newline="") as file:
            groups = list(csv.DictReader(file))
        shares = [int(row["right"]) / int(row["images"]) for row in groups]
        yield from (*shares, float(np.median(shares)), *(int(row["images"]) for row in groups))
    if (output / "test_predictions.csv").exists():
        with (output / "test_predictions.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        yield from counted([row["true"] for row in rows], [row["predicted"] for row in rows])


def counted(true: list[str], said: list[str]) -> Iterator[float]:
    """Yield the confusion of answers, and how each class fares."""
    both = list(zip(true, said, strict=True))
    for one in sorted(set(true)):
        hit = both.count((one, one))
        taken, there = said.count(one), true.count(one)
        yield from (both.count((one, other)) for other in sorted(set(true)))
        precision, recall = hit / taken if taken else 0.0, hit / there
        yield from (precision, recall, there)
        yield 1 - (taken - hit) / (len(true) - there)
        yield 2 * hit / (taken + there)
