import pickle

import pytest

from frimcla import errors
from frimcla.errors import ConfigError, DatasetError, FrimclaError, did_you_mean

EVERY = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and value.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_one_except_clause_catches_every_error(error: type) -> None:
    assert issubclass(error, FrimclaError)


def test_problems_are_told_in_columns() -> None:
    error = ConfigError("study.toml", [("folds", "must be 2"), ("extractors[0]", "is unknown")])

    assert str(error) == (
        "study.toml has 2 problems\n  folds          must be 2\n  extractors[0]  is unknown"
    )


def test_one_problem_is_not_two() -> None:
    assert (
        str(ConfigError("a.toml", [("seed", "is odd")])) == "a.toml has 1 problem\n  seed  is odd"
    )


def test_further_lines_of_a_problem_stay_in_its_column() -> None:
    error = ConfigError("a.toml", [("seed", "first\nsecond"), ("extractors", "third")])

    assert str(error) == (
        "a.toml has 2 problems\n  seed        first\n              second\n  extractors  third"
    )


@pytest.mark.parametrize(
    ("count", "last"),
    [(20, "  p19  wrong"), (21, "  ... and 1 more"), (1000, "  ... and 980 more")],
)
def test_beyond_twenty_problems_are_only_counted(count: int, last: str) -> None:
    error = DatasetError("cells", [(f"p{i:02}", "wrong") for i in range(count)])

    first, *told = str(error).splitlines()

    assert first == f"cells has {count} problems"
    assert told[:20] == [f"  p{i:02}  wrong" for i in range(20)]
    assert told[-1] == last
    assert len(told) == min(count, 21)
    assert len(error.problems) == count


def test_a_problem_that_is_not_shown_does_not_widen_the_column() -> None:
    error = DatasetError("cells", [*[("p", "wrong")] * 20, ("a very long place", "wrong")])

    assert str(error).splitlines()[1] == "  p  wrong"


@pytest.mark.parametrize("kind", [ConfigError, DatasetError])
def test_problems_come_back_whole_from_another_process(kind: type) -> None:
    error = kind("cells", iter([("a", "wrong"), ("b", "worse")]))

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is kind
    assert (str(copy), copy.source, copy.problems) == (
        str(error),
        "cells",
        (("a", "wrong"), ("b", "worse")),
    )


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        pytest.param("vg16", ["vgg16", "lab"], '; did you mean "vgg16"?', id="close"),
        pytest.param("hog", ["lab", "hsv"], "; known: hsv, lab", id="few, sorted"),
        pytest.param(
            "zz", "abcdefghijkl", "; known: a, b, c, d, e, f, g, h, i, j, k, l", id="twelve"
        ),
        pytest.param("zz", "abcdefghijklm", "", id="too many to list"),
        pytest.param("zz", [], "", id="none known"),
    ],
)
def test_hint_at_the_nearest_word(word: str, known: list[str], hint: str) -> None:
    assert did_you_mean(word, known) == hint
