"""The commands, one function each; the command line and notebooks only call these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import attrs
import numpy as np

from . import tables
from .bundle import Model
from .by_group import GroupScore, by_group
from .config import read_study
from .contracts import Progress
from .duplicates import across
from .errors import ConfigError, did_you_mean
from .evaluation import Evaluated
from .evaluation import evaluate as evaluate_pairs
from .extraction import Extracted
from .files import sweep
from .folds import Plan
from .opening import Opened, extract_all, make_ready, open_study, settle_pixels
from .outputs import Clock, write_comparison, write_record, write_text
from .planning import Cost, check_recipes, cost_of, plan_of, rehearse, settle
from .predictions import Labels, Predictions, read_predictions, write_predictions
from .recipes import Pair
from .registry import Registry
from .result import Result, record_of
from .scoring import Judge
from .selection import every_pair_failed, reported, select, tested
from .study import Study
from .training import Task, save_model, test_answers, train_model

Tell = Callable[[Opened], None]
Source = str | Path | Study
"""What a command works on: a configuration, a folder of images, or a study."""


def extract(
    source: Source,
    *,
    registry: Registry | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> tuple[Opened, Extracted]:
    """Describe every image by every extractor, and keep the features.

    Raises:
        FrimclaError: See `run`.
    """
    opened = _begin(_open(source, registry, output, progress), tell, progress)
    return extract_all(opened, progress)


def compare(
    source: Source,
    *,
    registry: Registry | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Cross-validate every pair, and write predictions, scores, tables and plots.

    Raises:
        FrimclaError: See `run`.
    """
    result = _compare(source, registry, output, progress, tell)
    write_record(result.study.output, record_of(result))
    return result


def train(
    source: Source,
    *,
    pair: str = "",
    registry: Registry | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Train a pair on all images and write ``model.frimcla``.

    What was compared before is not compared again.

    Args:
        source: A configuration, a folder of images, or a study.
        pair: ``"LAB444 + SVM"``, as tables call it; the best if empty.
        registry: What plugins offer; the installed ones if omitted.
        output: Instead of the setting.
        progress: Called as work is done.
        tell: Called once, when it is known what is compared on which images, before anything
            is computed.

    Raises:
        FrimclaError: See `run`; and there is no such pair.
    """
    result = _compare(source, registry, output, progress, tell, pair=pair)
    labels = _pair_named(pair, result.selection.cells) if pair else result.selection.winner
    result = _train(result, labels, progress)
    write_record(result.study.output, record_of(result))
    return result


def run(
    source: Source,
    *,
    registry: Registry | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Compare every pair, train the best on all images, and write it all down.

    Args:
        source: A configuration (TOML, JSON), a folder of images for the default study, or a
            study.
        registry: What plugins offer; the installed ones if omitted.
        output: Instead of the setting.
        progress: Called as work is done.
        tell: Called once, when it is known what is compared on which images, before anything
            is computed.

    Raises:
        ConfigError: The configuration is wrong; every problem.
        DatasetError: The images cannot be studied; every problem.
        PluginError: A plugin breaks its contract, or every pair failed.
        ReadOnlyError, SpaceError: The output cannot be written.
    """
    return train(source, registry=registry, output=output, progress=progress, tell=tell)


def check(
    source: Source, *, rehearsal: bool = False, registry: Registry | None = None
) -> tuple[Study, Opened, Cost]:
    """Settle a study and count what it will do, without computing it.

    Args:
        source: A configuration, a folder of images, or a study.
        rehearsal: Estimate the time from a few images and one inner fold.
        registry: What plugins offer; the installed ones if omitted.
    """
    opened = settle_pixels(_open(source, registry, None, None))
    study = settle(opened.study, opened.dataset, opened.registry)
    if rehearsal:
        opened = make_ready(opened)
        spaces = list(opened.spaces.values())
        return study, opened, rehearse(study, opened.dataset, spaces, opened.opener)
    return study, opened, cost_of(study, opened.dataset)


def _open(
    source: Source,
    registry: Registry | None,
    output: str | Path | None,
    progress: Progress | None,
) -> Opened:
    registry = registry or Registry.discover()
    study = source if isinstance(source, Study) else read_study(source, registry, output=output)
    check_recipes(study)
    return open_study(study, registry, progress)


def _begin(opened: Opened, tell: Tell | None, progress: Progress | None) -> Opened:
    """Settle what is seen of the images, and tell what the study begins with."""
    opened = settle_pixels(opened, progress)
    if tell:
        tell(opened)
    return opened


def _compare(
    source: Source,
    registry: Registry | None,
    output: str | Path | None,
    progress: Progress | None,
    tell: Tell | None,
    *,
    pair: str = "",
) -> Result:
    clock = Clock()
    with clock.phase("list"):
        opened = _open(source, registry, output, progress)
        if pair:
            _pair_named(pair, map(_labels, opened.study.pairs))
        write_record(opened.study.output, {"state": "running"})
        sweep(opened.study.output)
        opened = _begin(opened, tell, progress)
    with clock.phase("extract"):
        opened, extracted = extract_all(opened, progress)
    twins: tuple[tuple[str, str], ...] = ()
    if opened.test:
        twins = across(opened.dataset, opened.test, opened.store, opened.prints)
    study = settle(opened.study, opened.dataset, opened.registry)
    plan = plan_of(study, opened.dataset)
    with clock.phase("compare"):
        evaluated = _evaluate(study, opened, plan, progress)
    with clock.phase("select"):
        table = _predictions(study, opened, plan, evaluated)
        selection = select(table, Judge.of(study.deciding))
        groups = _by_group(opened, table, selection.winner)
        write_comparison(study, table, selection, groups)
        judges = [Judge.of(recipe) for recipe in study.judges]
    return Result(
        reported=reported(table, selection.winner, judges),
        study=study,
        opened=opened,
        plan=plan,
        extracted=extracted,
        evaluated=evaluated,
        table=table,
        selection=selection,
        groups=groups,
        twins=twins,
        clock=clock,
    )


def _evaluate(study: Study, opened: Opened, plan: Plan, progress: Progress | None) -> Evaluated:
    spaces = opened.spaces
    by_key = {space.key: space for space in spaces.values()}
    keys = [image.key for image in opened.dataset.images]
    return evaluate_pairs(
        {pair: spaces[pair.extractor.label].key for pair in study.pairs},
        lambda space: opened.store.matrix(by_key[space], keys),
        plan,
        study.deciding,
        study.output / "predictions",
        n_jobs=study.n_jobs,
        progress=progress,
    )


def _predictions(study: Study, opened: Opened, plan: Plan, evaluated: Evaluated) -> Predictions:
    """Write the table of predictions, and read it back: what is told is what is on disk."""
    failed = {_labels(pair): why for pair, why in evaluated.failed.items()}
    if not evaluated.pairs:
        raise every_pair_failed(failed)
    classes = opened.dataset.classes
    table = Predictions(
        images=tuple(image.key for image in opened.dataset.images),
        names=tuple(image.name for image in opened.dataset.images),
        classes=classes,
        truth=np.searchsorted(np.array(classes), np.array(plan.labels)).astype(np.int16),
        folds=plan.folds,
        pairs={_labels(pair): found for pair, found in evaluated.pairs.items()},
        failed=failed,
    )
    path = study.output / "predictions.h5"
    write_predictions(path, table)
    return read_predictions(path)


def _by_group(opened: Opened, table: Predictions, pair: Labels) -> tuple[GroupScore, ...]:
    if not opened.dataset.grouped_by:
        return ()
    groups = [image.group for image in opened.dataset.images]
    return by_group(table.answers(pair), groups, table.folds[0].tolist())


def _train(result: Result, labels: Labels, progress: Progress | None) -> Result:
    if progress:
        progress("train", 0, 1)
    with result.clock.phase("train"):
        pair = next(pair for pair in result.study.pairs if _labels(pair) == labels)
        task = Task(opened=result.opened, study=result.study, plan=result.plan, pair=pair)
        model = train_model(task, result.selection.naive_of(labels))
        result = _test(attrs.evolve(result, model=model), model)
        if result.tested:
            manifest = attrs.evolve(model.manifest, expected=result.tested[0])
            model = attrs.evolve(model, manifest=manifest)
        model = save_model(result.model_path, model, result.opened)
    if progress:
        progress("train", 1, 1)
    return attrs.evolve(result, model=model)


def _test(result: Result, model: Model) -> Result:
    """Score *model* on the images kept for the final check, if there are any."""
    opened, study = result.opened, result.study
    if opened.test is None:
        return result
    answers = test_answers(model, opened, opened.test)
    names = [image.name for image in opened.test.images]
    text = tables.answers_csv(names, answers)
    write_text(study.output / "test_predictions.csv", text)
    groups = np.array(opened.test.units) if opened.test.units else None
    scores = tuple(tested(Judge.of(recipe), answers, study.seed, groups) for recipe in study.judges)
    return attrs.evolve(result, tested=scores, test_answers=answers)


def _labels(pair: Pair) -> Labels:
    return pair.extractor.label, pair.classifier.label


def _pair_named(name: str, pairs: Iterable[Labels]) -> Labels:
    """Return the pair that tables call *name*.

    Raises:
        ConfigError: There is none; hints at the nearest.
    """
    known = {" + ".join(labels): labels for labels in pairs}
    if name not in known:
        alike = [label for label in known if label.lower().startswith(name.lower())]
        hint = f'; did you mean "{alike[0]}"?' if alike else did_you_mean(name, known)
        raise ConfigError("the study", [("--pair", f'no pair "{name}"{hint}')])
    return known[name]
