"""Files of weights from strangers: refused in one sentence, and quickly; good ones pass."""

import time
import zipfile

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from frimcla.errors import WeightsError
from frimcla_keras.safe_h5 import check_weights_file

SECRET = b"0123456789abcdef" * 64


def plain(path):
    with h5py.File(path, "w") as file:
        layer = file.create_group("conv/vars")
        layer["0"] = np.arange(12, dtype=np.float32).reshape(3, 4)
        layer.create_dataset("1", data=np.zeros(1000), compression="gzip", shuffle=True)
        layer["names"] = np.array([b"kernel", b"bias"])
        layer["text"] = "words"
        file.attrs["layer_names"] = [b"conv"]
    return path


def external_storage(file, folder):
    (folder / "secret").write_bytes(SECRET)
    file.create_dataset("kernel", (256,), "f4", external=[(str(folder / "secret"), 0, 1024)])


def external_link(file, folder):
    plain(folder / "other.h5")
    file["kernel"] = h5py.ExternalLink(str(folder / "other.h5"), "conv/vars/0")


def soft_link(file, _):
    file["here"] = np.zeros(3)
    file["kernel"] = h5py.SoftLink("/here")


def dangling_link(file, _):
    file["kernel"] = h5py.SoftLink("/nowhere")


def virtual_dataset(file, folder):
    plain(folder / "other.h5")
    layout = h5py.VirtualLayout((3, 4), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "conv/vars/0", (3, 4))
    file.create_virtual_dataset("kernel", layout)


def references(file, _):
    file["here"] = np.zeros(3)
    file.create_dataset("kernel", data=[file["here"].ref], dtype=h5py.ref_dtype)


def regions(file, _):
    file["here"] = np.zeros(3)
    file.create_dataset("kernel", data=[file["here"].regionref[:2]], dtype=h5py.regionref_dtype)


def lists_of_any_length(file, _):
    file.create_dataset("kernel", (3,), h5py.vlen_dtype(np.float32))


def records(file, _):
    file["kernel"] = np.zeros(3, [("a", "f4"), ("b", "f4")])


def huge(file, _):
    file.create_dataset("kernel", (10**6, 10**6), "f4", chunks=(1000, 1000))


def huge_altogether(file, _):
    for k in range(9):
        file.create_dataset(f"kernel{k}", (2**29,), "f4", chunks=(2**16,))


def unknown_filter(file, _):
    plan = h5p.create(h5p.DATASET_CREATE)
    plan.set_chunk((10,))
    plan.set_filter(31_999, h5py.h5z.FLAG_OPTIONAL)
    h5d.create(file.id, b"kernel", h5t.IEEE_F32LE, h5s.create_simple((100,)), plan)


def scale_offset(file, _):
    file.create_dataset("kernel", data=np.arange(100), chunks=(10,), scaleoffset=0)


def nothing_at_all(file, _):
    file["kernel"] = h5py.Empty("f4")


def named_type(file, _):
    file["kernel"] = np.dtype("f4")


def deep(file, _):
    file.create_group("/".join(40 * "a"))


def deeper_than_python(file, _):
    file.create_group("/".join(3000 * "a"))


def ring(file, _):
    group = file.create_group("a")
    group["a"] = group


def braid(file, _):
    """Two ways from each group to the next: 2 ** 14 ways in all, for 15 groups."""
    here = file
    for _ in range(14):
        following = here.create_group("a")
        here["b"] = following
        here = following
    here["kernel"] = np.zeros(3)


ATTACKS = {
    external_storage: "read other files (/kernel)",
    external_link: "hold a link (kernel)",
    soft_link: "hold a link (kernel)",
    dangling_link: "hold a link (kernel)",
    virtual_dataset: "read other files (/kernel)",
    references: "hold something strange (/kernel)",
    regions: "hold something strange (/kernel)",
    lists_of_any_length: "hold something strange (/kernel)",
    records: "hold something strange (/kernel)",
    huge: "hold something strange (/kernel)",
    unknown_filter: "are compressed in a strange way (/kernel)",
    scale_offset: "are compressed in a strange way (/kernel)",
    deep: "are nested too deeply",
    deeper_than_python: "are nested too deeply",
}
UNUSUAL = (huge_altogether, nothing_at_all, named_type, ring, braid)


def written(attack, folder):
    path = folder / "evil.h5"
    with h5py.File(path, "w") as file:
        attack(file, folder)
    return path


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_hostile_files_are_refused_in_one_sentence(attack, tmp_path):
    path = written(attack, tmp_path)
    start = time.perf_counter()

    with pytest.raises(WeightsError) as caught:
        check_weights_file(path, "VGG16")

    why = ATTACKS[attack]
    assert str(caught.value) == f"VGG16: weights evil.h5 {why}; name a file of Keras weights"
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("attack", UNUSUAL, ids=lambda attack: attack.__name__)
def test_unusual_files_are_refused_as_well(attack, tmp_path):
    path = written(attack, tmp_path)
    start = time.perf_counter()

    with pytest.raises(WeightsError, match=r"^VGG16: weights evil.h5 .*; name a file of Keras w"):
        check_weights_file(path, "VGG16")

    assert time.perf_counter() - start < 2


def text(path):
    path.write_text("weights")


def empty(path):
    path.write_bytes(b"")


def truncated(path):
    plain(path)
    path.write_bytes(path.read_bytes()[:-500])


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", '{"class_name": "Lambda"}')


def folder(path):
    path.mkdir()


@pytest.mark.parametrize("content", [text, empty, truncated, zipped, folder])
def test_what_is_no_hdf5_file_is_refused(content, tmp_path):
    path = tmp_path / "weights.h5"
    content(path)

    with pytest.raises(WeightsError) as caught:
        check_weights_file(path, "VGG16")

    assert str(caught.value) == (
        "VGG16: weights weights.h5 are damaged, or no HDF5 file; name a file of Keras weights"
    )


@pytest.mark.parametrize("part", range(8))
def test_damage_anywhere_ends_in_a_sentence_or_in_a_plain_file(part, tmp_path):
    path = plain(tmp_path / "weights.h5")
    rng = np.random.default_rng(part)
    content = np.frombuffer(path.read_bytes(), np.uint8).copy()
    content[rng.integers(0, len(content), 60)] = rng.integers(0, 256, 60)
    path.write_bytes(content.tobytes())

    try:
        check_weights_file(path, "VGG16")
    except WeightsError as error:
        assert str(error).startswith("VGG16: weights weights.h5 ")  # noqa: PT017


@pytest.mark.parametrize("name", ["model.keras", "weights.npz", "weights.pkl", "weights"])
def test_other_endings_are_refused_unopened(name, tmp_path):
    with pytest.raises(WeightsError) as caught:
        check_weights_file(tmp_path / name, "VGG16")

    assert str(caught.value) == (
        f"VGG16: weights {name} must end in .h5: models (.keras) and pickles may run code; "
        "name a file of Keras weights"
    )


def test_a_plain_file_passes(tmp_path):
    check_weights_file(plain(tmp_path / "weights.h5"), "VGG16")


def test_weights_saved_by_keras_pass(references):
    for name, reference in references.items():
        check_weights_file(reference.file, name)


def test_weights_that_were_published_pass(real_data):
    files = sorted((real_data / "weights").glob("keras_*/*.h5"))

    for path in files:
        check_weights_file(path, path.stem)
    assert files
