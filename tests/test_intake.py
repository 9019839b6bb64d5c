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
import tifffile
from PIL import Image

from frimcla import intake
from frimcla.contracts import Array
from frimcla.errors import ImageError
from frimcla.files import sha256
from frimcla.intake import read_bytes, read_image
from frimcla.policy import Policy

RGB = np.random.default_rng(0).integers(0, 256, (64, 48, 3), np.uint8)
GREY = RGB[..., 0]
RGBX = np.dstack([RGB, GREY])
LATER = "a later version will read it; until then save it as 8-bit RGB"
RARE = "is {}, but damaged or of a rare kind; save it again as 8-bit RGB"
PAGES = "has 2 pages; save the one you mean as an image of its own"


def saved(pixels: Array, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def tiff(pixels: Array, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, **options)
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
        read_image(folder / name, Policy())
    return str(caught.value)


FRAMES = {"save_all": True, "append_images": [Image.fromarray(255 - RGB)]}
DEEP = {
    "grey PNG": (png((2, 1, 16, 0), bytes(5)), "16 bits per channel"),
    "RGB PNG": (png((2, 1, 16, 2), bytes(13)), "16 bits per channel"),
    "interlaced PNG": (png((2, 1, 16, 2), bytes(14), interlaced=True), "16 bits per channel"),
    "PNG, header not first": (
        png((2, 1, 16, 2), bytes(13), first=chunk(b"tEXt", b"a\0bcdefghijklm")),
        "16 bits per channel",
    ),
    "grey TIFF": (tiff(GREY.astype("u2")), "16 bits per channel"),
    "RGB TIFF": (tiff(RGB.astype("u2"), photometric="rgb"), "16 bits per channel"),
    "32-bit TIFF": (tiff(GREY.astype("u4")), "32 bits per channel"),
    "float TIFF": (tiff(GREY.astype("f4")), "32 bits per channel"),
    "signed TIFF": (tiff(GREY.astype("i1")), "signed or floating numbers"),
    "2 channels": (
        tiff(np.dstack([GREY, GREY]), photometric="minisblack", planarconfig="contig"),
        "2 channels",
    ),
    "4 channels": (tiff(RGBX, photometric="rgb", extrasamples=["unspecified"]), "4 channels"),
    "5 channels": (tiff(np.dstack([RGBX, GREY]), photometric="rgb"), "5 channels"),
}


@pytest.mark.parametrize(("content", "what"), DEEP.values(), ids=DEEP)
def test_more_than_8_bits_or_4_channels_are_not_crushed(
    tmp_path: Path, content: bytes, what: str
) -> None:
    assert refusal(tmp_path, content) == f"has {what}; {LATER}"


@pytest.mark.parametrize(
    "content",
    [
        *(pytest.param(tiff(GREY.astype(kind)), id=kind) for kind in ("f2", "f8", "u8", "c8")),
        pytest.param(tiff(RGB.astype("i1"), photometric="rgb"), id="signed RGB"),
        pytest.param(
            tiff(RGBX, photometric="minisblack", planarconfig="contig"), id="4 grey channels"
        ),
        pytest.param(b"MM\0*", id="stump"),
    ],
)
def test_rare_tiff_is_told(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == RARE.format("TIFF")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(tiff(np.stack([GREY, GREY]), photometric="minisblack"), id="TIFF"),
        pytest.param(saved(RGB, "PNG", **FRAMES), id="APNG"),
        pytest.param(saved(RGB, "WEBP", **FRAMES), id="WebP"),
    ],
)
def test_several_pages_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == PAGES


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_a_truncated_image_is_refused_wherever_it_ends(tmp_path: Path, kind: str) -> None:
    content = saved(RGB, kind)

    for length in range(16, len(content) - 32, len(content) // 40):
        sentence = refusal(tmp_path, content[:length])
        if length > 800 or sentence != RARE.format(kind):  # 800: what a palette takes
            assert re.fullmatch(r"is damaged or truncated \([^()]+.*\); replace it", sentence), (
                length
            )


def test_pixels_beyond_the_policy_are_never_decoded(tmp_path: Path) -> None:
    row = b"\0" + bytes(30_000 // 8)
    content = png((30_000, 30_000, 1, 0), row * 30_000)
    tracemalloc.start()

    sentence = refusal(tmp_path, content)

    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()
    assert sentence == "is more than 100 megapixels; cut or shrink it"
    sentence = refusal(tmp_path, png((12_000, 12_000, 1, 0), b""))
    assert sentence == "is 12000 x 12000: more than 100 megapixels; cut or shrink it"


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_bomb_in_a_text_of_a_png_is_not_unfolded(tmp_path: Path, kind: bytes) -> None:
    bomb = chunk(kind, b"k\0\0" + zlib.compress(bytes(2**26), 9))
    content = png((2, 1, 8, 0), b"\0\1\2")

    assert refusal(tmp_path, content[:33] + bomb + content[33:]).startswith("is damaged")


def test_a_file_that_changed_since_it_was_listed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(RGB, "PNG"))
    assert read_image(path, Policy(), key=sha256(path.read_bytes())).shape == RGB.shape

    with pytest.raises(ImageError) as caught:
        read_image(path, Policy(), key="0" * 64)

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
