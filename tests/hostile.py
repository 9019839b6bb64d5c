"""Files made to hurt: small on disk, large in memory or endless. Built, never stored."""

from __future__ import annotations

import io
import struct
import zlib

import imagecodecs
import numpy as np
from PIL import Image

ROOM = bytes(100)
Tag = tuple[int, int, int, int]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size: int, depth: int, colour: int, data: bytes, *chunks: bytes) -> bytes:
    start = chunk(b"IHDR", struct.pack(">2I5B", size, size, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + b"".join(chunks) + chunk(b"IDAT", data)


def zeros(count: int) -> bytes:
    """Return *count* zeros, deflated."""
    packer, block = zlib.compressobj(1), bytes(2**20)
    packed = [packer.compress(block) for _ in range(count >> 20)]
    return b"".join([*packed, packer.compress(bytes(count & 0xFFFFF)), packer.flush()])


def page(tags: dict[int, Tag | int], following: int = 0) -> bytes:
    """Return a directory; a tag is a number, or (code, type, count, value)."""
    rows = [
        value if isinstance(value, tuple) else (code, 4, 1, value) for code, value in tags.items()
    ]
    table = b"".join(struct.pack("<HHII", *row) for row in sorted(rows))
    return struct.pack("<H", len(rows)) + table + struct.pack("<I", following)


def tags_of(size: int, at: int, count: int, **changes) -> dict[int, Tag | int]:
    known = {"t256": size, "t257": size, "t258": 8, "t259": 1, "t262": 1, "t273": at}
    known |= {"t277": 1, "t278": size, "t279": count, **changes}
    return {int(name[1:]): value for name, value in known.items()}


def tiff(size: int, data: bytes = ROOM, following: int = 0, **changes) -> bytes:
    """Return a TIFF of one page; ``t259=8`` writes another value of a tag."""
    tags = tags_of(size, 0, len(data), **changes)
    at = 8 + len(page(tags))
    tags = tags_of(size, at, len(data), **changes)
    return b"II*\0" + struct.pack("<I", 8) + page(tags, following) + data


def described(text: bytes) -> bytes:
    """Return a TIFF of 10 x 10 pixels with a description."""
    start = tiff(10, t270=(270, 2, len(text) + 1, 238))
    return start.ljust(238, b"\0") + text + b"\0"


def pages(count: int, size: int) -> bytes:
    """Return a TIFF of many pages that share their pixels."""
    tags = page(tags_of(size, 8, size * size))[:-4]
    length = len(tags) + 4
    offsets = [8 + length * (at + 1) for at in range(count - 1)] + [0]
    listed = b"".join(tags + struct.pack("<I", at) for at in offsets)
    return b"II*\0" + struct.pack("<I", 8) + listed + bytes(min(size * size, 2**20))


def jpeg(size: int) -> bytes:
    """Return a small JPEG that claims to be large."""
    content: bytes = imagecodecs.jpeg8_encode(np.zeros((64, 64), np.uint8))
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", size, size) + content[at + 4 :]


def ome(order: str = "XYZCT", **sizes: int) -> bytes:
    known = {"X": 10, "Y": 10, "Z": 1, "C": 1, "T": 1} | sizes
    shape = " ".join(f'Size{axis}="{size}"' for axis, size in known.items())
    return (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        f'<Image ID="Image:0"><Pixels DimensionOrder="{order}" ID="Pixels:0" {shape} Type="uint8">'
        '<TiffData IFD="0" PlaneCount="1"/></Pixels></Image></OME>'
    ).encode()


def laughs() -> bytes:
    words = "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 50}">' for at in range(6))
    start = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "{"x" * 1000}">{words}]>'
    return f"{start}<OME>&g;</OME>".encode()


def gif() -> bytes:
    """Return an animation of a million frames."""
    file = io.BytesIO()
    first, second = (Image.new("P", (4, 4), colour) for colour in (0, 1))
    first.save(file, "GIF", save_all=True, append_images=[second], duration=50)
    content = file.getvalue()
    return content[:-1] + content[content.rindex(b"\x21\xf9") : -1] * 1_000_000 + b";"


J2K = b"\xff\x4f\xff\x51\0\x29\0\0" + b"\0\0\xea\x60" * 2
BOMB = b"k\0\0" + zeros(200 << 20)
HOSTILE = {
    "30000 x 30000.png": png(30_000, 1, 0, zeros(30_000 * 3751)),
    "12000 x 12000.png": png(12_000, 8, 0, zeros(12_000 * 12_001)),
    "13000 x 13000, 16 bits.png": png(13_000, 16, 2, b""),
    "zTXt.png": png(2, 8, 0, zeros(6), chunk(b"zTXt", BOMB)),
    "iCCP.png": png(2, 8, 0, zeros(6), chunk(b"iCCP", BOMB)),
    "zTXt, 16 bits.png": png(2, 16, 0, zeros(10), chunk(b"zTXt", BOMB)),
    "truncated.png": png(100, 8, 0, zeros(100 * 101))[:60],
    "PostScript.png": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "SVG.png": b"<svg/>",
    "65000 x 65000.jpg": jpeg(65_000),
    "20000 x 20000.tif": tiff(20_000, zeros(4 * 10**8), t259=8),
    "2 billion wide.tif": tiff(2**31 - 1),
    "65535 channels.tif": tiff(9000, t277=65_535),
    "4 billion strips.tif": tiff(10, t273=(273, 4, 2**32 - 1, 130), t279=(279, 4, 2**32 - 1, 130)),
    "strip outside.tif": tiff(10, t273=2**31),
    "circle.tif": tiff(10, following=8),
    "a million pages.tif": pages(1_000_000, 10),
    "3000 large pages.tif": pages(3000, 2000),
    "200000 pages below.tif": tiff(10, ROOM + struct.pack("<I", 8) * 200_000,
                                   t330=(330, 4, 200_000, 300)),
    "tile of a billion.tif": tiff(64, t259=8, t322=2**30, t323=2**30, t324=200, t325=100),
    "tile of 16384.tif": tiff(64, zeros(2**28), t259=8, t322=2**14, t323=2**14, t324=200, t325=99),
    "deflated beyond.tif": tiff(64, zeros(100 << 20), t259=8),
    "JPEG of 65000.tif": tiff(64, jpeg(65_000), t259=7),
    "JPEG 2000 of 60000.tif": tiff(64, J2K, t259=34712),
    "WebP.tif": tiff(64, b"RIFF", t259=50001),
    "OME, 10^9 times.tif": described(ome(T=10**9)),
    "OME, 10^9 columns.tif": described(ome(X=10**9)),
    "OME, order.tif": described(ome("ZTCXY", X=2**20, Y=2**20)),
    "OME, planes elsewhere.tif": described(ome(T=5000, Z=4)),
    "OME, laughs.tif": described(laughs()),
    "ImageJ, 10^9 slices.tif": described(b"ImageJ=1.53\nimages=1000000000\nslices=1000000000\n"),
    "shaped, 10^9.tif": described(b'{"shape": [1000000000, 10, 10]}'),
    "shaped, deep.tif": described(b'{"shape": ' + b"[" * 100_000),
    "truncated.tif": tiff(100, bytes(50), t279=10_000),
}  # fmt: skip
"""Files that are refused, by name."""

HARMLESS = {
    "3000 pages.tif": (pages(3000, 10), (3000, 10, 10, 1)),
    "a million frames.gif": (gif(), (1, 4, 4, 3)),
    "long strip.tif": (tiff(10, t279=2**32 - 1), (1, 10, 10, 1)),
    "ImageJ, product.tif": (
        described(b"ImageJ=1.53\nimages=1\nslices=9000\nframes=9000\nchannels=9000\n"),
        (1, 10, 10, 1),
    ),
}
"""Files that look hostile and are read, with their shapes."""
