"""The commands, one function each; the command line and notebooks only call these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path

import attrs

from .assembling import Described
from .backends import check_backend, working
from .concluding import conclude
from .config import read_study
from .contracts import Progress
from .duplicates import across
from .errors import ConfigError, did_you_mean
from .extraction import Extracted
from .files import sweep
from .finishing import finish, train_aside
from .judging import against_chance, cross_validate, kept, labels_of, tabulate
from .locking import claimed
from .opening import Opened, extract_all, make_ready, open_study, settle_pixels
from .outputs import Clock, write_comparison, write_record
from .planning import Cost, check_recipes, cost_of, plan_of, settle
from .predictions import Labels
from .registry import Registry
from .rehearsing import rehearse
from .result import Result
from .selection import Stopped, told_pair
from .study import Study
from .unchanged import MADE, Wanted, as_left, read_record, sign

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
    opened = _open(source, registry, output, progress)
    with working(opened.study, opened.packages.values()):
        return extract_all(_begin(opened, tell, progress), progress)


def compare(
    source: Source,
    *,
    registry: Registry | None = None,
    output: str | Path | None = None,
    pictures: bool | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Cross-validate every pair, and write predictions, scores, tables and plots.

    Raises:
        FrimclaError: See `run`.
    """
    clock = Clock()
    with clock.phase("list"):
        opened = _open(source, registry, output, progress, pictures)
    with claimed(opened.study.output):
        wanted = Wanted()
        result = _compare(opened, clock, progress, tell, wanted)
        return result if result.concluded else sign(conclude(result, progress), wanted)


def train(
    source: Source,
    *,
    pair: str = "",
    cheapest: bool = False,
    model: str | Path | None = None,
    with_examples: bool = False,
    registry: Registry | None = None,
    output: str | Path | None = None,
    pictures: bool | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Train a pair on all images and write ``model.frimcla``.

    What was compared before is not compared again.

    Args:
        source: A configuration, a folder of images, or a study.
        pair: ``"LAB444 + SVM"``, as tables call it; the best if empty.
        cheapest: The recommended pair whose predictions cost least instead.
        model: Write the model to this file, and leave the results of the study as they are:
            for a pair to be tried beside the best.
        with_examples: Put small pictures of up to 1,000 training images into the model, so that
            the nearest can be shown beside a prediction. Whoever gets the model sees them.
        registry: What plugins offer; the installed ones if omitted.
        output: Instead of the setting.
        pictures: Instead of the setting: whether the report shows images and their names.
        progress: Called as work is done.
        tell: Called once, when it is known what is compared on which images, before anything
            is computed.

    Raises:
        FrimclaError: See `run`; and there is no such pair.
    """
    path = None if model is None else _model_file(Path(model))
    clock = Clock()
    with clock.phase("list"):
        opened = _open(source, registry, output, progress, pictures)
    if pair:
        _pair_named(pair, map(labels_of, opened.study.pairs))
    wanted = None
    if path is None:
        wanted = Wanted(trains=True, pair=pair, cheapest=cheapest, examples=with_examples)
    with claimed(opened.study.output) if wanted else nullcontext():
        result = _compare(opened, clock, progress, tell, wanted)
        if result.concluded:
            return result
        labels = result.verdict.cheapest if cheapest else result.verdict.winner
        if pair:
            labels = _pair_named(pair, result.selection.cells, result.selection.stopped)
        if path:
            return train_aside(result, labels, path, progress, examples=with_examples)
        assert wanted
        result = finish(result, labels, progress, examples=with_examples)
        return sign(conclude(result, progress), wanted)


def run(
    source: Source,
    *,
    registry: Registry | None = None,
    output: str | Path | None = None,
    pictures: bool | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Result:
    """Compare every pair, train the best on all images, and write it all down.

    Args:
        source: A configuration (TOML, JSON), a folder of images for the default study, or a
            study.
        registry: What plugins offer; the installed ones if omitted.
        output: Instead of the setting.
        pictures: Instead of the setting: whether the report shows images and their names.
        progress: Called as work is done.
        tell: Called once, when it is known what is compared on which images, before anything
            is computed.

    Raises:
        ConfigError: The configuration is wrong; every problem.
        DatasetError: The images cannot be studied; every problem.
        PluginError: A plugin breaks its contract, or every pair failed.
        ReadOnlyError, SpaceError: The output cannot be written.
    """
    return train(
        source,
        registry=registry,
        output=output,
        pictures=pictures,
        progress=progress,
        tell=tell,
    )


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
        found = rehearse(study, opened.dataset, spaces, opened.opener)
        return study, opened, found.cost(study, opened.dataset)
    return study, opened, cost_of(study, opened.dataset)


def _open(
    source: Source,
    registry: Registry | None,
    output: str | Path | None,
    progress: Progress | None,
    pictures: bool | None = None,
) -> Opened:
    registry = registry or Registry.discover()
    study = source if isinstance(source, Study) else read_study(source, registry, output=output)
    if pictures is not None:
        study = study.changed(pictures=pictures)
    check_backend(study)
    check_recipes(study)
    return open_study(study, registry, progress)


def _begin(opened: Opened, tell: Tell | None, progress: Progress | None) -> Opened:
    """Settle what is seen of the images, and tell what the study begins with."""
    opened = settle_pixels(opened, progress)
    if tell:
        tell(opened)
    return opened


def _compare(
    opened: Opened,
    clock: Clock,
    progress: Progress | None,
    tell: Tell | None,
    wanted: Wanted | None,
) -> Result:
    """Compare, and write what was found; with nothing *wanted*, only parts that were missing."""
    with working(opened.study, opened.packages.values()):
        return _compared(opened, clock, progress, tell, wanted)


def _compared(
    opened: Opened,
    clock: Clock,
    progress: Progress | None,
    tell: Tell | None,
    wanted: Wanted | None,
) -> Result:
    with clock.phase("list"):
        before = read_record(opened.study.output) if wanted else {}
        if wanted and MADE not in before:
            write_record(opened.study.output, {"state": "running"})
        sweep(opened.study.output)
        opened = _begin(opened, tell, progress)
    with clock.phase("extract"):
        opened, extracted = extract_all(opened, progress)
    with clock.phase("plan"):
        study = settle(opened.study, opened.dataset, opened.registry)
        plan = plan_of(study, opened.dataset)
    described = Described(study=study, opened=opened, plan=plan, extracted=extracted, clock=clock)
    if wanted and MADE in before:
        with clock.phase("read"):
            left = as_left(before, wanted, described)
        if left:
            return left
        write_record(study.output, {"state": "running"})
    twins: tuple[tuple[str, str], ...] = ()
    if opened.test:
        twins = across(opened.dataset, opened.test, opened.store, opened.prints)
    with clock.phase("compare"):
        evaluated = cross_validate(study, opened, plan, progress)
    with clock.phase("select"):
        table = tabulate(opened, plan, evaluated)
        if wanted:
            table = kept(study, table)
        result = described.judged(table, evaluated)
    result = attrs.evolve(result, twins=twins)
    if study.permutations and wanted:
        with clock.phase("shuffle"):
            chance = against_chance(study, opened, plan, progress)
        result = attrs.evolve(result, verdict=attrs.evolve(result.verdict, chance=chance))
    if wanted:
        with clock.phase("write"):
            write_comparison(result.outcome)
    return result


def _model_file(path: Path) -> Path:
    """Return where a model may be written.

    Raises:
        ConfigError: Nowhere that is called so.
    """
    problem = ""
    if path.suffix != ".frimcla":
        problem = f'must end in .frimcla (got "{path}"), so that nothing else is written over'
    elif path.is_dir():
        problem = f'must be a file, but "{path}" is a folder'
    if problem:
        raise ConfigError("the study", [("--model", problem)])
    return path


def _pair_named(
    name: str, pairs: Iterable[Labels], stopped: Mapping[Labels, Stopped] | None = None
) -> Labels:
    """Return the pair that tables call *name*.

    Raises:
        ConfigError: There is none, or it stopped; hints at the nearest.
    """
    for labels, one in (stopped or {}).items():
        if told_pair(labels) == name:
            what = f'"{name}" {one.told}, so that nobody knows what to expect of it'
            raise ConfigError("the study", [("--pair", f'{what}; set search = "full", no budget')])
    known = {told_pair(labels): labels for labels in pairs}
    if name not in known:
        alike = [label for label in known if label.lower().startswith(name.lower())]
        hint = f'; did you mean "{alike[0]}"?' if alike else did_you_mean(name, known)
        raise ConfigError("the study", [("--pair", f'no pair "{name}"{hint}')])
    return known[name]
