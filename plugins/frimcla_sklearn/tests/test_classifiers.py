"""Grids, seeds, weights, and what a bundle may hold."""

from importlib.metadata import version

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from frimcla.scoring import Judge
from frimcla.search import Rows, search
from frimcla.weighing import unweighted
from frimcla_sklearn import plugin

MENU = {component.name: component for component in plugin.frimcla_classifiers()}
FEWER = {"n_estimators": 5, "max_iter": 30}
"""Toy sizes for what is slow; the types in a model are the same."""


def data(classes: int, n: int = 60, d: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return overlapping classes in no order: ``float32`` (n, d) and labels (n,)."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % classes)
    features = rng.normal(size=(n, d)) + 1.5 * np.eye(classes, d)[codes]
    return features.astype(np.float32), np.array(["cell", "burr", "sickle"])[codes]


def make(name: str, seed: int = 0, **values):
    """Build a classifier of the menu, made small; `probabilities` goes to its factory."""
    extra = {key: values.pop(key) for key in ["probabilities"] if key in values}
    small = {key: value for key, value in FEWER.items() if key in fields(name)}
    return MENU[name].recipe(**(small | values)).build(seed=seed, **extra)


def fields(name: str) -> set[str]:
    return set(MENU[name].recipe().values)


def test_the_default_study_has_six():
    assert [c.name for c in MENU.values() if c.suggested] == [
        "knn",
        "logistic_regression",
        "svm",
        "mlp",
        "random_forest",
        "gradient_boosting",
    ]


def test_a_prediction_costs_least_by_the_linear_one_and_most_by_all_images():
    efforts = {one.label: one.effort for one in plugin.frimcla_classifiers()}

    assert sorted(efforts, key=efforts.get) == ["LR", "MLP", "SVM", "GB", "RF", "ET", "KNN"]
    assert efforts["RF"] == efforts["ET"]


def test_searched_is_what_moves_the_result():
    """7 + 5 + 8 candidates; the others found nothing better: `benchmarks/searching.py`."""
    grids = {c.label: [dict(grid) for grid in c.search] for c in MENU.values()}

    assert grids == {
        "KNN": [{"n_neighbors": (1, 3, 5, 7, 11, 15, 25)}],
        "LR": [{"C": (1e-3, 1e-2, 0.1, 1, 10)}],
        "SVM": [{"C": (0.1, 1, 10, 100), "kernel": ("rbf", "linear")}],
        **{label: [] for label in ("MLP", "RF", "GB", "ET")},
    }


def test_numbers_belong_to_a_minor_version_of_scikit_learn():
    major, minor = version("scikit-learn").split(".")[:2]

    assert plugin.identify({}) == {"scikit-learn": f"{major}.{minor}"}
    assert all(c.identify == "frimcla_sklearn.plugin:identify" for c in MENU.values())


CASES = [
    *[(name, {}) for name in MENU],
    ("knn", {"weights": "distance"}),
    ("svm", {"kernel": "linear", "class_weight": "balanced"}),
    ("svm", {"gamma": 0.1}),
    ("svm", {"probabilities": False}),
    ("random_forest", {"max_features": 0.5, "class_weight": "balanced"}),
]


@pytest.mark.parametrize(("name", "values"), CASES)
@pytest.mark.parametrize(("classes", "n", "d"), [(2, 60, 2), (3, 60, 40), (3, 300, 3)])
def test_a_saved_model_holds_just_what_is_trusted(name, values, classes, n, d):
    """Small and large, narrow and wide: scikit-learn chooses algorithms by size."""
    features, labels = data(classes, n, d)
    model = make(name, **values).fit(features, labels)
    content = dumps(model)

    copy = loads(content, trusted=list(MENU[name].trusted))

    needed = set(get_untrusted_types(data=content))
    assert needed <= set(MENU[name].trusted)
    if "probabilities" not in values:  # that model is not saved; and skops 0.14 trusts trees itself
        assert needed | {"sklearn.tree._tree.Tree"} >= set(MENU[name].trusted)
    assert (copy.predict(features) == model.predict(features)).all()
    if hasattr(model, "predict_proba"):
        assert (copy.predict_proba(features) == model.predict_proba(features)).all()


@pytest.mark.parametrize("name", ["random_forest", "extra_trees", "mlp", "gradient_boosting"])
def test_the_seed_decides(name):
    features, labels = data(3)
    new, _ = data(3, seed=1)
    first, second, other = (
        make(name, seed=seed).fit(features, labels).predict_proba(new)
        for seed in (2**32 - 1, 2**32 - 1, 1)
    )

    assert (first == second).all()
    assert (first != other).any()


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("weight", ["none", "balanced"])
@pytest.mark.parametrize("kernel", ["rbf", "linear"])
def test_calibration_changes_no_label(classes, weight, kernel):
    features, labels = data(classes, n=120)
    new, _ = data(classes, n=300, seed=1)
    calibrated, plain = (
        make("svm", kernel=kernel, class_weight=weight, probabilities=choice).fit(features, labels)
        for choice in (True, False)
    )

    probabilities = calibrated.predict_proba(new)

    assert (calibrated.predict(new) == plain.predict(new)).all()
    assert not hasattr(plain, "predict_proba")
    assert list(calibrated.classes_) == sorted(set(labels))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    likeliest = calibrated.classes_[probabilities.argmax(axis=1)]
    assert (likeliest == calibrated.predict(new)).mean() > 0.9


def test_calibration_needs_two_images_of_a_class():
    features, labels = data(2, n=9)
    labels[:] = "many"
    labels[3] = "rare"
    message = r"^calibrated probabilities need at least 2 images of every class \(rare has 1\)$"

    with pytest.raises(ValueError, match=message):
        make("svm").fit(features, labels)


def test_calibration_is_content_with_two_images_of_a_class():
    features, labels = data(3, n=6)

    assert make("svm").fit(features, labels).predict_proba(features).shape == (6, 3)


def test_the_search_leaves_out_more_neighbours_than_images():
    """Three inner folds of 12 images: 8 to learn from, so of 1, 3, ..., 25 up to 7 can vote."""
    features, labels = data(3, n=12)
    rows = Rows(features=features, labels=labels, inner=np.arange(12) % 3)
    accuracy = next(metric for metric in plugin.frimcla_metrics() if metric.name == "accuracy")

    chosen = search(MENU["knn"].recipe(), rows, Judge.of(accuracy.recipe()), seed=0)

    assert chosen["n_neighbors"] <= 7


def test_more_neighbours_than_images_cannot_vote():
    features, labels = data(3, n=12)
    model = make("knn", n_neighbors=13).fit(features, labels)

    with pytest.raises(ValueError, match=r"n_neighbors = 13, n_samples_fit = 12"):
        model.predict(features)


@pytest.mark.parametrize("name", [name for name in MENU if "class_weight" in fields(name)])
def test_balanced_weights_help_a_rare_class(name):
    features, labels = data(2, n=400)
    kept = (labels == "burr") | (np.arange(400) % 10 == 0)
    new, truth = data(2, n=400, seed=1)
    plain, balanced = (
        make(name, class_weight=weight).fit(features[kept], labels[kept]).predict(new)
        for weight in ("none", "balanced")
    )

    assert (plain != balanced).any()
    if name in ("logistic_regression", "svm"):
        assert (balanced == truth).mean() > (plain == truth).mean()


@pytest.mark.parametrize("name", ["knn", "logistic_regression", "svm", "mlp"])
def test_units_do_not_matter_where_features_are_scaled(name):
    features, labels = data(3)
    units = np.float32([1, 1024, 2**-10, 1, 4])
    plain = make(name).fit(features, labels).predict(features)

    scaled = make(name).fit(features * units, labels).predict(features * units)

    assert (plain == scaled).all()


@pytest.mark.parametrize("name", MENU)
def test_scikit_learn_is_given_what_the_menu_says(name):
    model = MENU[name].recipe().build(seed=3)
    given = model[-1] if hasattr(model, "steps") else model
    given = given.estimator if name == "svm" else given
    expected = MENU[name].recipe().values
    if "class_weight" in expected:
        expected["class_weight"] = None
    if "hidden_units" in expected:
        expected["hidden_layer_sizes"] = (expected.pop("hidden_units"),)

    assert {key: getattr(given, key) for key in expected} == expected


def test_three_classifiers_cannot_weigh_classes():
    """The README says which; a study with ``class_weight = "balanced"`` names them."""
    assert unweighted(one.recipe() for one in plugin.frimcla_classifiers()) == ["KNN", "MLP", "GB"]
