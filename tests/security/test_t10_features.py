"""T10-T19: files of features and predictions in a results folder that somebody sent along.

Every one of them is sealed: anybody can compute a checksum. Their kinds: test_shard_attacks.py.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from test_shard_attacks import Fill, filtered, hdf5, ladder, twice

from frimcla.shards import Arrays, pack, text

SECRET = b"a secret of this user, not of the study"


def attacks(secret: Path) -> dict[str, Fill]:
    """Return what hostile files do, by name; the secret must be neither read nor written."""

    def storage(file: h5py.File) -> None:
        file.create_dataset("features", (39,), np.uint8, external=[(str(secret), 0, 39)])

    def link(file: h5py.File) -> None:
        file["features"] = h5py.ExternalLink(str(secret.with_suffix(".h5")), "secret")

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((39,), np.uint8)
        layout[:] = h5py.VirtualSource(str(secret.with_suffix(".h5")), "secret", (39,))
        file.create_virtual_dataset("features", layout)

    def loop(file: h5py.File) -> None:
        file["features"] = h5py.SoftLink("/features")

    def references(file: h5py.File) -> None:
        file.create_dataset("features", data=[file["facts"].ref], dtype=h5py.ref_dtype)

    def regions(file: h5py.File) -> None:
        where = [file["facts"].regionref[:1]]
        file.create_dataset("features", data=where, dtype=h5py.regionref_dtype)

    def terabytes(file: h5py.File) -> None:
        file.create_dataset("features", (10**6, 10**6), "f4")

    def deflated(file: h5py.File) -> None:
        zeros = np.zeros(80_000_000, "f4")
        file.create_dataset("features", data=zeros, chunks=zeros.shape, compression=1)

    known = (storage, link, virtual, loop, twice, ladder, references, regions)
    return {fill.__name__: fill for fill in (*known, terabytes, deflated, filtered)}


@pytest.fixture
def secret(home: Path) -> Path:
    path = home / "secret"
    path.write_bytes(SECRET)
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        file["secret"] = np.frombuffer(SECRET, np.uint8)
    return path


def test_hostile_features_are_set_aside_and_computed_anew(frimcla, home, secret) -> None:
    (whole,) = (home / "results" / "features").glob("*/s-*.h5")
    before = whole.read_bytes(), secret.with_suffix(".h5").read_bytes()
    whole.unlink()
    hostile = attacks(secret)
    for name, fill in hostile.items():
        whole.with_name(f"s-{name}.h5").write_bytes(hdf5(fill))
    plugins = secret.with_name("plugins")
    plugins.mkdir()
    (plugins / "libfilter.so").write_bytes(b"no library")

    done = frimcla(home, "compare", "study.toml", HDF5_PLUGIN_PATH=str(plugins))

    done.check(0)
    assert whole.read_bytes() == before[0]
    bad = {path.stem.removeprefix("s-") for path in whole.parent.glob("*.bad")}
    assert bad == hostile.keys()
    assert (secret.read_bytes(), secret.with_suffix(".h5").read_bytes()) == (SECRET, before[1])


@pytest.mark.parametrize("name", ["storage", "link", "virtual", "terabytes", "filtered"])
def test_a_report_of_hostile_predictions_is_refused(frimcla, home, secret, name) -> None:
    path = home / "results" / "predictions.h5"
    page = home / "results" / "report.html"
    page.unlink()
    path.write_bytes(hdf5(attacks(secret)[name]))

    told = frimcla(home, "report", "results").refusal()

    begin = "results has 1 problem\n  predictions.h5  cannot be read (results/predictions.h5 "
    assert told.startswith(begin), told
    assert told.endswith(": refused); run the study again: frimcla run results/study.toml"), told
    assert not page.exists()
    assert secret.read_bytes() == SECRET


FUZZ = """
import hashlib, resource, signal, sys
from frimcla.shards import SEAL, DamagedError, unpack

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
image, bits = sys.stdin.buffer.read(), map(int, sys.argv[1].split(","))
for bit in bits:
    signal.alarm(10)
    changed = bytearray(image)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        unpack(bytes(changed) + SEAL + hashlib.sha256(changed).digest())
    except DamagedError:
        pass
print("alive")
"""


def test_no_flipped_bit_brings_the_process_down() -> None:
    """A thirtieth of the bits; all 17,672 of them with ``FRIMCLA_FUZZ=1``."""
    features = np.float32([[1, 2], [3, 4]]) / 7
    arrays = {"features": features, "keys": text(["a" * 64, "b" * 64])}
    image = pack(Arrays(arrays=arrays, facts={"space": "lab-0"}))[:-40]
    every = range(8 * len(image))
    bits = every if os.environ.get("FRIMCLA_FUZZ") else random.Random(0).sample(every, 600)

    done = subprocess.run(
        [sys.executable, "-P", "-c", FUZZ, ",".join(map(str, bits))],
        input=image,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, b"alive\n"), done.stderr


def test_elsewhere_such_a_file_reads_the_secret(home, secret) -> None:
    """Or the tests above could not fail."""
    for name in ("storage", "link", "virtual"):
        with h5py.File(home / "reads.h5", "w") as file:
            attacks(secret)[name](file)
        with h5py.File(home / "reads.h5") as file:
            assert file["features"][()].tobytes() == SECRET
