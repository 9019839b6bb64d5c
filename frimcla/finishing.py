"""The last step of a run: the chosen pair trained, judged on images that nothing saw, and kept."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np

from . import tables
from .bundle import Model
from .contracts import Array, Progress
from .dataset import Dataset
from .final_check import against_runner_up, tested
from .judging import labels_of
from .number import Number
from .outputs import write_text, write_verdict
from .predictions import Labels
from .result import Result
from .scoring import Answers, Judge
from .training import Task, save_model, test_answers, train_model


def finish(result: Result, labels: Labels, progress: Progress | None = None) -> Result:
    """Train a pair on all images, have it judged by those kept until the end, and write it.

    Args:
        result: Of the comparison.
        labels: The pair.
        progress: Called as work is done.
    """
    if progress:
        progress("train", 0, 1)
    with result.clock.phase("train"):
        expected = result.verdict.expected_of(labels)
        model = train_model(_task(result, labels), expected)
        result = _test(attrs.evolve(result, model=model), model, labels)
        if result.tested:
            manifest = attrs.evolve(model.manifest, expected=result.tested[0])
            model = attrs.evolve(model, manifest=manifest)
        model = save_model(result.model_path, model, result.opened)
        if result.tested:
            write_verdict(result.outcome)
    if progress:
        progress("train", 1, 1)
    return attrs.evolve(result, model=model)


def train_aside(
    result: Result, labels: Labels, path: Path, progress: Progress | None = None
) -> Result:
    """Train a pair as `finish` does, but write the model alone, to *path*."""
    if progress:
        progress("train", 0, 1)
    model = train_model(_task(result, labels), result.verdict.expected_of(labels))
    if result.opened.test:
        scores = _scores(result, test_answers(model, result.opened, result.opened.test))
        model = attrs.evolve(model, manifest=attrs.evolve(model.manifest, expected=scores[0]))
    model = save_model(path, model, result.opened)
    if progress:
        progress("train", 1, 1)
    return attrs.evolve(result, model=model, aside=path)


def _task(result: Result, labels: Labels) -> Task:
    pair = next(pair for pair in result.study.pairs if labels_of(pair) == labels)
    return Task(opened=result.opened, study=result.study, plan=result.plan, pair=pair)


def _test(result: Result, model: Model, labels: Labels) -> Result:
    """Score *model* on the images kept for the final check, if there are any."""
    opened, study = result.opened, result.study
    if opened.test is None:
        return result
    answers = test_answers(model, opened, opened.test)
    names = [image.name for image in opened.test.images]
    text = tables.answers_csv(names, answers)
    write_text(study.output / "test_predictions.csv", text)
    scores = _scores(result, answers)
    verdict = attrs.evolve(result.verdict, tested=scores)
    if other := next((pair for pair in verdict.selection.ranking if pair != labels), None):
        rival = train_model(_task(result, other), result.verdict.expected_of(other))
        theirs = test_answers(rival, opened, opened.test)
        judge = Judge.of(study.deciding)
        found = against_runner_up(judge, answers, theirs, study.seed, _units(opened.test))
        verdict = attrs.evolve(verdict, rival=other, against_rival=found)
    return attrs.evolve(result, tested=scores, test_answers=answers, verdict=verdict)


def _scores(result: Result, answers: Answers) -> tuple[Number, ...]:
    """Return every metric of the study on the images kept until the end, the deciding first."""
    study, test = result.study, result.opened.test
    assert test
    judges = [Judge.of(recipe) for recipe in study.judges]
    return tuple(tested(judge, answers, study.seed, _units(test)) for judge in judges)


def _units(test: Dataset) -> Array | None:
    return np.array(test.units) if test.units else None
