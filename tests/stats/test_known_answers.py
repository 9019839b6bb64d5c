"""The runner of known answers: what agrees passes, and what does not is told and fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stats.kinds import KINDS
from stats.small_cases import case, cases

ROOT = Path(__file__).parents[2]


def run(path: Path, *found: dict) -> tuple[int, list[str]]:
    path.write_text(json.dumps({"cases": found}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.stats.known_answers", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_there_is_a_case_of_every_kind() -> None:
    assert {one["id"].split("-")[0] for one in cases()} == set(KINDS)


def test_all_pass(tmp_path: Path) -> None:
    known = cases()

    assert run(tmp_path / "known.json", *known) == (0, [f"{len(known)} passed, 0 failed"])


def test_what_does_not_agree_is_counted_and_told(tmp_path: Path) -> None:
    good = case("SEL-1", {"N": 1, "C": 2, "p": 0.5}, {"expected_best": 0.75})
    code, told = run(
        tmp_path / "known.json",
        good,
        {**good, "id": "SEL-2", "expected": {"expected_best": 0.7501}},
        {**good, "id": "WHAT-1"},
        {**good, "id": "SEL-3", "expected": {"expected_worst": 0.25}},
        {**good, "id": "SEL-4", "inputs": {"N": 1, "p": 0.5}},
        {**good, "id": "SEL-5", "expected": {}},
        {**good, "id": "SEL-6", "expected": {"expected_best": [0.75]}},
    )

    assert code == 1
    assert told[0] == "SEL-2: expected_best: expected 0.7501, found 0.75"
    assert told[1].startswith("WHAT-1: kind: expected one of RANK ANOVA ")
    assert told[1].endswith(", found WHAT")
    assert told[2:] == [
        "SEL-3: expected_worst: expected 0.25, found nothing",
        "SEL-4: inputs: expected to be understood, found KeyError: 'C'",
        "SEL-5: expected: expected at least one value, found none",
        "SEL-6: expected_best: expected [0.75], found 0.75",
        "1 passed, 6 failed",
    ]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_without_its_inputs_fails(kind, tmp_path: Path) -> None:
    from stats.known_answers import deviations

    ((value, _, found),) = deviations(case(f"{kind}-0", {}, {"p": 1}))

    assert value == "inputs"
    assert found.startswith("KeyError: ")
