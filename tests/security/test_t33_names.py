"""T33-T35: classes and files that are called something else than they seem."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from reports import Page

from frimcla.bundle import load
from frimcla.testing import toy_dataset

NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
    "two\nlines\tand a tab",
    r"_50% \input{/etc/passwd} $x^2$ #{1} & ~",
    "é 🧬 \u202eright to left",
    "x" * 255,
)
STUDY = """
images = "index.csv"
extractors = ["colour_moments"]
classifiers = ["knn"]
controls = false
folds = 3
n_jobs = 1
"""


@pytest.fixture(scope="module")
def outputs(good, frimcla, tmp_path_factory) -> Path:
    """A study of classes with such names; its results, and predictions of its model."""
    home = tmp_path_factory.mktemp("named")
    toy_dataset(home / "cells", classes=len(NAMES), count=3)
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["file", "class"])
    folders = sorted((home / "cells").iterdir())
    for name, folder in zip(NAMES, folders, strict=True):
        for number, path in enumerate(sorted(folder.iterdir())):
            target = folder / f"=1+{number} <b>.png"
            path.rename(target)
            writer.writerow([target.relative_to(home).as_posix(), name])
    (home / "index.csv").write_text(rows.getvalue())
    (home / "study.toml").write_text(STUDY)
    done = frimcla(home, "run", "study.toml")
    done.check(0)
    assert not any(sign in done.said for sign in "\t\u202e")
    out = ("--out", "new.csv")
    frimcla(home, "predict", "results/model.frimcla", "cells", *out).check(0)
    frimcla(home, "inspect", "index.csv").check(0)
    return home


def test_every_name_comes_back_as_it_is(outputs) -> None:
    known = tuple(sorted(unicodedata.normalize("NFC", name) for name in NAMES))

    assert load(outputs / "results" / "model.frimcla").classes == known
    for table in ("results/predictions.csv", "new.csv"):
        header = next(csv.reader(io.StringIO((outputs / table).read_text())))
        assert {name.removeprefix("'") for name in header} >= set(known)
    done = json.loads((outputs / "results" / "run.json").read_text())
    assert done["state"] == "done"


def test_no_cell_is_a_formula(outputs) -> None:
    tables = [path for path in outputs.rglob("*.csv") if path.name != "index.csv"]
    assert len(tables) > 5
    number = re.compile(r"-?[0-9.e+-]+\*{0,3}( \([0-9.]+\))?|-")
    for path in tables:
        for row in csv.reader(io.StringIO(path.read_text())):
            bad = [cell for cell in row if cell[:1] in {*"=+-@\t\r"} and not number.fullmatch(cell)]
            assert bad == [], path


def test_names_are_text_in_every_page(outputs, good) -> None:
    for page, scripts in (
        (outputs / "results" / "report.html", 2),
        (outputs / "inspection" / "index.html", 0),
    ):
        found = Page(page)
        tags = [tag for tag, _ in found.elements]
        assert tags.count("script") == scripts
        assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
        assert "x" not in [a.get("src") for _, a in found.elements]


def test_latex_and_plain_text_hold_names_that_do_nothing(outputs) -> None:
    results = outputs / "results"
    assert json.loads((results / "verdict.json").read_text())
    texts = [path for kind in ("txt", "tex", "md", "bib") for path in results.glob(f"*.{kind}")]
    assert len(texts) == 5
    for path in texts:
        text = path.read_text()
        assert "two\nlines" not in text, path
        assert not any(sign in text for sign in "\t\u202e"), path
    assert "\\input{" not in (results / "table.tex").read_text()
    assert r"two\nlines\tand a tab 3" in (results / "methods.txt").read_text()
