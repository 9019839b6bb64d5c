from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from frimcla import shards
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

ATTACK = """
import signal, sys
import numpy as np
from test_shards import SMALL
from frimcla.shards import DamagedError, pack, unpack

good = pack(SMALL)
for bit in map(int, sys.argv[1:]):
    signal.alarm(2)  # an endless loop is a crash
    if bit < 0:  # truncate
        changed = good[:bit]
    else:
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
    try:
        found = unpack(bytes(changed))
    except DamagedError:
        continue
    assert found.facts == SMALL.facts, bit
    assert list(found.arrays) == list(SMALL.arrays), bit
    for name, array in SMALL.arrays.items():
        assert found.arrays[name].dtype == array.dtype, bit
        np.testing.assert_array_equal(found.arrays[name], array)
"""
"""Runs apart: HDF5 may take the interpreter with it."""


def attack(*places: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ATTACK, *map(str, places)],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )


def hdf5(fill: Callable[[h5py.File], object]) -> bytes:
    """Return the bytes of a file that `pack` did not make; *fill* puts something in it."""
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        made["facts"] = np.frombuffer(b"{}", np.uint8)
        made.attrs["sha256"] = "0" * 64
        fill(made)
    return file.getvalue()


def reason(content: bytes) -> str:
    with pytest.raises(DamagedError) as caught:
        unpack(content)
    return str(caught.value)


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

    assert str(caught.value).startswith(f"{path} is damaged (")


@pytest.mark.xfail(
    strict=True, reason="HDF5 parses the file before its checksum: SIGSEGV, endless loops"
)
@pytest.mark.parametrize("bit", [15945, 16223])
def test_no_flipped_bit_takes_the_interpreter_with_it(bit: int) -> None:
    assert attack(bit).returncode == 0


def test_flipped_bits_are_found_or_change_nothing() -> None:
    places = np.random.default_rng(1).integers(0, 8 * len(pack(SMALL)), 300)

    run = attack(*places)

    assert run.returncode == 0, run.stderr


def test_a_truncated_file_is_found() -> None:
    run = attack(*(-n for n in range(1, len(pack(SMALL)), 21)))

    assert run.returncode == 0, run.stderr


def test_one_changed_value_is_found() -> None:
    value = np.float32(5 / 7).tobytes()
    assert pack(SMALL).count(value) == 1

    assert reason(pack(SMALL).replace(value, bytes(4))) == "does not match its checksum"


@pytest.mark.parametrize("content", [b"", b"no hdf5", b"\x89HDF\r\n\x1a\n" + bytes(99)])
def test_what_is_no_hdf5_is_damaged(content: bytes) -> None:
    assert reason(content) == "is damaged (OSError)"


@pytest.mark.parametrize("link", ["external", "soft", "virtual", "storage"])
def test_no_other_file_is_read(tmp_path: Path, link: str) -> None:
    canary = tmp_path / "canary.h5"
    with h5py.File(canary, "w") as file:
        file["secret"] = np.arange(8)
    before = canary.read_bytes()

    def lead_out(file: h5py.File) -> None:
        if link == "external":
            file["x"] = h5py.ExternalLink(str(canary), "secret")
        elif link == "soft":
            file["x"] = h5py.SoftLink("/facts")
        elif link == "virtual":
            layout = h5py.VirtualLayout((8,), np.int64)
            layout[:] = h5py.VirtualSource(str(canary), "secret", (8,))
            file.create_virtual_dataset("x", layout)
        else:
            file.create_dataset("x", (8,), np.uint8, external=[(str(canary), 0, 8)])

    told = reason(hdf5(lead_out))

    linked = link in {"external", "soft"}
    assert told == ("holds a link (x): refused" if linked else "reads from other files: refused")
    assert canary.read_bytes() == before


OTHER = "holds something else than plain numbers: refused"


@pytest.mark.parametrize(
    ("fill", "told"),
    [
        (lambda file: file.create_dataset("x", (10**6,), "f4", compression="gzip"), OTHER),
        (lambda file: file.create_dataset("x", (2,), h5py.string_dtype()), OTHER),
        (lambda file: file.create_dataset("x", (2,), h5py.ref_dtype), OTHER),
        (lambda file: file.create_dataset("x", (2,), np.dtype("f4,i4")), OTHER),
        (
            lambda file: file.__setitem__("/".join("abcdefghijklm"), 1),
            "is nested too deeply: refused",
        ),
        (lambda file: file.__setitem__("x", file["/"]), "is nested too deeply: refused"),
        (
            lambda file: file.create_dataset("x", (2**20, 2**20), "f4"),
            "unfolds to far too much: refused",
        ),
        (lambda file: file.__setitem__("x", 1), "does not match its checksum"),
        (lambda file: file.__delitem__("facts"), "is damaged (KeyError)"),
    ],
    ids=["gzip", "object", "ref", "record", "deep", "cycle", "large", "more", "less"],
)
def test_what_pack_never_writes_is_refused(fill: Callable[[h5py.File], object], told: str) -> None:
    assert reason(hdf5(fill)) == told


@pytest.mark.xfail(strict=True, reason="arrays may be larger than their file, up to 16 GiB a group")
def test_arrays_are_no_larger_than_their_file() -> None:
    content = hdf5(lambda file: file.create_dataset("x", (2**22,), np.uint8))
    assert len(content) < 10_000

    assert reason(content) == "unfolds to far too much: refused"


def test_the_largest_arrays_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "LARGEST", 100)

    assert reason(pack(Arrays(arrays={"a": np.zeros(60, np.uint8), "b": np.zeros(60, np.uint8)})))
