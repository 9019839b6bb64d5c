"""The table of attacks in docs/security.md: none is left out, and its tests are there."""

from __future__ import annotations

import pytest
from tabled import assert_tests_are_there, rows_of

ROWS = rows_of("security.md", "T", 4)


def test_every_attack_has_a_row() -> None:
    assert list(ROWS) == [f"T{number:02}" for number in range(1, 46)]


@pytest.mark.parametrize("attack", ROWS)
def test_its_tests_are_there(attack: str) -> None:
    assert_tests_are_there(ROWS[attack])
