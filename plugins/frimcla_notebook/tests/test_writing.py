"""Notebooks as files: those of the project, and one for somebody's images."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from frimcla.cli import main
from frimcla.testing import toy_dataset
from frimcla_notebook import writing
from frimcla_notebook.writing import NAMES, notebook

BOOKS = Path(__file__).parents[3] / "notebooks"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty working folder with images in ``my cells``."""
    monkeypatch.chdir(tmp_path)
    toy_dataset(tmp_path / "my cells")
    return tmp_path


def call(*args):
    return CliRunner().invoke(main, ["notebook", *args])


def cells(path, kind="code"):
    book = nbformat.read(path, 4)
    return [cell.source for cell in book.cells if cell.cell_type == kind]


@pytest.mark.skipif(not BOOKS.is_dir(), reason="needs a checkout")
@pytest.mark.parametrize("name", NAMES)
def test_the_projects_notebooks_are_as_they_would_be_written(name):
    shown = (BOOKS / f"{name}.ipynb").read_text("utf-8")

    assert shown == notebook(name), "run: python notebooks/write.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_installs_from_one_variable_and_opens_in_colab(name):
    book = nbformat.reads(notebook(name), 4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]

    assert code[0].source.splitlines()[1].startswith('SOURCE = ""')
    assert sum('"pip"' in cell.source for cell in code) == 1
    assert [cell.metadata.get("tags") for cell in code[1:2]] == [["parameters"]]
    page = f"https://colab.research.google.com/github/{writing.REPOSITORY}/blob/main/notebooks"
    assert f"({page}/{name}.ipynb)" in book.cells[0].source
    assert not any(cell.get("outputs") for cell in code)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("", ["frimcla[standard]>=2,<3", "frimcla-notebook>=2,<3"]),
        (
            "https://host/frimcla.git",
            [
                "git+https://host/frimcla.git",
                *(
                    f"git+https://host/frimcla.git#subdirectory=plugins/frimcla_{part}"
                    for part in ("classic", "onnx", "keras", "sklearn", "notebook")
                ),
            ],
        ),
        (
            ".",
            [
                ".",
                *(
                    f"./plugins/frimcla_{p}"
                    for p in ("classic", "onnx", "keras", "sklearn", "notebook")
                ),
            ],
        ),
    ],
)
def test_the_install_cell_asks_pip_for_everything_where_nothing_is_there(tmp_path, source, wanted):
    """Run by a Python without our packages, whose pip writes down what it is asked for."""
    code = nbformat.reads(notebook(NAMES[0]), 4).cells[1].source
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip/__init__.py").touch()
    (tmp_path / "pip/__main__.py").write_text(
        "import json, pathlib, sys\npathlib.Path('asked.json').write_text(json.dumps(sys.argv[1:]))"
    )
    (tmp_path / "cell.py").write_text(code.replace('SOURCE = ""', f"SOURCE = {source!r}"))

    done = subprocess.run(
        [sys.executable, "-S", "cell.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    asked = json.loads((tmp_path / "asked.json").read_text())
    assert asked == ["install", "--quiet", *wanted]


def test_the_command_writes_the_first_notebook_for_a_folder(home):
    done = call("my cells")

    assert done.exit_code == 0, done.output
    assert done.output == (
        "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12\n"
        "wrote my cells.ipynb\n"
        "Next: jupyter lab 'my cells.ipynb'\n"
    )
    parameters = cells(home / "my cells.ipynb")[1]
    assert "IMAGES = 'my cells'" in parameters
    assert "CHOICE = {}" in parameters
    assert parameters.endswith("NEW = ''")
    assert "colab" not in (home / "my cells.ipynb").read_text("utf-8").lower().replace(
        "in colab connect", ""
    )


def test_paths_in_it_are_relative_to_where_it_lies(home):
    (home / "books").mkdir()
    call("my cells", "--out", "books/mine.ipynb")

    assert "IMAGES = '../my cells'" in cells(home / "books/mine.ipynb")[1]


def test_a_zip_will_do(home):
    shutil.make_archive("packed", "zip", home, "my cells")
    done = call("packed.zip")

    assert done.exit_code == 0, done.output
    assert "IMAGES = 'unzipped/packed-" in cells(home / "packed.ipynb")[1]


def test_what_is_there_is_not_written_over(home):
    (home / "my cells.ipynb").write_text("mine")
    done = call("my cells")

    assert done.exit_code == 1
    assert done.output == (
        "Error: notebook has 1 problem\n  my cells.ipynb  is there already; remove it, or write to "
        "another file with --out\n"
    )
    assert (home / "my cells.ipynb").read_text() == "mine"


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("my cells", "--out", "mine.py"), "mine.py  must end in .ipynb: that is what is written"),
        (
            ("my cells", "--out", "my cells/mine.ipynb"),
            "my cells/mine.ipynb  must lie outside the images: it is no class",
        ),
        (
            ("nowhere",),
            'a manifest (.csv, .tsv) or a zip; "nowhere" is not there',
        ),
        (("empty",), "classes  must be sub-folders with images, but there are no images"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(home, args, what):
    (home / "empty").mkdir()
    done = call(*args)

    assert done.exit_code == 1
    assert what in done.output
    assert not list(home.rglob("*.ipynb"))


def test_names_are_values_and_cannot_become_code(home):
    (home / "my cells").rename(home / "a'; import os  # \"x")
    done = call("a'; import os  # \"x", "--out", "odd.ipynb")

    assert done.exit_code == 0, done.output
    scope: dict[str, object] = {}
    exec(cells(home / "odd.ipynb")[1], scope)
    assert scope["IMAGES"] == "a'; import os  # \"x"
    assert "os" not in scope


@pytest.mark.parametrize("name", ["demo", "~", "~nosuchuser", " spaced"])
def test_a_folder_is_a_folder_whatever_it_is_called(home, name):
    """Only what is typed into the form has words with a meaning."""
    (home / "my cells").rename(home / name)
    done = call(f"./{name}", "--out", "odd.ipynb")

    assert done.exit_code == 0, done.output
    assert done.output.startswith("36 images in 3 classes")
    assert not (home / "painted-cells").exists()
