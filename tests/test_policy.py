"""What decides how pixels are seen, and which images are of one kind."""

from __future__ import annotations

import json

import attrs
import pytest

from frimcla.contracts import Header
from frimcla.policy import Kind, Policy

RGB8 = Header(dtype="uint8", bits=8, height=9, width=9, channels=3, colour=True)
GREY8 = attrs.evolve(RGB8, channels=1, colour=False)
GREY16 = attrs.evolve(GREY8, dtype="uint16", bits=16)
GREY12 = attrs.evolve(GREY16, bits=12)
TWO = attrs.evolve(GREY16, channels=2, names=("DNA", "GFP"))
OTHER = attrs.evolve(TWO, names=("DNA", "Actin"))
NAMELESS = attrs.evolve(TWO, names=())
FLOAT = attrs.evolve(GREY8, dtype="float32", bits=32)
SIGNED = attrs.evolve(GREY16, dtype="int16")
TYPED = Policy(scaling="dtype")


@pytest.mark.parametrize("change", [{"scaling": "percentile"}, {"planes": "mean"}, {"revision": 2}])
def test_what_changes_pixels_is_in_the_identity(change: dict[str, object]) -> None:
    assert attrs.evolve(TYPED, **change).identity != TYPED.identity


def test_what_only_refuses_is_not() -> None:
    assert attrs.evolve(TYPED, max_megapixels=5.0).identity == TYPED.identity


@pytest.mark.parametrize(
    ("scaling", "settled", "ranges"),
    [
        ("auto", False, ()),
        ("dataset", False, ()),
        ("dtype", True, ()),
        ("percentile", True, ()),
        ((0.0, 255.0), True, ((0.0, 255.0),)),
        (((0.0, 1.0), (2.0, 3.0)), True, ((0.0, 1.0), (2.0, 3.0))),
    ],
)
def test_only_numbers_and_two_words_are_settled(scaling, settled, ranges) -> None:
    policy = Policy(scaling=scaling)

    assert (policy.settled, policy.ranges) == (settled, ranges)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(scaling=(8.0, 3948.0), channels=(0, "DNA"), planes="middle", max_megapixels=5.0),
        Policy(scaling=((0.0, 1.0), (2.0, 3.0)), readers=("tiffs:czi@1",)),
    ],
)
def test_json_brings_it_back(policy: Policy) -> None:
    assert Policy.of_json(json.loads(json.dumps(attrs.asdict(policy)))) == policy


ALIKE = [
    (TYPED, RGB8, GREY8, True),
    (TYPED, GREY8, GREY16, False),
    (TYPED, GREY16, GREY12, False),
    (TYPED, GREY16, SIGNED, False),
    (TYPED, GREY16, TWO, False),
    (TYPED, TWO, OTHER, False),
    (TYPED, TWO, NAMELESS, True),
    (Policy(scaling="percentile"), GREY8, GREY16, True),
    (Policy(scaling="percentile"), GREY8, TWO, False),
    (Policy(scaling="percentile"), TWO, OTHER, False),
    (Policy(scaling="dtype", channels="each"), RGB8, GREY8, False),
    (Policy(scaling="dtype", channels=(0,)), RGB8, GREY8, False),
]


@pytest.mark.parametrize(("policy", "one", "two", "alike"), ALIKE)
def test_images_of_one_kind_may_stand_together(policy, one, two, alike) -> None:
    kinds = Kind.of(one, policy), Kind.of(two, policy)

    assert kinds[0].admits(kinds[1]) == kinds[1].admits(kinds[0]) == alike


@pytest.mark.parametrize(
    ("policy", "header", "words"),
    [
        (TYPED, RGB8, "8 bits, grey or colour"),
        (TYPED, GREY12, "12 bits, grey or colour"),
        (TYPED, TWO, "16 bits, 2 channels (DNA, GFP)"),
        (TYPED, FLOAT, "32 bits (floating point), grey or colour"),
        (TYPED, SIGNED, "16 bits (signed), grey or colour"),
        (Policy(scaling="percentile"), TWO, "2 channels (DNA, GFP)"),
        (Policy(scaling="dtype", channels="each"), GREY8, "8 bits, 1 channel"),
    ],
)
def test_a_kind_in_words(policy: Policy, header: Header, words: str) -> None:
    assert str(Kind.of(header, policy)) == words
