"""How far to trust one prediction, measured on images that were kept: is what is said true?

    FRIMCLA_DATA=... python benchmarks/uncertainty.py [--halves 20] [--sets dogs,bees,cells]
        [--extractors lab,haralick,lbp,mobilenet,mobilenet_v2] [--json FILE]

Each data set is split in halves by chance, 20 times; images that belong together stay together.
One half is studied: a logistic regression, out of fold and on all of it. The other half was seen
by nothing. Printed are, in percent, mean (sd) over the splits:

* false alarms: kept images called unlike training; 5 is said.
* other set: images of another set called so; no target, more is better.
* coverage: kept images whose class is in their set, of the class for which it is least and of
  that for which it is most; 90 is said, less than 87 in the mean is a miss. The size of sets.
* reliability: how often predictions are right, less what was said of them.

Then, of white blood cells, how well the distance tells a class from the others that was left out
of training, and images of other sets from all of them (area under the ROC curve).
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from common import CORES, parser, table, timed, workplace, write_json

from frimcla.components import Classifier, Extractor
from frimcla.engines import settle_engines
from frimcla.extraction import describe_files
from frimcla.folds import fold_of
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.novelty import Novelty
from frimcla.parts import predictions_of
from frimcla.policy import Policy
from frimcla.reading import Readers
from frimcla.registry import Registry
from frimcla.scoring import Answers
from frimcla.search import made
from frimcla.spaces import Space
from frimcla.trust import Evidence

Array = np.ndarray
SETS = {
    "blood": "wbc_smear/dataset1",
    "dogs": "dogs_vs_cats/train",
    "bees": "bee_pollen",
    "cells": "bccd_cells",
    "shapes": "chula_rbc12",
}
WEIGHTS = {
    "mobilenet": "mobilenet_1_0_224_no_top__dequantised_from_coral_qat.h5",
    "mobilenet_v2": "mobilenet_v2_1.0_224_no_top__dequantised_from_coral_ptq.h5",
}
ELSE = {"dogs": "bees"}
"""What is shown to a model of each set that it cannot know; dogs and cats, if nothing is named."""
FOLDS, COVERAGE = 5, 0.9


class Images(NamedTuple):
    """A data set in numbers: features (n, d), classes (n,), and what belongs together (n,)."""

    features: Array
    labels: Array
    groups: Array

    def at(self, rows: Array) -> "Images":
        """Return some of the images."""
        return Images(*(part[rows] for part in self))


class Told(NamedTuple):
    """What came of one split, all but sizes as shares."""

    alarms: float
    elsewhere: float
    coverage: Array
    size: float
    gap: float


def groups_of(folder: Path, names: list[str]) -> Array:
    """Return what images belong to, as their index says; without it, each to itself."""
    for home in (folder, folder.parent):
        if (home / "INDEX.csv").is_file():
            with (home / "INDEX.csv").open(encoding="utf-8") as file:
                rows = {Path(row["file"]).name: row.get("group") for row in csv.DictReader(file)}
            return np.array([rows.get(Path(name).name) or name for name in names])
    return np.array(names)


def described(data: Path, name: str, extractor: str) -> Images:
    """Return the features of a data set."""
    registry, policy = Registry.discover(), Policy(scaling="dtype")
    path = data / "weights" / "keras_no_top"
    values = {"weights": str(path / WEIGHTS[extractor])} if extractor in WEIGHTS else {}
    recipe = registry.find(Extractor, extractor).recipe(**values)
    engines, _ = settle_engines([recipe], "auto")
    space = Space(recipe=recipe, policy=policy, engine=engines[recipe.label])
    images = scan(data / SETS[name]).images
    opener = Opener(readers=Readers.of(registry), policy=policy)
    rows, bad = describe_files(images, space, opener, n_jobs=CORES)
    assert not bad, bad
    return Images(
        features=np.stack([rows[number] for number in range(len(images))]),
        labels=np.array([image.label for image in images]),
        groups=groups_of(data / SETS[name], [image.name for image in images]),
    )


def folds_of(images: Images, most: int, seed: int) -> Array:
    """Return folds as a study would deal them, as many as images allow."""
    for count in range(most, 1, -1):
        try:
            return fold_of(images.labels, images.groups, np.arange(len(images[1])), count, seed)
        except ValueError:
            continue
    raise SystemExit("too few images of a class")


def fitted(images: Images, seed: int) -> Any:
    """Return a trained classifier."""
    recipe = Registry.discover().find(Classifier, "logistic_regression").recipe()
    return made(recipe, {}, seed).fit(images.features, images.labels)


def studied(images: Images, seed: int) -> tuple[Any, Evidence]:
    """Return a classifier of all images, and what it says of each held out."""
    classes, folds = np.unique(images.labels), folds_of(images, FOLDS, seed)
    predicted = np.empty(len(folds), np.int16)
    probabilities = np.empty((len(folds), len(classes)), np.float32)
    for fold in np.unique(folds):
        model = fitted(images.at(folds != fold), seed)
        held_out = images.features[folds == fold]
        predicted[folds == fold], probabilities[folds == fold] = predictions_of(
            model, held_out, classes
        )
    answers = Answers(
        truth=images.labels,
        predicted=classes[predicted],
        probabilities=probabilities,
        classes=classes,
    )
    return fitted(images, seed), Evidence.of(answers, images.features, folds)


def tried(images: Images, other: Images, seed: int) -> Told:
    """Study one half of the images, and hold what it says against the other."""
    half = folds_of(images, 2, seed) == 0
    model, evidence = studied(images.at(half), seed)
    kept, classes = images.at(~half), np.unique(images.labels)
    said = predictions_of(model, kept.features, classes)
    trusts = list(evidence.judge(*said, kept.features, COVERAGE))
    new = other.features[:: max(1, len(other.features) // 200)]
    strange = evidence.judge(*predictions_of(model, new, classes), new)
    held = np.array([one in t.candidates for one, t in zip(kept.labels, trusts, strict=True)])
    return Told(
        alarms=float(np.mean([trust.unlike for trust in trusts])),
        elsewhere=float(np.mean([trust.unlike for trust in strange])),
        coverage=np.array([held[kept.labels == one].mean() for one in classes]),
        size=float(np.mean([len(trust.candidates) for trust in trusts])),
        gap=float(
            np.mean(classes[said[0]] == kept.labels) - np.mean([trust.right for trust in trusts])
        ),
    )


def percent(values: Array | list[float]) -> str:
    """Return mean (standard deviation) in percent."""
    return f"{100 * np.mean(values):.1f} ({100 * np.std(values, ddof=1):.1f})"


def row_of(told: list[Told]) -> list[str]:
    """Return what came of all splits of a data set."""
    coverage = np.array([one.coverage for one in told])
    least, most = np.argsort(coverage.mean(axis=0))[[0, -1]]
    return [
        percent([one.alarms for one in told]),
        percent([one.elsewhere for one in told]),
        percent(coverage[:, least]),
        percent(coverage[:, most]),
        f"{np.mean([one.size for one in told]):.2f}",
        percent([one.gap for one in told]),
    ]


def roc(usual: Array, strange: Array) -> float:
    """Return the area under the ROC curve."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(strange, usual).statistic / len(strange) / len(usual))


def apart(images: Images, strange: Array, halves: int) -> float:
    """Return how well distances tell *strange* from the kept half of *images*."""
    found = []
    for seed in range(halves):
        half = folds_of(images, 2, seed) == 0
        learnt, kept = images.at(half), images.at(~half)
        novelty = Novelty.fit(learnt.features, learnt.labels)
        found.append(roc(novelty.distances(kept.features), novelty.distances(strange)))
    return float(np.mean(found))


def novelties(found: dict[str, Images], halves: int) -> Iterator[tuple[str, float]]:
    """Yield what was left out of training, and how well it is told from what was not."""
    blood = found["blood"]
    for label in np.unique(blood.labels):
        out = blood.labels == label
        yield f"no {label}", apart(blood.at(~out), blood.features[out], halves)
    for name, other in found.items():
        if name != "blood":
            yield name, apart(blood, other.features, halves)


def main() -> None:
    """Measure, and print both tables."""
    options = parser(__doc__)
    options.add_argument("--halves", type=int, default=20)
    options.add_argument("--sets", default="dogs,bees,cells")
    options.add_argument("--extractors", default="lab,haralick,lbp,mobilenet,mobilenet_v2")
    chosen = options.parse_args()
    data = Path(os.environ["FRIMCLA_DATA"])
    results: dict[str, Any] = {}
    kept, left_out = [], []
    with workplace():
        for extractor in chosen.extractors.split(","):
            found = {name: described(data, name, extractor) for name in SETS}
            for name in chosen.sets.split(","):
                other = found[ELSE.get(name, "dogs")]
                told = [tried(found[name], other, seed) for seed in range(chosen.halves)]
                row = row_of(told)
                print(extractor, name, *row, sep="  ", flush=True)
                kept.append([f"{extractor}, {name}", *row])
            seconds, areas = timed(lambda found=found: dict(novelties(found, 5)))
            left_out.append([extractor, *areas.values()])
            print(f"{extractor}  novelty in {seconds:.0f} s", flush=True)
            results[extractor] = areas
    columns = ["false alarms", "other set", "least coverage", "most coverage", "size"]
    print("\nKept halves, in percent: mean (sd) over splits")
    table(["", *columns, "right - said"], kept)
    print("\nWhite blood cells: area under the ROC curve of what was left out")
    table(["", *areas], left_out)
    write_json(chosen.json, {"kept": kept, "left_out": results})


if __name__ == "__main__":
    main()
