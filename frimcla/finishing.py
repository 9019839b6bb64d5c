"""The last step of a run: the chosen pair trained, judged on images that nothing saw, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import numpy as np

from . import tables
from .contracts import Array, Progress
from .dataset import Dataset
from .final_check import against_runner_up, tested
from .judging import labels_of
from .outputs import write_text, write_verdict
from .predictions import Labels
from .result import Result
from .scoring import Answers, Judge
from .training import (
    Task,
    save_model,
    test_answers,
    train_model,
    with_evidence,
    with_examples,
)


def finish(
    result: Result,
    labels: Labels,
    progress: Progress | None = None,
    *,
    examples: bool = False,
) -> Result:
    """Train a pair on all images, have it judged by those kept until the end, and write it.

    Args:
        result: Of the comparison.
        labels: The pair.
        progress: Called as work is done.
        examples: Whether small pictures of training images go into the file.
    """
    with _shown(progress), result.clock.phase("train"):
        result = _judged(result, labels, examples)
        assert result.model
        model = save_model(result.model_path, result.model, result.opened)
        if result.test_answers:
            result = _beside_runner_up(result, labels, result.test_answers)
        if result.tested:
            write_verdict(result.outcome)
    return attrs.evolve(result, model=model)


def train_aside(
    result: Result,
    labels: Labels,
    path: Path,
    progress: Progress | None = None,
    *,
    examples: bool = False,
) -> Result:
    """Train a pair as `finish` does, but write the model alone, to *path*."""
    with _shown(progress):
        result = _judged(result, labels, examples)
        assert result.model
        model = save_model(path, result.model, result.opened)
    return attrs.evolve(result, model=model, aside=path)


@contextmanager
def _shown(progress: Progress | None) -> Iterator[None]:
    """Show that a block trains."""
    if progress:
        progress("train", 0, 1)
    yield
    if progress:
        progress("train", 1, 1)


def _task(result: Result, labels: Labels) -> Task:
    pair = next(pair for pair in result.study.pairs if labels_of(pair) == labels)
    return Task(
        opened=result.opened,
        study=result.study,
        plan=result.plan,
        pair=pair,
        table=result.table,
    )


def _judged(result: Result, labels: Labels, examples: bool) -> Result:
    """Train a pair, and score it on the images kept for the final check, if there are any."""
    task = _task(result, labels)
    model = with_evidence(train_model(task, result.verdict.expected_of(labels)), task)
    if examples:
        model = with_examples(model, task)
    test = result.opened.test
    if test is None:
        return attrs.evolve(result, model=model)
    answers, study = test_answers(model, result.opened, test), result.study
    judges = [Judge.of(recipe) for recipe in study.judges]
    scores = tuple(tested(judge, answers, study.seed, _units(test)) for judge in judges)
    manifest = attrs.evolve(model.manifest, expected=scores[0])
    return attrs.evolve(
        result,
        model=attrs.evolve(model, manifest=manifest),
        tested=scores,
        test_answers=answers,
        verdict=attrs.evolve(result.verdict, tested=scores),
    )


def _beside_runner_up(result: Result, labels: Labels, answers: Answers) -> Result:
    """Write what a pair says of the kept images, and compare it there with the best other."""
    opened, study, verdict = result.opened, result.study, result.verdict
    assert opened.test
    names = [image.name for image in opened.test.images]
    write_text(study.output / "test_predictions.csv", tables.answers_csv(names, answers))
    other = next((pair for pair in verdict.selection.ranking if pair != labels), None)
    if other is None:
        return result
    rival = train_model(_task(result, other), verdict.expected_of(other))
    theirs = test_answers(rival, opened, opened.test)
    judge = Judge.of(study.deciding)
    found = against_runner_up(judge, answers, theirs, study.seed, _units(opened.test))
    return attrs.evolve(result, verdict=attrs.evolve(verdict, rival=other, against_rival=found))


def _units(test: Dataset) -> Array | None:
    return np.array(test.units) if test.units else None
