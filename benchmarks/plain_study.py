"""What a user would write instead of a study: OpenCV, scikit-image and scikit-learn, one script.

    python benchmarks/plain_study.py FOLDER

Each image is read and described by two descriptors; then each descriptor with each classifier is
cross-validated, with a search inside each fold, on all cores. Prints JSON: seconds of each step.
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from skimage.feature import local_binary_pattern
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS, INNER = 10, 3


def colours(image):
    """Return a histogram of CIE L*a*b*."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], None, [4, 4, 4], [0, 256] * 3)
    return counts.ravel() / counts.sum()


def patterns(image):
    """Return a histogram of uniform local binary patterns."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    codes = local_binary_pattern(grey, 24, 3, "uniform")
    return np.bincount(codes.astype(int).ravel(), minlength=26) / codes.size


CLASSIFIERS = (
    (KNeighborsClassifier(), {"n_neighbors": [1, 3, 5, 7, 11, 15, 25]}, True),
    (LogisticRegression(max_iter=1000), {"C": [1e-3, 1e-2, 0.1, 1.0, 10.0]}, True),
    (ExtraTreesClassifier(50, random_state=0), {}, False),
)


def searched(model, grid, scaled):
    """Return a classifier that searches for its parameters, if it has any to search."""
    if not grid:
        return model
    if scaled:
        model = make_pipeline(StandardScaler(), model)
        grid = {f"{model.steps[-1][0]}__{name}": values for name, values in grid.items()}
    return GridSearchCV(model, grid, cv=StratifiedKFold(INNER, shuffle=True, random_state=0))


def main():
    """Describe, then compare; time each."""
    start = time.perf_counter()
    paths = sorted(Path(sys.argv[1]).rglob("*.jpg"))
    labels = np.array([path.parent.name for path in paths])
    images = [cv2.imread(str(path)) for path in paths]
    features = [np.stack([describe(image) for image in images]) for describe in (colours, patterns)]
    described = time.perf_counter()
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for rows in features:
        for one in CLASSIFIERS:
            said = cross_val_predict(searched(*one), rows, labels, cv=folds, n_jobs=-1)
            assert (said == labels).mean() > 0.3
    compared = time.perf_counter()
    print(json.dumps({"describe": described - start, "compare": compared - described}))


if __name__ == "__main__":
    main()
