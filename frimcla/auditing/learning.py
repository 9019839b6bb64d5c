"""Score against number of images: how many more images are worth it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from frimcla.contracts import Array, Progress
from frimcla.files import scratch_in
from frimcla.folds import Plan, Split
from frimcla.keys import seed_of
from frimcla.parts import predictions_of
from frimcla.predictions import Labels, Predictions
from frimcla.recipes import Recipe
from frimcla.rounds import share, worked
from frimcla.scoring import Answers, Judge, score_or_nan
from frimcla.search import made

from .learning_ahead import drawn
from .learning_curve import Curve
from .learning_sets import parts

MOST_FOLDS = 10
"""Folds that are learnt from in parts. Four parts of a half, a quarter and so on take less than one
cross-validation of the pair without its search."""
SIZES = 4
"""Sizes, the whole training fold among them, that a curve needs."""


@attrs.frozen(kw_only=True, eq=False)
class Lesson:
    """One task: the pair's classifier on a part of a training fold.

    Attributes:
        classifier: What learns.
        chosen: Hyper-parameters that the search took in this fold: none is made again.
        seed: Of the fit, as on the whole fold.
        rows: What is learnt from.
        test: The rows held out.
        labels: Classes of all images, (n,).
        place: Fold and size, numbered.
    """

    classifier: Recipe
    chosen: Mapping[str, Any]
    seed: int
    rows: Array
    test: Array
    labels: Array
    place: tuple[int, int]


def curve_of(
    features: Array,
    plan: Plan,
    classifier: Recipe,
    judge: Judge,
    *,
    table: Predictions,
    pair: Labels,
    folder: Path,
    rope: float = 0.01,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Curve | None, str]:
    """Draw the learning curve of a pair, and say what more images would bring.

    In each fold of the first repeat (ten at most) the pair learns from parts of the training fold,
    with the hyper-parameters chosen on all of it; what it says with all of it stands in *table*.
    A size's score is the mean over folds, as everywhere: pooled answers would be as good for a
    share of right images, but wrong for what ranks images by probabilities of several models.

    Args:
        features: Of the pair's extractor, ``float32`` (n, d), in the order of the plan.
        plan: The folds.
        classifier: Of the pair.
        judge: The deciding metric.
        table: The predictions.
        pair: The pair in it.
        folder: Where a scratch folder may stand.
        rope: A difference in the metric that does not matter.
        n_jobs: Processes; changes no number.
        progress: Called with ``"learn"`` after every fit.

    Returns:
        The curve and an empty text; or None, and why there is none.
    """
    folds = _folds(plan)
    held = [plan.train_test(Split(0, (fold,))) for fold in folds]
    answers = table.answers(pair)
    whole = [score_or_nan(judge, answers.at(test)) for _, test in held]
    if np.isnan(whole).any():
        return None, f"{judge.recipe.label} cannot be computed in every fold"
    sizes = parts(plan, table.units, folds)
    if len(sizes) + 1 < SIZES:
        return None, "too few independent images of a class to learn from a half of them"
    lessons = _lessons(plan, classifier, table, pair, sizes)
    taught = _scores(features, lessons, judge, folder.absolute(), n_jobs=n_jobs, progress=progress)
    scores = np.column_stack([taught, whole])
    counts = [np.mean([len(some) for some in rows]) for rows in sizes]
    counts.append(np.mean([len(train) for train, _ in held]))
    known = ~np.isnan(scores).any(axis=0)
    if known.sum() < SIZES:
        return None, "the classifier cannot learn, or be judged, from a part of the images"
    curve = drawn(
        np.array(counts)[known],
        scores[:, known],
        judge,
        images=len(table.images),
        ratio=1 / (plan.count - 1),
        rope=rope,
        seed=plan.seed,
    )
    return curve, ""


def _lessons(
    plan: Plan,
    classifier: Recipe,
    table: Predictions,
    pair: Labels,
    sizes: Sequence[Sequence[Array]],
) -> list[Lesson]:
    chosen = table.pairs[pair].chosen[0]
    splits = [Split(0, (fold,)) for fold in _folds(plan)]
    return [
        Lesson(
            classifier=classifier,
            chosen=chosen[split.folds[0]],
            seed=plan.seed_of_fit(split, classifier.key),
            rows=rows[number],
            test=plan.train_test(split)[1],
            labels=table.labels,
            place=(number, size),
        )
        for size, rows in enumerate(sizes)
        for number, split in enumerate(splits)
    ]


def _scores(
    features: Array,
    lessons: Sequence[Lesson],
    judge: Judge,
    folder: Path,
    *,
    n_jobs: int,
    progress: Progress | None,
) -> Array:
    """Return scores by fold and size, (f, s); nan where there is none."""
    scores = np.full(np.max([lesson.place for lesson in lessons], axis=0) + 1, np.nan)
    with scratch_in(folder) as scratch:
        path = scratch / "features.npy"
        share(path, features)
        tasks = [(path, lesson) for lesson in lessons]
        done = worked("learn", learnt, tasks, scratch, n_jobs=n_jobs, progress=progress)
        for place, said in done:
            if said is not None:
                scores[place] = score_or_nan(judge, said)
    return scores


def learnt(task: tuple[Path, Lesson]) -> tuple[tuple[int, int], Answers | None]:
    """Fit and predict; None where that fails (more neighbours than images).

    Args:
        task: Where the features lie, ``float32`` (n, d), and what to learn from them.
    """
    path, lesson = task
    features = np.load(path, mmap_mode="r", allow_pickle=False)
    classes, test = np.unique(lesson.labels), lesson.test
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters was said of the whole fold
            model = made(lesson.classifier, lesson.chosen, lesson.seed)
            model.fit(features[lesson.rows], lesson.labels[lesson.rows])
            predicted, probabilities = predictions_of(model, features[test], classes)
    except Exception:  # whatever a classifier raises, as in the study
        return lesson.place, None
    return lesson.place, Answers(
        truth=lesson.labels[test],
        predicted=classes[predicted],
        probabilities=probabilities,
        classes=classes,
    )


def _folds(plan: Plan) -> list[int]:
    """Return the folds that are used: all, or so many that are drawn."""
    if plan.count <= MOST_FOLDS:
        return list(range(plan.count))
    rng = np.random.default_rng(seed_of(plan.seed, "learn"))
    return sorted(rng.choice(plan.count, MOST_FOLDS, replace=False).tolist())
