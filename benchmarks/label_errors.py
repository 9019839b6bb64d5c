"""Are wrong labels found? Labels are flipped, and confident learning ranks all images.

    python benchmarks/label_errors.py [--seeds 20] [--jobs 1] [--json FILE]

Painted images, and, where FRIMCLA_DATA names the folder of real ones, three sets of those. Each is
described by colours, and by a small MobileNet where its weights are in FRIMCLA_WEIGHTS.
Per seed 5 % of the labels are flipped, and five folds are predicted by two classifiers without a
search. Gate: wherever classes are told apart (9 of 10 right on clean labels), half of the flipped
labels or more lie in the top tenth of the ranking, with at least 19 seeds of 20.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import attrs
import numpy as np
from common import OPENER, parser, space_of, table, workplace, write_json

from frimcla.auditing.labels import averaged, doubts, suspected
from frimcla.components import Classifier
from frimcla.dataset import Dataset
from frimcla.errors import WeightsError
from frimcla.extraction import extract
from frimcla.folds import Plan, Split
from frimcla.gathering import scan
from frimcla.naming import Naming
from frimcla.painting import write_images
from frimcla.parallel import unordered
from frimcla.parts import predictions_of
from frimcla.predictions import PairPredictions, Predictions
from frimcla.registry import Registry
from frimcla.search import made
from frimcla.spaces import Space
from frimcla.store import FeatureStore

FLIPPED, FOLDS, SEEDS, CLEAN = 0.05, 5, 20, 5
TOLD_APART, KEPT = 0.9, 0.95
CLASSIFIERS = ("logistic_regression", "svm")
REAL = (  # folder, and what tells the groups
    ("dogs_vs_cats/train", ""),
    ("bccd_cells/INDEX.csv", "group"),
    ("bee_pollen/INDEX.csv", "group"),
)
COLUMNS = (
    "images",
    "extractor",
    "N",
    "right",
    "in the top tenth, mean",
    "least",
    "half or more",
    "suspects, clean",
    "suspects",
    "of them flipped",
)


class Task(NamedTuple):
    """One seed on one description of a set; with no labels flipped where *clean*."""

    dataset: Dataset
    features: np.ndarray
    seed: int
    clean: bool


class Outcome(NamedTuple):
    """What was found.

    Attributes:
        seed: Of the task.
        clean: Whether no label was flipped.
        right: Share of the images that are predicted as labelled.
        top: Share of the flipped labels in the top tenth; nan where none were.
        suspects: Share of the images that are suspected.
        flipped: Share of the images that are suspected and were flipped.
    """

    seed: int
    clean: bool
    right: float
    top: float
    suspects: float
    flipped: float


def outcome(task: Task) -> Outcome:
    """Flip labels, predict out of fold, and see where the flipped ones are."""
    dataset, rows = (task.dataset, []) if task.clean else flipped(task.dataset, task.seed)
    answers = averaged(*predicted(dataset, task.features, task.seed))
    wrong = np.isin(np.arange(len(dataset.images)), rows)
    top = np.argsort(-doubts(answers), kind="stable")[: len(wrong) // 10]
    found = [doubt.row for doubt in suspected(answers)]
    return Outcome(
        task.seed,
        task.clean,
        float(np.mean(answers.predicted == answers.truth)),
        float(wrong[top].sum() / wrong.sum()) if wrong.any() else np.nan,
        len(found) / len(wrong),
        float(wrong[found].sum() / len(wrong)),
    )


def flipped(dataset: Dataset, seed: int) -> tuple[Dataset, list[int]]:
    """Return the images, 5 % of them in another class, and which."""
    rng = np.random.default_rng(seed)
    images = list(dataset.images)
    rows = rng.choice(len(images), round(FLIPPED * len(images)), replace=False).tolist()
    for row in rows:
        others = [label for label in dataset.classes if label != images[row].label]
        images[row] = attrs.evolve(images[row], label=str(rng.choice(others)))
    return attrs.evolve(dataset, images=tuple(images)), rows


def predicted(
    dataset: Dataset, features: np.ndarray, seed: int
) -> tuple[Predictions, list[tuple[str, str]]]:
    """Predict every image out of fold, by each classifier; return the table and its pairs."""
    plan = Plan.of(dataset, folds=FOLDS, inner_folds=2, seed=seed)
    labels = np.array(plan.labels)
    classes, truth = np.unique(labels, return_inverse=True)
    pairs = {}
    for name in CLASSIFIERS:
        recipe = Registry.discover().find(Classifier, name).recipe()
        said = np.empty((1, len(labels)), np.int16)
        given = np.empty((1, len(labels), len(classes)), np.float32)
        for fold in range(FOLDS):
            split = Split(0, (fold,))
            train, test = plan.train_test(split)
            model = made(recipe, {}, plan.seed_of_fit(split, recipe.key))
            model.fit(features[train], labels[train])
            said[0, test], given[0, test] = predictions_of(model, features[test], classes)
        pairs["seen", name] = PairPredictions(predicted=said, probabilities=given, chosen=())
    found = Predictions(
        images=tuple(image.key for image in dataset.images),
        names=tuple(image.name for image in dataset.images),
        classes=tuple(classes.tolist()),
        truth=truth.astype(np.int16),
        folds=plan.folds,
        pairs=pairs,
    )
    return found, list(pairs)


def sets(folder: Path) -> Iterator[tuple[str, Dataset]]:
    """Yield painted images, and the real ones that are there."""
    write_images(folder / "painted", count=100)
    yield "painted", scan(folder / "painted")
    if data := os.environ.get("FRIMCLA_DATA"):
        for name, groups in REAL:
            naming = Naming(groups=(groups,) if groups else ())
            yield name.partition("/")[0], scan(Path(data) / name, naming=naming)
    else:
        print("note: FRIMCLA_DATA does not name the folder of real images; painted ones only")


def spaces() -> dict[str, Space]:
    """Return what describes images: colours, and a network where it is at hand."""
    found = {name: space_of(name) for name in ("lab",)}
    try:
        found["mobilenet 0.25"] = space_of("mobilenet", alpha=0.25)
    except WeightsError:
        print("note: FRIMCLA_WEIGHTS has no weights of MobileNet 0.25; left out")
    return found


def row(name: str, extractor: str, images: int, found: Sequence[Outcome]) -> tuple[object, ...]:
    """Sum up the seeds of one description of a set."""
    dirty, clean = ([one for one in found if one.clean is which] for which in (False, True))
    tops = [one.top for one in dirty]
    suspects = float(np.mean([one.suspects for one in dirty]))
    return (
        name,
        extractor,
        images,
        float(np.mean([one.right for one in clean])),
        float(np.mean(tops)),
        float(min(tops)),
        f"{sum(top >= 0.5 for top in tops)} of {len(tops)}",
        float(np.mean([one.suspects for one in clean])),
        suspects,
        float(np.mean([one.flipped for one in dirty])) / suspects if suspects else float("nan"),
    )


def main() -> int:
    """Measure all sets, print the table, and return 1 if the gate is not kept."""
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=SEEDS)
    options.add_argument("--jobs", type=int, default=1)
    given = options.parse_args()
    rows, kept = [], True
    with workplace() as folder:
        seen = spaces()
        for name, dataset in sets(folder):
            store = FeatureStore(folder / "features")
            extract(dataset.images, list(seen.values()), store, opener=OPENER, n_jobs=given.jobs)
            for extractor, space in seen.items():
                features = store.matrix(space, [image.key for image in dataset.images])
                tasks = [
                    Task(dataset, features, seed, clean)
                    for seed in range(given.seeds)
                    for clean in ((False, True) if seed < CLEAN else (False,))
                ]
                found = sorted(unordered(outcome, tasks, given.jobs), key=lambda one: one.seed)
                rows.append(row(name, extractor, len(dataset.images), found))
                print(f"{name}, {extractor}: {rows[-1][6]} seeds", flush=True)
                tops = [one.top >= 0.5 for one in found if not one.clean]
                if rows[-1][3] >= TOLD_APART:
                    kept &= bool(np.mean(tops) >= KEPT)
    table(COLUMNS, rows)
    print(f"\n{given.seeds} seeds; the gate is {'kept' if kept else 'broken'}")
    write_json(given.json, {"rows": [dict(zip(COLUMNS, one, strict=True)) for one in rows]})
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
