"""What is refused, in which words, and how little it costs. What is read: test_ordinary.py."""

from __future__ import annotations

import io
import os
import re
import struct
import threading
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from opened import pixels_of
from PIL import Image

from frimcla import intake
from frimcla.contracts import Array
from frimcla.errors import ImageError
from frimcla.files import sha256
from frimcla.intake import read_bytes

RGB = np.random.default_rng(0).integers(0, 256, (64, 48, 3), np.uint8)


def saved(pixels: Array, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    header: tuple[int, ...], rows: bytes, first: bytes = b"", interlaced: bool = False
) -> bytes:
    """Return a PNG from width, height, bits and kind of colour, and its rows."""
    start = chunk(b"IHDR", struct.pack(">2I5B", *header, 0, 0, interlaced))
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + first + start + data + chunk(b"IEND", b"")


def refusal(folder: Path, content: bytes, name: str = "cell.png") -> str:
    (folder / name).write_bytes(content)
    with pytest.raises(ImageError) as caught:
        pixels_of(folder / name)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_truncated_image_is_refused_wherever_it_ends(tmp_path: Path, kind: str) -> None:
    content = saved(RGB, kind)

    for length in range(16, len(content) - 32, len(content) // 40):
        sentence = refusal(tmp_path, content[:length])
        assert re.fullmatch(rf"is {kind}, but damaged .+; (replace it|save it again .+)", sentence)


def test_pixels_beyond_the_policy_are_never_decoded(tmp_path: Path) -> None:
    row = b"\0" + bytes(30_000 // 8)
    content = png((30_000, 30_000, 1, 0), row * 30_000)
    tracemalloc.start()

    sentence = refusal(tmp_path, content)

    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()
    assert sentence == "is larger than Pillow opens; cut or shrink it"
    sentence = refusal(tmp_path, png((12_000, 12_000, 1, 0), b""))
    assert sentence == "is 12000 x 12000: more than 100 megapixels; cut or shrink it"


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_bomb_in_a_text_of_a_png_is_not_unfolded(tmp_path: Path, kind: bytes) -> None:
    bomb = chunk(kind, b"k\0\0" + zlib.compress(bytes(2**26), 9))
    content = png((2, 1, 8, 0), b"\0\1\2")

    assert refusal(tmp_path, content[:33] + bomb + content[33:]).startswith("is PNG, but damaged")


def test_a_file_that_changed_since_it_was_listed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(RGB, "PNG"))
    assert pixels_of(path, key=sha256(path.read_bytes())).shape == RGB.shape

    with pytest.raises(ImageError) as caught:
        pixels_of(path, key="0" * 64)

    assert str(caught.value) == "changed while the study ran; run the same command again"


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError) as caught:
        read_bytes(tmp_path / "x")

    assert str(caught.value) == "cannot be opened (No such file or directory)"


NO_FILE = "is no file but a device, a pipe or a folder; name an image"


@pytest.mark.parametrize("name", ["", "/dev/zero"])
def test_folders_and_devices_are_not_read(tmp_path: Path, name: str) -> None:
    if not (tmp_path / name).exists():
        pytest.skip("no such device here")
    with pytest.raises(ImageError) as caught:
        read_bytes(tmp_path / name)

    assert str(caught.value) == NO_FILE


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.tif").open("wb") as file:
        file.truncate(intake.LARGEST + 1)  # sparse: takes no room

    with pytest.raises(ImageError) as caught:
        read_bytes(tmp_path / "a.tif")

    assert str(caught.value) == "is over 1024 MiB; cut or shrink it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with FIFOs")
def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "a.png"
    os.mkfifo(fifo)
    said: list[str] = []

    def ask() -> None:
        try:
            read_bytes(fifo)
        except ImageError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(0.5)
    if thread.is_alive():  # let it go
        os.close(os.open(fifo, os.O_WRONLY))
        thread.join()

    assert said == [NO_FILE]
