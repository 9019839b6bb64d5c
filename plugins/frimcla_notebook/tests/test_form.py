"""The form: what it offers, what it writes, and how it says what is wrong."""

import io
import re
import shutil
import tomllib
import zipfile

import pytest
from weighty import CONTENT, PLUGIN, leave_home

import frimcla
from frimcla.errors import ConfigError
from frimcla.guiding.images import CELLS
from frimcla.testing import toy_dataset
from frimcla_notebook import Form
from frimcla_notebook.sources import in_colab, uploaded_name


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty working folder with images in ``cells``."""
    monkeypatch.chdir(tmp_path)
    toy_dataset(tmp_path / "cells")
    return tmp_path


@pytest.fixture
def slides(painted, tmp_path, monkeypatch):
    """Painted slides, seen from an empty working folder."""
    monkeypatch.chdir(tmp_path)
    return painted / "slides"


@pytest.fixture
def form(home):
    return Form("cells", extractors=["lab"], classifiers=["knn"])


def written(form):
    return tomllib.loads(form.write().read_text("utf-8"))


def line(form, name):
    lines = (*form._layout.extractors, *form._layout.classifiers)
    return next(one for one in lines if one.choice.name == name)


def shown(form):
    """Return what the form says of images and of the last click, without the style sheet."""
    parts = (form._layout.facts, form._layout.evidence, form._layout.problems)
    return " ".join(part.value.rpartition("</style>")[2] for part in parts)


def test_it_writes_what_is_ticked(form):
    line(form, "lbp").box.value = True
    line(form, "svm").box.value = True
    form._layout.metric.value = "matthews_corrcoef"

    study = written(form)

    assert study == {
        "images": "../cells",
        "output": "results",
        "extractors": ["lab", "lbp"],
        "classifiers": ["knn", "svm"],
        "metric": "matthews_corrcoef",
    }


def test_the_usual_is_ticked_where_nothing_is_named(home):
    study = written(Form("cells"))

    default = frimcla.read_study("cells")
    assert study["extractors"] == [
        one.component.name for one in default.extractors if one not in default.controls
    ]
    assert study["classifiers"] == [one.component.name for one in default.classifiers]
    assert "metric" not in study


def test_what_it_writes_is_read_as_it_is_shown(form):
    study = frimcla.read_study(form.write())

    assert [one.label for one in study.extractors] == ["LAB888", "MeanColour", "ImageSize"]
    assert study.output.resolve().parent.name == "cells-study"


def test_the_demo_is_painted(home, painted):
    shutil.copytree(painted / CELLS, CELLS)
    for path in CELLS.glob("*/*_05?.png"):
        path.unlink()

    form = Form("demo", extractors=["lab"], classifiers=["knn"])

    assert "180 images in 3 classes" in shown(form)
    assert len(list((home / "painted-cells-unseen").rglob("*.png"))) == 6


def test_other_images_are_looked_at_when_they_are_named(form, painted):
    shutil.copytree(painted / "fewer-cells", "others")

    form._layout.path.value = "others"

    assert "60 images in 3 classes: rounded 20, spindle 20, spread 20" in shown(form)
    assert written(form)["images"] == "../others"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.zip", "a.zip"),
        ("../../a.zip", "a.zip"),
        ("C:\\\\temp\\\\a.zip", "a.zip"),
        *((odd, "else") for odd in ("", ".", "..", "/", "a\0b", "a\u202eb")),
    ],
)
def test_uploaded_files_have_bare_names(given, name):
    assert uploaded_name(given, "else") == name


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("nowhere", "a manifest (.csv, .tsv) or a zip; &#34;nowhere&#34; is not there"),
        ("", "must be a folder with one sub-folder per class, a manifest (.csv, .tsv) or a zip"),
        ("~nosuchuser/cells", "&#34;~nosuchuser/cells&#34; is not there"),
        ("empty", "classes  must be sub-folders with images, but there are no images"),
    ],
)
def test_wrong_images_are_told_in_the_form_and_again_where_they_are_needed(form, home, path, what):
    (home / "empty").mkdir()
    form._layout.path.value = path

    assert what in shown(form)
    with pytest.raises(ConfigError) as error:
        form.write()
    assert error.value.problems == (
        ("images", "cannot be studied; see what the form says of them"),
    )


def test_names_of_folders_are_text(home):
    (home / "cells").rename(home / "<script>alert(1)</script>".replace("/", ""))

    form = Form("<script>alert(1)<script>", extractors=["lab"], classifiers=["knn"])

    assert "<script>" not in form._layout.facts.value.rpartition("</style>")[2]


def test_with_nothing_ticked_there_is_nothing_to_write(form):
    line(form, "lab").box.value = False
    line(form, "knn").box.value = False

    with pytest.raises(ConfigError) as error:
        form.write()
    assert error.value.problems == (
        ("extractors", "is empty; tick at least one"),
        ("classifiers", "is empty; tick at least one"),
    )
    assert "is empty; tick at least one" in shown(form)


def test_an_unknown_name_is_told_with_the_nearest(home):
    with pytest.raises(ConfigError) as error:
        Form("cells", extractors=["lbpp"], classifiers=["knn", "tree"], folds=1, fold=5)

    assert [place for place, _ in error.value.problems] == ["folds", "fold"]
    with pytest.raises(ConfigError) as error:
        Form("cells", extractors=["lbpp"])
    assert error.value.problems == (("extractors[0]", 'no "lbpp"; did you mean "lbp"?'),)


def test_networks_without_weights_are_grey_and_say_why(home, monkeypatch, tmp_path):
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)
    form = Form("cells", extractors=["lab"], classifiers=["knn"])
    vgg = line(form, "vgg16")

    assert vgg.box.disabled
    assert "its weights are not here (58.9 MB)" in vgg.about.value
    assert vgg.fetch.description == "Fetch 58.9 MB"
    with pytest.raises(ConfigError, match="vgg16: its weights are not here"):
        Form("cells", extractors=["vgg16"])


@pytest.fixture
def weighty_form(home, monkeypatch, tmp_path):
    """A form whose extractors need weights that lie on a mirror: a folder here."""
    leave_home(monkeypatch, tmp_path)
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(mirror / "nothing.invalid"))
    plugins = (*frimcla.Registry.discover().plugins, *frimcla.Registry.of(weighty=PLUGIN).plugins)
    form = Form(
        "cells", extractors=["lab"], classifiers=["knn"], registry=frimcla.Registry(plugins)
    )
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(mirror))
    return form, mirror


def test_a_network_can_be_ticked_once_its_weights_are_fetched(weighty_form):
    form, mirror = weighty_form
    tiny = line(form, "tiny")
    assert tiny.box.disabled
    (mirror / "tiny_1.0.h5").write_bytes(CONTENT)

    tiny.fetch.click()

    assert form._layout.problems.value == ""
    assert not tiny.box.disabled
    assert tiny.box.value
    assert tiny.fetch.layout.display == "none"


def test_weights_that_cannot_be_fetched_leave_it_grey_and_say_why(weighty_form):
    form, mirror = weighty_form
    tiny = line(form, "tiny")
    (mirror / "tiny_1.0.h5").write_bytes(b"no weights at all")

    tiny.fetch.click()

    assert tiny.box.disabled
    assert "its weights are not here" in tiny.about.value
    assert "tiny" in form._layout.problems.value


def test_groups_that_names_suggest_are_kept_together_unless_one_says_no(slides):
    form = Form(slides, extractors=["lab"], classifiers=["knn"])

    assert "in 10 folds by image 100 % of them stand on both sides" in shown(form)
    assert "{" in written(form)["groups"]
    form._layout.together.value = False
    assert written(form)["groups"] == "none"


def test_groups_that_are_said_are_not_asked_about(slides):
    form = Form(slides, extractors=["lab"], classifiers=["knn"], groups="none")

    assert form._layout.together.layout.display == "none"
    assert written(form)["groups"] == "none"


def test_a_zip_is_uploaded_and_unfolded(form, home):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in (home / "cells").rglob("*.png"):
            archive.write(path, path.relative_to(home))
    file = {"name": "../up.zip", "content": memoryview(content.getvalue())}
    form._layout.upload.value = ({**file, "type": "", "size": 1, "last_modified": _day()},)

    assert "36 images in 3 classes" in shown(form)
    assert re.fullmatch("uploads/[0-9a-f]{8}/up.zip", form._layout.path.value)
    assert "unzipped/up-" in written(form)["images"]


def _day():
    import datetime

    return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_google_drive_can_be_connected_only_in_colab(form):
    assert not in_colab()
    assert form._layout.drive.disabled
    assert form._layout.drive.tooltip == "Only where the notebook runs in Colab"


def test_how_long_it_takes_is_told_and_told_anew_when_the_choice_changes(form):
    form._layout.estimate.click()
    assert "3 pairs on 36 images: about " in form._layout.minutes.value

    line(form, "logistic_regression").box.value = True
    assert "6 pairs on 36 images: about " in form._layout.minutes.value


def test_further_settings_are_written(home):
    study = written(Form("cells", extractors=["lab"], classifiers=["knn"], folds=4, seed=7))

    assert (study["folds"], study["seed"]) == (4, 7)


def test_a_study_that_somebody_else_wrote_is_left_alone(form, home):
    (home / "cells-study").mkdir()
    (home / "cells-study/study.toml").write_text("# mine\n")

    with pytest.raises(ConfigError) as error:
        form.write()
    assert error.value.problems == (
        ("cells-study/study.toml", "was not written by clicking; rename it, or run it as it is"),
    )


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_what_is_no_study_of_a_form_is_left_alone(form, home, content):
    target = home / "cells-study/study.toml"
    target.parent.mkdir()
    target.mkdir() if content is None else target.write_bytes(content)

    with pytest.raises(ConfigError, match="was not written by clicking"):
        form.write()


def test_what_was_chosen_last_time_is_ticked_where_nothing_is_named(form, home):
    line(form, "lbp").box.value = True
    form._layout.metric.value = "cohen_kappa"
    before = written(form)

    again = Form("cells")

    assert written(again) == before
    assert written(Form("cells", extractors=["hsv"]))["extractors"] == ["hsv"]


def test_folds_are_told_as_groups_allow_them(slides):
    form = Form(slides, extractors=["lab"], classifiers=["knn"])
    assert "in 6 folds" in shown(form)

    form._layout.together.value = False
    assert "in 10 folds" in shown(form)


def test_the_plan_says_what_is_chosen_and_how_long_it_takes(form):
    text = form.plan().data.rpartition("</style>")[2]

    for cell in ("LAB888", "MeanColour, ImageSize", "KNN", "accuracy", "10", "36 images: about"):
        assert f">{cell}</td>" in text or cell in text


def test_a_wrong_click_clears_the_old_estimate(form):
    form._layout.estimate.click()
    assert form._layout.minutes.value
    line(form, "lab").box.value = False

    assert form._layout.minutes.value == ""
    assert "is empty; tick at least one" in shown(form)


def test_a_path_may_be_quoted_as_systems_copy_it(form):
    form._layout.path.value = '"cells"'

    assert "36 images in 3 classes" in shown(form)


def test_other_images_are_timed_anew(form, painted):
    form._layout.estimate.click()
    first = form._minutes
    shutil.copytree(painted / "fewer-cells", "others")
    form._layout.path.value = "others"

    assert form._minutes is not first
    assert "3 pairs on 60 images: about " in form._layout.minutes.value


def test_a_study_of_a_form_that_somebody_cut_is_no_obstacle(form, home):
    target = form.write()
    target.write_text(target.read_text().splitlines()[0] + "\n")

    assert "36 images in 3 classes" in shown(Form("cells"))
