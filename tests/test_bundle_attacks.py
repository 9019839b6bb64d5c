"""A trained model of which the bytes are others. A well-made forgery: test_bundle_forged.py."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from bundles import TOYS, members, refusal, studied, zipped

from frimcla.bundle import load
from frimcla.errors import BundleError


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A trained model."""
    return studied(tmp_path_factory.mktemp("study")).read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the attacked model lies."""
    return tmp_path / "model.frimcla"


NO_ZIP = "is no FrImCla model: it is not a zip file"
STRANGE = "has other members than its manifest names: refused"
FAILS = "was changed after it was written:"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"classifier.skops": None}, STRANGE),
        ({"more": b""}, STRANGE),
        ({"../x": b""}, STRANGE),
        ({"classifier.skops": None, "Classifier.skops": b""}, STRANGE),
        ({"manifest.json": None}, "is no FrImCla model: it has no manifest.json"),
        ({"manifest.json": b"[" * 100_000}, "its manifest cannot be read"),
        ({"manifest.json": b'{"format": 1}'}, "its manifest cannot be read"),
        (
            {"manifest.json": b'{"format": 1, "checksum": ""}'},
            f"{FAILS} its manifest fails its checksum",
        ),
        (
            {"manifest.json": b" " * 4_000_001},
            "has a manifest.json of more than 4,000,000 bytes: refused",
        ),
        ({"classifier.skops": b"other"}, f"{FAILS} classifier.skops fails its checksum"),
    ],
)
def test_other_members_are_refused(good: bytes, path: Path, changes: Any, told: str) -> None:
    changed = {**members(good), **changes}

    content = zipped({name: data for name, data in changed.items() if data is not None})

    assert refusal(path, content) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"PK", b"KP", NO_ZIP),
        (b'"seed": 0', b'"seed": 1', "is damaged: Bad CRC-32 for file 'manifest.json'"),
        (
            b"PK\1\2\x14\3\x14\0\0",
            b"PK\1\2\x14\3\x14\0\1",
            "is no FrImCla model: it has twin or encrypted members: refused",
        ),
    ],
    ids=["magic", "content", "encrypted"],
)
def test_other_bytes_are_refused(
    good: bytes, path: Path, old: bytes, new: bytes, told: str
) -> None:
    assert old in good

    assert refusal(path, good.replace(old, new)) == told


@pytest.mark.parametrize("what", ["compression", "offset"])
def test_a_damaged_directory_is_told(good: bytes, path: Path, what: str) -> None:
    places = {"compression": good.rindex(b"PK\1\2") + 10, "offset": len(good) - 3}
    changed = bytearray(good)
    changed[places[what]] ^= 8

    assert refusal(path, bytes(changed)).startswith("is damaged: ")


@pytest.mark.parametrize("value", [b"NaN", b"1e400", b'"\\ud800"', b"9" * 5000])
def test_what_is_no_json_is_refused(good: bytes, path: Path, value: bytes) -> None:
    manifest = members(good)["manifest.json"].replace(b'"seed": 0', b'"seed": ' + value)

    assert refusal(path, zipped({**members(good), "manifest.json": manifest})) == (
        "its manifest cannot be read"
    )


def test_wherever_it_is_cut_it_is_refused(good: bytes, path: Path) -> None:
    for length in range(0, len(good), len(good) // 50):
        refusal(path, good[:length])


def bytes_to_change(good: bytes) -> list[tuple[int, int]]:
    """Return places and values: all of the zip's directory, and 300 others."""
    directory = range(good.index(b"PK\1\2"), len(good))
    chance = random.Random(0)
    changes = [(place, value) for place in directory for value in (0x00, 0xFF)]
    bits = [(chance.randrange(len(good)), 1 << chance.randrange(8)) for _ in range(300)]
    return changes + [(place, good[place] ^ bit) for place, bit in bits]


def test_whatever_byte_is_another_it_is_refused_or_the_same(good: bytes, path: Path) -> None:
    path.write_bytes(good)
    before = load(path, TOYS)

    for place, value in bytes_to_change(good):
        path.write_bytes(good[:place] + bytes([value]) + good[place + 1 :])
        try:
            found = load(path, TOYS)
        except BundleError:
            continue
        assert found.manifest == before.manifest, (place, value)
        assert (found.classifier.means == before.classifier.means).all(), (place, value)


def test_whatever_bytes_of_the_directory_are_others_nothing_else_is_raised(
    good: bytes, path: Path
) -> None:
    places = [*range(good.index(b"PK\1\2"), len(good)), *range(40)]
    chance = random.Random(1)

    for _ in range(500):
        changed = bytearray(good)
        for place in chance.sample(places, chance.randint(2, 6)):
            changed[place] = chance.randrange(256)
        path.write_bytes(changed)
        try:
            load(path, TOYS)
        except BundleError:
            continue
