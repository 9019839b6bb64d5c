"""The command line: what it prints and how it ends, on the shipped plugins."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from sessions import session

from frimcla import Registry
from frimcla.cli import main
from frimcla.testing import toy_dataset

pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

STUDY = """
images = "cells"
extractors = ["lbp", "colour_moments"]
classifiers = ["knn", {name = "svm", C = 1.0, kernel = "linear"}]
folds = 4
"""


def call(folder, *args, **environment):
    """Call the command line in this process: to start another would take longer than its work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        runner = CliRunner(env=environment)
        return runner.invoke(main, [*map(str, args)], catch_exceptions=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with cells, a study of them, and its results, by a process of its own."""
    folder = tmp_path_factory.mktemp("home")
    toy_dataset(folder / "cells")
    toy_dataset(folder / "new", count=2)
    (folder / "study.toml").write_text(STUDY)
    command = [sys.executable, "-P", "-m", "frimcla", "run", "study.toml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "run.txt").write_text(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_run_ends_with_the_three_next_commands(home):
    lines = (home / "run.txt").read_text().splitlines()

    assert lines[0] == "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12"
    assert lines[-4:] == [
        "Next:",
        "  frimcla predict results/model.frimcla NEW_IMAGES --out predictions.csv",
        "  frimcla evaluate results/model.frimcla LABELLED_FOLDER",
        "  frimcla verify results/model.frimcla",
    ]


def test_run_tells_how_the_best_pair_does_on_each_class(home):
    lines = (home / "run.txt").read_text().splitlines()
    at = lines.index("Best pair, class by class, out of fold")

    shown = [line.split() for line in lines[at + 2 : at + 5]]

    written = (home / "results/per_class.csv").read_text().splitlines()[1:]
    for row, line in zip(shown, written, strict=True):
        label, *scores, images = line.split(",")
        assert row == [label, *(f"{float(score):.3f}" for score in scores), images]


def test_the_positive_class_is_the_one_that_a_metric_names(home, tmp_path):
    for label in ("stripes_1", "stripes_2"):
        shutil.copytree(home / "cells" / label, tmp_path / "cells" / label)
    named = 'metrics = [{name = "sensitivity", positive = "stripes_2"}, "specificity"]\n'
    small = 'images = "cells"\nextractors = ["lbp"]\nnested = false\ncontrols = false\n'
    small += 'classifiers = [{name = "logistic_regression", C = 1.0}]\n'
    (tmp_path / "named.toml").write_text(f'output = "a"\nfolds = 3\n{named}{small}')
    (tmp_path / "open.toml").write_text(f'output = "b"\nfolds = 3\n{small}')

    told = [call(tmp_path, "run", name).stdout for name in ("named.toml", "open.toml")]
    told += [call(tmp_path, "evaluate", f"{out}/model.frimcla", "cells").stdout for out in "ab"]

    lines = [re.findall("^positive class.*", text, re.MULTILINE) for text in told]
    to_name = 'metrics = [{name = "sensitivity", positive = "stripes_1"}]'
    _, _, sensitivity, specificity, *_ = (
        (tmp_path / "a/per_class.csv").read_text().splitlines()[2].split(",")
    )
    in_words = f"{100 * float(sensitivity):.1f} %, specificity {100 * float(specificity):.1f} %"
    assert lines[0] == [f"positive class: stripes_2; sensitivity {in_words}"]
    assert lines[1] == lines[3] == [f"positive class: none named; to name one: {to_name}"]
    assert re.fullmatch(
        r"positive class: stripes_2; sensitivity [\d.]+ %, specificity [\d.]+ %", *lines[2]
    )


def test_a_positive_class_that_is_none_is_refused(home):
    (home / "sick.toml").write_text(f'{STUDY}metrics = [{{name = "recall", positive = "sick"}}]')

    done = call(home, "check", "sick.toml")

    assert done.exit_code == 1
    assert "metrics[0]  cannot judge these images: positive must be one of" in done.stderr


def test_unbalanced_white_blood_cells_are_a_warning(tmp_path, real_data):
    """Eleven eosinophils and 103 neutrophils, as the folders have them."""
    study = f"images = {json.dumps(str(real_data / 'wbc_smear/dataset1'))}\n"
    (tmp_path / "open.toml").write_text(study)
    (tmp_path / "set.toml").write_text(f'{study}metric = "accuracy"\nclass_weight = "balanced"\n')

    told = [call(tmp_path, "check", name).stdout for name in ("open.toml", "set.toml")]

    twins = "lymphocyte/d1_112.bmp = lymphocyte/d1_139.bmp"
    copies = f"{twins} are the same image; copies stay on one side of every split"
    sizes = "unbalanced: neutrophil 103 to eosinophil 11 (9.4 times): accuracy"
    way_out = 'class_weight = "balanced" makes rare classes weigh more'
    better = 'metric = "balanced_accuracy" does not'
    warnings = [re.findall("^warning: (.*)", text, re.MULTILINE) for text in told]
    assert warnings == [
        [copies, f"{sizes} would reward ignoring eosinophil; balanced accuracy decides. {way_out}"],
        [
            copies,
            f"{sizes}, which decides, rewards ignoring eosinophil; {better}",
            "KNN, MLP and GB have no class_weight: they stay unweighted",
        ],
    ]


def test_predict_writes_one_row_per_image(home):
    done = call(home, "predict", "results/model.frimcla", "new", "--out", "new.csv")

    assert (done.exit_code, done.stdout) == (0, "wrote 6 rows to new.csv\n")
    header, *rows = (home / "new.csv").read_text().splitlines()
    assert header == ("file,predicted,stripes_1,stripes_2,stripes_3,familiarity,unlike_training")
    assert [row.split(",")[0] for row in rows] == [
        f"new/stripes_{label}/image_{number:02}.png" for label in (1, 2, 3) for number in (0, 1)
    ]
    for row in rows:
        assert sum(map(float, row.split(",")[2:5])) == pytest.approx(1, abs=2e-4)


def test_a_bad_image_has_its_row_and_the_rest_go_on(home):
    bad = home / "bad.png"
    bad.write_text("no image")

    done = call(home, "predict", "results/model.frimcla", bad, "new/stripes_1", "--out", "bad.csv")

    assert done.exit_code == 1
    header, first, *rest = (home / "bad.csv").read_text().splitlines()
    assert header == (
        "file,predicted,stripes_1,stripes_2,stripes_3,familiarity,unlike_training,problem"
    )
    assert first == f"{bad},,,,,,,is no image: it holds text; remove or replace it"
    assert len(rest) == 2


def test_predict_prints_sets_or_a_document(home):
    asked = ("predict", "results/model.frimcla", "new", "--coverage", "0.8")

    table, document = call(home, *asked), call(home, *asked, "--json")

    assert (table.exit_code, document.exit_code) == (0, 0)
    assert table.stdout.splitlines()[0].split()[:6] == [
        *("file", "predicted", "stripes_1", "stripes_2", "stripes_3", "set")
    ]
    read = json.loads(document.stdout)
    assert (read["coverage"], len(read["predictions"])) == (0.8, 6)


@pytest.mark.parametrize("name", ["results/model.frimcla", "study.toml", "cells"])
def test_predict_writes_over_nothing_but_predictions(home, name):
    before = sorted((home / name).iterdir()) if name == "cells" else (home / name).read_bytes()

    done = call(home, "predict", "results/model.frimcla", "new", "--out", name)

    assert done.exit_code == 1
    assert f"{name}  is there already and holds no predictions; name another file" in done.stderr
    after = sorted((home / name).iterdir()) if name == "cells" else (home / name).read_bytes()
    assert after == before


def test_evaluate_says_which_classes_are_absent(home):
    (home / "part").mkdir(exist_ok=True)
    for label in ("stripes_1", "stripes_2"):
        shutil.copytree(home / "new" / label, home / "part" / label, dirs_exist_ok=True)

    done = call(home, "evaluate", "results/model.frimcla", "part")

    assert "warning: no images of stripes_3; nothing is said of them" in done.stdout
    label, precision, sensitivity, specificity, f1, count = done.stdout.splitlines()[-1].split()
    assert (label, precision, sensitivity, f1, count) == ("stripes_3", "-", "-", "-", "0")
    assert 0 <= float(specificity) <= 1  # other images are there, taken for it or not


def test_evaluate_tells_scores_confusion_and_classes(home):
    done = call(home, "evaluate", "results/model.frimcla", "cells")

    assert done.exit_code == 0
    assert "warning: the model was trained on 36 of these images" in done.stdout
    assert "accuracy" in done.stdout
    assert "true \\ predicted  stripes_1  stripes_2  stripes_3" in done.stdout
    assert "class      precision  sensitivity (recall)  specificity     F1  images" in done.stdout
    assert "positive class" not in done.stdout  # of three classes nobody asks


def test_verify_says_what_the_model_is(home):
    done = call(home, "verify", "results/model.frimcla")

    assert done.exit_code == 0
    assert done.stdout.startswith("whole: classifier.skops, trust.npz and the manifest match")
    assert "trained on  36 images (stripes_1 12, stripes_2 12, stripes_3 12)" in done.stdout


def test_check_counts_what_will_be_fitted(home):
    done = call(home, "check", "study.toml")

    assert done.stdout.splitlines() == [
        "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12",
        "8 bits, seen as they are",
        "extractors   LBP, ColourMoments",
        "controls     MeanColour, ImageSize",
        "classifiers  KNN, SVM(C=1, kernel=linear)",
        "metric       accuracy",
        "folds        4, inner folds 3, seed 0",
        "output       results",
        # KNN: (7 candidates x 3 inner folds + 1) x 4 folds; SVM: 1 x 4; four times.
        "8 pairs x 4 folds, with search: 368 fits",
        "nested       up to 552 fits more: what to expect of the best",  # 6 times two folds
        "add --rehearse to estimate the time",
    ]


def test_rehearsal_estimates_the_time(home):
    done = call(home, "check", "study.toml", "--rehearse")

    assert done.stdout.splitlines()[-1].endswith("from a rehearsal on this machine")


def test_init_writes_a_study_that_runs(home):
    ours = [f"--no-plugin={name}" for name in _foreign()]
    done = call(home, *ours, "init", "cells", "--out", "mine.toml")
    checked = call(home, "check", "mine.toml")
    written = (home / "mine.toml").read_text("utf-8")
    again = call(home, "init", "cells", "--out", "mine.toml")
    (home / "deep").mkdir()
    deep = call(home, *ours, "init", "cells", "--out", "deep/mine.toml")

    assert done.exit_code == checked.exit_code == 0
    assert "controls     MeanColour, ImageSize\n" in checked.stdout
    assert "60 pairs x 10 folds" in checked.stdout
    assert "\n# They are: MeanColour, ImageSize.\n# controls = true  #" in written
    assert "mean_colour" not in written
    assert deep.exit_code == call(home, "check", "deep/mine.toml").exit_code == 0
    assert again.exit_code == 1
    assert again.stderr == (
        "Error: init has 1 problem\n"
        "  mine.toml  is there already; remove it, or write to another file with --out\n"
    )


def test_steps_can_be_taken_one_by_one(home):
    steps = [call(home, step, "study.toml", "--output", "steps") for step in ("extract", "compare")]
    train = call(home, "train", "study.toml", "--output", "steps", "--pair", "LBP + KNN")

    assert [step.exit_code for step in (*steps, train)] == [0, 0, 0]
    assert "decoded 36 images; 144 rows of features computed, 0 were there" in steps[0].stdout
    fits = re.search(r"decoded 0 different images, fitted (\d+) of \1 pairs", steps[1].stdout)
    assert 8 * 4 < int(fits[1]) < 8 * (4 + 6)  # who cannot be chosen any more, is not fitted inside
    first, second, third = train.stdout.splitlines()[:3]
    assert first == "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12"
    assert second == "8 bits, seen as they are"
    assert third.startswith("LBP + KNN, expected accuracy")
    assert (home / "steps/scores.csv").read_bytes() == (home / "results/scores.csv").read_bytes()


def test_json_lists_every_component(home):
    plugins = json.loads(call(home, "list-plugins", "--json").stdout)

    by_name = {plugin["name"]: plugin for plugin in plugins}
    assert by_name["classic"]["status"] == "active"
    assert "lbp" in [component["name"] for component in by_name["classic"]["components"]]


def test_a_plugin_left_out_is_said_to_be(home):
    listed = call(home, "--no-plugin", "classic", "list-plugins")
    run = call(home, "run", "study.toml", FRIMCLA_DISABLED_PLUGINS="classic")

    assert any("disabled  by the user" in line for line in listed.stdout.splitlines())
    assert run.exit_code == 1
    assert 'unknown extractor "lbp"' in run.stderr
    assert "plugin classic is disabled: by the user" in run.stderr


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["run", "nowhere"], 1, "cannot be read: No such file or directory"),
        (["predict", "nowhere.frimcla", "new"], 1, "cannot be opened (No such file or directory)"),
        (["predict", "study.toml", "new"], 1, "is no FrImCla model: it is not a zip file"),
        (["predict", "results/model.frimcla", "nowhere"], 1, "is not there; name an image"),
        (["evaluate", "results/model.frimcla", "nowhere"], 1, "is not there; name a folder"),
        (["--no-plugin", "clasic", "list-plugins"], 1, 'did you mean "classic"?'),
        (["demo", "cells"], 1, "holds something else; name an empty or new folder"),
        (["run"], 2, "Missing argument"),
        (["predict", "results/model.frimcla", "new", "--coverage", "9"], 1, "must lie between"),
        (["predict", "results/model.frimcla"], 2, "Missing argument"),
        (["runn", "study.toml"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_one_sentence(home, args, code, message):
    done = call(home, *args)

    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_pair_that_is_none_is_told_with_the_one_it_is_like(home):
    done = call(home, "train", "study.toml", "--pair", "LBP + KN")

    assert done.exit_code == 1
    assert 'did you mean "LBP + KNN"?' in done.stderr
    assert done.stdout == ""  # before anything is computed


def test_a_bug_is_not_dressed_up(home, tmp_path):
    """A plugin that breaks in a way nobody foresaw gives a traceback and exit code 70."""
    code = (
        "import frimcla.workflow, frimcla.cli\n"
        "def broken(*args, **how): raise KeyError('unforeseen')\n"
        "frimcla.workflow.check = broken\n"
        "frimcla.cli.main(['check', 'study.toml'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False
    )

    assert done.returncode == 70
    assert "KeyError: 'unforeseen'" in done.stderr
    assert "This is a bug in FrimCla 2.0.0 or in a plugin, not in your data." in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_ctrl_c_leaves_no_worker_and_no_temporary_file(hears_ctrl_c, home):
    """Exit code 130, and the command to go on; the same command then finishes."""
    study = home / "long.toml"
    slow = STUDY.replace('"knn"', '{name = "random_forest", n_estimators = 30}')
    study.write_text(slow + "nested = false\ncontrols = false\nn_jobs = 2\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "frimcla", "run", "long.toml", "--output", "long"],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 (it sets a signal, no more)
    )
    parts = home / "long" / "predictions"
    deadline = time.monotonic() + 60
    while not list(parts.rglob("*.h5")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, stderr = process.communicate(timeout=60)
    left = [path for path in (home / "long").rglob("*") if "tmp" in path.name]

    assert process.returncode == 130
    assert stderr.endswith(
        "Stopped. What is finished is kept; to go on: frimcla run long.toml --output long\n"
    )
    assert left == []
    time.sleep(1)  # ends take a moment
    assert session(process.pid) == []
    assert call(home, "run", "long.toml", "--output", "long").exit_code == 0


def _foreign() -> list[str]:
    """Return the plugins that happen to be installed here and are not ours."""
    names = [plugin.name for plugin in Registry.discover().plugins]
    return [name for name in names if name not in {"builtin", "classic", "sklearn"}]
