"""What an inspection measures, marks, draws and refuses."""

import csv
import html
import io
import json
import re
from pathlib import Path

import attrs
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image as Pictures

import frimcla
from frimcla.cli import main
from frimcla.contracts import Header
from frimcla.dataset import Dataset, Image
from frimcla.errors import ConfigError
from frimcla.inspecting import inspect, told
from frimcla.inspecting.facts import facts_of
from frimcla.inspecting.inspection import found_of
from frimcla.inspecting.oddities import marks_of
from frimcla.inspecting.page import page
from frimcla.inspecting.sheets import sheet_png
from frimcla.inspecting.shortcuts import hints, right_pairs
from frimcla.inspecting.thumbnails import thumbnail
from frimcla.opening import Opened
from frimcla.pictures import Picture
from frimcla.policy import Kind, Policy
from frimcla.study import Study

NOISE = np.random.default_rng(0)


def picture(stored, *, bits=8, names=(), colour=False, **policy):
    """Return an image that was read, from an array (height, width, channels)."""
    height, width, channels = stored.shape
    header = Header(
        dtype=stored.dtype.name,
        bits=bits,
        height=height,
        width=width,
        channels=channels,
        names=names,
        colour=colour,
    )
    return Picture(stored=stored, header=header, policy=Policy(**{"scaling": "dtype"} | policy))


def noise(low=0, high=256, shape=(40, 50, 3), dtype=np.uint8):
    return NOISE.integers(low, high, shape, dtype)


def image(name="a/1.png", label="a", key=""):
    return Image(key=key or name, name=name, files=(Path(name),), label=label)


def marked(shown, kind=None):
    """Return the marks of a picture as (rule, told)."""
    facts = facts_of(image(), shown)
    return [(mark.rule.name, mark.told) for mark in marks_of(facts, shown.policy, kind)]


def saved(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Pictures.fromarray(pixels).save(path)


@pytest.fixture
def odd(tmp_path, registry):
    """A study of two classes with hard names; a white, a grey and a broken image among them."""
    for label in ("</script><b>", "=1+1 ñ"):
        place = label.replace("/", "\N{DIVISION SLASH}")
        for number in range(6):
            saved(tmp_path / "odd" / place / f"{number}.png", noise())
    folder = tmp_path / "odd" / "=1+1 ñ"
    saved(folder / "white <i>.png", np.full((40, 40, 3), 255, np.uint8))
    saved(folder / "blank.png", np.full((40, 40, 3), 100, np.uint8))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return tmp_path / "odd"


def test_an_ordinary_image_is_not_marked():
    shown = picture(noise(), colour=True)

    facts = facts_of(image(), shown)

    assert marked(shown) == []
    assert [channel.name for channel in facts.channels] == ["red", "green", "blue"]
    assert facts.brightness == pytest.approx(shown.stored.mean())
    assert facts.channels[1].deviation == pytest.approx(shown.stored[..., 1].std())
    assert facts.stored[0] == shown.stored.min()
    assert sum(facts.channels[0].histogram) == pytest.approx(1)


def test_what_is_worth_a_look_is_marked_with_its_number():
    white = noise()
    white[:20] = 255
    white[20:] = white[20:].clip(0, 254)

    assert marked(picture(white, colour=True)) == [
        ("saturated", "50 % of the values are white (255)")
    ]
    assert marked(picture(np.full((40, 40, 1), 9, np.uint8))) == [
        ("empty", "no structure: deviation 0.0 of 255 levels")
    ]
    assert marked(picture(noise(100, 120, (400, 40, 1)))) == [
        ("unused range", "spans 19 of 256 levels")
    ]
    assert marked(picture(noise(shape=(31, 90, 1)))) == [
        ("very small", "90 \N{MULTIPLICATION SIGN} 31 pixels")
    ]


def test_a_sixteenth_of_16_bits_is_an_unused_range_until_it_is_scaled():
    dim = noise(0, 4096, (40, 40, 1), np.uint16)

    assert [name for name, _ in marked(picture(dim, bits=16))] == ["unused range"]
    assert marked(picture(dim, bits=16, scaling=(0.0, 4200.0))) == []


def test_what_lies_beyond_the_range_of_the_policy_is_saturated():
    bright = noise(0, 4096, (400, 40, 1), np.uint16)

    assert marked(picture(bright, bits=16, scaling=(0.0, 3277.0))) == [
        ("saturated", "20 % of the values are white (255)")
    ]


def test_channels_are_judged_one_by_one_and_by_their_names():
    stored = noise(0, 65536, (40, 40, 2), np.uint16)
    stored[..., 1] = 7

    for channels in ("each", "rgb"):
        shown = picture(stored, bits=16, names=("DNA", "GFP"), channels=channels)
        assert marked(shown) == [("empty", "GFP: no structure: deviation 0.0 of 255 levels")]


def test_another_kind_is_marked():
    most = Kind(dtype="uint16", bits=16, channels=2)

    ((name, why),) = marked(picture(noise()), most)

    assert name == "another kind"
    assert why == "holds 8 bits, 3 channels; most hold 16 bits, 2 channels"


def test_grey_stored_as_colour_is_one_channel():
    facts = facts_of(image(), picture(np.repeat(noise(shape=(9, 9, 1)), 3, axis=2), colour=True))

    assert [channel.name for channel in facts.channels] == ["grey"]
    assert facts.content == "8-bit, grey stored as colour"


def classes(**lows):
    """Return classes of 20 images each, of values from a low one on, sizes from *size* on."""
    return [
        (
            label,
            [
                facts_of(
                    image(f"{label}/{number}{suffix}"),
                    picture(noise(low, low + 99, (40 + number % 7, side, 3)), colour=True),
                )
                for number in range(20)
            ],
        )
        for label, (low, side, suffix) in lows.items()
    ]


def test_alike_classes_give_no_hint():
    assert list(hints(classes(a=(50, 60, ".png"), b=(50, 60, ".png")))) == []


@pytest.mark.parametrize(
    ("other", "what", "words"),
    [
        ((90, 60, ".png"), "Brightness tells “a”", "darker than those of “b” (medians 99 and 139"),
        ((50, 90, ".png"), "Size tells “a”", "smaller"),
        ((50, 60, ".jpg"), "The kind of file tells “a”", "100 % of “a” are .png, and 0 %"),
    ],
)
def test_a_shortcut_is_said_plainly(other, what, words):
    found = dict(hints(classes(a=(50, 60, ".png"), b=other)))

    assert words in found[what]


def test_sizes_that_differ_a_lot_are_told():
    found = dict(hints(classes(a=(50, 60, ".png"), b=(50, 240, ".png"))))

    assert found["Sizes differ a lot"].startswith("From 60 × 40 (a/0.png) to 240 × ")  # noqa: RUF001


def test_few_images_tell_nothing():
    assert right_pairs(np.arange(3.0), np.arange(3.0) + 9) is None
    assert right_pairs(np.arange(20.0), np.arange(20.0) + 30) == 0


def by_channel(tmp_path, registry, names=("DNA", "<GFP>")):
    """Return what is found of two classes of images with two channels each."""
    shown = {
        f"{label}/{number}.tif": picture(
            noise(0, 65536, (70, 90, len(names)), np.uint16),
            bits=16,
            names=names,
            channels="each",
        )
        for label in "ab"
        for number in range(3)
    }
    images = [image(name, name[0]) for name in shown]
    study = Study(
        images=tmp_path,
        output=tmp_path,
        extractors=(),
        classifiers=(),
        policy=shown["a/0.tif"].policy,
    )
    dataset = Dataset(images=tuple(images), classes=("a", "b"))
    opened = Opened(study=study, registry=registry, dataset=dataset, test=None)
    found = found_of(opened, [facts_of(one, shown[one.name]) for one in images])
    return found, {name: thumbnail(one) for name, one in shown.items()}


def test_channels_stand_side_by_side_with_their_names(tmp_path, registry):
    found, thumbnails = by_channel(tmp_path, registry)

    uris = {sheet.label: {n: one.uris for n, one in thumbnails.items()} for sheet in found.sheets}
    text = page(found, uris)
    content = sheet_png(found, found.sheets[0], thumbnails)

    assert text.count("<img ") == 12
    assert text.count("<span>&lt;GFP&gt;</span>") == 6
    assert "16-bit uint16, 2 channels (DNA, &lt;GFP&gt;)" in text
    assert "<GFP>" not in text
    assert content == sheet_png(found, found.sheets[0], thumbnails)
    assert content.startswith(b"\x89PNG")


def test_more_channels_than_columns_make_a_wider_sheet(tmp_path, registry):
    sizes = []
    for count in (1, 6, 9):
        names = tuple(f"dye {number}" for number in range(count))
        found, thumbnails = by_channel(tmp_path, registry, names)
        content = sheet_png(found, found.sheets[0], thumbnails)
        sizes.append(Pictures.open(io.BytesIO(content)).width)

    assert sizes[0] == sizes[1] < sizes[2]


def test_names_are_harmless_in_the_page_and_files_are_listed(odd, tmp_path, registry):
    found = inspect(odd, tmp_path / "out", registry=registry)
    text = (tmp_path / "out" / "index.html").read_text("utf-8")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(found.written)
    assert [sheet.file for sheet in found.sheets] == ["1-script-b.png", "2-1-1-n.png"]
    assert "<script" not in text
    assert "<b>.png" not in text
    assert "<i>" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL).replace(
        '<i style="', ""
    )
    assert html.escape("white <i>.png") in text
    assert "default-src 'none'" in text
    assert not re.search(r"https?:|//", re.sub(r"data:[^\"]*", "", text))


def test_what_cannot_be_read_is_listed_and_ends_with_1(odd, tmp_path):
    done = CliRunner().invoke(main, ["inspect", str(odd), "--out", str(tmp_path / "out")])

    assert done.exit_code == 1
    assert "cannot be read: =1+1 ñ/broken.png" in done.stdout
    assert "warning: saturated: 1 image" in done.stdout
    assert "warning: empty: 1 image" in done.stdout
    record = json.loads((tmp_path / "out" / "inspection.json").read_text("utf-8"))
    assert [name for name, _ in record["unreadable"]] == ["=1+1 ñ/broken.png"]


def test_every_image_stands_in_the_table(odd, tmp_path, registry):
    inspect(odd, tmp_path / "out", registry=registry)

    with (tmp_path / "out" / "images.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"].lstrip("'"): row for row in csv.DictReader(file)}

    assert len(rows) == 14
    assert rows["=1+1 ñ/blank.png"]["warnings"].startswith("empty: ")
    assert rows["=1+1 ñ/blank.png"]["class"] == "'=1+1 ñ"
    assert (rows["=1+1 ñ/blank.png"]["min"], rows["=1+1 ñ/blank.png"]["max"]) == ("100", "100")


def test_the_same_bytes_again_with_one_worker_or_two(odd, tmp_path, registry):
    for jobs in (1, 2):
        study = frimcla.read_study(odd, registry, output=tmp_path / str(jobs))
        inspect(study.changed(n_jobs=jobs), tmp_path / str(jobs), registry=registry)
    files = sorted(path.name for path in (tmp_path / "1").iterdir())

    assert len(files) == 5
    for name in files:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_images_kept_for_the_final_check_are_not_shown(cells, tmp_path, registry):
    study = frimcla.read_study(cells, registry, output=tmp_path / "out")
    found = inspect(attrs.evolve(study, test=0.25, n_jobs=1), tmp_path / "out", registry=registry)

    kept = {image.name for image in found.opened.test.images}
    seen = {image.name for image in found.images}
    text = (tmp_path / "out" / "index.html").read_text("utf-8")

    assert len(kept) == 9
    assert len(seen) == 27
    assert not kept & seen
    assert not [name for name in kept if name in text]
    assert any("9 images kept for the final check are not shown" in line for line in told(found))


def test_a_set_that_no_study_takes_is_shown_all_the_same(tmp_path, registry):
    saved(tmp_path / "few" / "only" / "1.png", noise())

    found = inspect(tmp_path / "few", tmp_path / "out", registry=registry)

    assert found.refused
    assert [sheet.label for sheet in found.sheets] == ["only"]
    assert any("must be two or more" in line for line in told(found))


def test_files_of_somebody_else_are_left_alone(cells, tmp_path, registry):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "index.html").write_text("mine")

    with pytest.raises(ConfigError, match="holds something else"):
        inspect(cells, folder, registry=registry)

    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert (folder / "index.html").read_text() == "mine"


def test_sheets_of_classes_that_are_gone_are_removed_and_nothing_else(cells, tmp_path, registry):
    out = tmp_path / "out"
    inspect(cells, out, registry=registry)
    (out / "9-notes.png").write_bytes(b"mine")
    (cells / "stripes_3").rename(cells / "other")

    inspect(cells, out, registry=registry)

    assert sorted(path.name for path in out.glob("*.png")) == [
        "1-other.png",
        "2-stripes-1.png",
        "3-stripes-2.png",
        "9-notes.png",
    ]
