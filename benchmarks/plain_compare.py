"""What a user would write instead: scikit-learn's nested cross-validation, one call per classifier.

    python benchmarks/plain_compare.py features.npy labels.npy knn,svm

Prints JSON: the seconds of each classifier, and its mean accuracy. All cores work on the folds.
The grids of KNN, LR and SVM are those that FrImCla searches; the others, which it does not tune
unasked, have two or three values here.
"""

import json
import sys
import time

FOLDS, INNER, SEED = 10, 3, 0


def grids():
    """Return each classifier and the values that are tried."""
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    return {
        "knn": (
            make_pipeline(StandardScaler(), KNeighborsClassifier()),
            {"kneighborsclassifier__n_neighbors": [1, 3, 5, 7, 11, 15, 25]},
        ),
        "logistic_regression": (
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
            {"logisticregression__C": [1e-3, 1e-2, 0.1, 1, 10]},
        ),
        "svm": (
            make_pipeline(StandardScaler(), SVC()),
            {"svc__C": [0.1, 1, 10, 100], "svc__kernel": ["rbf", "linear"]},
        ),
        "mlp": (
            make_pipeline(StandardScaler(), MLPClassifier(random_state=SEED)),
            {"mlpclassifier__alpha": [1e-4, 1e-2, 1]},
        ),
        "random_forest": (
            RandomForestClassifier(200, random_state=SEED),
            {"max_features": ["sqrt", 0.1]},
        ),
        "gradient_boosting": (
            GradientBoostingClassifier(max_features="sqrt", random_state=SEED),
            {"max_depth": [2, 3]},
        ),
    }


def accuracy(name, features, labels):
    """Return the mean accuracy over the outer folds of a classifier that is tuned inside them."""
    from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate

    model, grid = grids()[name]
    outer, inner = (StratifiedKFold(k, shuffle=True, random_state=SEED) for k in (FOLDS, INNER))
    search = GridSearchCV(model, grid, cv=inner)
    found = cross_validate(search, features, labels, cv=outer, n_jobs=-1, error_score="raise")
    return float(found["test_score"].mean())


def main():
    """Read, compare, print."""
    import numpy as np

    features, labels = (np.load(path, allow_pickle=False) for path in sys.argv[1:3])
    for name in sys.argv[3].split(","):
        start = time.perf_counter()
        score = accuracy(name, features, labels)
        print(json.dumps({"classifier": name, "s": time.perf_counter() - start, "accuracy": score}))


if __name__ == "__main__":
    main()
