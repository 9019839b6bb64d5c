"""What a .caffemodel from anybody may not do: neither take memory nor time beyond its bytes."""

import numpy as np
import pytest
from caffe_like import blob, field, varint

from frimcla_keras.caffemodel import MOST, read

WANTED = {"conv": ((2, 3, 1, 1),)}
NUMBERS = np.arange(6, dtype=np.float32)


def layer(*blobs):
    return field(100, field(1, b"conv") + b"".join(field(7, one) for one in blobs))


@pytest.mark.parametrize("beside", [b"", field(1, 7), b"\x1d....", b"\x19........"], ids=str)
def test_an_honest_file_is_read(tmp_path, beside):
    path = tmp_path / "good.caffemodel"
    path.write_bytes(beside + layer(blob(NUMBERS.reshape(2, 3, 1, 1), old=False)))

    (found,) = read(path, WANTED)["conv"]

    np.testing.assert_array_equal(found, NUMBERS.reshape(2, 3, 1, 1))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (field(2, b"") * (MOST + 1), "hold over 100,000 parts"),
        (layer(*[b""] * (MOST + 1)), "hold over 100,000 parts"),
        (layer(field(7, field(1, varint(1) * 60_000)) + field(5, b"....")), "60,000 axes"),
        (layer(field(1, 1) * 99_000 + field(5, b"....")), "99,000 axes"),
        (layer(blob(NUMBERS, old=False))[:-3], "are damaged, or no caffemodel"),
        (b"\xff" * 40, "are damaged, or no caffemodel"),
        (b"\x12", "are damaged, or no caffemodel"),
    ],
    ids=range(7),
)
def test_hostile_files_are_refused_in_a_sentence(tmp_path, content, why):
    path = tmp_path / "bad.caffemodel"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=why) as caught:
        read(path, WANTED)
    assert len(str(caught.value)) < 100
