"""Which names say what belongs together. Each scheme is two classes of names."""

import csv
import hashlib
import random
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frimcla.patterns import Pattern
from frimcla.proposing import propose, straddling

CLASSES = ("cat", "dog")
TRUTH = [
    ("chula_rbc12", "", "smear{smear}_*", 197),
    ("bccd_cells", "", "BloodImage_{blood_image}_*", 218),
    ("bee_pollen", "", "*{group:d}-*", 279),
    ("sbs_translocation_2ch", "tiles_2ch_uint8/", "well-{well}_*", 30),
]
NONE = [
    ("dogs_vs_cats", ""),
    ("dogs_vs_cats", "train/"),
    ("pneumoniamnist_subset", ""),
    ("pneumoniamnist_subset", "train/"),
    ("pneumoniamnist_subset", "val/"),
    ("wbc_smear", "dataset1/"),
    ("nuclear_protein_16bit", ""),  # its blocks are not in the names
]


def index(folder: Path, below: str) -> tuple[list[str], list[str], list[str]]:
    """Return names, labels and true groups of a real data set."""
    with (folder / "INDEX.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["file"].startswith(below)]
    names = [row["file"].removeprefix(below) for row in rows]
    return names, [row["class"] for row in rows], [row.get("group", "") for row in rows]


def alike(one: object, other: object) -> bool:
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


@pytest.mark.parametrize(("folder", "below", "setting", "count"), TRUTH)
def test_groups_of_real_data(
    real_data: Path, folder: str, below: str, setting: str, count: int
) -> None:
    names, labels, truth = index(real_data / folder, below)
    found = propose(names, labels)
    assert (found.setting, found.where, found.count) == (setting, "names", count)
    assert alike(found.groups, truth)


@pytest.mark.parametrize(("folder", "below"), NONE)
def test_no_groups_in_real_data(real_data: Path, folder: str, below: str) -> None:
    names, labels, _ = index(real_data / folder, below)
    assert propose(names, labels) is None


def of(name, many: int = 60) -> list[str]:
    """Return ``name(number, class)`` below each class."""
    return [f"{label}/{name(n, label)}" for label in CLASSES for n in range(many)]


def hashed(n: int, label: str) -> str:
    return hashlib.md5(f"{n}{label}".encode()).hexdigest()


RANDOM = random.Random(7)


def hour(join: str = "") -> str:
    return join.join(f"{RANDOM.randrange(most):02}" for most in (24, 60, 60))


def uuids() -> str:
    return str(uuid.UUID(int=RANDOM.getrandbits(128), version=4))


ORDINARY = {
    "numbers": of(lambda n, c: f"{n}.png"),
    "camera": of(lambda n, c: f"IMG_{n + 60 * (c == 'dog'):04}.jpg"),
    "camera, again in each class": of(lambda n, c: f"DSC{n:05}.JPG"),
    "two cameras": of(lambda n, c: f"{('DSC', 'IMG', 'P', 'DSCN')[n % 4]}_{n:05}.JPG"),
    "class and number": of(lambda n, c: f"{c}_{n:04}.png"),
    "explorer": of(lambda n, c: f"{c} ({n + 1}).jpg"),
    "part of": of(lambda n, c: f"image-{n + 1}-of-500.png"),
    "split": of(lambda n, c: f"train_{n + 60 * (c == 'dog'):04}.png"),
    "splits": [
        f"{s}_{c}_{n}.png" for s in ("train", "val", "test") for c in CLASSES for n in range(9)
    ],
    "split folders": [
        f"{s}/{c}/{n}.png" for s in ("train", "val", "test") for c in CLASSES for n in range(9)
    ],
    "splits, number and hash": [
        f"{s}/{c}/{n:04}_{hashed(n, s + c)[:6]}.png"
        for s in ("train", "test")
        for c in CLASSES
        for n in range(60)
    ],
    "colour folders": [
        f"{s}/{c}/{n}.png"
        for s in ("color", "grayscale", "segmented")
        for c in CLASSES
        for n in range(9)
    ],
    "date folders": [
        f"{c}/2024-01-{day:02}/{n}.png" for day in range(1, 9) for c in CLASSES for n in range(9)
    ],
    "folders of hashes": [
        f"{c}/{hashed(n, c)[:2]}/{hashed(n, c)}.png" for c in CLASSES for n in range(900)
    ],
    "uuid": of(lambda n, c: f"{uuids()}.png", 2000),
    "uuid and number": of(lambda n, c: f"{uuids()}___FREC_Scab {n}.JPG", 2000),
    "hash": of(lambda n, c: f"{hashed(n, c)}.png"),
    "number and hash": of(lambda n, c: f"{c}_{n:04}_{hashed(n, c)[:6]}.png"),
    "photo service": of(
        lambda n, c: f"{10**9 + 7919 * n + (c == 'dog')}_{hashed(n, c)[:10]}_n.jpg"
    ),
    "moment": of(lambda n, c: f"202401{1 + n % 5:02}_{hour()}.jpg", 300),
    "moment in one": of(lambda n, c: f"202401{1 + n % 5:02}{hour()}.jpg", 300),
    "moment in words": of(lambda n, c: f"Photo 2024-01-{1 + n % 5:02} at {hour('.')}.jpg", 300),
    "day and number": of(lambda n, c: f"IMG-202401{1 + n % 9:02}-WA{n:04}.jpg"),
    "class code": of(lambda n, c: f"n0144{CLASSES.index(c)}_{7919 * n % 30000}.JPEG"),
    "grid": of(lambda n, c: f"tile_{n // 8 * 256}_{n % 8 * 256}.png"),
    "grid, named": of(lambda n, c: f"x{n // 8 * 256}_y{n % 8 * 256}.png"),
    "grid, in one": of(lambda n, c: f"r{n // 8:02}c{n % 8:02}.png"),
    "views": of(lambda n, c: f"{('front', 'back', 'side', 'top')[n % 4]}_{n:03}.jpg"),
    "letters": of(lambda n, c: f"{'abcde'[n % 5]}_{n:03}.jpg"),
    "sizes": of(lambda n, c: f"{(320, 640, 800, 1024)[n % 4]}x{(240, 480)[n % 2]}_{n:04}.jpg"),
    "magnifications": of(lambda n, c: f"{(40, 100, 200, 400)[n % 4]}x_{n:04}.jpg"),
    "shards": of(lambda n, c: f"part-{n // 10:05}-{n % 10}.jpg"),
    "breeds": [f"{c}/{c}_{breed}/{n}.png" for c in CLASSES for breed in "abc" for n in range(9)],
}


@pytest.mark.parametrize("names", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_names_say_nothing(names: list[str]) -> None:
    assert propose(names, labels_of(names)) is None


def labels_of(names: list[str]) -> list[str]:
    return [next(c for c in CLASSES if f"{c}/" in name or f"_{c}_" in name) for name in names]


def by_group(name, groups: int = 24, each: int = 6) -> list[str]:
    """Return ``name(group, number)``, groups in one class or the other."""
    return [f"{CLASSES[g % 2]}/{name(g, n)}" for g in range(groups) for n in range(each)]


def by_both(name, groups: int = 24, each: int = 6) -> list[str]:
    """Return ``name(group, number)``, each group in both classes."""
    return [f"{c}/{name(g, n)}" for c in CLASSES for g in range(groups) for n in range(each)]


SAYING = {
    "case, left and right": (
        by_group(lambda g, n: f"case-{g}-{('left', 'right')[n]}.png", each=2), "case-{case}-*", 24),
    "number, left and right": (
        by_group(lambda g, n: f"{7 * g}_{('left', 'right')[n]}.png", each=2), "{group}_*", 24),
    "patient and slide": (  # slides of one patient are not independent
        by_group(lambda g, n: f"patient{g:02}_slide{n % 2}_{n:03}.png"), "patient{patient}_*", 24),
    "slide and plate": (
        by_group(lambda g, n: f"slide{g:02}_plate{n % 2}_{n:03}.png"),
        "slide{slide}_plate{plate}_*", 48),
    "person and session": (  # nothing says that a session is a unit: it starts again in each person
        by_group(lambda g, n: f"sub-{g:03}_ses-{n % 2:02}_slice{n}.png"), "sub-{sub}_*", 24),
    "plate and well": (
        by_group(lambda g, n: f"plate{g % 3}_{'ABCD'[g // 6]}{g // 3 % 2}_f{n:02}.tif"),
        "plate{plate}_{well}_*", 24),
    "well, one class in each row": (
        [f"{c}/{row}{n:02}_s{s}_w1.TIF" for c, row in zip(CLASSES, "AB", strict=True)
         for n in range(1, 13) for s in range(4)], "{well}_*", 24),
    "microscope": (
        by_group(lambda g, n: f"r{1 + g // 6:02}c{1 + g % 6:02}f{n:02}p01-ch1sk1fk1fl1.tiff"),
        "r{group}f*", 24),
    "video": (by_both(lambda g, n: f"video_{g:03}_frame{n:04}.jpg"), "video_{video}_*", 24),
    "recording": (
        by_both(lambda g, n: f"202401{g + 1:02}_12{g:02}00_{n}.png"), "{group}_{group2}_*", 24),
    "copies": (by_both(lambda g, n: f"img_{g:04}_aug{n}.png"), "img_{img}_*", 24),
    "number first": (
        by_both(lambda g, n: f"{6 * g + n:04}_patient{g}.png"), "*_patient{patient:d}.*", 24),
    "day and animal": (
        by_both(lambda g, n: f"2024-01-0{1 + n % 3}_mouse{g}_{n}.png"),
        "2024-01-*_mouse{mouse:d}_*", 24),
    "magnifications of a patient": (
        by_group(lambda g, n: f"SOB_14-{20000 + 37 * g}AB-{(40, 100)[n % 2]}-{n:03}.png"),
        "SOB_14-{group}AB-*", 24),
    "images of a patient": (
        by_group(lambda g, n: f"C{g}P{g + 9}F_201506{1 + g:02}_1{n % 3}{g:02}00_cell_{n}.png",
                 each=9),
        "C{group}F_*", 24),
    "folders": (by_group(lambda g, n: f"P{g:02}/img{n}.png"), "*/{group}/*", 24),
    "folders of views": (
        by_group(lambda g, n: f"P{g:02}/{('left', 'right')[n % 2]}/{n}.png"), "*/{group}/*/*", 24),
    "folders of days": (
        by_group(lambda g, n: f"P{g:02}/day{n % 3}/{n}.png"), "*/{group}/*/*", 24),
    "folders of slides": (
        by_group(lambda g, n: f"patient{g}/slide{n % 2}/{n}.png"), "*/{patient}/*/*", 24),
    "folders, named": (
        by_both(lambda g, n: f"donor_{'abcdef'[g]}/{n}.png", groups=6), "*/{donor}/*", 6),
    "folders of persons": (
        by_both(lambda g, n: f"{('anna', 'bert', 'carl', 'dora')[g]}/{n}.png", groups=4),
        "*/{group}/*", 4),
    "folders above the class": (
        [f"site/P{g}/{c}/{n}.png" for g in range(9) for c in CLASSES for n in range(4)],
        "site/{group}/*/*", 9),
}  # fmt: skip


@pytest.mark.parametrize(("names", "setting", "count"), SAYING.values(), ids=SAYING)
def test_names_that_say_what_belongs_together(names: list[str], setting: str, count: int) -> None:
    found = propose(names, labels_of(names))
    assert (found.setting, found.count) == (setting, count)
    assert found.where == ("folders" if "/" in setting else "names")
    assert found.groups == tuple(Pattern.of(setting).key(name) for name in names)


def test_classes_of_several_words_take_one_place() -> None:
    labels = [label for label in ("burr cell", "normal") for _ in range(60)]
    names = [f"{label.replace(' ', '_')}_smear{n % 20}_{n}.png" for n, label in enumerate(labels)]
    assert propose(names, labels).setting == "*_smear{smear:d}_*"
    assert propose(names, ["sick" if " " in label else "well" for label in labels]) is None


def test_what_a_pattern_cannot_say_is_not_proposed() -> None:
    """Here a star ends at the first "_", which is within the first class and after the second."""
    labels = [label for label in ("burr cell", "normal") for _ in range(60)]
    wells = [f"{'ABCD'[n % 4]}0{n % 5}" for n in range(120)]
    names = [f"{labels[n].replace(' ', '_')}_{wells[n]}_{n}.png" for n in range(120)]
    assert propose(names, labels) is None
    assert propose([name.replace("_c", "c") for name in names], labels).setting == "*_{well}_*"


def test_fewer_groups_than_classes_are_none() -> None:
    names = [f"{c}/{g}_{n}.png" for c in "abcde" for g in range(6) for n in range(4)]
    assert propose(names, [name[0] for name in names]).count == 6
    assert propose(names, [name[:3] for name in names]) is None
    few = [name for name in names if int(name[2]) < 5]
    assert propose(few, [name[0] for name in few]) is None


def test_evidence_is_for_people() -> None:
    def evidence(scheme: str) -> str:
        names = SAYING[scheme][0]
        return propose(names, labels_of(names)).evidence

    assert evidence("video") == (
        '24 different "video" in the names, such as video_000_frame0000.jpg'
    )
    assert evidence("patient and slide") == (
        '24 different "patient" in the names, such as patient00_slide0_000.png'
    )
    assert evidence("slide and plate") == (
        '48 different "slide" and "plate" in the names, such as slide00_plate0_000.png; '
        "slide{slide}_* keeps every slide whole"
    )
    assert evidence("folders") == '24 groups in the folders, such as "P00" in cat/P00/img0.png'
    assert evidence("recording") == (
        "24 groups in the names, such as that of 20240101_120000_0.png"
    )


PLAIN = of(lambda n, c: f"{n}.png")
CLASS_OF = labels_of(PLAIN)


@pytest.mark.parametrize(
    "name",
    ["patient", "Patients", "PatientID", "patient_id", "slide no.", "mice", "wells", "Group"],
)
def test_columns_whose_name_says_so(name: str) -> None:
    values = [str(n // 4) for n in range(120)]
    found = propose(PLAIN, CLASS_OF, {"age": values, name: values})
    assert (found.setting, found.where, found.groups) == (name, "columns", tuple(values))
    assert found.evidence == f'30 different values in the column "{name}" for 120 images'


@pytest.mark.parametrize("name", ["age", "well_type", "patients_age", "", "id", "filename"])
def test_columns_whose_name_says_nothing(name: str) -> None:
    assert propose(PLAIN, CLASS_OF, {name: [str(n // 4) for n in range(120)]}) is None


def test_a_column_that_follows_from_the_class_makes_no_groups() -> None:
    labels = [str(n % 4) for n in range(120)]
    assert propose(PLAIN, labels, {"group": [f"group {label}" for label in labels]}) is None
    assert propose(PLAIN, labels, {"group": [str(n % 5) for n in range(120)]}) is not None


@pytest.mark.parametrize(
    "values",
    [
        [str(max(n, 10)) for n in range(120)],
        ["1"] * 120,
        [str(n) for n in range(120)],
        CLASS_OF,
        ["", *(str(n // 4) for n in range(119))],
    ],
    ids=["few repeated", "constant", "unique", "class", "empty"],
)
def test_columns_whose_values_make_no_groups(values: list[str]) -> None:
    values = (
        ["" if value == "0" else value for value in values] if len(set(values)) == 30 else values
    )
    assert propose(PLAIN, CLASS_OF, {"patient": values}) is None


def test_the_largest_unit_of_the_columns_wins() -> None:
    columns = {
        unit: [f"{n // size}" for n in range(120)]
        for unit, size in (("frame", 2), ("well", 3), ("slide", 6), ("patient", 12))
    }
    while columns:
        last = list(columns)[-1]
        assert propose(PLAIN, CLASS_OF, columns).setting == last
        del columns[last]


def test_columns_win_over_folders_and_folders_over_names() -> None:
    names = by_group(lambda g, n: f"P{g // 2}/smear{g}_{n}.png")
    labels = labels_of(names)
    columns = {"case": [str(at // 24) for at in range(len(names))]}
    assert propose(names, labels, columns).setting == "case"
    assert propose(names, labels).setting == "*/{group}/*"
    flat = [name.rpartition("/")[2] for name in names]
    assert propose(flat, labels).setting == "smear{smear}_*"


ANY = st.lists(st.tuples(st.text(max_size=12), st.sampled_from("ab")), max_size=30)
LIKELY = st.lists(
    st.tuples(
        st.from_regex(r"\A(a/|b/)?(P[1-4]/)?([a-z]{0,4}[0-9]{1,2}[_-]){1,3}[0-9]\Z"),
        st.sampled_from("ab"),
    ),
    min_size=8,
    max_size=30,
)
SCHEMES = st.sampled_from([*(scheme[0] for scheme in SAYING.values()), ORDINARY["moment"]]).map(
    lambda names: list(zip(names, labels_of(names), strict=True))
)


@given(ANY)
def test_no_text_breaks_it(images: list[tuple[str, str]]) -> None:
    names, labels = [name for name, _ in images], [label for _, label in images]
    found = propose(names, labels, {"patient": names, "": labels})
    assert found is None or len(found.groups) == len(names)


@given(LIKELY)
def test_what_is_to_be_written_gives_the_groups(images: list[tuple[str, str]]) -> None:
    names = [name for name, _ in images]
    found = propose(names, [label for _, label in images])
    if found:
        assert found.groups == tuple(Pattern.of(found.setting).key(name) for name in names)
        assert found.count >= 3


@given(LIKELY | SCHEMES, st.data())
def test_order_does_not_matter(images: list[tuple[str, str]], data: st.DataObject) -> None:
    def proposed(images: list[tuple[str, str]]) -> dict[str, str] | None:
        names = [name for name, _ in images]
        found = propose(names, [label for _, label in images])
        return found and {
            "": found.setting + found.evidence,
            **dict(zip(names, found.groups, strict=True)),
        }

    shuffled = data.draw(st.permutations(images))
    assert proposed(shuffled) == proposed(images)


@given(LIKELY | SCHEMES, st.sampled_from([".png", ".ome.tif", ".JPEG"]))
def test_extensions_do_not_matter(images: list[tuple[str, str]], extension: str) -> None:
    names, labels = [name.partition(".")[0] for name, _ in images], [label for _, label in images]
    bare, full = propose(names, labels), propose([name + extension for name in names], labels)
    assert (bare and bare.groups) == (full and full.groups)


def test_share_of_groups_that_stand_in_several_folds() -> None:
    assert straddling("aabbc", [0, 1, 1, 1, 0]) == 0.5
    assert straddling("abc", [0, 1, 2]) == 0
    assert straddling("", []) == 0
    assert straddling("aaabbb", [0, 0, 0, 1, 1, 1]) == 0
    assert straddling("aaabbb", [0, 1, 2, 1, 1, 2]) == 1
