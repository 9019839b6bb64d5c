"""Arrays as files. The same, attacked: test_shard_attacks.py."""

from __future__ import annotations

import hashlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from frimcla.shards import (
    Arrays,
    DamagedError,
    pack,
    read_arrays,
    text,
    unpack,
    words,
    write_arrays,
)

SMALL = Arrays(
    arrays={
        "features": np.arange(12, dtype=np.float32).reshape(3, 4) / 7,
        "keys": text(["a" * 64, "b" * 64, "c" * 64]),
    },
    facts={"space": "lab-0", "identity": {"bins": [8, 8, 8]}},
)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.5, np.nan, -np.inf, -0.0]], np.float32),
        np.array([2**63 - 1, -(2**63)]),
        np.zeros((0, 7), np.float32),
        np.array(3, np.int16),
        np.arange(6, dtype=">u2").reshape(2, 3),
        np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1),
    ],
    ids=["floats", "integers", "nothing", "scalar", "big-endian", "transposed"],
)
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    found = unpack(pack(Arrays(arrays={"deep/er": array}))).arrays["deep/er"]

    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()
    assert not found.flags.writeable


def test_strings_come_back_whole() -> None:
    strings = ("", "a", "äöü 细胞", "x" * 300, " two\nlines ")

    assert words(unpack(pack(Arrays(arrays={"s": text(strings)}))).arrays["s"]) == strings


def test_facts_of_any_length_come_back() -> None:
    facts = {"long": "x" * 100_000, "deep": [1, {"a": None}], "ü": 0.1}

    assert unpack(pack(Arrays(arrays={}, facts=facts))).facts == facts


def test_equal_content_is_equal_bytes() -> None:
    reordered = Arrays(arrays=dict(reversed(SMALL.arrays.items())), facts=SMALL.facts)

    assert pack(SMALL) == pack(reordered)


def test_objects_are_not_stored() -> None:
    with pytest.raises(TypeError, match=r"^a: only numbers and bytes are stored \(got object\)$"):
        pack(Arrays(arrays={"a": np.array([None])}))


def test_a_file_comes_back_and_damage_names_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.h5"
    write_arrays(path, SMALL)
    np.testing.assert_array_equal(read_arrays(path).arrays["keys"], SMALL.arrays["keys"])
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DamagedError) as caught:
        read_arrays(path)

    assert str(caught.value) == f"{path} does not match its checksum"


def test_a_seal_stands_behind_the_hdf5() -> None:
    packed = pack(SMALL)

    image = packed[:-40]
    assert image.startswith(b"\x89HDF\r\n\x1a\n")
    assert packed[-40:] == b"frimcla1" + hashlib.sha256(image).digest()


def test_a_sealed_file_is_hdf5_for_everybody(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.h5", SMALL)

    with h5py.File(tmp_path / "a.h5") as file:
        assert sorted(file) == ["facts", "features", "keys"]
        np.testing.assert_array_equal(file["features"][:], SMALL.arrays["features"])
