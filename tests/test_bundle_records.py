"""What a model's file brings beside the classifier, forged: arrays and pictures of an attacker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import pytest
from bundles import TOYS, members, studied, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frimcla import examples, npz, trust
from frimcla.bundle import load
from frimcla.errors import BundleError
from frimcla.manifest import from_json

Arrays = dict[str, np.ndarray]
UNHURRIED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A trained model."""
    return studied(tmp_path_factory.mktemp("study")).read_bytes()


@pytest.fixture(scope="module")
def record(good: bytes) -> bytes:
    return members(good)["trust.npz"]


CLASSES = ("stripes_1", "stripes_2", "stripes_3")
IMAGES = 36


def unpacked(content: bytes) -> trust.Evidence:
    return trust.unpack(content, CLASSES, IMAGES)


def arrays_of(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def saved(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def put(name: str, place: object, value: object) -> Callable[[Arrays], object]:
    return lambda arrays: arrays[name].__setitem__(place, value)


IMPOSSIBLE = "its record of the study holds numbers that cannot be: refused"
UNREADABLE = "its record of the study cannot be read: ValueError"
OTHERS = "its record of the study has other arrays than it should: refused"


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda it: it.pop("truth"), OTHERS),
        (lambda it: it.update(more=np.zeros(1)), OTHERS),
        (lambda it: it.update(truth=it["truth"].astype(object)), UNREADABLE),
        (lambda it: it.update(truth=it["truth"].astype("S9")), UNREADABLE),
        (lambda it: it.update(truth=it["truth"].astype(">i2")), UNREADABLE),
        (lambda it: it.update(truth=it["truth"][:-1]), UNREADABLE),
        (lambda it: it.update(distances=it["distances"].astype(float)), UNREADABLE),
        (lambda it: it.update(probabilities=it["probabilities"][:, :2].copy()), UNREADABLE),
        (lambda it: it.update(directions=np.asfortranarray(np.ones((2, 5)))), UNREADABLE),
        (lambda it: it.update(spread=np.ones((2, 1))), UNREADABLE),
        (lambda it: it.update(scale=np.ones(7)), IMPOSSIBLE),
        (put("truth", 0, -1), IMPOSSIBLE),
        (put("predicted", 0, 3), IMPOSSIBLE),
        (put("probabilities", (0, 0), np.nan), IMPOSSIBLE),
        (put("probabilities", (0, 0), 2), IMPOSSIBLE),
        (put("probabilities", 0, 0), IMPOSSIBLE),
        (put("distances", 0, -1), IMPOSSIBLE),
        (put("distances", 0, np.inf), IMPOSSIBLE),
        (put("scale", 0, 0), IMPOSSIBLE),
        (put("spread", 0, 0), IMPOSSIBLE),
        (put("rest", 0, -1), IMPOSSIBLE),
        (put("centres", (0, 0), np.nan), IMPOSSIBLE),
    ],
)
def test_arrays_that_cannot_be_are_refused(
    record: bytes, forge: Callable[[Arrays], object], told: str
) -> None:
    arrays = arrays_of(record)
    forge(arrays)

    with pytest.raises(BundleError) as caught:
        unpacked(saved(arrays))

    assert str(caught.value) == told


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (-36,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (36,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': 36}",
        "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (36,)}",
        "__import__('os').system('true')",
        "(" * 5000,
    ],
)
def test_a_header_that_promises_other_bytes_is_refused(record: bytes, header: str) -> None:
    inside = members(record)
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    inside["truth.npy"] = start + bytes(2 * IMAGES)

    with pytest.raises(BundleError, match=r"^its record of the study cannot be read: \w+$"):
        unpacked(zipped(inside))


def test_what_unfolds_to_far_more_is_refused_unread(record: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("truth.npy", bytes(2**27))

    with pytest.raises(BundleError, match="unfolds to far more than its size"):
        unpacked(buffer.getvalue())


@UNHURRIED
@given(data=st.data())
def test_whatever_bytes_of_a_record_are_others_nothing_else_is_raised(
    record: bytes, data: st.DataObject
) -> None:
    changed = bytearray(record)
    for place in data.draw(st.lists(st.integers(0, len(record) - 1), min_size=1, max_size=6)):
        changed[place] = data.draw(st.integers(0, 255))
    try:
        found = unpacked(bytes(changed))
    except BundleError:
        return
    assert trust.pack(found) == trust.pack(unpacked(record))


@UNHURRIED
@given(content=st.binary(max_size=200))
def test_whatever_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError):
        unpacked(content)


@UNHURRIED
@given(data=st.data())
def test_whatever_bytes_of_a_manifest_are_others_nothing_else_is_raised(
    good: bytes, data: st.DataObject
) -> None:
    text = bytearray(members(good)["manifest.json"])
    for place in data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=6)):
        text[place] = data.draw(st.integers(0, 255))
    try:
        from_json(bytes(text), TOYS)
    except BundleError:
        return
    assert bytes(text) == members(good)["manifest.json"]


@UNHURRIED
@given(order=st.permutations(["manifest.json", "classifier.skops", "trust.npz"]))
def test_members_under_each_others_names_are_refused(
    good: bytes, tmp_path: Path, order: list[str]
) -> None:
    inside = members(good)
    swapped = dict(zip(order, inside.values(), strict=True))
    path = tmp_path / "model.frimcla"
    path.write_bytes(zipped(swapped))
    if swapped == inside:
        assert load(path, TOYS).trust is not None
        return
    with pytest.raises(BundleError):
        load(path, TOYS)


PICTURE = b"RIFF\4\0\0\0WEBP"


@pytest.fixture
def shown(record: bytes) -> Arrays:
    """Two training images, as arrays of a file."""
    points = np.zeros((2, len(unpacked(record).novelty.mean)), np.float32)
    found = examples.gather(np.array(CLASSES[:2]), [PICTURE, PICTURE], points)
    return arrays_of(examples.pack(found, CLASSES))


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda it: it.update(pictures=it["pictures"][:-1]), "numbers that cannot be"),
        (put("sizes", 0, -1), "numbers that cannot be"),
        (put("sizes", slice(None), 2**62), "numbers that cannot be"),
        (put("labels", 0, 3), "numbers that cannot be"),
        (put("points", (0, 0), np.inf), "numbers that cannot be"),
        (put("pictures", 0, 0), "what is no picture"),
        (put("sizes", slice(None), [11, 13]), "what is no picture"),
    ],
)
def test_pictures_that_are_none_are_refused(
    record: bytes, shown: Arrays, forge: Callable[[Arrays], object], told: str
) -> None:
    novelty = unpacked(record).novelty
    whole = examples.unpack(npz.pack(shown), CLASSES, novelty)
    assert attrs.astuple(whole)[:2] == (CLASSES[:2], (PICTURE, PICTURE))
    forge(shown)

    with pytest.raises(BundleError) as caught:
        examples.unpack(npz.pack(shown), CLASSES, novelty)

    assert str(caught.value) == f"its collection of training images holds {told}: refused"
