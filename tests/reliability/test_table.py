"""The table in docs/reliability.md: none is left out, and its tests are there."""

from __future__ import annotations

import pytest
from tabled import assert_tests_are_there, rows_of

ROWS = rows_of("reliability.md", "R", 4)


def test_every_rule_has_a_row() -> None:
    assert list(ROWS) == [f"R{number}" for number in range(1, 13)]


@pytest.mark.parametrize("rule", ROWS)
def test_its_tests_are_there(rule: str) -> None:
    assert_tests_are_there(ROWS[rule])
