"""The comparison of classifiers on one description of the images, against a plain script.

    python benchmarks/compare.py [--classifiers knn,svm] [--repeats 3] [--json FILE]
    python benchmarks/compare.py --search halving

Both tune the same candidates in 3 inner folds of 10 outer ones, on all cores; the plain script is
`plain_compare.py`. Ours keeps probabilities too, calibrated for the SVM, and writes every part to
disk. Each runs in a process of its own, its workers started before; they take turns, and seconds
are medians. The plain script
should take at least as long for every classifier, and at least twice as long for those that share
work: KNN, LR and SVM. With `--search halving` it should take twice as long for all together, and
accuracies should agree within one standard error (of a share of so many images). The ratio of CPU
seconds stands beside: other programs hardly change that.

The default study searches for KNN, LR and SVM only; here the others have two or three values too.
Made features are as numerous and as sparse as those of MobileNetV2; `--features` and `--labels`
name ``.npy`` files of real ones.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from common import (
    CORES,
    in_turn,
    medians,
    parser,
    table,
    timed,
    verdict,
    work_done,
    workplace,
    write_json,
)
from plain_compare import FOLDS, INNER, SEED, accuracy, grids

from frimcla.components import Classifier, Extractor, Metric
from frimcla.contracts import Array
from frimcla.dataset import Dataset, Image
from frimcla.evaluation import Evaluated, evaluate
from frimcla.files import sha256
from frimcla.folds import Plan
from frimcla.recipes import Pair, Recipe
from frimcla.registry import Registry
from frimcla.study import SEARCHES

IMAGES, WIDTH, HIDDEN = 600, 1280, 40
SHARING = {"knn": 2, "logistic_regression": 2, "svm": 2}
COLUMNS = ("classifier", "plain s", "ours s", "plain / ours", "of CPU", "accuracy", "plain")


def main() -> None:
    """Measure every classifier; print the table and the smallest ratio."""
    options = _options()
    features, labels = _data(options)
    if options.way:
        with workplace():
            print(json.dumps(timed_here(options, features, labels)))
        return
    rows = [measured(name, options) for name in options.classifiers]
    n, d = features.shape
    print(f"{n} x {d}, {FOLDS} folds, {INNER} inner folds, {CORES} cores, {options.search} search")
    table(COLUMNS, [[row[key] for key in row] for row in rows])
    halving = options.search == "halving"
    for name, least in SHARING.items() if not halving else ():
        for row in rows:
            if row["classifier"] == name:
                verdict(f"plain / ours, {name}", row["ratio"], f"at least {least}")
    worst = min(rows, key=lambda row: row["ratio"])
    verdict(f"smallest plain / ours ({worst['classifier']})", worst["ratio"], "at least 1")
    total = sum(row["plain"] for row in rows) / sum(row["ours"] for row in rows)
    verdict("plain / ours, all", total, f"at least {2 if halving else 1}")
    mine, theirs = (np.mean([row[key] for row in rows]) for key in ("accuracy", "plain_accuracy"))
    error = float(np.sqrt(theirs * (1 - theirs) / n))
    behind = 100 * (theirs - mine)
    verdict("plain - ours, points of mean accuracy", behind, f"at most {100 * error:.2f}")
    results = {"benchmark": "compare", "shape": [n, d], "classifiers": rows, "total_ratio": total}
    write_json(options.json, results)


def _options() -> argparse.Namespace:
    found = parser(__doc__)
    names = list(grids())
    found.add_argument("--classifiers", default=names, type=lambda text: text.split(","))
    found.add_argument("--repeats", type=int, default=3)
    found.add_argument("--search", choices=SEARCHES, default=SEARCHES[0], help="ours")
    found.add_argument(
        "--way", choices=("plain", "ours"), help="measure that one, once; print JSON"
    )
    found.add_argument("--features", type=Path, metavar="FILE", help="float32 (n, d), .npy")
    found.add_argument("--labels", type=Path, metavar="FILE", help="strings (n,), .npy")
    options = found.parse_args()
    if unknown := set(options.classifiers) - set(names):
        found.error(f"no classifier {sorted(unknown)[0]}; choose from {', '.join(names)}")
    if bool(options.features) != bool(options.labels):
        found.error("--features and --labels go together")
    return options


def _data(options: argparse.Namespace) -> tuple[Array, Array]:
    if options.features:
        return np.load(options.features), np.load(options.labels)
    return made(IMAGES, WIDTH)


def made(n: int, d: int, seed: int = 0) -> tuple[Array, Array]:
    """Return features like a network's: correlated, none negative, half of them 0; two classes."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 2
    hidden = rng.normal(size=(n, HIDDEN))
    hidden[:, :6] += 0.6 * (2 * codes[:, None] - 1)
    features = hidden @ rng.normal(size=(HIDDEN, d)) / 6 + 0.5 * rng.normal(size=(n, d))
    return np.maximum(features, 0).astype(np.float32), np.array(["cat", "dog"])[codes]


def measured(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the seconds of a classifier by either way, the plain script's first."""
    found: dict[str, list[dict[str, float]]] = {"plain": [], "ours": []}

    def one(way: str) -> float:
        found[way].append(_elsewhere(way, name, options))
        return found[way][-1]["s"]

    seconds = medians(in_turn({way: partial(one, way) for way in found}, options.repeats))
    cpu = medians({way: [one["cpu"] for one in said] for way, said in found.items()})
    return {
        "classifier": name,
        **seconds,
        "ratio": seconds["plain"] / seconds["ours"],
        "cpu_ratio": cpu["plain"] / max(cpu["ours"], 0.01),
        "accuracy": found["ours"][-1]["accuracy"],
        "plain_accuracy": found["plain"][-1]["accuracy"],
    }


def _elsewhere(way: str, name: str, options: argparse.Namespace) -> dict[str, float]:
    """Measure in a process of its own: the two ways want workers of different kinds."""
    files = [part for key in ("features", "labels") for part in _option(key, options)]
    how = ["--way", way, "--classifiers", name, "--search", options.search]
    command = [sys.executable, __file__, *how, *files]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _option(key: str, options: argparse.Namespace) -> list[str]:
    value = getattr(options, key)
    return [f"--{key}", str(value)] if value else []


def timed_here(options: argparse.Namespace, features: Array, labels: Array) -> dict[str, float]:
    """Return the seconds of one way in this process, those of its workers, and the accuracy."""
    names, halving = options.classifiers, options.search == "halving"
    few = np.arange(len(labels)) < 60
    run = {"plain": _plain, "ours": partial(_ours, halving=halving)}[options.way]
    run(names[:1], features[few], labels[few])  # starts workers, which import what they need
    before = work_done()
    seconds, score = timed(lambda: run(names, features, labels))
    return {"s": seconds, "cpu": work_done() - before, "accuracy": score}


def _plain(names: Sequence[str], features: Array, labels: Array) -> float:
    return float(np.mean([accuracy(name, features, labels) for name in names]))


def _ours(names: Sequence[str], features: Array, labels: Array, *, halving: bool) -> float:
    pairs, plan = [pair_of(name) for name in names], plan_of(labels)
    truth = np.unique(labels, return_inverse=True)[1]
    done = evaluated(pairs, features, plan, halving=halving)
    return float(np.mean([(done.pairs[pair].predicted[0] == truth).mean() for pair in pairs]))


@cache
def pair_of(name: str) -> Pair:
    """Return a classifier that searches what the plain script searches, with any extractor."""
    registry = Registry.discover()
    grid = {key.rpartition("__")[2]: tuple(values) for key, values in grids()[name][1].items()}
    searching = attrs.evolve(registry.find(Classifier, name), search=grid)
    extractor = registry.find(Extractor, "lab").recipe()  # nobody asks it for features
    return Pair(extractor=extractor, classifier=searching.recipe())


def plan_of(labels: Array) -> Plan:
    """Return the folds of images that are their numbers."""
    images = [
        Image(key=sha256(str(number).encode()), name=f"{number:06}", files=(), label=str(label))
        for number, label in enumerate(labels)
    ]
    # Folds are dealt by key; the rows of the features are in the order of the labels.
    dataset = Dataset(images=tuple(images), classes=tuple(np.unique(labels).tolist()))
    return Plan.of(dataset, folds=FOLDS, inner_folds=INNER, seed=SEED)


def evaluated(
    pairs: list[Pair], features: Array, plan: Plan, *, halving: bool = False
) -> Evaluated:
    """Compare pairs on all cores, from nothing."""
    with tempfile.TemporaryDirectory(prefix="frimcla-bench-") as folder:
        space = dict.fromkeys(pairs, "made")
        done = evaluate(
            space,
            lambda _: features,
            plan,
            _judge(),
            Path(folder),
            halving=halving,
            n_jobs=-1,
        )
    assert not done.failed, done.failed
    assert done.fitted == FOLDS * len(pairs), done.fitted
    return done


def _judge() -> Recipe:
    return Registry.discover().find(Metric, "accuracy").recipe()


if __name__ == "__main__":
    main()
