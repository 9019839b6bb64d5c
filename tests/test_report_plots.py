"""Plots of the report: no style of their own, every name escaped, curves where they belong."""

import re
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest

from frimcla.plotting.calibration import Bins, reliability
from frimcla.plotting.cloud import SHAPES, cloud, look_of
from frimcla.plotting.estimates import Estimate, Priced
from frimcla.plotting.forest import LOOKS, forest
from frimcla.plotting.fronts import front, roomy
from frimcla.plotting.growth import Learning, growth
from frimcla.plotting.honest import honest
from frimcla.plotting.lettering import fitted, width_of
from frimcla.plotting.looks import look_of as look_of_style
from frimcla.plotting.palette import HUES, VARIABLES
from frimcla.plotting.panels import Curve, precision_recall, roc
from frimcla.plotting.pareto import pareto
from frimcla.plotting.scales import on_scale, round_marks
from frimcla.plotting.slices import MOST, SHOWN, slices
from frimcla.plotting.strokes import Frame, band_path, compact, dots, intervals, path
from frimcla.plotting.svg import Sheet

SVG = "{http://www.w3.org/2000/svg}"
NAMES = (
    *("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "$x_1$ \\$y$"),
    *("ñandú 细胞", "W" * 255, "=1+1", "a\x07b\udcff\u202e\n", "\"quoted\" & 'single'"),
    *("spherocyte", "monocyte", "platelet", "neutrophil"),
)
PAIRS = [f"{name} + {number}" for name in NAMES for number in range(6)]
GRID = np.linspace(0, 1, 101)
RATES = GRID**0.1
WITH_BAND = Curve(
    x=GRID, y=RATES, low=(RATES - 0.05).clip(0, 1), high=(RATES + 0.05).clip(0, 1), said="AUC 0.91"
)
BINS = Bins(
    sure=np.array([0.3, 0.55, 0.95]),
    right=np.array([0.25, 0.6, 0.9]),
    low=np.array([0.1, 0.4, 0.85]),
    high=np.array([0.5, 0.7, 0.95]),
    spread=np.array([0, 8, 40, 300]),
    said="expected calibration error 3.1 %",
)


def estimates(count, standing=True):
    rng = np.random.default_rng(3)
    scores = np.sort(rng.uniform(40, 98, count))[::-1]
    standings = [*("winner", "equivalent", "recommended", "undecided"), *["worse"] * count]
    return [
        Estimate(
            name=PAIRS[number % len(PAIRS)],
            value=float(score),
            low=float(score) - 2,
            high=float(score) + 2,
            said=f"{score:.1f} %",
            standing=standings[number] if standing else "",
        )
        for number, score in enumerate(scores)
    ]


def points(count=800, classes=12):
    rng = np.random.default_rng(4)
    return rng.normal(size=(count, 2)), np.arange(count) % classes


def learning():
    sizes = np.array([64, 128, 256, 512])
    at = np.geomspace(64, 4096, 40)
    scores, law = 97 - 60 * sizes**-0.45, 97 - 60 * at**-0.45
    ends = {"low": scores - 2, "high": scores + 2, "law_low": law - 1, "law_high": law + 1}
    return Learning(sizes=sizes, scores=scores, present=512, at=at, law=law, **ends)


DRAW = {
    "honest": lambda sheet, name: honest(
        sheet, name, estimates(3), axis="accuracy (%)", baseline=50
    ),
    "forest": lambda sheet, name: forest(
        sheet, name, estimates(72), axis="accuracy (%)", expected=(90, 94), baseline=50
    ),
    "narrow": lambda sheet, name: forest(
        sheet,
        name,
        estimates(24),
        axis=NAMES[0] + NAMES[6],
        expected=(90, 94),
        baseline=50,
        narrow=True,
    ),
    "pareto": lambda sheet, name: pareto(
        sheet,
        name,
        [
            Priced(name=one.name, cost=300.0 * (12 - row // 6), score=one.value, said="300")
            for row, one in enumerate(estimates(72))
        ],
        axis="accuracy (%)",
        winner=0,
        cheapest=3,
    ),
    "roc": lambda sheet, name: roc(sheet, name, WITH_BAND, each=[RATES, GRID]),
    "precision": lambda sheet, name: precision_recall(sheet, name, WITH_BAND, base=0.2),
    "reliability": lambda sheet, name: reliability(sheet, name, BINS),
    "cloud": lambda sheet, name: (
        cloud(sheet, name, *points(), NAMES, wrong=np.arange(800) % 9 == 0).drawing
    ),
    "growth": lambda sheet, name: growth(sheet, name, learning(), axis="accuracy (%)"),
    "slices": lambda sheet, name: slices(sheet, name, estimates(12), overall=81.0),
    "many slices": lambda sheet, name: slices(sheet, name, estimates(240), noun="patients"),
}


@cache
def drawn(kind):
    sheet = Sheet()
    return DRAW[kind](sheet, "it"), sheet


def tree(kind):
    return ElementTree.fromstring(drawn(kind)[0].markup)


def group(drawing, gid):
    """The one group of that name."""
    root = ElementTree.fromstring(drawing.markup)
    (found,) = [one for one in root.iter("g") if one.get("id", "").partition("-")[2] == gid]
    return found


@pytest.mark.parametrize("kind", DRAW)
def test_nothing_is_styled_in_place(kind):
    """The page's policy would block it; a colour that is no variable is unreadable in the dark."""
    drawing, sheet = drawn(kind)

    for one in tree(kind).iter():
        assert one.tag not in ("style", "script", "metadata", "image", "foreignObject")
        assert not {"style", "fill", "stroke", "color", "onload", "onclick"} & set(one.attrib)
        for name in one.get("class", "").split():
            assert name in sheet.rules or name.split("-")[0] == "plot"
    for look in sheet.rules.values():
        assert not re.search(r"#|rgb|font-family|url", look)
    assert re.search(r"(fill|stroke):var\(--\w+\)", sheet.css)
    assert not re.search(r"[\d.]{8}", drawing.markup), "numbers are rounded"


@pytest.mark.parametrize("kind", DRAW)
def test_names_are_words_and_nothing_else(kind):
    markup = drawn(kind)[0].markup

    assert "<script" not in markup
    assert "<img" not in markup
    assert markup.isprintable(), "signs that cannot be seen are spelled out"
    assert "\\$" not in markup.replace("\\\\$", "").replace("1$ \\$y", "")


def test_names_are_shown_as_they_are():
    said = {one.text for one in tree("cloud").iter("text")}

    kept = [name for name in NAMES if name.isprintable() and len(name) < 255]
    assert set(kept) < said
    assert "a\\x07b\\udcff\\u202e\\n" in said
    assert any(re.fullmatch("W+…", text) for text in said)


def test_what_is_pointed_at_is_told_whole():
    titles = [one.text for one in tree("forest").iter("title")]

    assert len(titles) == 72
    assert any("W" * 255 in title for title in titles)


def test_plots_of_a_page_share_looks_and_no_id():
    sheet, seen = Sheet(), []
    for kind, draw in DRAW.items():
        root = ElementTree.fromstring(draw(sheet, kind.replace(" ", "-")).markup)
        seen += [one.get("id") for one in root.iter() if one.get("id")]
        inside = {one.get("id") for one in root.iter()}
        for one in root.iter():
            if target := one.get("href"):
                assert target[1:] in inside
            if target := one.get("clip-path"):
                assert target[5:-1] in inside
    alone = sum(len(drawn(kind)[1].rules) for kind in DRAW)

    assert len(set(seen)) == len(seen)
    assert len(sheet.rules) < alone / 2
    assert sheet.css.count("{") == len(sheet.rules)


@pytest.mark.parametrize("kind", DRAW)
def test_the_same_twice_whatever_the_settings_of_matplotlib(kind):
    mine = {"svg.fonttype": "path", "axes.facecolor": "black", "font.size": 30, "axes.grid": True}
    sheet = Sheet()
    with mpl.rc_context({**mine, "lines.markeredgewidth": 9}):
        again = DRAW[kind](sheet, "it")

    assert again.markup == drawn(kind)[0].markup
    assert sheet.css == drawn(kind)[1].css


@pytest.mark.parametrize("kind", DRAW)
def test_plots_are_small(kind):
    limits = {"forest": 45, "narrow": 20, "cloud": 45, "pareto": 30, "many slices": 20}
    assert len(drawn(kind)[0].markup.encode()) < 1024 * limits.get(kind, 16)


def test_a_great_cloud_is_small():
    """Two views of 2,000 images stay below 250 kB."""
    drawing = cloud(Sheet(), "it", *points(2000), NAMES, wrong=np.arange(2000) % 5 == 0).drawing

    assert len(drawing.markup.encode()) < 125_000


@pytest.mark.parametrize("kind", DRAW)
def test_words_lie_in_the_picture_and_apart(kind):
    """By the widths of a wide font: what stands on one line does not run into another."""
    drawing, sheet = drawn(kind)
    boxes = [box(one, sheet) for one in tree(kind).iter("text") if not one.get("transform")]

    for left, right, base in boxes:
        assert left >= -1
        assert right <= drawing.width + 1
        assert 0 < base < drawing.height
    for number, (left, right, base) in enumerate(boxes):
        for other_left, other_right, other_base in boxes[:number]:
            apart = right < other_left + 1 or other_right < left + 1
            assert apart or abs(base - other_base) >= 8


def box(text, sheet):
    look = sheet.rules[text.get("class")]
    size = float(re.search(r"font-size:([\d.]+)px", look)[1])
    wide = width_of(text.text, size)
    anchor = re.search("text-anchor:(middle|end)", look)
    before = {"middle": wide / 2, "end": wide}[anchor[1]] if anchor else 0
    left = float(text.get("x")) - before
    return left, left + wide, float(text.get("y"))


def lines(d):
    """Read what `compact` wrote: the subpaths of a ``d``, as points."""
    found, here = [], np.zeros(2)
    for command, rest in re.findall(r"([MlhvczL])([^MlhvczL]*)", d):
        numbers = [float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if command == "M":
            found.append([])
            here = np.array(numbers)
        elif command == "l":
            here = here + numbers
        elif command in "hv":
            here = here + numbers[0] * np.array([command == "h", command == "v"])
        if command != "z":
            found[-1].append(here)
    return [np.array(one) for one in found]


def away(some, others):
    """How far points lie from a line, at most."""
    starts, ends = others[:-1], others[1:]
    along = ends - starts
    long = np.maximum((along**2).sum(axis=1), 1e-12)
    share = (((some[:, None] - starts) * along).sum(axis=2) / long).clip(0, 1)
    gaps = np.linalg.norm(starts + share[..., None] * along - some[:, None], axis=2)
    return gaps.min(axis=1).max()


def test_another_curve_lies_where_matplotlib_would_draw_it():
    drawing, _ = drawn("roc")
    frame = drawing.frames["axes"]
    (line,) = lines(group(drawing, "line").find("path").get("d"))
    (band,) = lines(group(drawing, "band").find("path").get("d"))
    ours = path(GRID, RATES, frame)
    area = band_path(GRID, WITH_BAND.low, WITH_BAND.high, frame)

    assert away(line, lines(ours)[0]) < 0.4
    assert away(lines(ours)[0], line) < 0.4
    (around,) = lines(area)
    assert away(band, np.concatenate([around, around[:1]])) < 0.4
    assert area.endswith("z")
    assert len(ours) < 300
    assert len(area) < 500
    assert frame.x == frame.y == (0, 1)


def test_other_bins_lie_where_matplotlib_would_draw_them():
    drawing, _ = drawn("reliability")
    frame, counts = drawing.frames["axes"], drawing.frames["counts"]
    floor = np.zeros(4)

    for gid, ours in {
        "dots": dots(BINS.sure, BINS.right, frame),
        "spans": intervals(BINS.sure, BINS.low, BINS.high, frame),
        "columns": intervals(BINS.middles, floor, BINS.heights, counts),
    }.items():
        theirs = lines(group(drawing, gid).find("path").get("d"))
        assert len(theirs) >= 3
        assert np.allclose(theirs, lines(ours), atol=0.11)
    assert np.allclose(BINS.heights, [0, 8 / 300, 40 / 300, 1])


def test_paths_leave_out_what_is_no_number():
    frame = Frame(left=0, right=100, top=0, bottom=100, x=(0, 1), y=(0, 1))
    nothing, gap = np.full(3, np.nan), np.array([0, np.nan, 1])

    assert path(GRID[:3], nothing, frame) == band_path(GRID[:3], nothing, nothing, frame) == ""
    assert path(gap, gap, frame) == "M0 100l100-100"
    assert path(GRID, GRID, frame) == "M0 100l100-100", "what lies on a line is left out"
    assert dots(gap, gap, frame) == "M0 100h0M100 0h0"


def test_paths_are_written_in_few_letters():
    assert compact("M 1.04 2.06 \nL 1.04 7 \nL 3 7 \nL 2.5 6.5 \nz \n") == "M1 2.1v4.9h2l-.5-.5z"
    assert compact("M 1 1 L 1 1 M 2 2 L 3 3 L 3 3") == "M1 1h0M2 2l1 1"
    assert compact("M 1 1 C 2 2 3 3 4 1.55") == "M1 1c1 1 2 2 3 .6"
    assert compact("M 0 0 L 2 0 L 2 2 z M 5 5 L 5 6") == "M0 0h2v2zM5 5v1"


def test_a_cloud_has_a_mark_where_it_says():
    values, members = points(600, 3)
    wrong = np.arange(600) % 7 == 0
    found = cloud(Sheet(), "it", values, members, ["a", "b", "c"], wrong=wrong)

    assert found.places.shape == (600, 2)
    for number in range(3):
        marks = lines(group(found.drawing, f"class-{number}").find("path").get("d"))
        middles = np.array([(mark.min(axis=0) + mark.max(axis=0)) / 2 for mark in marks])
        assert len(marks) == (members == number).sum()
        assert min(map(len, marks)) >= 2, "a place without a line is not drawn, not even as a dot"
        assert np.abs(middles - found.places[members == number]).max() < 1
    rings = lines(group(found.drawing, "wrong").find("path").get("d"))
    assert len(rings) == wrong.sum()
    across = np.ptp(found.places, axis=0) / np.ptp(values, axis=0)
    assert across[0] == pytest.approx(across[1]), "one scale in both directions"


def test_classes_have_marks_of_their_own():
    assert len({look_of(number) for number in range(60)}) == 60
    assert len(set(HUES)) == len(HUES) == 12
    assert len({mark for mark, _ in SHAPES}) == 5


@pytest.mark.parametrize("count", [1, 2, 72])
@pytest.mark.parametrize("narrow", [False, True])
def test_every_pair_has_a_row_that_can_be_pointed_at(count, narrow):
    drawing = forest(Sheet(), "it", estimates(count), axis="accuracy (%)", narrow=narrow)
    root = ElementTree.fromstring(drawing.markup)

    rows = [one.get("id") for one in root.iter("g") if one.get("class") == "plot-row"]
    assert rows == [f"it-row-{number}" for number in range(count)]
    texts = list(group(drawing, "row-0").iter("text"))
    assert texts[-1].text == estimates(count)[0].said
    assert len(texts) == 2


def test_a_score_without_skill_does_not_squeeze_all_others():
    near, far = estimates(4), [Estimate(name="x", value=97, low=96, high=98, said="97 %")]

    assert on_scale(30.0, near)
    assert not on_scale(8.3, far)
    assert not on_scale(None, near)
    said = " ".join(
        one.text or ""
        for one in ElementTree.fromstring(
            honest(Sheet(), "it", far, axis="accuracy (%)", baseline=8.3).markup
        ).iter("text")
    )
    assert "no skill: 8.3, off the scale" in said


def test_every_standing_has_a_look():
    from frimcla.comparing import Standing

    assert {standing.value for standing in Standing} | {"winner", ""} == set(LOOKS)


def test_nobody_on_the_front_is_beaten():
    costs = np.array([0, 5, 5, 9, 1, 0])
    scores = np.array([0.5, 0.8, 0.7, 0.75, 0.6, 0.5])

    assert front(costs, scores) == [0, 4, 1]
    assert front(np.zeros(0), np.zeros(0)) == []


def test_numbers_find_room():
    rng = np.random.default_rng(0)
    marks = rng.uniform(20, 280, (60, 2))
    found = np.array(roomy(marks[:9], marks, (0, 0, 300, 300), 5))

    gaps = np.abs(found[:, None] - found).max(axis=2) + 99 * np.eye(9)
    assert gaps.min() >= 10, "no number on another"
    assert np.linalg.norm(found - marks[:9], axis=1).max() < 20
    assert (found > 5).all()
    assert (found < 295).all()


@pytest.mark.parametrize(
    ("costs", "expected"),
    [([0, 0], {"no", "network"}), ([0, 300, 30000], {"no", "300"}), ([700, 700], {"700"})],
)
def test_what_needs_no_network_has_a_column_of_its_own(costs, expected):
    made = [Priced(name=f"n{cost}", cost=cost, score=80 + row) for row, cost in enumerate(costs)]
    drawing = pareto(Sheet(), "it", made, axis="accuracy (%)")

    said = {one.text for one in ElementTree.fromstring(drawing.markup).iter("text")}
    assert expected & said
    assert ("network" in said) == (0 in costs)


def test_where_lower_is_better_the_front_is_of_the_lowest():
    made = [Priced(name=name, cost=1, score=score) for name, score in (("a", 0.2), ("b", 0.1))]
    drawing = pareto(Sheet(), "it", made, axis="brier", lower_is_better=True)

    said = {one.text for one in ElementTree.fromstring(drawing.markup).iter("text")}
    assert "b" in said
    assert "a" not in said
    heights = [float(group(drawing, f"pair-{row}").find(".//use").get("y")) for row in range(2)]
    assert heights[1] < heights[0], "better is up"


def test_many_groups_are_counted_and_the_lowest_shown():
    made = estimates(MOST + 1, standing=False)
    lowest = {f"it-row-{row}" for row in range(MOST + 1 - SHOWN, MOST + 1)}

    drawing = slices(Sheet(), "it", made)
    root = ElementTree.fromstring(drawing.markup)
    rows = {one.get("id") for one in root.iter("g") if one.get("class") == "plot-row"}
    assert rows == lowest
    few = ElementTree.fromstring(slices(Sheet(), "it", made[:MOST]).markup)
    assert len([one for one in few.iter("g") if one.get("class") == "plot-row"]) == MOST


def test_one_mistake_makes_no_bad_group():
    """A group of one image is not among the lowest of many: its interval is wide."""
    sure = [Estimate(name=f"g{n}", value=50, low=40, high=60) for n in range(MOST)]
    single = Estimate(name="alone", value=0, low=0, high=79)

    markup = slices(Sheet(), "it", [single, *sure]).markup
    assert "alone" not in markup


def test_a_law_is_dashed_where_nobody_has_been():
    _, sheet = drawn("growth")
    dashed = {
        name for name, look in sheet.rules.items() if "dasharray" in look and "--blue" in look
    }
    bent = [one for one in tree("growth").iter("path") if one.get("class") in dashed]
    assert any(len(lines(one.get("d"))[0]) > 9 for one in bent), "not only in the key"

    known = learning()
    short = Learning(
        sizes=known.sizes, scores=known.scores, low=known.low, high=known.high, present=512
    )
    sheet = Sheet()
    growth(sheet, "it", short, axis="accuracy (%)")
    assert not any("dasharray" in look and "--blue" in look for look in sheet.rules.values())


def test_scales_have_few_round_numbers():
    assert round_marks(60, 6000) == [100, 200, 500, 1000, 2000, 5000]
    assert round_marks(1, 10000, most=5) == [1, 10, 100, 1000, 10000]
    assert len(round_marks(1e-3, 1e12, most=4)) <= 4


def test_names_fit_their_room():
    for name in (*NAMES, "x" * 255, "细" * 255):
        for room in (30, 100, 200):
            shown = fitted(name, room)
            assert width_of(shown.replace("\\$", "$")) <= room + 0.01 or len(shown) <= 2
    assert fitted("short", 100) == "short"
    assert fitted("$x$", 100) == r"\$x\$"


def test_styles_of_older_matplotlib_are_understood():
    old = "font: bold 9.5px 'DejaVu Sans', sans-serif; text-anchor: end; fill: #222222"

    assert look_of_style(old) == "font-size:9.5px;font-weight:700;text-anchor:end;fill:var(--ink)"


def test_colours_can_be_read_in_both_modes():
    """Contrast by WCAG 2: 4.5 for words, 3 for marks."""
    css = files("frimcla.plotting").joinpath("plots.css").read_text("utf-8")
    light, dark = css.split("@media", 1)
    day = dict(re.findall(r"(--\w+): ([^;]+);", light))
    night = {**day, **dict(re.findall(r"(--\w+): ([^;]+);", dark))}

    assert set(VARIABLES.values()) <= set(day)
    for mode in (day, night):
        for name in set(mode) - {"--card", "--line"}:
            colour = mode[name]
            while colour.startswith("var("):
                colour = mode[colour[4:-1]]
            least = 4.5 if name in ("--ink", "--soft") else 3
            assert contrast(colour, mode["--card"]) >= least, name


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
