import pickle
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frimcla.patterns import Pattern, is_pattern

NAMES = st.text("ab1_/", max_size=12)
LITERALS = st.text("ab_/", min_size=1, max_size=2)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("{class}_{patient}_*.png", "sick_12_b_3.png", {"class": "sick", "patient": "12"}),
        ("smear{smear}_*", "burr/smear200_burr_6.png", {"smear": "200"}),
        ("smear{smear}_*", "burr/my_smear200_6.png", None),
        ("smear{smear}_*", "Smear200_6.png", None),
        ("{class}/{well}_{n}.tif", "sick/A01_2.tif", {"class": "sick", "well": "A01", "n": "2"}),
        ("{class}/{well}_{n}.tif", "plate/sick/A01_2.tif", None),
        ("{class}/*", "image.png", None),
        ("*_{image:d}_*", "a_b2_30_4.png", {"image": "30"}),
        ("*{image:d}.png", "a1b22.png", {"image": "22"}),
        ("{a:d}{b}.png", "12ab3.png", {"a": "12", "b": "ab3"}),
        ("{a:d}*", "x12", None),
        ("{a}{b:d}", "12", None),
        ("{a:d}{b}", "12", None),
        ("a{b}", "a", None),
        ("a*", "a", {}),
        ("a.{b}", "axb", None),
        ("[ab]{c}", "a1", None),
        ("a{b}\n", "a1\n", {"b": "1"}),
        ("a{b}", "a1\n", {"b": "1\n"}),
    ],
)
def test_what_fits(text: str, name: str, found: dict[str, str] | None) -> None:
    assert Pattern.of(text).match(name) == found


def test_fields_stand_in_order() -> None:
    assert Pattern.of("*/{b}_{a:d}-*").fields == ("b", "a")


def test_a_key_keeps_different_texts_apart() -> None:
    pattern = Pattern.of("{a}-{b}.*")
    assert pattern.key("1-12.png") == "1/12"
    assert pattern.key("11-2.png") == "11/2"
    assert pattern.key("11.png") is None


def test_both_forms_of_an_accent_are_one() -> None:
    one, two = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    for text, name in ((one, two), (two, one)):
        assert Pattern.of(text + "_{x}").match(f"{name}_{name}") == {"x": one}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty; write"),
        ("**/{a}", '"**"; write one "*"'),
        ("{a}{b}", "where the first ends; put"),
        ("{a}*", "where the first ends; put"),
        ("*{a}", "where the first ends; put"),
        ("{a:d}{b:d}", "never fits"),
        ("1{a:d}", "never fits"),
        ("{a:d}1", "never fits"),
        ("{a}_{a}", "stands twice"),
        ("{A}", "is no field; write"),
        ("{}", "is no field; write"),
        ("{a:s}", "is no field; write"),
        ("{1a}", "is no field; write"),
        ("{a", "brace without its partner; write"),
        ("a}_{b}", "brace without its partner; write"),
        ("{{a}}", "brace without its partner; write"),
        ("a\\{b}", 'write "/" between folders'),
        ("/{a}", "folder without a name; write"),
        ("{a}//b", "folder without a name; write"),
    ],
)
def test_what_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        Pattern.of(text)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Return literals with at most one star or field between two."""
    text = draw(st.sampled_from(["", "*", "{f0}", "{f0:d}"]))
    for at in range(1, draw(st.integers(1, 4))):
        text += draw(LITERALS) + draw(st.sampled_from(["", "*", f"{{f{at}}}", f"{{f{at}:d}}"]))
    return text


@given(patterns(), NAMES)
def test_a_search_that_takes_choices_back_finds_the_same(text: str, name: str) -> None:
    try:
        pattern = Pattern.of(text)
    except ValueError:
        return
    plain = re.sub(r"\{(\w+)(:d)?\}", _plain, text.replace("*", "[^/]*?"))
    found = re.fullmatch(plain, name if "/" in text else name.rpartition("/")[2])
    assert pattern.match(name) == (found and found.groupdict())


def _plain(field: re.Match[str]) -> str:
    return rf"(?<!\d)(?P<{field[1]}>\d+)(?!\d)" if field[2] else f"(?P<{field[1]}>[^/]+?)"


@pytest.mark.parametrize("text", ["*a*a*a*a*a*a{x}b", "{a:d}_*{b:d}_*{c:d}_*{d:d}_*{e:d}_*{f:d}x"])
def test_long_names_take_no_time(text: str) -> None:
    """A matcher that takes choices back needs hours for each, and this test would not end."""
    pattern = Pattern.of(text)
    assert pattern.match("a" * 255) is None
    assert pattern.match("1_" * 127) is None


def test_patterns_travel_to_other_processes() -> None:
    pattern = pickle.loads(pickle.dumps(Pattern.of("{a}_*")))
    assert pattern == Pattern.of("{a}_*")
    assert pattern.match("1_2") == {"a": "1"}


def test_columns_are_no_patterns() -> None:
    assert is_pattern("{a}_*")
    assert not is_pattern("patient")
