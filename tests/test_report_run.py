"""The report of a real run: hostile names, groups, maps, an audit; made again wherever it lies."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from reports import Page
from toys import Toys

import frimcla
from frimcla.auditing.findings import read_audit
from frimcla.cli import main
from frimcla.picturing import read_album
from frimcla.testing import toy_dataset

REGISTRY = frimcla.Registry.of(toys=Toys())
NAMES = ("</script><b>1", "=1+1", "ñ & 'q'")
STUDY = """\
images = "index.csv"
groups = "patient"
extractors = ["edges", "mean_colour"]
classifiers = ["nearest_mean"]
metric = "accuracy"
folds = 4
explain = 1
n_jobs = 1
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A study whose classes are named by an enemy, and which has been run."""
    folder = tmp_path_factory.mktemp("home")
    toy_dataset(folder / "cells", count=12)
    rows = ["file,class,patient,lamp"]
    for number, kind in enumerate(sorted((folder / "cells").iterdir())):
        for place, path in enumerate(sorted(kind.iterdir())):
            name = f"cells/{kind.name}/canary_{number}_{place}.png"
            path.rename(folder / name)
            label = NAMES[(number + (place == 0)) % 3].replace('"', '""')
            rows.append(f'{name},"{label}",p{place}-{number},{"old" if place % 2 else "new"}')
    (folder / "index.csv").write_text("\n".join(rows), "utf-8")
    (folder / "study.toml").write_text(STUDY, "utf-8")
    frimcla.run(folder / "study.toml", registry=REGISTRY)
    return folder


@pytest.fixture(scope="module")
def page(home: Path) -> Page:
    return Page(home / "results" / "report.html")


def test_every_part_is_there(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    parts = ("verdict", "pairs", "pair", "parts", "map", "looks", "audit", "data", "methods")
    assert ids >= {*parts, "words", "roc", "recall", "reliability", "forest", "tsne"}


def test_names_of_an_enemy_are_text(page: Page) -> None:
    assert sum(tag == "script" for tag, _ in page.elements) == 2
    assert json.loads(page.facts)["classes"] == sorted(NAMES)
    assert not [attributes for _, attributes in page.elements if "style" in attributes]


def test_numbers_of_the_audit_are_those_of_its_file(home: Path, page: Page) -> None:
    audit = read_audit(home / "results")
    assert audit
    known = {
        f"audit.{finding.code}.{name}": number.value
        for finding in audit.findings
        for name, number in finding.numbers.items()
    }
    found = {a["data-key"]: float(a["value"]) for a, _ in page.data if "audit." in a["data-key"]}
    assert found == known
    assert found


def test_maps_are_shown_with_their_check(home: Path, page: Page) -> None:
    album = read_album(home / "results" / "album.h5")
    assert album
    assert len(album.maps) == 3
    pictures = [a["src"] for tag, a in page.elements if tag == "img"]
    assert pictures[::2] == [one.picture.uri for one in album.maps]
    assert album.check
    assert album.check.sentences[0] in "".join(text for _, text in page.texts)


def test_it_is_written_again_where_nothing_else_is_left(home: Path, tmp_path: Path) -> None:
    """Without images, features and plugins, in another place: the same page."""
    moved = tmp_path / "results"
    shutil.copytree(home / "results", moved, ignore=shutil.ignore_patterns("features", "*.html"))

    done = CliRunner().invoke(main, ["report", str(moved)])

    assert done.exit_code == 0, done.output
    assert done.output == f"wrote {moved / 'report.html'}\n"
    ours, theirs = (folder / "report.html" for folder in (moved, home / "results"))
    assert ours.read_bytes() == theirs.read_bytes()


def test_private_pages_hold_no_picture_and_no_name(home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "results"
    shutil.copytree(home / "results", moved)

    done = CliRunner().invoke(main, ["report", str(moved), "--no-images"])

    assert done.exit_code == 0, done.output
    source = (moved / "report.html").read_text("utf-8")
    assert "canary" in (home / "results" / "report.html").read_text("utf-8")
    for secret in ("canary", "data:image", "webp", "index.csv", home.name, str(home), "p3-1"):
        assert secret not in source, secret


def test_a_run_may_be_private_from_the_beginning(home: Path) -> None:
    result = frimcla.run(
        home / "study.toml", registry=REGISTRY, output=home / "private", pictures=False
    )

    source = (result.study.output / "report.html").read_text("utf-8")
    assert "canary" not in source
    assert "data:image" not in source
    album = read_album(result.study.output / "album.h5")
    assert album
    assert not album.thumbnails
    assert not album.maps
    assert "pictures = false" in (result.study.output / "study.toml").read_text("utf-8")


def test_a_second_run_draws_and_audits_nothing_anew(home: Path) -> None:
    files = [home / "results" / name for name in ("album.h5", "audit.json")]
    before = [path.read_bytes() for path in files]
    seen: list[str] = []

    frimcla.run(
        home / "study.toml",
        registry=REGISTRY,
        progress=lambda phase, _done, _total: seen.append(phase),
    )

    assert [path.read_bytes() for path in files] == before
    assert not {"audit", "learn", "picture", "project", "explain"} & set(seen)


def test_an_audit_is_made_anew_where_its_question_changed(home: Path, tmp_path: Path) -> None:
    """Groups that are declared away, and another metric: nothing stale is told."""
    results = home / "asked"
    text = (home / "study.toml").read_text("utf-8")
    found = []
    for change in (("", ""), ('groups = "patient"', 'groups = "none"'), ("accuracy", "brier")):
        text = text.replace(*change)
        (home / "asked.toml").write_text(text, "utf-8")
        frimcla.run(home / "asked.toml", registry=REGISTRY, output=results)
        audit = read_audit(results)
        assert audit
        found.append((audit.made_for, (audit.curve or {}).get("metric", "brier")))

    assert len({made_for for made_for, _ in found}) == 3
    assert [metric for _, metric in found][-1] == "brier"


def test_a_model_that_is_not_of_the_best_pair_is_named(home: Path) -> None:
    other = home / "other"
    shutil.copytree(home / "results", other)
    result = frimcla.train(home / "study.toml", pair="MEAN + NM", registry=REGISTRY, output=other)

    source = (other / "report.html").read_text("utf-8")
    assert result.selection.winner != ("MEAN", "NM")
    assert "The model that was trained is MEAN + NM, not the best pair." in source
    assert "Of MEAN + NM. One place after the other is covered." in source


def test_what_is_no_output_is_refused_in_a_sentence(home: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(home / "cells")])

    assert done.exit_code == 1
    assert re.search(r"run.json\s+is not there: name the output folder", done.output)
    assert not (home / "cells" / "report.html").exists()
