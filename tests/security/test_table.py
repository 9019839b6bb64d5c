"""The table of attacks in docs/security.md: none is left out, and its tests are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
ROWS = {
    cells[1].strip(): cells[2:]
    for line in (HOME / "docs" / "security.md").read_text("utf-8").splitlines()
    if len(cells := line.split("|")) > 4 and cells[1].strip().startswith("T")
}
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_attack_has_a_row() -> None:
    assert list(ROWS) == [f"T{number:02}" for number in range(1, 46)]


@pytest.mark.parametrize("attack", ROWS)
def test_its_tests_are_there(attack: str) -> None:
    tests = ROWS[attack][2]
    named = NAMED.findall(tests)

    assert len(named) == tests.count("`") / 2
    assert named
    for file, function in named:
        tree = ast.parse((HOME / file).read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
