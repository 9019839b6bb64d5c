"""Classifiers of scikit-learn, each with the scaling it needs.

A factory takes the parameters of its component and a seed, and returns an estimator that is
not fitted. Features are standardised where distances, or the size of coefficients, matter;
trees do not care. One process, one thread: the caller spreads the work.
"""

from __future__ import annotations

from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from frimcla.params import NONE

from .calibrated import Calibrated


def knn(*, n_neighbors: int, weights: str, seed: int) -> Pipeline:
    """Make k nearest neighbours on standardised features; draws nothing.

    With fewer training images than neighbours it cannot predict, so the search leaves that out.

    Source: Fix & Hodges, Discriminatory analysis: nonparametric discrimination, USAF School of
        Aviation Medicine (1951)
    """
    # Brute force: it is what features this wide get anyway, and skops knows no k-d tree.
    return _scaled(KNeighborsClassifier(n_neighbors, weights=weights, algorithm="brute"))


def logistic_regression(*, C: float, max_iter: int, class_weight: str, seed: int) -> Pipeline:
    """Make L2-regularised, multinomial logistic regression; draws nothing.

    Source: Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20 (1958)
    """
    model = LogisticRegression(
        C=C, max_iter=max_iter, class_weight=_weight(class_weight), random_state=seed
    )
    return _scaled(model)


def svm(
    *,
    C: float,
    kernel: str,
    gamma: float | str,
    max_iter: int,
    class_weight: str,
    seed: int,
    probabilities: bool = True,
) -> Pipeline:
    """Make a support vector machine; draws nothing.

    Args:
        C: Inverse strength of the regularisation.
        kernel: ``"rbf"`` or ``"linear"``.
        gamma: ``"scale"``, ``"auto"`` or a positive number.
        max_iter: Most steps of the solver, for each two classes. Most fits take thousands; where
            classes overlap and *C* is large, millions would hardly move the border any more.
        class_weight: ``"none"`` or ``"balanced"``.
        seed: Not used.
        probabilities: Whether to calibrate, which takes up to five further fits. The labels
            are the same either way.

    Source: Cortes & Vapnik, Support-vector networks, Machine Learning 20 (1995)
    """
    model = SVC(
        C=C, kernel=kernel, gamma=gamma, max_iter=max_iter, class_weight=_weight(class_weight)
    )
    # The scaler stays outside of the calibration: it sees training images only, and no labels,
    # and the SVC inside is then fitted on just the numbers it gets without calibration.
    return _scaled(Calibrated(model) if probabilities else model)


def random_forest(
    *, n_estimators: int, max_features: float | str, class_weight: str, seed: int
) -> RandomForestClassifier:
    """Make a random forest on features as they are.

    Source: Breiman, Random forests, Machine Learning 45 (2001)
    """
    return RandomForestClassifier(
        n_estimators,
        max_features=max_features,
        class_weight=_weight(class_weight),
        n_jobs=1,
        random_state=seed,
    )


def extra_trees(
    *, n_estimators: int, max_features: float | str, class_weight: str, seed: int
) -> ExtraTreesClassifier:
    """Make extremely randomised trees on features as they are.

    Source: Geurts, Ernst & Wehenkel, Extremely randomized trees, Machine Learning 63 (2006)
    """
    return ExtraTreesClassifier(
        n_estimators,
        max_features=max_features,
        class_weight=_weight(class_weight),
        n_jobs=1,
        random_state=seed,
    )


def mlp(*, hidden_units: int, alpha: float, max_iter: int, seed: int) -> Pipeline:
    """Make a neural network with one hidden layer of rectifiers, trained by Adam.

    Source: Kingma & Ba, Adam: a method for stochastic optimization, ICLR (2015)
    """
    return _scaled(
        MLPClassifier((hidden_units,), alpha=alpha, max_iter=max_iter, random_state=seed)
    )


def gradient_boosting(
    *,
    n_estimators: int,
    learning_rate: float,
    max_depth: int,
    max_features: float | str,
    seed: int,
) -> GradientBoostingClassifier:
    """Make gradient boosting of shallow trees on features as they are.

    Source: Friedman, Greedy function approximation: a gradient boosting machine, Annals of
        Statistics 29 (2001)
    """
    return GradientBoostingClassifier(
        n_estimators=n_estimators,
        learning_rate=learning_rate,
        max_depth=max_depth,
        max_features=max_features,
        random_state=seed,
    )


def _scaled(model: BaseEstimator) -> Pipeline:
    return make_pipeline(StandardScaler(), model)


def _weight(class_weight: str) -> str | None:
    return None if class_weight == NONE else class_weight
