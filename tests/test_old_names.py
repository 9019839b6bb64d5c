"""Configurations of the old FrImCla: what they are read as, and what is told of them."""

import json
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import frimcla
from frimcla.cli import main
from frimcla.config import read_extractors
from frimcla.errors import ConfigError
from frimcla.old_config import KEYS, KEYS_OF_2017, is_old, translate
from frimcla.old_names import Translation, classifiers, extractors, metric
from frimcla.syntax import parse
from frimcla.testing import toy_dataset

EXAMPLE = """\
{"dataset_path":"data/Mias","output_path":"output","expert":true, // one folder per class
 "ensemble":false,"multiclass":false,"batch_size":32,             # of reading
 "feature_extractors":[["vgg16","False"],["overfeat","[-3]"],["densenet"],["lab888"],
                       ["hsv444","4,4,4"],["haralick"],["hog"]],
 "training_size":1,
 "model_classifiers":["GradientBoost","RandomForest","SVM","KNN","LogisticRegression","MLP"],
 "measure":"accuracy","n_steps":10}
"""
LAB = {"name": "lab", "bins": [4, 4, 4]}
SMALL = {
    "dataset_path": "./cells/",
    "output_path": "output",
    "expert": True,
    "feature_extractors": [["lab444", "4,4,4"]],
    "model_classifiers": ["KNN"],
    "measure": "f1",
    "n_steps": 3,
}
NETWORKS = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "resnet": "resnet50",
    "inception": "inception_v3",
    "xception": "xception",
    "densenet": "densenet121",
}
HISTOGRAMS = {
    "lab888": ("lab", [8, 8, 8]),
    "lab444": ("lab", [4, 4, 4]),
    "hsv888": ("hsv", [8, 8, 8]),
    "hsv444": ("hsv", [4, 4, 4]),
    "hsv123": ("hsv", [1, 2, 3]),
}
CLASSIFIERS = {
    "GradientBoost": "gradient_boosting",
    "RandomForest": "random_forest",
    "SVM": "svm",
    "KNN": "knn",
    "LogisticRegression": "logistic_regression",
    "MLP": "mlp",
    "ExtraTrees": "extra_trees",
}

RECALL = (
    "recall is the mean over the classes; then it was of the class that comes last in the "
    "alphabet, and failed for more than two; to judge one class: "
    'metric = {name = "recall", positive = "CLASS"}'
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder, with ``cells`` in it."""
    monkeypatch.chdir(tmp_path)
    toy_dataset(tmp_path / "cells", count=8)
    return tmp_path


@pytest.fixture(scope="module")
def installed():
    """The shipped plugins, without which there are no old names."""
    for name in ("frimcla_classic", "frimcla_keras", "frimcla_sklearn"):
        pytest.importorskip(name, reason="needs the shipped plugins")
    return frimcla.Registry.discover()


def write(name="old.json", **changes):
    kept = {key: value for key, value in (SMALL | changes).items() if value != "left out"}
    Path(name).write_text(json.dumps(kept), encoding="utf-8")
    return name


def told(registry, **changes):
    """Return what is said of the small configuration with *changes*."""
    with pytest.raises(ConfigError) as caught:
        frimcla.read_study(write(**changes), registry)
    return dict(caught.value.problems)


def call(*args):
    return CliRunner().invoke(main, [*map(str, args)])


class TestNames:
    @pytest.mark.parametrize(("old", "today"), NETWORKS.items(), ids=str)
    def test_a_network_with_its_head_or_without(self, old, today) -> None:
        written = [old, [old], [old, "False"], [old, False], [old, "false"], [old, "True"]]

        found = extractors([*written, [old, True]])

        head = {"name": today, "head": True}
        assert found.settings == {"extractors": [today] * 5 + [head] * 2}

    @pytest.mark.parametrize(("old", "meant"), HISTOGRAMS.items(), ids=str)
    def test_a_histogram_with_the_bins_of_its_name_or_its_parameter(self, old, meant) -> None:
        space, bins = meant

        found = extractors([old, [old], [old, "4,4,4"], [old, "4, 4,4"], [old, [4, 4, 4]]])

        by_name, by_parameter = ({"name": space, "bins": b} for b in (bins, [4, 4, 4]))
        assert found.settings == {"extractors": [by_name] * 2 + [by_parameter] * 3}

    @pytest.mark.parametrize(
        ("old", "today"),
        [
            ("haralick", "haralick"),
            ("hog", "hog"),
            ("haarhog", "haar_hog"),
            ("lbp", "lbp"),
            ("googlenet", "googlenet"),
            ("overfeat", "overfeat"),
            ("colour_moments", "colour_moments"),  # as it is called today
        ],
    )
    def test_an_extractor_without_a_parameter(self, old, today) -> None:
        found = extractors([old, [old], [old, ""], [old, None]])

        assert attrs.evolve(found, notices=()) == Translation(
            settings={"extractors": [today] * 4},
            places={"extractors": "feature_extractors"}
            | {f"extractors[{i}]": f"feature_extractors[{i}]" for i in range(4)},
        )

    @pytest.mark.parametrize("layer", ["[-3]", "-3", -3, [-3]], ids=str)
    def test_the_layer_of_overfeat(self, layer) -> None:
        (found,) = extractors([["overfeat", layer]]).settings["extractors"]

        assert found == {"name": "overfeat", "layer": -3}

    def test_classifiers(self) -> None:
        found = classifiers([*CLASSIFIERS, "knn"])

        assert found.settings == {"classifiers": [*CLASSIFIERS.values(), "knn"]}

    @pytest.mark.parametrize("name", ["accuracy", "f1", "recall", "precision", "auroc"])
    def test_measures(self, name) -> None:
        assert metric(name).settings == {"metric": name}

    def test_all_of_them_are_offered(self, here, installed) -> None:
        networks = [*NETWORKS, "googlenet", ["overfeat", "[-3]"]]
        old = [*networks, *HISTOGRAMS, "haralick", "hog", "haarhog", "lbp"]

        study = frimcla.read_study(
            write(feature_extractors=old, model_classifiers=[*CLASSIFIERS]), installed
        )

        assert [recipe.label for recipe in study.extractors if recipe not in study.controls] == [
            *("VGG16", "VGG19", "ResNet50", "InceptionV3", "Xception", "DenseNet121"),
            *(
                "GoogLeNet",
                "OverFeat(layer=-3)",
                "LAB888",
                "LAB444",
                "HSV888",
                "HSV444",
                "HSV123",
                "Haralick",
                "HOG",
                "HaarHOG",
                "LBP",
            ),
        ]
        labels = [recipe.label for recipe in study.classifiers]
        assert labels == ["GB", "RF", "SVM", "KNN", "LR", "MLP", "ET"]

    def test_the_names_of_arguments_are_told_where_they_are_given(self) -> None:
        """For whoever calls functions by the old names."""
        found = extractors(["mymodel", "hog"], "featureExtractors") | metric("hamming", "measure")

        assert [place for place, _ in found.problems] == ["featureExtractors[0]", "measure"]
        assert found.place("extractors[0].side") == "featureExtractors[1].side"


class TestConfiguration:
    def test_the_example_with_comments(self, here, installed) -> None:
        Path("conf.json").write_text(EXAMPLE)
        (here / "data/Mias").mkdir(parents=True)

        raw = parse(Path("conf.json"))

        assert is_old(raw)
        assert translate(raw).problems == ()
        assert translate(raw).settings == {
            "images": "data/Mias",
            "output": "output/Mias",
            "extractors": [
                "vgg16",
                {"name": "overfeat", "layer": -3},
                "densenet121",
                {"name": "lab", "bins": [8, 8, 8]},
                {"name": "hsv", "bins": [4, 4, 4]},
                "haralick",
                "hog",
            ],
            "classifiers": [
                *("gradient_boosting", "random_forest", "svm", "knn", "logistic_regression"),
                "mlp",
            ],
            "metric": "accuracy",
            "folds": 10,
        }

    @pytest.mark.parametrize("settings", [{"images": "cells"}, {"images": "cells", "measure": 1}])
    def test_where_images_are_named_it_is_of_today(self, settings) -> None:
        assert not is_old(settings)

    @pytest.mark.parametrize("expert", [False, "False", None])
    def test_without_expert_it_is_the_default_study(self, here, installed, expert) -> None:
        study = frimcla.read_study(write(expert=expert, n_steps=None, output_path="."), installed)

        usual = frimcla.read_study("cells", installed, output="cells-results")
        assert study.changed(metric=None) == usual
        assert study.deciding.label == "F1"  # the measure was listened to
        assert "  expert is not true: the default study of today; " in "\n".join(study.translated)

    def test_empty_lists_of_an_expert_are_the_default_study_too(self, here, installed) -> None:
        study = frimcla.read_study(
            write(feature_extractors=[], model_classifiers=None, measure=None), installed
        )

        assert study.pairs == frimcla.read_study("cells", installed).pairs
        assert study.deciding.label == "accuracy"

    def test_paths_are_relative_to_the_working_folder(self, here, installed) -> None:
        (here / "conf").mkdir()

        study = frimcla.read_study(write("conf/old.json"), installed)

        assert (study.images, study.output) == (Path("cells"), Path("output/cells"))

    @pytest.mark.parametrize(
        ("above", "output"),
        [
            (".", "cells-results"),
            ("./", "cells-results"),
            ("out", "out/cells"),
            ("out/../", "out/../cells-results"),
            (None, "results"),
        ],
    )
    def test_results_do_not_lie_among_the_images(self, here, installed, above, output) -> None:
        study = frimcla.read_study(write(output_path=above), installed)

        assert study.output == Path(output)
        moved = "then they went among the images, as classes" in "\n".join(study.translated)
        assert moved == output.endswith("-results")

    def test_nothing_is_said_of_an_output_that_is_given_otherwise(self, here, installed) -> None:
        study = frimcla.read_study(write(output_path="."), installed, output="mine")

        assert study.output == Path("mine")
        assert "among the images" not in "\n".join(study.translated)

    @pytest.mark.parametrize(
        ("size", "share"), [(1, None), (1.0, None), (0.9, 0.1), (0.66, 0.34), (1e-9, 0.999999)]
    )
    def test_what_was_not_trained_on_is_kept(self, here, installed, size, share) -> None:
        assert frimcla.read_study(write(training_size=size), installed).test == share

    @pytest.mark.parametrize("steps", [True, False])
    def test_a_bool_in_the_place_of_the_folds(self, here, installed, steps) -> None:
        study = frimcla.read_study(write(n_steps=steps), installed)

        assert study.folds is None
        notice = f"  n_steps = {steps}: no number; 10 folds, or what the smallest class allows"
        assert notice in study.translated

    def test_weights_are_fetched_for_it(self, here, installed) -> None:
        broken = {"dataset_path": 5, "ensemble": True, "measure": "hamming", "expert": "true"}

        found = read_extractors(write(feature_extractors=[["vgg16"], "lbp"], **broken), installed)

        assert [recipe.label for recipe in found] == ["VGG16", "LBP"]

    def test_what_became_of_networks_is_told(self) -> None:
        found = extractors([["vgg16", "False"], "inception", ["resnet", "True"], "densenet"])

        assert "\n".join(sentence for _, sentence in found.notices) == (
            "vgg16, inception_v3: the features of the last layer; then they were the 1000 class "
            "probabilities of ImageNet, whatever the parameter (head = true)\n"
            "densenet121: has trained weights; then densenet had random ones"
        )

    def test_what_became_of_the_older_networks_is_told(self) -> None:
        found = extractors(["googlenet", "overfeat"])

        assert "\n".join(sentence for _, sentence in found.notices) == (
            "googlenet: the 1024 features of the last layer, of pixels prepared as it was trained; "
            "then the 1000 scores of pixels in RGB, with no mean subtracted\n"
            "overfeat: the 4096 features of its last layer; the papers had the 3072 before them "
            '({name = "overfeat", layer = -3})'
        )
        assert extractors([["overfeat", "[-3]"]]).notices == ()

    @pytest.mark.parametrize(
        ("name", "notices"),
        [
            ("accuracy", ""),
            ("auroc", "auroc is of probabilities; then it was of predicted classes, and lower"),
            ("recall", RECALL),
        ],
    )
    def test_what_became_of_measures_is_told(self, name, notices) -> None:
        assert "".join(sentence for _, sentence in metric(name).notices) == notices


WRONG = """\
ensemble: true
  ensemble  must be false: the old majority vote was the vote of its first model alone; leave it out, the verdict names the pairs that are as good as the best
multiclass: "True"
  multiclass  must be false: it meant several labels per image, as in a folder black_jeans; make a study of each label instead, with the folders black and not_black
ensemble: 1
  ensemble  must be true or false (got 1)
multiclass: "no"
  multiclass  must be true or false (got 'no')
expert: [true]
  expert  must be true or false (got [True])
measure: "hamming"
  measure  must be one of accuracy, f1, recall, precision, auroc (got 'hamming', for several labels per image)
measure: "acuracy"
  measure  unknown metric "acuracy"; did you mean "accuracy"?
measure: 5
  measure  must be a name or a table with a "name" (got 5)
feature_extractors: ["annulus"]
  feature_extractors[0]  "annulus" is not offered any more: it compared rings of an image with a control image; name lab instead
feature_extractors: ["histonet"]
  feature_extractors[0]  "histonet" is not offered any more: its network was no part of it; name a network such as densenet121 instead
feature_extractors: [["mymodel", "x"]]
  feature_extractors[0]  "mymodel" is not offered any more: it was a network of its author; an extractor of your own is a plugin of some twenty lines (docs/write-a-plugin.md)
feature_extractors: [["googlenet", "True"]]
  feature_extractors[0]  "googlenet" takes no parameter here (got 'True'); leave it out
feature_extractors: ["lbp", ["overfeat", "[-3, -4]"]]
  feature_extractors[1].layer  must be one of "", conv1, pool1, conv2, pool2, conv3, conv4, conv5, pool5, conv6, conv7, conv8 or an integer between -11 and -1 (got [-3, -4])
feature_extractors: ["annulus", ["hog", "3"]]
  feature_extractors[1]  "hog" takes no parameter here (got '3'); leave it out
feature_extractors: ["mymodel", ["lab444", "4,4"]]
  feature_extractors[1].bins  must be 3 integers between 1 and 256 (got [4, 4])
feature_extractors: ["lab044"]
  feature_extractors[0].bins  must be 3 integers between 1 and 256 (got [0, 4, 4])
feature_extractors: [["lab444", "4,x,4"]]
  feature_extractors[0].bins  must be 3 integers between 1 and 256 (got '4,x,4')
feature_extractors: ["annulus", "lab444", ["lab888", "4,4,4"]]
  feature_extractors[2]  is the same as feature_extractors[1]; leave one out
feature_extractors: ["lpb"]
  feature_extractors[0]  unknown extractor "lpb"; did you mean "lbp"?
feature_extractors: [[]]
  feature_extractors[0]  must be a name or a list of a name and a parameter, such as ["vgg16", "False"] (got [])
feature_extractors: [["hog", 1, 2]]
  feature_extractors[0]  must be a name or a list of a name and a parameter, such as ["vgg16", "False"] (got ['hog', 1, 2])
feature_extractors: [[["hog"]]]
  feature_extractors[0]  must be a name or a list of a name and a parameter, such as ["vgg16", "False"] (got [['hog']])
feature_extractors: [null]
  feature_extractors[0]  must be a name or a list of a name and a parameter, such as ["vgg16", "False"] (got None)
feature_extractors: "hog"
  feature_extractors  must be a list of extractors (got 'hog')
model_classifiers: {"SVM": 1}
  model_classifiers  must be a list of classifiers (got {'SVM': 1})
model_classifiers: ["ccSVM"]
  model_classifiers[0]  "ccSVM" is for several labels per image; write SVM for one
model_classifiers: ["KNN", "lpExtraTrees"]
  model_classifiers[1]  "lpExtraTrees" is for several labels per image; write ExtraTrees for one
model_classifiers: ["MLkNN"]
  model_classifiers[0]  "MLkNN" is for several labels per image; write KNN or SVM for one
model_classifiers: ["MLTSVM"]
  model_classifiers[0]  "MLTSVM" is for several labels per image; write KNN or SVM for one
model_classifiers: ["Svm"]
  model_classifiers[0]  unknown classifier "Svm"; did you mean "svm"?
model_classifiers: [["KNN"]]
  model_classifiers[0]  must be a name or a table with a "name" (got ['KNN'])
n_steps: 1
  n_steps  must be an integer between 2 and 100 (got 1)
n_steps: "10"
  n_steps  must be an integer between 2 and 100 (got '10')
training_size: 0
  training_size  must be a number above 0 and at most 1 (got 0)
training_size: 75
  training_size  must be a number above 0 and at most 1 (got 75)
training_size: true
  training_size  must be a number above 0 and at most 1 (got True)
training_size: "1"
  training_size  must be a number above 0 and at most 1 (got '1')
training_size: NaN
  training_size  must be a number above 0 and at most 1 (got nan)
dataset_path: "cels"
  dataset_path  must be a folder, or a manifest (.csv, .tsv), but "cels" does not exist
dataset_path: 5
  dataset_path  must be a string (got 5)
dataset_path: null
  dataset_path  is missing; write the folder with one sub-folder per class
output_path: []
  output_path  must be a string (got [])
output_path: "cells/x"
  output_path  must lie outside dataset_path (got "cells/x/cells"): results are no class
n_step: 10
  n_step  unknown key; did you mean "n_steps"?
seed: 10
  seed  is a setting of today; translate the file first: frimcla init --from
"""  # noqa: E501
CASES = list(zip(WRONG.splitlines()[::2], WRONG.splitlines()[1::2], strict=True))


@pytest.mark.parametrize(("line", "answer"), CASES, ids=[line for line, _ in CASES])
def test_what_is_wrong_is_one_sentence_at_its_old_place(here, installed, line, answer) -> None:
    key, _, value = line.partition(": ")

    problems = told(installed, **{key: json.loads(value)})

    place, _, sentence = answer.strip().partition("  ")
    assert problems[place] == sentence


@pytest.mark.parametrize("key", KEYS_OF_2017)
def test_a_key_of_2017(here, installed, key) -> None:
    sentence = "is a key of 2017, which FrImCla 1.0 did not read either; remove it"

    assert told(installed, **{key: "x"}) == {key: sentence}


def test_everything_that_is_wrong_is_told_at_once(here, installed) -> None:
    wrong = {"dataset_path": 5, "ensemble": True, "expert": True, "measure": "hamming"}
    lists = {"feature_extractors": ["annulus", ["vgg16", "x"]], "model_classifiers": ["ccKNN"]}

    problems = told(installed, **wrong, **lists, n_steps=1, training_size=2, model=1)

    assert [*problems] == [
        *("dataset_path", "ensemble", "feature_extractors[0]", "feature_extractors[1].head"),
        *("measure", "model", "model_classifiers[0]", "n_steps", "training_size"),
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["vgg16", "lab444", "overfeat", "ccSVM", "SVM", "4,4,4", "cells", ".", "\0", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(raw=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON), expert=JSON)
def test_no_configuration_is_a_traceback(tmp_path_factory, installed, raw, expert) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps({"dataset_path": "nowhere", "expert": expert} | raw))

    with pytest.raises(ConfigError) as caught:  # there are no images
        frimcla.read_study(file, installed)

    assert all(place.isprintable() and sentence for place, sentence in caught.value.problems)


class TestTranslating:
    def test_the_translation_is_the_same_study(self, here, installed) -> None:
        (here / "deep").mkdir()
        old = write("old.json", training_size=0.75, output_path=".")

        path = frimcla.init(source=old, path="deep/study.toml", registry=installed)

        before, after = (frimcla.read_study(name, installed) for name in (old, path))
        paths = ("images", "output")
        assert all(getattr(before, n).resolve() == getattr(after, n).resolve() for n in paths)
        assert after.changed(images=before.images, output=before.output) == before
        assert [
            recipe.key for recipe in (*after.extractors, *after.classifiers, *after.judges)
        ] == [recipe.key for recipe in (*before.extractors, *before.classifiers, *before.judges)]
        assert (len(before.translated), after.translated) == (5, ())

    def test_the_default_study_stays_open(self, here, installed) -> None:
        old = write(expert=False, n_steps=None)

        path = frimcla.init(source=old, registry=installed)

        assert frimcla.read_study(path, installed) == frimcla.read_study(old, installed)

    def test_notices_stand_above_their_settings(self, here, installed) -> None:
        old = write("a\tb.json", training_size=0.75, feature_extractors=["lab444", "hog"])

        lines = frimcla.init(source=old, registry=installed).read_text("utf-8").splitlines()

        assert lines[0] == r"# Translated from a\tb.json, a configuration of the old FrImCla."
        assert lines[1].startswith('images = "cells"  #')
        at = [i for i, line in enumerate(lines) if line.startswith(("metric = ", "test = "))]
        assert lines[at[0] - 1].startswith("# f1 is the mean over the classes; then ")
        assert lines[at[1] - 1].startswith("# 0.25 of the images is kept for the final check")
        assert '  {name = "lab", bins = [4, 4, 4]},\n  "hog",\n]' in "\n".join(lines)

    def test_groups_and_classes_are_added(self, here, installed) -> None:
        how = {"groups": ("{well}_*",), "classes": "{class}/*"}

        path = frimcla.init(source=write(), registry=installed, **how)

        naming = frimcla.read_study(path, installed).naming
        assert attrs.astuple(naming)[:2] == ("{class}/*", ("{well}_*",))

    @pytest.mark.parametrize(
        ("args", "code", "message"),
        [
            ([], 2, "give DATASET or --from OLD.json, one of the two"),
            (["cells", "--from", "old.json"], 2, "give DATASET or --from OLD.json, one of the two"),
            (["--from", "no.json"], 1, "cannot be read: No such file or directory"),
            (["--from", "today.json"], 1, "is no configuration of the old FrImCla, which has "),
            (["--from", "old.json", "--out", "x.json"], 1, "must end in .toml"),
            (["--from", "old.json", "--out", "cells/x.toml"], 1, "must lie outside the images"),
            (["--from", "old.json", "--out", "there.toml"], 1, "is there already; remove it"),
            (["--from", "old.json", "--groups", "{"], 1, "groups"),
        ],
        ids=str,
    )
    def test_what_is_wrong(self, here, installed, args, code, message) -> None:
        write()
        Path("today.json").write_text('{"images": "cells"}')
        Path("there.toml").touch()

        done = call("init", *args)

        assert (done.exit_code, done.stdout) == (code, "")
        assert message in done.stderr
        assert not Path("study.toml").exists()

    @pytest.mark.parametrize("given", [{}, {"dataset": "cells", "source": "old.json"}], ids=str)
    def test_one_of_the_two(self, here, given) -> None:
        with pytest.raises(ConfigError, match="must be given, or source in its place, not both"):
            frimcla.init(**given)


NOTICE = (
    "old.json is a configuration of the old FrImCla, read as: the images in cells; LAB444, "
    "MeanColour, ImageSize; KNN; accuracy; results in output/cells\n"
    "to keep the translation: frimcla init --from old.json\n"
    "24 images in 3 classes: "
)


@pytest.mark.parametrize("command", ["check", "extract"])
def test_the_notice_comes_first(here, installed, command) -> None:
    write(measure="accuracy")

    done = call(command, "old.json")

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(NOTICE)


def test_a_run_of_the_old_file_and_of_its_translation_are_the_same(here, installed) -> None:
    write(measure="accuracy")

    old = call("run", "old.json")
    init = call("init", "--from", "old.json")
    new = call("compare", "study.toml", "--output", "again")

    assert (old.exit_code, init.exit_code, new.exit_code) == (0, 0, 0)
    assert old.stdout.startswith(NOTICE)
    assert new.stdout.startswith("24 images in 3 classes: ")
    home, again = here / "output/cells", here / "again"
    for name in ("scores.csv", "predictions.csv", "verdict.json", "table.csv"):
        assert (home / name).read_bytes() == (again / name).read_bytes()
    written = [(folder / "study.toml").read_text("utf-8") for folder in (home, again)]
    assert "old.json" not in written[0]
    assert written[0].replace('"../../cells"', '"../cells"') == written[1]
