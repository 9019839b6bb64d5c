"""The chosen pair, trained on all images; and how it does on images that nothing has seen."""

from __future__ import annotations

import warnings
from pathlib import Path

import attrs
import numpy as np

from . import bundle, examples, versions
from .bundle import Model
from .contracts import Array
from .dataset import Dataset
from .folds import Plan
from .judging import labels_of
from .keys import seed_of
from .manifest import Manifest
from .number import Number
from .opening import Opened
from .parallel import alone
from .picturing.sampling import by_class, stratified
from .picturing.thumbs import thumbnails
from .predictions import Predictions
from .recipes import Pair, Recipe
from .scoring import Answers, Judge
from .search import Rows, made, search
from .study import Study
from .trust import Evidence


@attrs.frozen(kw_only=True, eq=False)
class Task:
    """What is trained: a pair on the images of a settled study, and what it said out of fold."""

    opened: Opened
    study: Study
    plan: Plan
    pair: Pair
    table: Predictions

    @property
    def features(self) -> Array:
        """How its extractor describes the n images, ``float32`` (n, d)."""
        keys = [image.key for image in self.opened.dataset.images]
        return self.opened.store.matrix(self.opened.spaces[self.pair.extractor.label], keys)


def train_model(task: Task, expected: Number) -> Model:
    """Search once more on all images, fit, and return the model.

    Args:
        task: What to train.
        expected: What the study says of the pair; written into the model.
    """
    study, classifier = task.study, task.pair.classifier
    dataset = task.opened.dataset
    space = task.opened.spaces[task.pair.extractor.label]
    seed = seed_of(study.seed, "final", classifier.key)
    rows = Rows(
        features=task.features,
        labels=np.array(task.plan.labels),
        inner=task.plan.final(),
    )

    def fit(_: None) -> tuple[dict[str, object], object]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the comparison has heard, counted and told them
            chosen = search(classifier, rows, Judge.of(study.deciding), seed, halving=study.halving)
            return chosen, made(classifier, chosen, seed).fit(rows.features, rows.labels)

    chosen, model = alone(fit, None)
    manifest = Manifest(
        classes=dataset.classes,
        extractor=task.pair.extractor,
        classifier=_with_values(task.pair.classifier, chosen),
        policy=task.opened.policy,
        saw=task.opened.kind,
        files=dataset.images[0].channels,
        engine=space.engine,
        metrics=study.judges,
        expected=expected,
        trained_on={
            "data": dataset.key,
            "images": len(dataset.images),
            "per_class": dataset.counts,
            "grouped_by": dataset.grouped_by,
            # Enough of each hash to notice an evaluation on images that were learnt from.
            "images_by_hash": sorted({image.key[:12] for image in dataset.images}),
        },
        seed=study.seed,
        versions=versions.of_a_run(task.opened.packages.values()),
    )
    readers = task.opened.opener.readers
    trained = Model(manifest=manifest, classifier=model, readers=readers)
    return attrs.evolve(
        trained, manifest=attrs.evolve(manifest, probes=alone(bundle.probe_scores, trained))
    )


def with_evidence(model: Model, task: Task) -> Model:
    """Return the model with what its pair said out of fold, which tells how far to trust it."""

    def gathered(task: Task) -> Evidence:
        return Evidence.of(
            task.table.answers(labels_of(task.pair)), task.features, task.plan.folds[0]
        )

    return attrs.evolve(model, trust=alone(gathered, task))


def with_examples(model: Model, task: Task) -> Model:
    """Return the model with small pictures of up to `examples.MOST` images it has learnt from.

    They are drawn evenly from the classes, as many as the shares of these.
    """
    assert model.trust
    opened = task.opened
    chosen = set(stratified(by_class(opened.dataset.images), examples.MOST))
    some = {image.key: image for image in opened.dataset.images if image.key in chosen}
    drawn = thumbnails(list(some.values()), opened.opener, n_jobs=task.study.n_jobs)
    features = opened.store.matrix(model.manifest.space, list(drawn))
    found = examples.gather(
        np.array([some[key].label for key in drawn]),
        [thumb.webp for thumb in drawn.values()],
        model.trust.novelty.points(features),
    )
    return attrs.evolve(model, examples=found)


def test_answers(model: Model, opened: Opened, test: Dataset) -> Answers:
    """Return what *model* says of the images kept for the final check."""
    features = opened.store.matrix(model.manifest.space, [image.key for image in test.images])
    predicted, probabilities = model.answers(features)
    classes = np.array(model.classes)
    return Answers(
        truth=np.array([image.label for image in test.images]),
        predicted=classes[predicted],
        probabilities=probabilities,
        classes=classes,
    )


def _with_values(recipe: Recipe, chosen: dict[str, object]) -> Recipe:
    """Return a recipe with the hyper-parameters that were found, under its old label."""
    params = attrs.evolve(recipe.params, **chosen)
    return attrs.evolve(recipe, params=params, given_label=recipe.label)


def save_model(path: Path, model: Model, opened: Opened) -> Model:
    """Write the model; return it with its members named."""
    manifest = bundle.save(path, model, opened.packages)
    return attrs.evolve(model, manifest=manifest)
