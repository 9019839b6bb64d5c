"""From what the user named to a study with its images; or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from . import probes, versions
from .complaints import complaints, shared
from .contracts import Progress
from .dataset import Dataset, scan
from .engines import settle_engines
from .errors import ConfigError, DatasetError
from .extraction import Extracted, describe, extract, unreadable
from .policy import Policy
from .registry import Registry
from .store import FeatureStore, Space
from .study import Study

RECORD = "run.json"
"""The file by which an output folder is known as FrimCla's own."""
LEFT = (
    *("study.toml", "predictions.h5", "scores.csv", "predictions.csv", "test_predictions.csv"),
    *("table.md", "table.csv", "table.tex", "scatter.png", "confusion.png", "model.frimcla"),
)
"""What a run writes beside it."""

Problems = list[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Opened:
    """A study and its images, before anything was computed.

    Attributes:
        study: As the user wrote it; metric and folds may be open.
        registry: What plugins offer.
        dataset: The images to learn from.
        test: The images kept for the final check, or None.
        policy: What extractors see.
        engines: What runs each extractor, by label; settled before images are described.
        notices: What the user should know of that.
    """

    study: Study
    registry: Registry
    dataset: Dataset
    test: Dataset | None
    policy: Policy = attrs.field(factory=Policy)
    engines: Mapping[str, str] = attrs.field(factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def store(self) -> FeatureStore:
        """The features of the study."""
        return FeatureStore(self.study.output / "features")

    @property
    def spaces(self) -> dict[str, Space]:
        """Where the features of each extractor live, by its label."""
        return {
            recipe.label: Space(
                recipe=recipe, policy=self.policy, engine=self.engines.get(recipe.label, "")
            )
            for recipe in self.study.extractors
        }

    @property
    def packages(self) -> dict[str, str]:
        """What ``pip`` calls each plugin that the study uses."""
        recipes = (*self.study.extractors, *self.study.classifiers, *self.study.judges)
        used = {recipe.component.plugin for recipe in recipes}
        return {p.name: p.distribution for p in self.registry.plugins if p.name in used}


def open_study(study: Study, registry: Registry, progress: Progress | None = None) -> Opened:
    """List the images of *study*.

    Raises:
        DatasetError: They cannot be studied; every problem, those of decoding included.
        ConfigError: The output folder holds files of somebody else.
    """
    _guard(study.output)
    opened = Opened(
        study=study,
        registry=registry,
        dataset=scan(study.images, progress),
        test=scan(study.test, progress) if study.test else None,
    )
    if _complaints(opened):  # then decode as well, to tell everything at once
        bad = {
            key: why
            for dataset in (opened.dataset, opened.test)
            if dataset
            for key, why in unreadable(dataset, opened.policy, study.n_jobs).items()
        }
        raise _refusal(opened, bad)
    return opened


def make_ready(opened: Opened, progress: Progress | None = None) -> Opened:
    """Settle what runs the extractors, which may export networks once.

    Raises:
        PluginError: Some cannot run here; all of them are told.
    """
    study = opened.study
    engines, notices = settle_engines(study.extractors, study.engine, progress)
    return attrs.evolve(opened, engines=engines, notices=notices)


def extract_all(opened: Opened, progress: Progress | None = None) -> tuple[Opened, Extracted]:
    """Compute every missing feature; return the study without what could not be read.

    Raises:
        DatasetError: Images cannot be read and the study does not skip them, or too few are
            left.
        PluginError: An extractor cannot run, or breaks its contract.
    """
    opened = make_ready(opened, progress)
    _check_probes(opened)
    images = (*opened.dataset.images, *(opened.test.images if opened.test else ()))
    done = extract(
        images,
        list(opened.spaces.values()),
        opened.store,
        policy=opened.policy,
        n_jobs=opened.study.n_jobs,
        progress=progress,
    )
    readable = _without(opened, done.unreadable)
    if (done.unreadable and opened.study.unreadable == "stop") or _complaints(readable):
        raise _refusal(opened, done.unreadable)
    return readable, done


def _check_probes(opened: Opened) -> None:
    """Make sure that what is stored is what the installed libraries would compute.

    Raises:
        FrimclaError: It is not, and a library changed.
    """
    for space in opened.spaces.values():
        package = opened.packages.get(space.recipe.component.plugin, "")
        behind = versions.behind(package)
        kept = opened.store.read_probes(space)
        if kept is None or kept[1] != behind:
            now = describe(probes.drawn(), space)
            probes.check(opened.store, space, now, behind)


def _refusal(opened: Opened, bad: dict[str, str]) -> DatasetError:
    """Say everything: what cannot be read, and what is wrong with the rest."""
    readable = _without(opened, bad)
    problems = [*_complaints(readable), *readable.dataset.unreadable]
    if readable.test:
        problems += [(f"test: {name}", why) for name, why in readable.test.unreadable]
    problems.sort()
    if bad and opened.study.unreadable == "stop":
        problems.append(("unreadable", 'mend these files, or set unreadable = "skip"'))
    return DatasetError(str(opened.study.images), problems)


def _without(opened: Opened, bad: dict[str, str]) -> Opened:
    test = opened.test.without(bad) if opened.test else None
    return attrs.evolve(opened, dataset=opened.dataset.without(bad), test=test)


def _complaints(opened: Opened) -> Problems:
    problems = complaints(opened.dataset, opened.study.folds)
    if opened.test is None:
        return problems
    if not opened.test.images:
        problems.append(("test", "must hold sub-folders with images, but there are none"))
    strange = sorted(set(opened.test.classes) - set(opened.dataset.classes))
    for label in strange:
        problems.append(("test", f'holds the class "{label}", which images does not; rename it'))
    return problems + [(f"test: {name}", why) for name, why in shared(opened.dataset, opened.test)]


def _guard(output: Path) -> None:
    """Refuse to write over files that no run of ours left."""
    if (output / RECORD).exists():
        return
    foreign = [name for name in LEFT if (output / name).exists()]
    if foreign:
        what = f'holds {", ".join(foreign)} of somebody else (got "{output}"); choose another'
        raise ConfigError("the study", [("output", what)])
