"""From what the user named to a study with its images; or everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from . import probes, versions
from .complaints import complaints, shared, strangers
from .contracts import Progress
from .dataset import Dataset, Problems
from .duplicates import fingerprints
from .engines import settle_engines
from .errors import ConfigError, DatasetError
from .extraction import Extracted, describe, extract, unreadable
from .folds import fold_of, possible_folds
from .gathering import scan
from .intake import Opener
from .keys import seed_of
from .measuring import kind_of, settle_policy
from .policy import Kind, Policy
from .proposing import Proposal, propose, straddling
from .reading import Readers
from .registry import Registry
from .spaces import Space
from .splitting import split
from .store import FeatureStore
from .study import FEATURES, RECORD, SETTINGS, Study
from .weights import contents

LEFT = (
    *("study.toml", "predictions.h5", "scores.csv", "predictions.csv", "test_predictions.csv"),
    "groups.csv",
    *("table.md", "table.csv", "table.tex", "scatter.png", "confusion.png", "model.frimcla"),
    *("per_class.csv", "verdict.json", "verdict.txt", "methods.txt", "methods.bib"),
    *("differences.png", "probabilities.png", "honest.png"),
    *("audit.json", "album.h5", "report.html"),
)
"""What a run writes beside it."""


@attrs.frozen(kw_only=True)
class Opened:
    """A study and its images, before anything was computed.

    Attributes:
        study: As the user wrote it; metric, folds and policy may be open.
        registry: What plugins offer.
        dataset: The images to learn from.
        test: The images kept for the final check, or None.
        kind: What every image must be like; None where no header could be read.
        proposal: Groups that names suggest where the user declared none.
        straddling: Share of these groups that folds by image would split.
        by_image: How many such folds there would be.
        engines: What runs each extractor, by label; settled before images are described.
        notices: What the user should know of that.
    """

    study: Study
    registry: Registry
    dataset: Dataset
    test: Dataset | None
    kind: Kind | None = None
    proposal: Proposal | None = None
    straddling: float = 0.0
    by_image: int = 0
    engines: Mapping[str, str] = attrs.field(factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy:
        """What extractors see."""
        return self.study.policy

    @property
    def opener(self) -> Opener:
        """What reads the images."""
        readers = Readers.of(self.registry)
        return Opener(readers=readers, policy=self.policy, kind=self.kind)

    @property
    def store(self) -> FeatureStore:
        """The features of the study."""
        return FeatureStore(self.study.output / FEATURES, self.study.cache)

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
    def prints(self) -> Space:
        """Where the fingerprints of images live, which tell near-duplicates."""
        return Space(recipe=fingerprints(), policy=self.policy)

    @property
    def homes(self) -> list[str]:
        """The folders in the store that the study reads."""
        extra = [self.prints] if self.test else []
        spaces = (*self.spaces.values(), *extra)
        return sorted({part.key for space in spaces for part in space.parts})

    @property
    def packages(self) -> dict[str, str]:
        """What ``pip`` calls each plugin that the study uses."""
        recipes = (*self.study.extractors, *self.study.classifiers, *self.study.judges)
        used = {part.component.plugin for recipe in recipes for part in recipe.parts}
        return {p.name: p.distribution for p in self.registry.plugins if p.name in used}


def open_study(study: Study, registry: Registry, progress: Progress | None = None) -> Opened:
    """List the images of *study*, and keep those for the final check apart.

    Raises:
        DatasetError: They cannot be studied; every problem, those of decoding included.
        ConfigError: The output folder holds files of somebody else.
    """
    _guard(study.output)
    opened, problems = list_study(study, registry, progress)
    if problems:  # then decode as well, to tell everything at once
        bad = {
            key: why
            for dataset in (opened.dataset, opened.test)
            if dataset
            for key, why in unreadable(dataset.images, opened.opener, study.n_jobs).items()
        }
        readable = _without(opened, bad)
        if study.unreadable == "stop" or _complaints(readable):
            raise _refusal(opened, bad)
        opened = readable if study.naming.groups else _proposed(readable)
    return opened


def list_study(
    study: Study, registry: Registry, progress: Progress | None = None
) -> tuple[Opened, Problems]:
    """List the images of *study* as `open_study` does, and return what is wrong with them.

    Raises:
        DatasetError: They cannot even be listed.
    """
    readers = Readers.of(registry)
    dataset = scan(study.images, progress, naming=study.naming, readers=readers)
    test = None
    if isinstance(study.test, float):
        dataset, test = split(dataset, study.test, study.seed)
    elif study.test:
        test = scan(study.test, progress, naming=study.naming, readers=readers)
    opened = Opened(
        study=study,
        registry=registry,
        dataset=dataset,
        test=test,
        kind=kind_of(dataset, study.policy),
    )
    problems = _complaints(opened)
    return opened if problems or study.naming.groups else _proposed(opened), problems


def settle_pixels(opened: Opened, progress: Progress | None = None) -> Opened:
    """Settle what extractors see of the images; test images are not looked at.

    Raises:
        DatasetError: None of them can be measured.
    """
    study = opened.study
    try:
        policy = settle_policy(
            study.policy,
            opened.dataset,
            opened.opener.readers,
            test=opened.test,
            n_jobs=study.n_jobs,
            progress=progress,
        )
    except DatasetError as error:  # none can be read: say of each why not
        bad = unreadable(opened.dataset.images, opened.opener, study.n_jobs)
        raise (_refusal(opened, bad) if bad else error) from None
    return attrs.evolve(opened, study=study.changed(policy=policy))


def _proposed(opened: Opened) -> Opened:
    """Look for groups in names and columns, and for what folds by image would do to them."""
    images, study = opened.dataset.images, opened.study
    rows = [dict(image.columns) for image in images]
    known = sorted({name for row in rows for name in row})
    columns = {name: [row.get(name, "") for row in rows] for name in known}
    labels = [image.label for image in images]
    found = propose([image.name for image in images], labels, columns)
    if found is None:
        return opened
    folds = study.folds or possible_folds(opened.dataset, SETTINGS["folds"].default, study.seed)
    keys = [image.key for image in images]
    held_out = fold_of(labels, keys, keys, folds, seed_of(study.seed, "folds", 0))
    share = straddling(found.groups, held_out.tolist())
    return attrs.evolve(opened, proposal=found, straddling=share, by_image=folds)


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

    What is seen of the images must be settled, by `settle_pixels`.

    Raises:
        DatasetError: Images cannot be read and the study does not skip them, or too few are
            left.
        PluginError: An extractor cannot run, or breaks its contract.
    """
    opened = make_ready(opened, progress)
    _check_probes(opened)
    images = (*opened.dataset.images, *(opened.test.images if opened.test else ()))
    extra = [opened.prints] if opened.test else []
    done = extract(
        images,
        [*opened.spaces.values(), *extra],
        opened.store,
        opener=opened.opener,
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
    parts = {part.key: part for space in opened.spaces.values() for part in space.parts}
    for space in parts.values():
        package = opened.packages.get(space.recipe.component.plugin, "")
        behind = {**versions.behind(package), **contents(space.recipe)}
        kept = opened.store.read_probes(space).values()
        known = [features for features, versions in kept if versions == behind]
        if not known or len(kept) > 1:
            now = known[0] if known else describe(probes.drawn(), space)
            probes.check(opened.store, space, now, behind)


def _refusal(opened: Opened, bad: dict[str, str]) -> DatasetError:
    """Say everything: what cannot be read, and what is wrong with the rest."""
    readable = _without(opened, bad)
    nothing = bad and not readable.dataset.images  # then what they lack is no news
    problems = [*(() if nothing else _complaints(readable)), *readable.dataset.unreadable]
    if readable.test:
        problems += [(f"test: {name}", why) for name, why in readable.test.unreadable]
    problems.sort(key=in_order)
    if bad and opened.study.unreadable == "stop":
        problems.append(("unreadable", 'mend these files, or set unreadable = "skip"'))
    return DatasetError(str(opened.study.images), problems)


def in_order(problem: tuple[str, str]) -> list[str | int]:
    """Sort places as people do: line 9 before line 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d{1,9})", problem[0])]


def _without(opened: Opened, bad: dict[str, str]) -> Opened:
    test = opened.test.without(bad) if opened.test else None
    return attrs.evolve(opened, dataset=opened.dataset.without(bad), test=test)


def _complaints(opened: Opened) -> Problems:
    study = opened.study
    problems = complaints(opened.dataset, study.folds, study.seed)
    problems += strangers(opened.dataset, opened.kind, study.policy)
    if opened.test is None:
        return problems
    if isinstance(study.test, float):
        problems += _too_small_a_share(opened.dataset, opened.test)
    elif not opened.test.images:
        problems.append(("test", "must hold images of these classes, but there are none"))
    strange = sorted(set(opened.test.classes) - set(opened.dataset.classes))
    for label in strange:
        problems.append(("test", f'holds the class "{label}", which images does not; rename it'))
    others = [] if isinstance(study.test, float) else list(opened.test.problems)
    others += shared(opened.dataset, opened.test)
    others += strangers(opened.test, opened.kind, study.policy)
    return problems + [(f"test: {name}", why) for name, why in others]


def _too_small_a_share(dataset: Dataset, test: Dataset) -> Problems:
    absent = [label for label in dataset.classes if label not in test.classes]
    what = "has no image in this share of the images; write a larger share"
    return [(f"test: {label}", what) for label in absent]


def _guard(output: Path) -> None:
    """Refuse to write over files that no run of ours left."""
    if (output / RECORD).exists():
        return
    foreign = [name for name in LEFT if (output / name).exists()]
    if foreign:
        what = f'holds {", ".join(foreign)} of somebody else (got "{output}"); choose another'
        raise ConfigError("the study", [("output", what)])
