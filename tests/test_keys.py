import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frimcla.keys import canonical, digest, seed_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
FLAT = st.lists(LEAF | TEXT, max_size=3) | LEAF | TEXT
TABLE = st.dictionaries(TEXT, FLAT, max_size=4)
JSON = FLAT | TABLE


@settings(max_examples=50)
@given(JSON)
def test_canonical_json_reads_back_as_the_value(value) -> None:
    assert json.loads(canonical(value)) == value


@settings(max_examples=50)
@given(TABLE, st.randoms())
def test_order_of_a_table_does_not_matter(table, random) -> None:
    items = list(table.items())
    random.shuffle(items)

    assert canonical(dict(items)) == canonical(table)


@settings(max_examples=50)
@given(st.lists(JSON, max_size=3))
def test_tuple_and_list_are_one(values) -> None:
    assert canonical(tuple(values)) == canonical(values)


@settings(max_examples=50)
@given(JSON, JSON)
def test_equal_texts_only_of_equal_values(first, second) -> None:
    if canonical(first) == canonical(second):
        assert first == second


def test_the_form_is_compact_sorted_utf8() -> None:
    assert (
        canonical({"é": (1, 2.0, True, None), "a": "b"})
        == '{"a":"b","é":[1,2.0,true,null]}'.encode()
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf")], ids=str)
def test_what_json_cannot_hold_has_no_key(number: float) -> None:
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        digest([number])


def test_digest_never_changes_between_versions() -> None:
    """Otherwise every store out there is stale."""
    assert digest({"b": 1, "a": (2, 3)}) == "2aae3bfa906b"
    assert digest([]) == "4f53cda18c2b"


def test_seed_never_changes_between_versions() -> None:
    """Otherwise the same study gives other folds."""
    assert seed_of(0, "folds", 0) == 3162248727
    assert seed_of(7, "inner", 1, 2) == 1212251662


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers() | TEXT))
def test_seed_fits_every_generator(seed: int, where: list) -> None:
    assert 0 <= seed_of(seed, *where) < 2**32


def test_each_place_and_each_study_has_its_own_seed() -> None:
    seeds = {seed_of(s, name, i) for s in (0, 1) for name in ("folds", "inner") for i in range(50)}

    assert len(seeds) == 200
