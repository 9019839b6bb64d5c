"""What names and columns say of an image."""

from __future__ import annotations

from pathlib import Path

import pytest

from frimcla.config import naming_of
from frimcla.errors import ConfigError
from frimcla.naming import Naming, is_manifest
from frimcla.patterns import Pattern

GROUPS = [
    (("patient",), "a/7_1.png", {"patient": "7"}, "7"),
    (("plate", "well"), "a/1.png", {"plate": "2", "well": "A01"}, "2 / A01"),
    (("{patient}_*",), "a/7_1.png", {}, "7"),
    (("{day}/{patient}_*",), "monday/7_1.png", {}, "monday/7"),
    (("plate", "well{well:d}_*"), "a/well12_1.png", {"plate": "2"}, "2 / 12"),
    (("patient",), "a/1.png", {"patient": ""}, None),
    (("patient",), "a/1.png", {"smear": "7"}, None),
    (("plate", "well"), "a/1.png", {"plate": "2"}, None),
    (("{patient}_*",), "a/1.png", {}, None),
    (("plate", "{well}_*"), "a/1.png", {"plate": "2"}, None),
]


@pytest.mark.parametrize(("groups", "name", "columns", "group"), GROUPS, ids=str)
def test_the_group_of_an_image(groups, name, columns, group) -> None:
    assert Naming(groups=groups).group_of(name, columns) == group


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ((), ""),
        (("none",), ""),
        (("patient",), "patient"),
        (("plate", "well"), "plate, well"),
        (("{plate}/{well}_*",), "plate, well"),
        (("plate", "{plate}_{well}_*"), "plate, well"),
    ],
    ids=str,
)
def test_what_a_group_is_called(groups, told) -> None:
    naming = Naming(groups=groups)

    assert naming.told == told
    assert naming.grouped == bool(told)


def test_columns_are_what_is_no_pattern() -> None:
    assert Naming(groups=("plate", "{well}_*", "day")).columns == ("plate", "day")
    assert Naming(groups=("none",)).columns == ()


def test_a_manifest_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()

    names = ["a.csv", "A.CSV", "a.tsv", "a.txt", "csv", "folder.csv"]

    assert [name for name in names if is_manifest(tmp_path / name)] == ["a.csv", "A.CSV", "a.tsv"]


@pytest.mark.parametrize(
    ("pattern", "name", "parts"),
    [
        ("{class}_{channel}.png", "sick_DNA.png", ("sick_", ".png")),
        ("{class}_{channel}.png", "day 1/sick_DNA.png", ("day 1/sick_", ".png")),
        ("{class}/{channel}_*", "sick/DNA_DNA.png", ("sick/", "_DNA.png")),
        ("{class}_w{channel:d}_*", "a/sick_w1_1.png", ("a/sick_w", "_1.png")),
        ("{channel}_{class}", "ete_e\u0301te\u0301", ("", "_\u00e9t\u00e9")),
    ],
)
def test_what_names_of_one_image_share(pattern: str, name: str, parts: tuple[str, ...]) -> None:
    assert Pattern.of(pattern).without(name, "channel") == parts


def test_a_name_that_does_not_fit_shares_nothing() -> None:
    with pytest.raises(ValueError, match=r'^"a.png" does not fit "{class}_{channel}"$'):
        Pattern.of("{class}_{channel}").without("a.png", "channel")


@pytest.mark.parametrize(
    ("classes", "groups", "problems"),
    [
        (
            "{patient}_*",
            (),
            [("classes", 'must hold {class} (got "{patient}_*"): "{class}_*"')],
        ),
        (
            "",
            ("{class}_*",),
            [("groups", 'must not hold {class} (got "{class}_*"): write * in its place')],
        ),
        ("", ("none", "patient"), [("groups", 'must not name other groups beside "none"')]),
        (
            "{class}{patient}",
            ("{a}_**",),
            [
                (
                    "classes",
                    (
                        '"{class}{patient}" does not say where the first ends; put a text such as '
                        '"_" between them, or write ":d" for a number, as in "{patient:d}"'
                    ),
                ),
                ("groups", '"{a}_**" has "**"; write one "*" for each name, as in "*/*/{cell}_*"'),
            ],
        ),
    ],
)
def test_everything_wrong_with_names_is_told(classes, groups, problems) -> None:
    with pytest.raises(ConfigError) as caught:
        naming_of(classes, groups)

    assert list(caught.value.problems) == problems


def test_a_good_naming_passes() -> None:
    naming = naming_of("{class}_{patient}_*", ("patient",))

    assert naming == Naming(classes="{class}_{patient}_*", groups=("patient",))
