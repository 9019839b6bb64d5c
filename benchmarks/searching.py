"""What does a search for parameters find, beside the defaults? Real images, folds without leaks.

    FRIMCLA_DATA=FOLDER python benchmarks/searching.py [--weights FILE] [--json FILE]

For the classifiers of the default study that do not search, MLP and trees: balanced accuracy out of
fold in percent, and processor seconds, of the defaults and of a search over two or three values (in
3 inner folds), over 5 folds that split no group. Features of textures, and of MobileNetV2 where a
file of its weights is named. On average the defaults should be less
than half a point behind.
"""

import csv
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from common import parser, table, verdict, work_done, write_json
from plain_compare import INNER, SEED, grids
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)

from frimcla.components import Classifier
from frimcla.registry import Registry
from frimcla.sklearn import FeatureExtractor

SETS = "bee_pollen,bccd_cells,dogs_vs_cats"
UNSEARCHED = ("mlp", "random_forest", "gradient_boosting")
SECONDS = "CPU s"


def main() -> None:
    """Measure, and print a table and the mean difference of each classifier."""
    found = parser(__doc__)
    found.add_argument("--sets", default=SETS, type=lambda text: text.split(","))
    found.add_argument("--weights", type=Path, metavar="FILE", help="of MobileNetV2, .h5")
    options = found.parse_args()
    data = Path(os.environ.get("FRIMCLA_DATA") or found.error("FRIMCLA_DATA names no folder"))
    described: dict[str, dict[str, Any]] = {"textures": {}}
    if options.weights:
        described["mobilenet_v2"] = {"weights": str(options.weights)}
    rows = []
    for name in options.sets:
        paths, classes, groups = _listed(data / name)
        for extractor, values in described.items():
            features = FeatureExtractor(extractor, **values).fit_transform(paths)
            for classifier in UNSEARCHED:
                rows.append(
                    [name, extractor, classifier, *_both(classifier, features, classes, groups)]
                )
                print(rows[-1], file=sys.stderr, flush=True)
    table(("set", "extractor", "classifier", "default", "searched", SECONDS, SECONDS), rows)
    for classifier in UNSEARCHED:
        behind = np.mean([row[4] - row[3] for row in rows if row[2] == classifier])
        verdict(f"{classifier}: points that a search finds", float(behind), "at most 0.5")
    write_json(options.json, {"benchmark": "searching", "rows": rows})


def _listed(folder: Path) -> tuple[list[Path], np.ndarray, np.ndarray]:
    """Return files, classes, and groups or, where there are none, the files again."""
    index = next(folder.rglob("INDEX.csv"))
    with index.open(encoding="utf-8", newline="") as file:
        images = [image for image in csv.DictReader(file) if "test" not in image["file"].split("/")]
    groups = [image.get("group") or image["file"] for image in images]
    paths = [index.parent / image["file"] for image in images]
    return paths, np.array([image["class"] for image in images]), np.array(groups)


def _both(name: str, features: np.ndarray, classes: np.ndarray, groups: np.ndarray) -> list[float]:
    """Return scores of default and search, and the processor seconds of both."""
    default = Registry.discover().find(Classifier, name).recipe().build(seed=SEED)
    inner = StratifiedKFold(INNER, shuffle=True, random_state=SEED)
    scores, seconds = [], []
    for model in (default, GridSearchCV(default, grids()[name][1], cv=inner)):
        outer = StratifiedGroupKFold(5, shuffle=True, random_state=SEED)
        before = work_done()
        predicted = cross_val_predict(model, features, classes, groups=groups, cv=outer, n_jobs=-1)
        seconds.append(work_done() - before)
        scores.append(100 * balanced_accuracy_score(classes, predicted))
    return [*scores, *seconds]


if __name__ == "__main__":
    main()
