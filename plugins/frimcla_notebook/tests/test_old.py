"""Cells of old notebooks, run with one import changed."""

import csv
import io
import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import attrs
import numpy as np
import pytest

import frimcla
from frimcla.errors import ConfigError, DatasetError
from frimcla.testing import toy_dataset
from frimcla_notebook.old import (
    generateFeatures,
    majorityVoting,
    prediction,
    predictionArray,
    predictionEnsemble,
    statisticalComparison,
    train,
)

for name in ("frimcla_classic", "frimcla_sklearn"):
    pytest.importorskip(name, reason="the cells name extractors and classifiers of these plugins")

IMPORTS = """\
from frimcla_notebook.old import generateFeatures
from frimcla_notebook.old import statisticalComparison, majorityVoting
from frimcla_notebook.old import train
from frimcla_notebook.old import prediction, predictionArray, predictionEnsemble
"""
PARAMETERS = """\
datasetPath = "./DogCat"
featureExtractors = [["lab444", "4,4,4"], ["haralick"]]
modelClassifiers = ["KNN"]
measure = "accuracy"
outputPath = "./output"; batchSize = 32; verbose = False; trainingSize = 1; nSteps = 3
"""
FEATURES = """\
features = generateFeatures(outputPath, batchSize, datasetPath, featureExtractors, verbose)
"""
STATISTICS = """\
statistics = statisticalComparison(outputPath, datasetPath, featureExtractors, modelClassifiers,
                                   measure, nSteps, verbose)
"""
TRAIN = """\
trained = train(outputPath, datasetPath, trainingSize)
"""
PREDICT = """\
one = prediction(["haralick"], "KNN", "./DogCat/stripes_1/image_03.png", outputPath, datasetPath)
"""
CELLS = (IMPORTS, PARAMETERS, FEATURES, STATISTICS, TRAIN, PREDICT)
IMAGE = "DogCat/stripes_1/image_03.png"
WHERE = ("./output", "./DogCat")
LABELS = {"haralick": "Haralick", "lab444": "LAB444"}
NO_VOTE = (
    "there is no {}: the old majority vote was the vote of its first model alone; call "
    "statisticalComparison, which names all pairs that are as good as the best, and prediction "
    "with one of them"
)
SEVERAL_LABELS = (
    "must be false: it meant several labels per image, as in a folder black_jeans; make a study of "
    "each label instead, with the folders black and not_black"
)


@attrs.frozen
class Notebook:
    """A notebook whose cells were run.

    Attributes:
        folder: Where it lies.
        names: What its cells defined.
        told: What they printed.
    """

    folder: Path
    names: dict[str, object]
    told: str

    @property
    def results(self) -> Path:
        return self.folder / "output" / "DogCat"

    @property
    def record(self) -> dict:
        return json.loads((self.results / "run.json").read_text("utf-8"))


def run_cells(folder: Path) -> Notebook:
    """Run the cells of the notebook in the working folder, which is *folder*."""
    names: dict[str, object] = {}
    with redirect_stdout(io.StringIO()) as told:
        for cell in CELLS:
            exec(cell, names)
    return Notebook(folder, names, told.getvalue())


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The notebook, run once; not to be changed."""
    folder = tmp_path_factory.mktemp("old")
    toy_dataset(folder / "DogCat", count=6)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return run_cells(folder)


@pytest.fixture
def again(notebook, tmp_path, monkeypatch):
    """A copy of all that the notebook left, as the working folder."""
    shutil.copytree(notebook.folder, tmp_path / "again")
    monkeypatch.chdir(tmp_path / "again")
    return attrs.evolve(notebook, folder=tmp_path / "again")


@pytest.fixture
def images(tmp_path, monkeypatch):
    """A working folder with images, and nothing computed."""
    monkeypatch.chdir(tmp_path)
    return toy_dataset(tmp_path / "DogCat", count=4)


def problems(call, *args, **kwargs):
    with pytest.raises((ConfigError, DatasetError)) as caught:
        call(*args, **kwargs)
    return caught.value.source, dict(caught.value.problems)


class TestNotebook:
    def test_functions_return_seconds_and_classes(self, notebook) -> None:
        for name in ("features", "statistics", "trained"):
            assert isinstance(notebook.names[name], float)
            assert notebook.names[name] > 0
        (found,) = notebook.names["one"]
        assert isinstance(found, np.ndarray)
        assert found.tolist() == ["stripes_1"]

    def test_it_says_the_class_as_then(self, notebook) -> None:
        line = "[INFO] class predicted for the image stripes_1:image_03.png: ['stripes_1']"
        assert notebook.told.splitlines()[-1] == line

    def test_it_says_as_what_it_was_read(self, notebook) -> None:
        line = (
            "read as: the images in DogCat; LAB444, Haralick, MeanColour, ImageSize; KNN; "
            "accuracy; results in output/DogCat"
        )
        assert notebook.told.splitlines().count(line) == 1
        assert "\nTake Haralick + " in notebook.told

    def test_the_comparison_finds_the_features_that_were_generated(self, notebook) -> None:
        assert "decoded 18 images; 72 rows of features computed, 0 were there" in notebook.told
        assert "decoded 0 different images, fitted " in notebook.told

    def test_the_best_pair_is_trained(self, notebook) -> None:
        model = frimcla.load(notebook.results / "model.frimcla")
        assert model.manifest.label == notebook.record["winner"]
        assert model.manifest.trained_on["images"] == 18

    def test_the_old_configuration_gives_the_same(self, again, monkeypatch) -> None:
        old = {
            "dataset_path": "./DogCat",
            "output_path": "other",
            "expert": True,
            "batch_size": 32,
            "feature_extractors": [["lab444", "4,4,4"], ["haralick"]],
            "model_classifiers": ["KNN"],
            "measure": "accuracy",
            "n_steps": 3,
            "training_size": 1,
        }
        Path("old.json").write_text(json.dumps(old), "utf-8")

        frimcla.run("old.json")

        for name in ("study.toml", "scores.csv", "verdict.json", "predictions.csv"):
            assert Path("other/DogCat", name).read_bytes() == (again.results / name).read_bytes()
        models = [frimcla.load(f"{home}/DogCat/model.frimcla") for home in ("other", "output")]
        assert models[0].manifest.label == models[1].manifest.label
        assert models[0].manifest.probes == models[1].manifest.probes

    def test_run_again_nothing_is_fitted(self, again) -> None:
        before = {path: path.stat().st_mtime_ns for path in again.results.glob("pairs/*")}

        second = run_cells(again.folder)

        assert "decoded 0 images; 0 rows of features computed, 72 were there" in second.told
        assert second.record["compare"]["fitted"] == 0
        assert second.record["compare"]["reused"] == again.record["compare"]["reused"]
        assert {p: p.stat().st_mtime_ns for p in again.results.glob("pairs/*")} == before

    @pytest.mark.slow
    def test_run_by_jupyter(self, tmp_path) -> None:
        nbformat = pytest.importorskip("nbformat")
        nbclient = pytest.importorskip("nbclient", reason="runs notebooks")
        pytest.importorskip("ipykernel", reason="runs notebooks")
        toy_dataset(tmp_path / "DogCat", count=6)
        cells = [nbformat.v4.new_code_cell(text) for text in (*CELLS, "one")]
        path = tmp_path / "DogCatNotebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)

        book = nbformat.read(path, as_version=4)
        resources = {"metadata": {"path": str(tmp_path)}}
        nbclient.NotebookClient(book, timeout=300, resources=resources).execute()

        said = [out.get("text", "") for cell in book.cells for out in cell.get("outputs", ())]
        shown = [out for cell in book.cells for out in cell.outputs if "data" in out]
        assert any(text.startswith("[INFO] class predicted for the image") for text in said)
        pages = [out.data.get("text/html", "") for out in shown]
        assert any("data:image/png;base64," in page for page in pages), "the plots"
        assert shown[-1].data["text/plain"].startswith("[array(['stripes_")
        assert (tmp_path / "output/DogCat/model.frimcla").is_file()


class TestOtherForms:
    def test_keywords(self, images, capsys) -> None:
        seconds = generateFeatures(
            outputPath=Path("output"),
            batchSize=32,
            datasetPath=Path("DogCat"),
            featureExtractors=["hog", ["hsv444", "4,4,4"]],
            verbose=True,
            multiclass=False,
        )

        assert seconds > 0
        assert "48 rows of features computed" in capsys.readouterr().out

    def test_results_stay_out_of_the_images(self, images, capsys) -> None:
        generateFeatures("./", 32, "./DogCat", [["lab444"]])

        told = capsys.readouterr().out.splitlines()
        assert told[0] == (
            "results go to DogCat-results; then they went among the images, as classes"
        )
        assert Path("DogCat-results/features").is_dir()
        assert len(list(images.iterdir())) == 3

    def test_verbose_in_the_place_of_folds(self, images, capsys) -> None:
        statisticalComparison("output", "DogCat", [["lab444"]], ["KNN"], "f1", False)

        told = capsys.readouterr().out.splitlines()
        assert told[1] == (
            "f1 is the mean over the classes; then it was of the class that comes last in the "
            "alphabet, and failed for more than two; to judge one class: "
            'metric = {name = "f1", positive = "CLASS"}'
        )
        assert told[2] == "nSteps = False: no number; 10 folds, or what the smallest class allows"
        assert "\nfolds = 4 " in Path("output/DogCat/study.toml").read_text("utf-8")

    def test_a_share_for_training_is_another_study(self, again, capsys) -> None:
        prediction("lab444", "KNN", IMAGE, *WHERE)
        capsys.readouterr()

        train(*WHERE, 0.84)
        told = capsys.readouterr().out
        prediction("lab444", "KNN", IMAGE, *WHERE)

        assert told.startswith("0.16 of the images is kept for the final check: comparing anew\n")
        assert "test = 0.16 " in (again.results / "study.toml").read_text("utf-8")
        models = [again.results / "model.frimcla", *again.results.glob("pairs/lab444_knn-*")]
        trained_on = [frimcla.load(path).manifest.trained_on["images"] for path in models]
        assert sorted(trained_on) == [15, 15, 18]


class TestPrediction:
    def test_a_pair_that_is_not_the_best(self, again, capsys) -> None:
        before = {p: p.read_bytes() for p in again.results.iterdir() if p.is_file()}

        first = prediction(["lab444", "4,4,4"], "KNN", IMAGE, *WHERE)
        (path,) = again.results.glob("pairs/lab444_knn-*.frimcla")
        written = path.stat().st_mtime_ns
        second = prediction("lab444", "KNN", IMAGE, *WHERE)

        told = [line for line in capsys.readouterr().out.splitlines() if "[INFO]" not in line]
        label = "LAB444 + KNN is not the trained pair of the results"
        file = path.relative_to(again.folder)
        assert told == [
            f"{label}; training it beside them: {file}",
            f"{label}; it was trained beside the results before: {file}",
        ]
        assert path.stat().st_mtime_ns == written
        assert first == second
        assert frimcla.load(path).manifest.label == "LAB444 + KNN"
        del before[again.results / "predictionResults.csv"]
        assert {p: p.read_bytes() for p in before} == before

    def test_a_pair_that_was_not_compared(self, again) -> None:
        prediction(["hsv444", "4,4,4"], "LogisticRegression", IMAGE, *WHERE)

        (path,) = again.results.glob("pairs/hsv444_lr-*.frimcla")
        assert frimcla.load(path).manifest.label == "HSV444 + LR"

    def test_a_folder(self, again, capsys) -> None:
        extractor, classifier = trained_pair(again)
        found = prediction(extractor, classifier, "DogCat/stripes_2/", *WHERE)

        with (again.results / "predictionResults.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        assert [one.tolist() for one in found] == [[row[1]] for row in rows[1:]]
        assert len(found) == 6
        assert rows[0] == [
            *("file", "predicted", "stripes_1", "stripes_2", "stripes_3"),
            *("familiarity", "unlike_training"),
        ]
        assert "image stripes_2:image_05.png: ['" in capsys.readouterr().out

    def test_a_list_one_of_which_is_no_image(self, again, capsys) -> None:
        Path("new.png").write_bytes(Path(IMAGE).read_bytes())
        Path("bad.png").write_bytes(b"no image")

        found = predictionArray(*trained_pair(again), ["bad.png", "new.png"], *WHERE)

        assert [one.tolist() for one in found] == [[""], ["stripes_1"]]
        told = capsys.readouterr().out.splitlines()
        assert told[0].startswith("[INFO] no class predicted for the image bad.png: ")
        assert told[1] == "[INFO] class predicted for the image new.png: ['stripes_1']"

    def test_from_within_the_folder_of_a_class(self, again, capsys, monkeypatch) -> None:
        monkeypatch.chdir(again.folder / "DogCat" / "stripes_1")

        prediction(*trained_pair(again), "image_00.png", "../../output", "../../DogCat")

        assert " stripes_1:image_00.png: ['" in capsys.readouterr().out

    def test_only_images_that_are_none(self, again) -> None:
        Path("bad.png").write_bytes(b"no image")

        source, told = problems(prediction, *trained_pair(again), "bad.png", *WHERE)

        assert source == "the list of images"
        assert list(told) == ["bad.png"]

    def test_predictions_of_then_are_not_written_over(self, again) -> None:
        table = Path("output/DogCat/predictionResults.csv")
        table.write_text("image_id, class\r\ndog:488.jpg, 1\r\n", "utf-8")

        assert problems(prediction, "haralick", "KNN", IMAGE, *WHERE) == (
            "prediction",
            {
                str(table): "is there already and holds other predictions than today's; rename or "
                "remove it"
            },
        )


def trained_pair(notebook: Notebook) -> tuple[str, str]:
    """Return the best pair in old words."""
    extractor, classifier = notebook.record["winner"].split(" + ")
    old = {label: name for name, label in LABELS.items()}
    return old[extractor], classifier


class TestRefused:
    @pytest.mark.parametrize("name", ["majorityVoting", "predictionEnsemble"])
    def test_the_majority_vote(self, name) -> None:
        calls = {
            "majorityVoting": lambda: majorityVoting("o", "d", ["hog"], ["KNN"], "accuracy", False),
            "predictionEnsemble": lambda: predictionEnsemble(["hog"], ["KNN"], "i", "o", "d"),
        }
        with pytest.raises(frimcla.FrimclaError) as caught:
            calls[name]()
        assert str(caught.value) == NO_VOTE.format(name)

    def test_several_labels_and_a_web_app(self, images) -> None:
        web = (
            "must be false: no web app is made for now; frimcla predict tells the classes of new "
            "images, and report.html shows how good the model is"
        )
        size = "must be a number above 0 and at most 1 (got 2)"

        assert problems(train, *WHERE, 2, True, True) == (
            "train",
            {"multiclass": SEVERAL_LABELS, "trainingSize": size, "webapp": web},
        )

    def test_everything_at_once(self, images) -> None:
        features = ["hog", ["lab444", "4,4"], "annulus", "lpb", ["hog", "1"]]
        classifiers = ["svmm", "ccSVM"]
        source, told = problems(
            statisticalComparison, "", "Dog", features, classifiers, "hamming", 1, multiclass=True
        )

        assert source == "statisticalComparison"
        assert told == {
            "datasetPath": 'must be a folder, or a manifest (.csv, .tsv), but "Dog" does not exist',
            "featureExtractors[1].bins": "must be 3 integers between 1 and 256 (got [4, 4])",
            "featureExtractors[2]": '"annulus" is not offered any more: it compared rings of an '
            "image with a control image; name lab instead",
            "featureExtractors[3]": 'unknown extractor "lpb"; did you mean "lbp"?',
            "featureExtractors[4]": "\"hog\" takes no parameter here (got '1'); leave it out",
            "measure": "must be one of accuracy, f1, recall, precision, auroc (got 'hamming', for "
            "several labels per image)",
            "modelClassifiers[0]": 'unknown classifier "svmm"; did you mean "svm"?',
            "modelClassifiers[1]": '"ccSVM" is for several labels per image; write SVM for one',
            "multiclass": SEVERAL_LABELS,
            "nSteps": "must be an integer between 2 and 100 (got 1)",
            "outputPath": "is missing; write the folder of the results",
        }

    def test_features(self, images) -> None:
        assert problems(generateFeatures, None, 32, None, "hog", False, True) == (
            "generateFeatures",
            {
                "datasetPath": "is missing; write the folder of the images",
                "featureExtractors": "must be a list of extractors (got 'hog')",
                "multiclass": SEVERAL_LABELS,
                "outputPath": "is missing; write the folder of the results",
            },
        )

    def test_results_among_the_images(self, images) -> None:
        what = 'must lie outside datasetPath (got "DogCat/x/DogCat"): results are no class'
        assert problems(generateFeatures, "DogCat/x", 32, "DogCat", ["hog"]) == (
            "generateFeatures",
            {"outputPath": what},
        )

    def test_more_folds_than_images(self, images) -> None:
        what = "has 4 different images, fewer than the 10 folds; set folds = 4 or add images"
        assert problems(statisticalComparison, *WHERE, ["hog"], ["KNN"], "accuracy") == (
            "DogCat",
            {f"stripes_{number}": what for number in (1, 2, 3)},
        )

    def test_a_prediction(self, images) -> None:
        source, told = problems(prediction, [["hog"]], "mlpp", "new.png", *WHERE, True)

        assert source == "prediction"
        assert told == {
            "classi": 'unknown classifier "mlpp"; did you mean "mlp"?',
            "featExt": "must be a name or a list of a name and a parameter, such as "
            '["vgg16", "False"] (got [[\'hog\']])',
            "imagePath": '"new.png" is not there; name an image or a folder of images',
            "multiclass": SEVERAL_LABELS,
        }

    def test_a_list_of_predictions(self, images) -> None:
        source, told = problems(predictionArray, "hog", "KNN", ["", 3, IMAGE, "../x"], *WHERE)

        assert source == "predictionArray"
        assert told == {
            "imagePaths[0]": '"" is not there; name an image or a folder of images',
            "imagePaths[1]": "must be an image or a folder of images (got 3)",
            "imagePaths[3]": '"../x" is not there; name an image or a folder of images',
        }
        assert problems(predictionArray, "hog", "KNN", None, *WHERE)[1] == {
            "imagePaths": "must be an image or a folder of images (got None)"
        }

    def test_a_pair_that_failed(self, images) -> None:
        statisticalComparison(*WHERE, ["lab444"], ["KNN", "LogisticRegression"], "accuracy", 3)

        source, told = problems(prediction, "lab444", "KNN", IMAGE, *WHERE)
        assert source == "prediction"
        assert list(told) == ["classi"]
        assert told["classi"].startswith("the pair LAB444 + KNN failed: ValueError: ")
        assert told["classi"].endswith("; name another")

    def test_nothing_was_compared(self, images) -> None:
        what = '"output/DogCat" holds no comparison; call statisticalComparison first'

        assert problems(train, *WHERE, 1) == ("train", {"outputPath": what})
        assert problems(prediction, "hog", "KNN", "DogCat", *WHERE) == (
            "prediction",
            {"outputPath": what},
        )

    def test_a_comparison_that_was_not_finished(self, again) -> None:
        (again.results / "run.json").write_text('{"state": "running"}', "utf-8")

        what = (
            'the comparison in "output/DogCat" was not finished; call statisticalComparison again'
        )
        assert problems(train, *WHERE, 1) == ("train", {"outputPath": what})

    def test_images_of_the_same_name(self, again) -> None:
        shutil.copytree("DogCat", "elsewhere/DogCat")

        what = (
            '"output/DogCat" holds a comparison of other images ("output/DogCat/../../DogCat"); '
            "call statisticalComparison first"
        )
        assert problems(train, "output", "elsewhere/DogCat", 1) == ("train", {"datasetPath": what})

    def test_names_that_are_harmful(self, images, capsys) -> None:
        home = Path("Dog\x1b[31m\nCat")
        images.rename(home)
        (home / "stripes_1").rename(home / "s\x1b[2J")

        generateFeatures("output", 32, str(home), ["lab444"])

        said = capsys.readouterr().out
        assert "\x1b" not in said
        assert "s\\x1b[2J 4" in said

    def test_a_harmful_name_of_an_image(self, again, capsys) -> None:
        Path("a\x1b[31m\nb.png").write_bytes(Path(IMAGE).read_bytes())

        prediction(*trained_pair(again), "a\x1b[31m\nb.png", *WHERE)

        said = capsys.readouterr().out
        assert "\x1b" not in said
        assert said.endswith("b.png: ['stripes_1']\n")
