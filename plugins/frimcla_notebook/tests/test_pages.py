"""Every notebook is run from top to bottom, as a reader would, in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from frimcla_notebook.writing import NAMES, notebook

CHOICE = {"extractors": ["lab", "lbp"], "classifiers": ["knn"], "folds": 3}
FEWER = "fewer-cells"
QUICK = {
    "01_compare_and_train": {"IMAGES": FEWER, "CHOICE": CHOICE},
    "02_predict_images": {"CHOICE": CHOICE},
    "03_dogs_and_cats": {
        "IMAGES": FEWER,
        "TEST": "",
        "MORE": {"classifiers": ["knn"], "folds": 3, "nested": False},
    },
    "04_bioimages_with_groups": {"CHOICE": {**CHOICE, "extractors": ["colour_moments", "lab"]}},
    "05_write_a_plugin": {"IMAGES": FEWER, "CHOICE": {**CHOICE, "extractors": ["lab", "stretch"]}},
}
"""Fewer folds, pairs and images; and the photographs of the case study are nobody's to pass on."""


def run(name, home):
    """Run a notebook by nbmake; return what its cells showed, as text."""
    path = home / f"{name}.ipynb"
    path.write_text(notebook(name, QUICK[name]), "utf-8")
    options = ["-q", "--nbmake", "--overwrite", "--nbmake-timeout=600", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *options, path.name],
        cwd=home,
        env={
            **{key: value for key, value in os.environ.items() if key != "FRIMCLA_WEIGHTS"},
            **{"FRIMCLA_CACHE": str(home / "cache"), "KERAS_HOME": str(home / "keras")},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    book = nbformat.read(path, 4)
    return "\n".join(
        "".join(output.get("data", {}).get("text/html", "") or output.get("text", ""))
        for cell in book.cells
        for output in cell.get("outputs", ())
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_shows_what_it_promises(name, painted, tmp_path):
    shutil.copytree(painted, tmp_path, dirs_exist_ok=True)
    shown = run(name, tmp_path)

    promised = {
        "01_compare_and_train": [
            "Take LBP + ",
            "By LBP + ",
            "model.frimcla</a>",
            "report.html</a>",
        ],
        "02_predict_images": ["LAB888 + KNN", "file,predicted,rounded"],
        "03_dogs_and_cats": [
            "left out, for want of weights or of a plugin: vgg16",
            "99.0 (1.3)",
            "54.5 / ",
        ],
        "04_bioimages_with_groups": ["18 groups by", "every image by itself", "group,fold,images"],
        "05_write_a_plugin": ["kept: describes each image on its own", "Stretch3</td>"],
    }
    for text in promised[name]:
        assert text in shown
    if name == "01_compare_and_train":
        check_that_the_command_line_agrees(tmp_path)


def check_that_the_command_line_agrees(home):
    """The same study by notebook and by command line: the same scores, byte by byte."""
    study = f"{FEWER}-study/study.toml"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "frimcla", "compare", study, "--output", "by-command"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for name in ("scores.csv", "verdict.json", "table.csv", "predictions.csv"):
        by_notebook = (home / f"{FEWER}-study/results" / name).read_bytes()
        assert (home / "by-command" / name).read_bytes() == by_notebook
    record = json.loads((home / "by-command/run.json").read_text())
    assert record["compare"]["reused"] == 0, "it was computed anew"
