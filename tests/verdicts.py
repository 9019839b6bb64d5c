"""Reports made up from scores alone: what is told of a study that nobody had to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from toys import Toys

import frimcla
from frimcla.by_group import GroupScore
from frimcla.comparing import compared
from frimcla.expecting import Expectation
from frimcla.number import Number
from frimcla.outcome import Outcome
from frimcla.predictions import Predictions
from frimcla.prices import Price
from frimcla.scoring import Judge, unit_of
from frimcla.selection import Cell, Selection, told_pair
from frimcla.study import Study
from frimcla.verdict import Verdict

REGISTRY = frimcla.Registry.of(toys=Toys())
SIX = ("KNN", "LR", "MLP", "RF", "SVM", "GB")
TWELVE = (
    *("VGG16", "VGG19", "Xception", "ResNet50", "Overfeat", "Inception v3"),
    *("DenseNet", "GoogLeNet", "LAB888", "LAB444", "HSV888", "HSV444"),
)

GROUPS = [GroupScore(group=f"g{n}", fold=n, images=10, right=9) for n in range(4)]


def grid(
    extractors: Sequence[str] = TWELVE[:2],
    classifiers: Sequence[str] = SIX[:3],
    *,
    folds: int = 10,
    repeats: int = 1,
    seed: int = 7,
) -> dict[tuple[str, str], np.ndarray]:
    """Scores of pairs on common folds of about 60 images: each extractor worse than the last."""
    rng = np.random.default_rng(seed)
    hard = rng.normal(0, 0.01, (repeats, folds))
    found = {}
    for place, extractor in enumerate(extractors):
        for number, classifier in enumerate(classifiers):
            centre = 0.96 - 0.03 * place + 0.004 * number - 0.06 * (number == 0)
            noise = rng.normal(0, 0.02, (repeats, folds))
            found[extractor, classifier] = np.round((centre + hard + noise).clip(0, 1) * 60) / 60
    return found


def outcome(
    scores: Mapping[tuple[str, str], np.ndarray],
    *,
    metric: str = "accuracy",
    statistics: str = "strict",
    nested: bool = True,
    failed: Mapping[tuple[str, str], str] | None = None,
    classes: Mapping[str, int] | None = None,
    controls: Sequence[str] = (),
    expected: tuple[float, float | None, float | None] = (0.95, 0.92, 0.975),
    tested: tuple[float, float, float] | None = None,
    chance: float | None = None,
    grouped_by: str = "",
) -> Outcome:
    """Return an outcome of these scores."""
    judge = Judge.of(REGISTRY.find(frimcla.Metric, metric).recipe())
    selection = Selection(
        judge=judge,
        cells={pair: Cell(scores=np.asarray(one)) for pair, one in scores.items()},
        failed=failed or {},
        baseline=0.5,
    )
    repeats, folds = selection.cells[selection.winner].scores.shape
    counts = classes or {"cat": 300, "dog": 300}
    truth = np.repeat(np.arange(len(counts)), list(counts.values())).astype(np.int16)
    table = Predictions(
        images=tuple(f"{number:064}" for number in range(len(truth))),
        names=tuple(map(str, range(len(truth)))),
        classes=tuple(counts),
        truth=truth,
        folds=np.tile(np.arange(len(truth)) % folds, (repeats, 1)).astype(np.int16),
        pairs={},
        failed=failed or {},
    )
    number = _number(judge, *expected, method=_method(nested, folds))
    verdict = Verdict(
        selection=selection,
        comparisons=compared(selection, controls=controls, statistics=statistics),
        expectation=Expectation(
            numbers=(number,), nested=nested, chosen={selection.winner: folds if nested else 1.0}
        ),
        prices=_prices(selection),
        alpha=0.05,
        rope=0.01,
        tested=(_number(judge, *tested, method="100 test images, Wilson"),) if tested else (),
        chance=Number(value=chance, unit="p", metric=metric, method="200 shufflings")
        if chance is not None
        else None,
    )
    return Outcome(
        study=_study(selection, judge, controls, folds, repeats),
        table=table,
        verdict=verdict,
        grouped_by=grouped_by,
        groups=tuple(GROUPS) if grouped_by else (),
        trained=selection.winner if tested else None,
        test_images=100 if tested else 0,
    )


def _method(nested: bool, folds: int) -> str:
    if nested:
        return f"nested, mean of {folds} outer folds, corrected t"
    return "BBC-CV, 1000 samples, Wilson"


def _number(judge: Judge, value: float, low: float | None, high: float | None, method: str):
    label = judge.recipe.label
    return Number(value=value, unit=unit_of(judge), metric=label, method=method, low=low, high=high)


def _prices(selection: Selection) -> dict[tuple[str, str], Price]:
    """The later an extractor and a classifier stand, the cheaper they are."""
    extractors, classifiers = selection.extractors[::-1], selection.classifiers[::-1]
    return {
        pair: Price(
            work=float(extractors.index(pair[0])),
            features=512,
            effort=classifiers.index(pair[1]),
            label=told_pair(pair),
        )
        for pair in selection.cells
    }


def _study(
    selection: Selection, judge: Judge, controls: Sequence[str], folds: int, repeats: int
) -> Study:
    extractors = [
        frimcla.Extractor(
            name="seen", factory="toys:edges", summary="made up", control=name in controls
        ).recipe(label=name)
        for name in selection.extractors
    ]
    nearest = REGISTRY.find(frimcla.Classifier, "nearest_mean")
    return Study(
        images=Path("images"),
        output=Path("results"),
        extractors=tuple(extractors),
        classifiers=tuple(nearest.recipe(label=name) for name in selection.classifiers),
        metric=judge.recipe,
        folds=folds,
        repeats=repeats,
    )
