"""Files of arrays that were damaged, or made by somebody else to do harm."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from frimcla.shards import SEAL, Arrays, DamagedError, pack, text, unpack

SMALL = pack(
    Arrays(
        arrays={"features": np.float32([[1, 2], [3, 4]]) / 7, "keys": text(["a" * 64, "b" * 64])},
        facts={"space": "lab-0"},
    )
)
Fill = Callable[[h5py.File], object]


def sealed(image: bytes) -> bytes:
    """Return what gets through to HDF5: anybody can compute a checksum."""
    return image + SEAL + hashlib.sha256(image).digest()


def hdf5(fill: Fill, facts: bytes = b"{}") -> bytes:
    """Return a sealed file that `pack` did not make; *fill* puts something in it."""
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        made["facts"] = np.frombuffer(facts, np.uint8)
        fill(made)
    return sealed(file.getvalue())


def reason(content: bytes) -> str:
    with pytest.raises(DamagedError) as caught:
        unpack(content)
    return str(caught.value)


FAILS = "does not match its checksum"


def test_every_flipped_bit_is_found_before_hdf5_sees_it() -> None:
    for bit in range(8 * len(SMALL)):
        changed = bytearray(SMALL)
        changed[bit // 8] ^= 1 << bit % 8
        assert reason(bytes(changed)) == FAILS, bit


def test_every_truncation_is_found_before_hdf5_sees_it() -> None:
    for length in range(len(SMALL)):
        assert reason(SMALL[:length]) == FAILS, length
        assert reason(SMALL[length + 1 :]) == FAILS, length


@pytest.mark.parametrize(
    "content",
    [SMALL[:-40], SMALL + b"\0", SMALL + SMALL, SMALL[:-40].ljust(len(SMALL), b"\0"), b"words"],
    ids=["unsealed", "longer", "twice", "zeros", "words"],
)
def test_a_seal_that_is_not_the_last_is_none(content: bytes) -> None:
    assert reason(content) == FAILS


@pytest.mark.parametrize("image", [b"", b"no hdf5", b"\x89HDF\r\n\x1a\n" + bytes(99)])
def test_what_is_no_hdf5_is_damaged(image: bytes) -> None:
    assert reason(sealed(image)) == "is damaged (OSError)"


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


def twice(file: h5py.File) -> None:
    file["a/b"] = 1
    file["a/c"] = file["a/b"]


def ladder(file: h5py.File) -> None:
    """Ten ways to every step: ten million arrays in 14 kB."""
    file["0/x"] = 1
    for step in range(1, 8):
        for way in range(10):
            file[f"{step}/{way}"] = file[f"{step - 1}"]


def tangled(name: str) -> str:
    return f"is tangled or nested too deeply ({name}): refused"


def filtered(file: h5py.File) -> None:
    """Ask for a filter that HDF5 has to look for among its plugins."""
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((10,))
    plan.set_filter(31_999, h5py.h5z.FLAG_OPTIONAL)
    space = h5py.h5s.create_simple((100,))
    made = h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, space, plan)
    made.write_direct_chunk((0,), bytes(40))


OTHER = "holds something else than plain numbers: refused"
LARGE = "unfolds to far too much: refused"


@pytest.mark.parametrize(
    ("fill", "told"),
    [
        (lambda file: file.create_dataset("x", (10**6,), "f4", compression="gzip"), OTHER),
        (lambda file: file.create_dataset("x", (10**6,), "f4", compression="lzf"), OTHER),
        (lambda file: file.create_dataset("x", (2,), h5py.string_dtype()), OTHER),
        (lambda file: file.create_dataset("x", (2,), h5py.ref_dtype), OTHER),
        (lambda file: file.create_dataset("x", (2,), np.dtype("f4,i4")), OTHER),
        (lambda file: file.create_dataset("x", (2,), np.dtype(("f4", (10**6,)))), OTHER),
        (lambda file: file.create_dataset("x", (2,), np.dtype("V8")), OTHER),
        (lambda file: file.__setitem__("x", np.dtype("f4")), "reads from other files: refused"),
        (lambda file: file.__setitem__("x", h5py.Empty("f4")), "is damaged (TypeError)"),
        (lambda file: file.__setitem__("/".join("abcdefghijklm"), 1), tangled("j")),
        (lambda file: file.__setitem__("x", file["/"]), tangled("x")),
        (twice, tangled("b")),
        (ladder, tangled("0")),
        (lambda file: file.create_dataset("x", (2**20, 2**20), "f4"), LARGE),
        (lambda file: file.create_dataset("x", (2**32, 2**32), "u1", chunks=(1, 1)), LARGE),
        (lambda file: file.create_dataset("x", (2,), "S2000000000"), LARGE),
        (lambda file: file.create_dataset("x", (2**22,), np.uint8), LARGE),
        (
            lambda file: file.create_dataset(
                "x", data=np.zeros(10**6, "i4"), chunks=(10**6,), scaleoffset=0
            ),
            OTHER,
        ),
        (filtered, OTHER),
        (lambda file: file.create_dataset("x", (9,), "f4", shuffle=True, fletcher32=True), OTHER),
        (lambda file: file.__setitem__("x", h5py.SoftLink("x")), "holds a link (x): refused"),
        (lambda file: file.__delitem__("facts"), "is damaged (KeyError)"),
    ],
    ids=[
        *("gzip", "lzf", "object", "ref", "record", "array", "opaque", "type", "empty"),
        *("deep", "cycle", "twice", "ladder"),
        *("terabytes", "overflow", "long words", "unallocated", "scaled"),
        *("unknown filter", "shuffled", "link to itself", "no facts"),
    ],
)
def test_what_pack_never_writes_is_refused(fill: Fill, told: str) -> None:
    assert reason(hdf5(fill)) == told


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (b"{", "JSONDecodeError"),
        (b"[" * 100_000, "RecursionError"),
        (b"\xff", "UnicodeDecodeError"),
    ],
    ids=["no json", "deep", "no utf-8"],
)
def test_facts_that_are_no_json_are_damage(facts: bytes, why: str) -> None:
    assert reason(hdf5(lambda file: None, facts)) == f"is damaged ({why})"


@pytest.mark.parametrize("facts", [b"[]", b"null", b"3", b'"space"'])
def test_facts_are_a_table(facts: bytes) -> None:
    told = reason(hdf5(lambda file: None, facts))

    assert told == "holds facts that are no table: refused"


def test_all_arrays_together_are_no_larger_than_their_file() -> None:
    def fill(file: h5py.File) -> None:
        for number in range(100):
            file.create_dataset(f"{number}", (2**14,), np.uint8)

    content = hdf5(fill)
    assert len(content) < 50_000 < 100 * 2**14

    assert reason(content) == LARGE
