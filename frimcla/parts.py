"""One pair in one fold: search, fit, predict, and a file that says what came of it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from .contracts import Array
from .errors import PluginError
from .folds import Plan, Split
from .keys import digest
from .recipes import Pair, Recipe
from .scoring import Answers, Judge, score_or_nan
from .search import Rows, classifier_of, fits, made, search
from .shards import Arrays


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """One task: a pair in a split.

    Attributes:
        pair: Extractor and classifier.
        space: Key of the features, which names their file too.
        judge: The deciding metric, for the search.
        plan: The folds.
        split: What is held out.
        features: Folder of the matrices, one ``.npy`` per space.
        folder: Where finished parts lie.
        halving: Whether the search halves its candidates (`frimcla.search`).
    """

    pair: Pair
    space: str
    judge: Recipe
    plan: Plan
    split: Split
    features: Path
    folder: Path
    halving: bool = False

    @property
    def path(self) -> Path:
        """The file of the finished part: named by all that decides its numbers."""
        classifier = self.pair.classifier
        identity = [
            self.space,
            classifier.identity,
            classifier_of(classifier).search,
            self.judge.identity,
            self.plan.key_of(self.split),
            *(["halving"] if self.halving else []),
        ]
        home = f"{self.space}--{classifier.key}"
        return self.folder / home / f"{digest(identity)}.h5"


def fit_part(part: Part) -> Arrays:
    """Search, fit and predict one pair in one split; return what it says, ready to be kept."""
    plan, recipe = part.plan, part.pair.classifier
    features = np.load(part.features / f"{part.space}.npy", mmap_mode="r", allow_pickle=False)
    train, test = plan.train_test(part.split)
    labels = np.array(plan.labels)
    seed = plan.seed_of_fit(part.split, recipe.key)
    with _listening() as heard:
        rows = Rows(features=features[train], labels=labels[train], inner=plan.inner(part.split))
        chosen = search(recipe, rows, Judge.of(part.judge), seed, halving=part.halving)
        heard.clear()  # candidates that were not taken are nobody's concern
        (fit,) = fits(recipe, [made(recipe, chosen, seed)], rows.features, rows.labels)
        predicted, probabilities = predictions_of(fit(), features[test], np.unique(labels))
    arrays = {"rows": test.astype(np.int64), "predicted": predicted, "probabilities": probabilities}
    facts = {"chosen": chosen, "warnings": sorted(set(heard))}
    return Arrays(arrays=arrays, facts=facts)


def predictions_of(model: Any, features: Array, classes: Array) -> tuple[Array, Array]:
    """Return class numbers ``int16`` (n,) and probabilities ``float32`` (n, k).

    Probabilities are nan where the model offers none; a class it never saw has 0.

    Raises:
        PluginError: The model breaks its contract.
    """
    named = np.asarray(model.predict(features))
    if not set(named.tolist()) <= set(classes.tolist()):
        raise PluginError("the classifier predicted a label that it was not taught")
    predicted = np.searchsorted(classes, named).astype(np.int16)
    if not hasattr(model, "predict_proba"):
        return predicted, np.full((len(features), len(classes)), np.nan, np.float32)
    given = np.asarray(model.predict_proba(features))
    if not np.allclose(given.sum(axis=1), 1, atol=1e-3) or (given < 0).any():
        raise PluginError("the classifier's probabilities do not sum to 1")
    probabilities = np.zeros((len(features), len(classes)), np.float32)
    probabilities[:, np.searchsorted(classes, model.classes_)] = given
    return predicted, probabilities


def scores_of(part: Part, said: Arrays, judge: Judge) -> list[float]:
    """Return what *judge* thinks of each fold that a part held out; nan where there is no score."""
    plan, rows = part.plan, said.arrays["rows"]
    truth, classes = np.array(plan.labels), np.unique(plan.labels)
    answers = Answers(
        truth=truth[rows],
        predicted=classes[said.arrays["predicted"]],
        probabilities=said.arrays["probabilities"],
        classes=classes,
    )
    fold_of = plan.folds[part.split.repeat][rows]
    return [score_or_nan(judge, answers.at(fold_of == fold)) for fold in part.split.folds]


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect the warnings of a block as "Category: first sentence", printed by nobody.

    The rest is advice to programmers, such as to scale what has been scaled here.
    """
    heard: list[str] = []

    me, others = threading.get_ident(), warnings.showwarning

    def hear(message: Warning | str, category: type[Warning], *where: Any, **how: Any) -> None:
        if threading.get_ident() != me:  # of a program around this one
            others(message, category, *where, **how)
            return
        first, *_rest = str(message).strip().splitlines() or [""]
        heard.append(f"{category.__name__}: {first.partition('. ')[0][:100]}")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = hear
        yield heard
