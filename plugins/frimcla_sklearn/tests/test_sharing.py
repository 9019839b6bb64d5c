"""Candidates that share work say what each of them says alone."""

from functools import partial

import numpy as np
import pytest
from PIL import Image

from frimcla.parallel import one_thread
from frimcla.search import candidates, fits, made
from frimcla_sklearn import plugin, sharing

MENU = {component.name: component for component in plugin.frimcla_classifiers()}
SHARING = [name for name, component in MENU.items() if component.fit_many]
EXACT = {"knn", "logistic_regression", "mlp"}


def data(classes: int, seed: int, n: int = 60, d: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Return overlapping classes in no order, some images twice, one feature that is constant."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, classes, n)
    codes[:classes] = range(classes)
    features = rng.normal(size=(n, d)) + 1.5 * np.eye(classes, d)[codes]
    features[:, -1] = 7
    features[n // 2 : n // 2 + 10] = features[:10]  # perhaps of another class
    return features.astype(np.float32), np.array(["cell", "burr", "sickle"])[codes]


def said(fit, new):
    """Return labels and probabilities, or the error in their place."""
    try:
        model = fit()
        predicted = model.predict(new)
    except ValueError as error:
        return str(error)
    return predicted, model.predict_proba(new) if hasattr(model, "predict_proba") else np.zeros(0)


def both(recipe, features, labels, new, **options):
    """Return pairs of what candidates say together and alone."""
    build = partial(made, recipe, seed=3, **options)
    tried = candidates(recipe)
    shared = fits(recipe, [build(values) for values in tried], features, labels)
    for values, fit in zip(tried, shared, strict=True):
        yield said(fit, new), said(partial(build(values).fit, features, labels), new)


def test_those_that_scale_share():
    assert SHARING == ["knn", "logistic_regression", "svm", "mlp"]


@pytest.fixture(autouse=True)
def one_core():
    """As in a study; and more threads than cores would only slow this down."""
    with one_thread():
        yield


@pytest.mark.parametrize(
    ("name", "values", "probabilities"),
    [
        *((name, {}, True) for name in SHARING if name != "mlp"),
        ("mlp", {"max_iter": 5}, True),
        ("logistic_regression", {"class_weight": "balanced"}, True),
        ("logistic_regression", {"max_iter": 3}, True),  # does not converge
        ("knn", {"weights": "distance"}, True),
        ("svm", {}, False),
        ("svm", {"class_weight": "balanced"}, True),
        ("svm", {"gamma": "auto"}, False),
        ("svm", {"gamma": 0.01}, True),
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_together_they_say_what_each_says_alone(name, values, probabilities, classes):
    recipe = MENU[name].recipe(**values)
    for seed in range(2):
        features, labels = data(classes, seed)
        new = np.concatenate([data(classes, seed + 100)[0], features[:20]])

        for together, alone in both(recipe, features, labels, new, probabilities=probabilities):
            assert (together[0] == alone[0]).all()
            if name in EXACT:
                assert (together[1] == alone[1]).all()
            else:
                np.testing.assert_allclose(together[1], alone[1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("coarse", [0, 1])
def test_neighbours_at_equal_distances_are_those_of_scikit_learn(coarse):
    """Whole numbers, of few values: most distances occur several times."""
    ties = 0
    for seed in range(10):
        features, labels = data(3, seed, d=4)
        features, new = np.round(features, coarse), np.round(data(3, seed + 100, d=4)[0], coarse)
        for together, alone in both(MENU["knn"].recipe(), features, labels, new):
            assert (together[0] == alone[0]).all()
            assert (together[1] == alone[1]).all()
        (one, *_) = fits(MENU["knn"].recipe(), _models("knn"), features, labels)
        distances, _ = one().nearest(new)
        ties += (np.diff(distances) == 0).sum()
    assert ties > 300 or coarse


def test_who_has_too_few_rows_fails_alone():
    features, labels = data(3, 0, n=21)

    outcomes = list(both(MENU["knn"].recipe(), features, labels, features))

    assert outcomes[-1][0] == outcomes[-1][1]
    assert "n_neighbors = 25, n_samples_fit = 21" in outcomes[-1][0]
    assert all((together[0] == alone[0]).all() for together, alone in outcomes[:-1])


def test_machines_on_too_many_rows_share_the_scaling_only(monkeypatch):
    monkeypatch.setattr(sharing, "MOST_PRODUCTS", 50)
    features, labels = data(3, 0)

    for together, alone in both(MENU["svm"].recipe(), features, labels, features):
        assert (together[1] == alone[1]).all()


def test_decision_values_are_those_of_the_rows():
    """Closer than labels could tell: the values that decide."""
    features, labels = data(3, 0)
    new, _ = data(3, 1)
    recipe = MENU["svm"].recipe()
    for values in candidates(recipe):
        alone = made(recipe, values, 0, probabilities=False)
        (fit,) = fits(recipe, [made(recipe, values, 0, probabilities=False)], features, labels)
        shared = fit()

        expected = alone.fit(features, labels).decision_function(new)

        found = shared.model.decision_function(shared.way(new))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["knn", "logistic_regression", "svm"])
def test_on_real_cells_nothing_changes(real_data, name):
    """Pixels of red cells in twelve classes: more numbers than images."""
    paths = sorted((real_data / "chula_rbc12").glob("*/*.png"))[::9]
    cells = [
        np.asarray(Image.open(path).convert("L").resize((24, 24)), np.float32) for path in paths
    ]
    features = np.stack(cells).reshape(len(paths), -1)
    labels = np.array([path.parent.name for path in paths])
    test = np.arange(len(paths)) % 3 == 0

    assert len(np.unique(labels)) == 12
    assert (~test).sum() < features.shape[1]
    compared = both(MENU[name].recipe(), features[~test], labels[~test], features[test])
    for together, alone in compared:
        assert (together[0] == alone[0]).all()
        np.testing.assert_allclose(together[1], alone[1], rtol=0, atol=1e-6)


def _models(name):
    recipe = MENU[name].recipe()
    return [made(recipe, values, 0) for values in candidates(recipe)]
