"""What a parameter accepts, what it becomes, and what is said where it is refused."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import frimcla
from frimcla.params import Limits, NoParams, limits_of

INF, NAN = float("inf"), float("nan")
SHARE = {"default": "sqrt", "choices": ("sqrt", "log2"), "between": (0.01, 1.0)}
BINS = {"default": (8, 8, 8), "between": (1, 256)}
SIGMAS = {"default": (1.0, 2.0), "between": (0, 9)}
LAYERS = {"default": (100,), "between": (1, 999), "length": 3}
DEPTH = {"default": 3, "between": (1, 64), "optional": True}
JOBS = {"default": -1, "choices": (-1,), "between": (1, 1024)}


def take(value: Any, default: Any, **limits: Any) -> Any:
    """Give *value* to a parameter called ``x``."""
    component = attrs.make_class("Params", {"x": frimcla.param(default, "help", **limits)})
    return component(x=value).x


@pytest.mark.parametrize(
    ("limits", "given", "kept"),
    [
        pytest.param({"default": 5}, 7, 7, id="integer"),
        pytest.param({"default": 5, "between": (1, 9)}, 1, 1, id="lowest"),
        pytest.param({"default": 5, "between": (1, 9)}, 9, 9, id="highest"),
        pytest.param({"default": 5}, -(10**30), -(10**30), id="integers have no size"),
        pytest.param({"default": 0.5}, 2, 2.0, id="integer to number"),
        pytest.param({"default": 0.5}, 0.25, 0.25, id="number"),
        pytest.param({"default": True}, False, False, id="boolean"),
        pytest.param({"default": "a"}, "", "", id="empty string"),
        pytest.param({"default": "a", "choices": ("a", "b")}, "b", "b", id="choice"),
        pytest.param({"default": 8, "choices": (8, 16)}, 16, 16, id="choice of integers"),
        pytest.param(SHARE, "log2", "log2", id="choice beside a range"),
        pytest.param(SHARE, 0.5, 0.5, id="range beside a choice"),
        pytest.param(SHARE, 1, 1.0, id="integer in the range beside a choice"),
        pytest.param(JOBS, -1, -1, id="choice outside the range"),
        pytest.param(JOBS, 4, 4, id="range beside a choice of integers"),
        pytest.param(BINS, [4, 16, 4], (4, 16, 4), id="list to tuple"),
        pytest.param(SIGMAS, [1, 2.5], (1.0, 2.5), id="integers in a list to numbers"),
        pytest.param(LAYERS, [7], (7,), id="shortest"),
        pytest.param(LAYERS, [7, 8, 9], (7, 8, 9), id="longest"),
        pytest.param({"default": ("a", "b")}, ["c", "d"], ("c", "d"), id="strings"),
        pytest.param(DEPTH, "none", "none", id="none by name"),
        pytest.param(DEPTH, None, "none", id="none by value"),
        pytest.param(DEPTH, 5, 5, id="optional, but given"),
        pytest.param({"default": "", "path": True}, "w.npy", "w.npy", id="path"),
    ],
)
def test_takes_the_type_of_the_default(limits: dict, given: Any, kept: Any) -> None:
    assert repr(take(given, **limits)) == repr(kept)


@pytest.mark.parametrize(
    ("limits", "given", "must_be"),
    [
        pytest.param({"default": 5}, 7.0, "an integer", id="number for integer"),
        pytest.param({"default": 5}, True, "an integer", id="boolean for integer"),
        pytest.param({"default": 5}, None, "an integer", id="nothing"),
        pytest.param({"default": 5}, [5], "an integer", id="list for integer"),
        pytest.param({"default": 5}, 10**400, "an integer", id="400 digits"),
        pytest.param({"default": 5, "between": (1, 9)}, 0, "an integer between 1 and 9", id="low"),
        pytest.param({"default": 5, "between": (1, 9)}, 10, "an integer between 1 and 9", id="top"),
        pytest.param({"default": 0.5}, True, "a number", id="boolean for number"),
        pytest.param({"default": 0.5}, "0.5", "a number", id="string for number"),
        pytest.param({"default": 0.5}, 10**400, "a number", id="400 digits for number"),
        pytest.param(SIGMAS, [1, 10**400], "2 numbers between 0 and 9", id="400 digits in a list"),
        pytest.param({"default": 0.5}, NAN, "a number", id="nan"),
        pytest.param({"default": 0.5}, INF, "a number", id="infinity"),
        pytest.param({"default": 0.5}, -INF, "a number", id="minus infinity"),
        pytest.param(SIGMAS, [1.0, NAN], "2 numbers between 0 and 9", id="nan in a list"),
        pytest.param({"default": True}, 1, "true or false", id="integer for boolean"),
        pytest.param({"default": True}, "false", "true or false", id="string for boolean"),
        pytest.param({"default": "a"}, 5, "a string", id="integer for string"),
        pytest.param({"default": "a", "choices": ("a", "b")}, "c", "one of a, b", id="no choice"),
        pytest.param({"default": 1, "choices": (0, 1)}, True, "one of 0, 1", id="true is not 1"),
        pytest.param({"default": 1, "choices": (0, 1)}, 1.0, "one of 0, 1", id="1.0 is not 1"),
        pytest.param(SHARE, "log3", "one of sqrt, log2 or a number between 0.01 and 1", id="word"),
        pytest.param(SHARE, 0, "one of sqrt, log2 or a number between 0.01 and 1", id="share 0"),
        pytest.param(
            SHARE, NAN, "one of sqrt, log2 or a number between 0.01 and 1", id="share nan"
        ),
        pytest.param(JOBS, 0, "one of -1 or an integer between 1 and 1024", id="no job"),
        pytest.param(BINS, [4, 4], "3 integers between 1 and 256", id="too few"),
        pytest.param(BINS, [4] * 4, "3 integers between 1 and 256", id="too many"),
        pytest.param(BINS, [4, 0, 4], "3 integers between 1 and 256", id="one too small"),
        pytest.param(BINS, [4, 4.0, 4], "3 integers between 1 and 256", id="one of other type"),
        pytest.param(BINS, 4, "3 integers between 1 and 256", id="not a list"),
        pytest.param(BINS, "444", "3 integers between 1 and 256", id="a string is no list"),
        pytest.param(LAYERS, [], "1 to 3 integers between 1 and 999", id="empty"),
        pytest.param(LAYERS, [1] * 4, "1 to 3 integers between 1 and 999", id="beyond the length"),
        pytest.param({"default": ("a", "b")}, ["c", 1], "2 strings", id="integer among strings"),
        pytest.param(DEPTH, 0, 'an integer between 1 and 64 or "none"', id="optional, low"),
        pytest.param(DEPTH, "None", 'an integer between 1 and 64 or "none"', id="optional, None"),
        pytest.param(
            {"default": "a", "choices": ("a", "b"), "optional": True},
            "c",
            'one of a, b or "none"',
            id="optional, no choice",
        ),
        pytest.param({"default": "", "path": True}, 5, "a file", id="integer for path"),
    ],
)
def test_refusal_names_parameter_rule_and_value(limits: dict, given: Any, must_be: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        take(given, **limits)

    assert str(caught.value) == f"x must be {must_be} (got {given!r})"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
SOME = [SHARE, BINS, SIGMAS, LAYERS, DEPTH, JOBS, {"default": 0.5}, {"default": True}]


@given(limits=st.sampled_from(SOME), value=ANYTHING)
def test_any_value_is_either_taken_for_good_or_refused_with_one_sentence(limits, value) -> None:
    one = Limits(help="help", **limits)
    sentence = f"must be {one} (got {value!r})"

    def answer(value):
        try:
            return one.accept(value)
        except ValueError as error:
            return str(error)

    first = answer(value)

    assert first == sentence or repr(answer(first)) == repr(first)


@pytest.mark.parametrize("limits", SOME, ids=str)
def test_the_default_is_accepted(limits: dict) -> None:
    assert take(limits["default"], **limits) == limits["default"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(0, "", between=(0, 2**32 - 1)), "an integer between 0 and 4294967295"),
        (Limits(0.5, "", between=(-1e7, 1e7)), "a number between -10000000 and 10000000"),
        (Limits(0.5, "", between=(1e-6, 0.25)), "a number between 1e-06 and 0.25"),
        (Limits(0.5, "", between=(0, INF)), "a number between 0 and inf"),
    ],
    ids=lambda given: "" if isinstance(given, str) else str(given.between),
)
def test_limits_are_written_exactly(limits: Limits, words: str) -> None:
    assert str(limits) == words


def test_parameters_are_given_by_name_only() -> None:
    params = attrs.make_class("Params", {"x": frimcla.param(1, "help")})

    with pytest.raises(TypeError):
        params(2)


def test_limits_are_listed_in_the_order_of_declaration() -> None:
    params = attrs.make_class(
        "Params", {"z": frimcla.param(1, "first", between=(0, 2)), "a": frimcla.param("b", "next")}
    )

    assert list(limits_of(params).items()) == [
        ("z", Limits(1, "first", between=(0, 2))),
        ("a", Limits("b", "next")),
    ]
    assert limits_of(NoParams) == {}


@pytest.mark.parametrize(
    "field", [attrs.field(default=1), attrs.field(factory=dict, init=False)], ids=["plain", "late"]
)
def test_every_field_must_be_a_parameter(field: Any) -> None:
    """A field of attrs itself has neither limits nor help."""
    params = attrs.make_class("Params", {"x": frimcla.param(1, "help"), "y": field})

    with pytest.raises(TypeError) as caught:
        limits_of(params)

    assert str(caught.value) == "Params.y must be made by frimcla.param"
