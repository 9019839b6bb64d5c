"""What scikit-learn asks of an extractor, and a trained model as one of its pipelines."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import attrs
import joblib
import numpy as np
import pytest
from bundles import TOYS, studied
from drawn import images, write
from extracting import REGISTRY, arrays, drawn_in, extractor, refused
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

import frimcla
from frimcla.bundle import load
from frimcla.errors import ConfigError
from frimcla.gathering import scan
from frimcla.sklearn import FeatureExtractor, PluginClassifier

PAGE = Path(__file__).parents[1] / "docs" / "sklearn.md"


def pipeline(name: object = "edges", **settings: object) -> Pipeline:
    return Pipeline(
        [("features", extractor(name, **settings)), ("classifier", KNeighborsClassifier(3))]
    )


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return drawn_in(tmp_path)


@pytest.fixture
def labels(paths: list[Path]) -> list[str]:
    return [path.parent.name for path in paths]


def test_it_is_reached_by_its_name(monkeypatch) -> None:
    monkeypatch.delattr(frimcla, "sklearn")

    assert frimcla.sklearn.FeatureExtractor is FeatureExtractor


def test_parameters_are_kept_as_they_were_given() -> None:
    bins = [4, 4, 4]

    made = FeatureExtractor("lab", bins=bins, scaling="dtype")

    assert made.get_params()["bins"] is bins
    assert made.get_params() == {
        **{"name": "lab", "bins": bins, "scaling": "dtype", "channels": "rgb", "planes": "max"},
        **{"max_megapixels": 100.0, "engine": "auto", "n_jobs": 1, "registry": None},
    }
    assert repr(made) == "FeatureExtractor(bins=[4, 4, 4], name='lab', scaling='dtype')"
    assert "bins" in made._repr_html_()
    assert FeatureExtractor("no such", nothing=1).get_params()["nothing"] == 1, "fit checks"


def test_parameters_that_were_not_given_can_be_set() -> None:
    made = extractor("net")

    assert made.set_params(scale=2.0, scaling="dtype", name="networky:net") is made

    assert (made.scaling, made.get_params()["scale"]) == ("dtype", 2.0)
    assert pipeline().set_params(features__scale=3.0).get_params()["features__scale"] == 3.0
    with pytest.raises(ConfigError, match="scale  unknown parameter of edges; it has none"):
        pipeline().set_params(features__scale=3.0).fit([np.zeros((8, 8), np.uint8)], ["a"])


def test_a_clone_has_the_settings_and_nothing_learnt(paths: list[Path]) -> None:
    fitted = extractor("net", scale=2.0, planes="mean").fit(paths)

    copy = clone(fitted)

    assert copy.get_params() == fitted.get_params()
    check_is_fitted(fitted)
    with pytest.raises(NotFittedError):
        copy.transform(paths)
    table = {"name": "net", "scale": 2.0}
    assert clone(extractor(table)).get_params()["name"] == table


@pytest.mark.skipif(not hasattr(BaseEstimator, "__sklearn_tags__"), reason="needs 1.6")
def test_what_it_takes_and_gives_is_told() -> None:
    tags = extractor().__sklearn_tags__()

    assert tags.requires_fit
    assert (tags.input_tags.two_d_array, tags.input_tags.string) == (False, True)
    assert tags.transformer_tags.preserves_dtype == []


def test_features_have_names(paths: list[Path]) -> None:
    fitted = extractor("net").fit(paths)

    assert fitted.get_feature_names_out().tolist() == ["net_0", "net_1", "net_2"]
    each = extractor("edges", channels="each", label="Steps").fit(paths)
    assert len(each.get_feature_names_out()) == each.transform(paths).shape[1] == 12
    assert each.get_feature_names_out()[-1] == "steps_11"
    assert pickle.loads(pickle.dumps(each)).describer_.width == 12


def test_features_come_as_a_table_of_pandas(paths: list[Path]) -> None:
    pandas = pytest.importorskip("pandas")
    made = extractor("edges").set_output(transform="pandas")

    table = made.fit_transform(pandas.Series(paths, index=range(100, 124)))

    assert list(table.columns) == ["edges_0", "edges_1", "edges_2", "edges_3"]
    np.testing.assert_array_equal(table.to_numpy(), extractor().fit_transform(paths))


def test_a_search_takes_the_best_extractor_and_its_parameters(paths, labels) -> None:
    grid = [
        {"features__name": ["mean_colour", "edges"]},
        {"features__name": ["net"], "features__scale": [1.0, 2.0]},
        {"features__name": [{"name": "net", "scale": 3.0}]},
    ]

    found = GridSearchCV(pipeline(), grid, cv=3, n_jobs=2).fit(paths, labels)

    assert len(found.cv_results_["params"]) == 5
    assert found.best_params_ == {"features__name": "edges"}
    alone = cross_val_score(pipeline(), paths, labels, cv=3)
    assert found.best_score_ == alone.mean()
    np.testing.assert_array_equal(cross_val_score(pipeline(), paths, labels, cv=3, n_jobs=2), alone)


def test_numbers_that_numpy_draws_are_numbers(paths, labels) -> None:
    drawn = {"features__scale": np.linspace(0.5, 2, 4), "features__n_jobs": np.array([1])}

    found = RandomizedSearchCV(pipeline("net"), drawn, n_iter=2, cv=2, random_state=0)

    assert found.fit(paths, labels).best_score_ > 0.5


def test_a_fitted_pipeline_is_kept_by_joblib(paths, labels, tmp_path: Path) -> None:
    fitted = pipeline("net", scale=2.0).fit(paths, labels)

    joblib.dump(fitted, tmp_path / "fitted.joblib")

    kept = joblib.load(tmp_path / "fitted.joblib")
    np.testing.assert_array_equal(kept.predict_proba(paths), fitted.predict_proba(paths))
    assert kept["features"].get_params() == fitted["features"].get_params()


def test_features_are_kept_in_the_memory_of_a_pipeline(paths, labels, tmp_path, monkeypatch):
    monkeypatch.setenv("NETWORKY_LOG", str(tmp_path / "log"))
    steps = pipeline("net").steps
    cached = Pipeline([steps[0], ("scale", StandardScaler()), steps[1]], memory=str(tmp_path))

    cached.fit(paths, labels)
    seen = len((tmp_path / "log").read_text().splitlines())
    cached.set_params(classifier__n_neighbors=1).fit(paths, labels)

    assert len((tmp_path / "log").read_text().splitlines()) == seen > 0


def test_everything_wrong_with_the_settings_is_told_at_once(paths) -> None:
    wrong = extractor("net", scale=11, scal=2, planes="top", n_jobs=0, max_megapixels=np.int64(0))

    assert refused(wrong, paths) == (
        "FeatureExtractor('net') has 5 problems\n"
        "  scale           must be a number between 0 and 10 (got 11)\n"
        '  scal            unknown parameter of net; did you mean "scale"?\n'
        "  planes          must be one of max, mean, middle (got 'top')\n"
        "  max_megapixels  must be a number between 0.01 and 10000 (got 0)\n"
        "  n_jobs          must be one of -1 or an integer between 1 and 1024 (got 0)"
    )
    assert refused(extractor("edge"), paths) == (
        "FeatureExtractor('edge') has 1 problem\n"
        '  name  unknown extractor "edge"; did you mean "edges"?'
    )
    assert not hasattr(wrong, "describer_")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run: ``cells/`` and ``results/``."""
    return studied(tmp_path_factory.mktemp("study")).parents[1]


def test_a_model_is_a_pipeline_that_says_what_it_says(study: Path) -> None:
    model = load(study / "results" / "model.frimcla", TOYS)
    files = [image.files[0] for image in scan(study / "cells").images]
    said = model.predict(files)

    fitted = model.pipeline

    assert isinstance(fitted, Pipeline)
    assert fitted.classes_.tolist() == list(model.classes)
    assert fitted.predict(files).tolist() == [one.predicted for one in said]
    scores = [[one.scores[label] for label in model.classes] for one in said]
    np.testing.assert_array_equal(fitted.predict_proba(files), scores)
    np.testing.assert_array_equal(fitted.predict_proba(arrays(files)), scores)
    assert fitted["features"].get_feature_names_out().tolist()[0] == "edges_0"
    assert "X has 1 problem" in refused(fitted["features"], [study / "no.png"], "transform")


def test_a_clone_of_a_model_learns_anew_with_what_was_found(study: Path) -> None:
    model = load(study / "results" / "model.frimcla", TOYS)
    listed = scan(study / "cells").images
    files, labels = [one.files[0] for one in listed], [one.label for one in listed]

    copy = clone(model.pipeline).set_params(features__registry=TOYS)

    assert isinstance(copy["classifier"], PluginClassifier)
    with pytest.raises(NotFittedError):
        copy.predict(files)
    assert copy["features"].get_params()["scaling"] == "dtype", "as it was settled"
    copy.fit(files, labels)
    np.testing.assert_array_equal(copy.predict_proba(files), model.pipeline.predict_proba(files))
    assert cross_val_score(copy, files, labels, cv=3).mean() > 0.9


def test_a_pipeline_of_a_network_runs_by_the_engine_of_the_model(study: Path) -> None:
    """The model of the toys, as if a network had described its images."""
    model = load(study / "results" / "model.frimcla", TOYS)
    recipe = REGISTRY.find(frimcla.Extractor, "net").recipe(scale=2.0)
    space = attrs.evolve(model.manifest.space, recipe=recipe, engine="keras")
    describer = attrs.evolve(model.describer, space=space)

    made = FeatureExtractor.of(describer)

    files = [image.files[0] for image in scan(study / "cells").images]
    assert made.transform(files)[0, 2] == 2.0, "the engine shows in the last number"
    again = clone(made).set_params(registry=REGISTRY).fit(files)
    np.testing.assert_array_equal(again.transform(files), made.transform(files))
    assert again.describer_.space == space


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of HOG and SVM that was run: ``cells/`` and ``results/``."""
    pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
    pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")
    home = tmp_path_factory.mktemp("shipped")
    write(home / "cells", images(24))
    (home / "study.toml").write_text(
        'images = "cells"\nextractors = [{name = "hog", side = 32, cell = 8, channels = '
        '"strongest"}]\nclassifiers = [{name = "svm", C = 1, kernel = "linear"}]\nfolds = 3\n'
        'n_jobs = 1\nmetric = "accuracy"\ncontrols = false\n'
    )
    frimcla.run(home / "study.toml")
    return home


def test_models_of_the_shipped_plugins_are_pipelines_too(shipped: Path) -> None:
    model = frimcla.load(shipped / "results" / "model.frimcla")
    listed = scan(shipped / "cells").images
    files, labels = [one.files[0] for one in listed], [one.label for one in listed]

    fitted = model.pipeline

    assert fitted["classifier"] is model.classifier
    assert repr(fitted["features"]).startswith("FeatureExtractor(block=2, cell=8,")
    table = {"name": "classic:hog", "channels": "strongest"}
    assert fitted["features"].get_params()["name"] == table
    said = model.predict(files)
    scores = [[one.scores[label] for label in model.classes] for one in said]
    assert fitted.predict(files).tolist() == [one.predicted for one in said]
    np.testing.assert_array_equal(fitted.predict_proba(files).astype(np.float32), scores)
    again = clone(fitted).fit(files, labels)
    assert again["features"].describer_.space == model.manifest.space
    assert again.predict(files).tolist() == labels
    assert refused(FeatureExtractor("hog", channels="strongest"), files).endswith(
        "(got 'strongest'); for that of hog write {'name': 'hog', 'channels': 'strongest'}"
    )


@pytest.mark.skipif(not PAGE.is_file(), reason="needs a checkout")
def test_the_page_of_the_docs_runs_as_it_is_written(shipped: Path, monkeypatch) -> None:
    monkeypatch.chdir(shipped)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

    said: dict[str, Any] = {}
    exec("\n".join(blocks), said)

    assert len(blocks) == 4
    assert said["features"].shape == (24, 64)
    assert said["names"][:2].tolist() == ["lab444_0", "lab444_1"]
    assert said["scores"].shape == (3,)
    assert said["search"].best_params_.keys() == {"featureextractor"}
    assert said["predicted"].tolist() == said["labels"]
    assert said["learnt_anew"].predict(said["paths"]).tolist() == said["labels"]
