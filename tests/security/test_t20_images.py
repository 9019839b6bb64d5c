"""T20-T29: images. One by one, with seconds and memory of each: test_hostile_images.py."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hostile import HARMLESS, HOSTILE
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

MARK = "4f1c9e-<script>alert(1)</script>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images that are refused."""
    folder = tmp_path_factory.mktemp("images")
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    return folder


def test_hostile_images_get_no_prediction_and_stop_nobody(frimcla, home, hostile) -> None:
    cell = home / "cells" / "stripes_1" / "image_00.png"

    done = frimcla(
        home, "predict", "results/model.frimcla", str(hostile), str(cell), "--out", "a.csv"
    )

    done.check(1)
    table = io.StringIO((home / "a.csv").read_text())
    rows = {Path(row["file"]).name: row for row in csv.DictReader(table)}
    assert rows.keys() == {*HOSTILE, cell.name}
    assert rows[cell.name]["predicted"] == "stripes_1"
    assert [name for name in HOSTILE if rows[name]["predicted"] or not rows[name]["problem"]] == []


@pytest.mark.parametrize("command", [["inspect", "cells"], ["run", "study.toml"]])
def test_among_others_all_of_them_are_told(command, frimcla, home, hostile) -> None:
    before = sorted((home / "results").rglob("*"))
    for name in HOSTILE:
        (home / "cells" / "stripes_1" / name).write_bytes((hostile / name).read_bytes())

    done = frimcla(home, *command)

    done.check(1)
    told = done.said.count("stripes_1/") + done.said.count("more")
    assert told > 20
    assert sorted((home / "results").rglob("*")) == before


def metadata(path: Path) -> None:
    """Put words where nobody looks: texts, EXIF, XMP, a profile, and behind the end."""
    with Image.open(path) as image:
        pixels = image.convert("RGB")
    words, exif = PngInfo(), Image.Exif()
    words.add_text("Comment", MARK)
    words.add_itxt("XML:com.adobe.xmp", MARK)
    exif[0x010E] = exif[0x9286] = exif[0x013B] = MARK
    file = io.BytesIO()
    pixels.save(file, "PNG", pnginfo=words, exif=exif, icc_profile=MARK.encode())
    assert file.getvalue().count(MARK.encode()) >= 3
    path.write_bytes(file.getvalue() + MARK.encode())


def test_words_in_images_are_shown_nowhere(frimcla, home) -> None:
    for path in (home / "cells").rglob("*.png"):
        metadata(path)

    frimcla(home, "inspect", "cells", "--out", "inspection").check(0)
    frimcla(home, "run", "study.toml", "--output", "again").check(0)

    written = [path for path in home.rglob("*") if path.is_file() and "cells" not in path.parts]
    assert {"report.html", "index.html", "album.h5"} <= {path.name for path in written}
    assert [path for path in written if MARK.encode() in path.read_bytes()] == []
    assert [path for path in written if b"4f1c9e" in path.read_bytes()] == []


def polyglot() -> bytes:
    """A JPEG that is a page for whoever does not look at its first bytes."""
    image = Image.new("RGB", (40, 30), "white")
    ImageDraw.Draw(image).line((0, 0, 40, 30), "black", 3)
    file = io.BytesIO()
    image.save(file, "JPEG", comment=b"<html><body onload=alert(1)>" + MARK.encode())
    return file.getvalue() + b"PK\3\4" + b"%PDF-1.4"


def test_content_decides_and_never_the_name(frimcla, home) -> None:
    folder = home / "new"
    folder.mkdir()
    (folder / "polyglot.png").write_bytes(polyglot())
    for name, (content, _) in HARMLESS.items():
        (folder / name).write_bytes(content)
    for name in ("a.eps", "b.pdf", "c.svg"):  # Ghostscript and the like are never asked
        (folder / name).write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")

    done = frimcla(home, "predict", "results/model.frimcla", "new")

    done.check(1)
    lines = [line.split("  ")[0] for line in done.said.splitlines()]
    assert lines[1:] == [
        *sorted(f"new/{name}" for name in (*HARMLESS, "polyglot.png")),
        "new/c.svg",
    ]
    assert "new/c.svg  is SVG, which no installed plugin reads" in done.said
