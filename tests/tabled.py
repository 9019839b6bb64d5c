"""Tables of docs whose rows name tests, as `file.py::test_function`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HOME = Path(__file__).parents[1]
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows_of(page: str, letter: str, column: int) -> dict[str, str]:
    """Return a column of the rows whose first cell begins with *letter*, by that cell."""
    lines = (HOME / "docs" / page).read_text("utf-8").splitlines()
    return {
        cells[1].strip(): cells[column]
        for line in lines
        if len(cells := line.split("|")) > 4 and cells[1].strip().startswith(letter)
    }


def assert_tests_are_there(cell: str) -> None:
    """Make sure that a cell names tests, nothing else, and that all of them exist."""
    named = NAMED.findall(cell)
    assert len(named) == cell.count("`") / 2
    assert named
    for file, function in named:
        tree = ast.parse((HOME / file).read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
