"""The table in docs/reliability.md: none is left out, and its tests are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
ROWS = {
    cells[1].strip(): cells[4]
    for line in (HOME / "docs" / "reliability.md").read_text("utf-8").splitlines()
    if len(cells := line.split("|")) > 4 and cells[1].strip().startswith("R")
}
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_rule_has_a_row() -> None:
    assert list(ROWS) == [f"R{number}" for number in range(1, 13)]


@pytest.mark.parametrize("rule", ROWS)
def test_its_tests_are_there(rule: str) -> None:
    named = NAMED.findall(ROWS[rule])

    assert len(named) == ROWS[rule].count("`") / 2
    assert named
    for file, function in named:
        tree = ast.parse((HOME / file).read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
