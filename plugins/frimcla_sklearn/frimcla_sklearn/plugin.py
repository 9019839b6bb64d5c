"""The menu of classifiers and metrics. scikit-learn is imported on first use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import attrs

import frimcla
from frimcla import param

_strength = partial(param, 1.0, "inverse strength of the regularisation", between=(1e-6, 1e6))
_weight = partial(param, "none", "balanced: rare classes weigh more", choices=("none", "balanced"))
_tried = partial(
    param,
    "sqrt",
    "features tried at each split, or their share",
    choices=("sqrt", "log2"),
    between=(0.001, 1.0),
)


@attrs.frozen
class Neighbours:
    """Parameters of k nearest neighbours."""

    n_neighbors: int = param(
        5, "neighbours that vote, at most the training images", between=(1, 1000)
    )
    weights: str = param("uniform", "how votes count", choices=("uniform", "distance"))


@attrs.frozen
class Logistic:
    """Parameters of logistic regression."""

    C: float = _strength()
    max_iter: int = param(1000, "most iterations of the solver", between=(1, 100_000))
    class_weight: str = _weight()


@attrs.frozen
class SVM:
    """Parameters of the support vector machine."""

    C: float = _strength()
    kernel: str = param("rbf", "kernel", choices=("rbf", "linear"))
    gamma: float | str = param(
        "scale", "inverse width of the rbf kernel", choices=("scale", "auto"), between=(1e-9, 1e3)
    )
    max_iter: int = param(100_000, "most steps of the solver", between=(1, 1_000_000_000))
    class_weight: str = _weight()


@attrs.frozen
class Network:
    """Parameters of the neural network."""

    hidden_units: int = param(100, "units of the one hidden layer", between=(1, 10_000))
    alpha: float = param(1.0, "strength of the regularisation", between=(0, 1e6))
    max_iter: int = param(200, "most passes over the images", between=(1, 100_000))


@attrs.frozen
class Forest:
    """Parameters of a forest, whatever its trees."""

    n_estimators: int = param(200, "number of trees", between=(1, 10_000))
    max_features: float | str = _tried()
    class_weight: str = _weight()


@attrs.frozen
class Boosting:
    """Parameters of gradient boosting."""

    n_estimators: int = param(100, "number of rounds", between=(1, 10_000))
    learning_rate: float = param(0.1, "weight of each tree", between=(1e-4, 1))
    max_depth: int = param(3, "levels of each tree", between=(1, 64))
    max_features: float | str = _tried()


@attrs.frozen
class Positive:
    """The one parameter of a metric that can judge a single class."""

    positive: str = param("", "class judged against the rest; empty: mean over classes")


EFFORT = {
    "logistic_regression": 10,
    "mlp": 20,
    "svm": 30,
    "gradient_boosting": 40,
    "random_forest": 50,
    "extra_trees": 50,
    "knn": 60,
}
"""The order of what a prediction costs, by what it has to go through at the default parameters.

First what is two matrix products at the most, whatever the number of training images: one vector
per class (LR), then a hundred of them (MLP). Then the training images near the border (SVM). Then
hundreds of trees, each step of which waits for the one before: shallow ones (GB), deep ones (RF,
ET). Last all training images (KNN). An order, no measurement: seconds differ between machines.
"""


def identify(_: dict[str, Any]) -> dict[str, str]:
    """Return what changes numbers besides parameters: scikit-learn's minor version."""
    return {"scikit-learn": _minor_version()}


@cache  # a look-up reads files for milliseconds, and keys are made by the hundred
def _minor_version() -> str:
    from importlib.metadata import version

    return ".".join(version("scikit-learn").split(".")[:2])


def _classifier(
    name: str, label: str, summary: str, suggested: bool = True, **rest: Any
) -> frimcla.Classifier:
    return frimcla.Classifier(
        suggested=suggested,
        name=name,
        factory=f"frimcla_sklearn.classifiers:{name}",
        label=label,
        summary=summary,
        identify=f"{__name__}:identify",
        effort=EFFORT[name],
        **rest,
    )


@frimcla.hookimpl
def frimcla_classifiers() -> Iterator[frimcla.Classifier]:
    """Offer seven classifiers; the default study has all but the last.

    Searched is what moves the result: for MLP and trees a search costs three to eight times the one
    fit, and found nothing better in real images (`benchmarks/searching.py`).
    """
    yield _classifier(
        "knn",
        "KNN",
        "vote of the nearest training images",
        params=Neighbours,
        search={"n_neighbors": (1, 3, 5, 7, 11, 15, 25)},
        fit_many="frimcla_sklearn.sharing:neighbours",
    )
    yield _classifier(
        "logistic_regression",
        "LR",
        "logistic regression, linear and regularised",
        params=Logistic,
        search={"C": (1e-3, 1e-2, 0.1, 1.0, 10.0)},
        fit_many="frimcla_sklearn.sharing:logistic",
    )
    yield _classifier(
        "svm",
        "SVM",
        "support vector machine, with calibrated probabilities",
        params=SVM,
        search={"C": (0.1, 1.0, 10.0, 100.0), "kernel": ("rbf", "linear")},
        fit_many="frimcla_sklearn.sharing:machines",
        trusted=(
            "frimcla_sklearn.calibrated.Calibrated",
            "sklearn.calibration._CalibratedClassifier",
            "sklearn.calibration._SigmoidCalibration",
        ),
        calibrates=True,
    )
    yield _classifier(
        "mlp",
        "MLP",
        "neural network with one hidden layer",
        params=Network,
        fit_many="frimcla_sklearn.sharing:scaled",
        trusted=("sklearn.neural_network._stochastic_optimizers.AdamOptimizer",),
    )
    trees = partial(_classifier, trusted=("sklearn.tree._tree.Tree",))
    forest = partial(trees, params=Forest)
    yield forest("random_forest", "RF", "decision trees grown on drawn images")
    yield trees(
        "gradient_boosting",
        "GB",
        "shallow decision trees, each correcting those before it",
        params=Boosting,
    )
    yield forest("extra_trees", "ET", "decision trees that split at drawn values", suggested=False)


def _metric(name: str, label: str, summary: str, **rest: Any) -> frimcla.Metric:
    where = f"frimcla_sklearn.metrics:{name}"
    return frimcla.Metric(name=name, factory=where, label=label, summary=summary, **rest)


@frimcla.hookimpl
def frimcla_metrics() -> Iterator[frimcla.Metric]:
    """Offer twelve metrics, of labels and of probabilities."""
    by_class = partial(_metric, params=Positive)
    yield _metric("accuracy", "accuracy", "share of correct predictions, 0 to 1", binomial=True)
    yield _metric("balanced_accuracy", "balanced accuracy", "mean recall of the classes, 0 to 1")
    yield by_class("f1", "F1", "harmonic mean of precision and recall, 0 to 1")
    yield by_class("precision", "precision", "share of a class's predictions that is right, 0 to 1")
    yield by_class("recall", "recall", "share of a class's images that is found, 0 to 1")
    yield by_class("sensitivity", "sensitivity", "recall by its name in medicine, 0 to 1")
    yield by_class("specificity", "specificity", "share of the rest not taken for a class, 0 to 1")
    yield by_class(
        "auroc",
        "AUROC",
        "area under the ROC curve, a class against the rest, 0 to 1",
        needs_probabilities=True,
    )
    yield by_class(
        "average_precision",
        "average precision",
        "precision averaged over recall, a class against the rest, 0 to 1",
        needs_probabilities=True,
    )
    yield _metric(
        "cohen_kappa", "Cohen's kappa", "agreement beyond that of chance, -1 to 1", share=False
    )
    yield _metric(
        "matthews_corrcoef", "MCC", "correlation of truth and prediction, -1 to 1", share=False
    )
    yield _metric(
        "log_loss",
        "log loss",
        "mean surprise at the true class in nats, 0 and up",
        needs_probabilities=True,
        greater_is_better=False,
        share=False,
    )
