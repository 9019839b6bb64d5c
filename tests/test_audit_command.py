"""The command: what it reads, what it writes, what it prints, and how it ends."""

import json

import drawn
import pytest
from click.testing import CliRunner

import frimcla
from frimcla.auditing.findings import FILE, read_audit
from frimcla.auditing.sources import finished
from frimcla.cli import main
from frimcla.config import read_study
from frimcla.errors import ConfigError, DatasetError
from frimcla.opening import open_study

STUDY = """
images = "cells"
extractors = ["edges"]
classifiers = ["nearest_mean"]
folds = 3
nested = false
n_jobs = 1
"""


def called(*arguments):
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


@pytest.fixture
def clean(tmp_path):
    return drawn.write(tmp_path / "cells", drawn.images(40))


@pytest.fixture
def faulty(tmp_path):
    folder = drawn.write(tmp_path / "faulty", drawn.images(40)[::2])
    return drawn.write(folder, drawn.images(40)[1::2], name="{label}_{number:03}.jpg")


@pytest.fixture
def home(clean, registry):
    """A folder with a study that is finished."""
    (clean.parent / "study.toml").write_text(STUDY)
    frimcla.run(clean.parent / "study.toml", registry=registry)
    return clean.parent


def test_clean_images_leave_by_0_and_nothing_is_written(clean):
    before = sorted(clean.parent.rglob("*"))

    done = called(clean)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "13 checks made, nothing found; left out: FRM301, FRM401 "
        "(needs a finished run on these images)\n"
    )
    assert sorted(clean.parent.rglob("*")) == before


def test_an_error_leaves_by_1_and_tells_its_page(faulty):
    done = called(faulty)

    assert done.exit_code == 1
    assert "FRM203 error: told by file format: The format of the files alone tells" in done.stdout
    assert "\n  see docs/audit.md#frm203\n" in done.stdout


def test_what_is_ignored_is_not_told(faulty):
    wanted = [f"--ignore=FRM20{number}" for number in range(1, 7)]

    done = called(faulty, *wanted)

    assert done.exit_code == 0
    assert "FRM201, FRM202, FRM203, FRM204, FRM205, FRM206 (ignored this time)" in done.stdout


def test_a_check_that_there_is_not_is_refused(clean):
    done = called(clean, "--ignore", "FRM299")

    assert done.exit_code == 1
    with pytest.raises(ConfigError, match='no check "FRM299"; did you mean "FRM'):
        frimcla.audit(clean, ignore=["FRM299"])


def test_names_are_harmless_to_a_terminal(tmp_path):
    folder = drawn.write(tmp_path / "cells", drawn.images(20), name="\x1b[31m{number:03}.png")
    copied = next((folder / "kind0").iterdir())
    (folder / "kind0" / "\x1b[32mcopy.png").write_bytes(copied.read_bytes())

    done = called(folder)

    assert "FRM101 note" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\\x1b[32mcopy.png" in done.stdout


def test_copies_in_two_classes_are_refused_as_by_a_study(clean):
    copied = next((clean / "kind0").iterdir())
    (clean / "kind1" / "copy.png").write_bytes(copied.read_bytes())

    assert called(clean).exit_code == 1
    with pytest.raises(DatasetError, match="in another class"):
        frimcla.audit(clean)


def test_results_get_an_audit_beside_them(home, registry):
    found = frimcla.audit(home / "results", registry=registry)

    assert read_audit(home / "results") == found
    content = (home / "results" / FILE).read_bytes()
    frimcla.audit(home / "study.toml", registry=registry)  # the study whose results they are
    assert (home / "results" / FILE).read_bytes() == content


def test_the_predictions_of_a_run_are_those_of_its_images(home, registry):
    def run():
        return finished(open_study(read_study(home / "study.toml", registry), registry))

    first = run()
    assert set(first.pairs) <= set(first.table.pairs)
    verdict = json.loads((home / "results/verdict.json").read_text())
    assert [" + ".join(pair) for pair in first.pairs] == verdict["recommended"]
    assert first.pairs[0] == tuple(verdict["winner"].split(" + "))

    next((home / "cells/kind0").iterdir()).unlink()
    assert run() is None


def test_results_of_other_images_get_no_audit(home, registry):
    drawn.write(home / "cells", drawn.images(4, seed=1), name="new_{number}.png")
    before = (home / "results" / FILE).read_bytes()

    found = frimcla.audit(home / "study.toml", registry=registry)

    assert found.left_out["FRM301"] == "needs a finished run on these images"
    assert (home / "results" / FILE).read_bytes() == before


def test_a_run_that_was_stopped_is_told(tmp_path, registry):
    (tmp_path / "run.json").write_text('{"state": "running"}')

    with pytest.raises(ConfigError, match="is not finished"):
        frimcla.audit(tmp_path, registry=registry)
