"""The value class `Study`: what to compare, on which images, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from .codes import CODES
from .components import Extractor
from .forms import Form, coded, kept, scaled, seconds_of, seen, some, timed
from .naming import Naming
from .params import Limits
from .policy import PLANES, Policy
from .recipes import Pair, Recipe

ENGINES = ("auto", "onnx", "keras")
STATISTICS = ("strict", "classic")
SEARCHES = ("full", "halving")
DASK = "dask"
"""The backend that works on the machines of a scheduler."""
RECORD = "run.json"
"""The file by which an output folder is known as FrimCla's own."""
FEATURES = "features"
"""The folder in it where features lie."""
SETTINGS = {
    "images": Limits("", "folder with one sub-folder of images per class, or a manifest (CSV)"),
    "classes": Limits("", 'pattern that finds the class in names: "{class}_{patient}_*.png"'),
    "groups": Form(
        "",
        'what folds must not split: column or pattern, "{patient}_*"; none: every image by itself',
        words="a column, a pattern, or a list of them",
        form=some,
    ),
    "output": Limits("results", "folder for features, scores, tables and the model"),
    "cache": Limits("", "folder for features that several studies share; left out: in output"),
    "extractors": Limits(
        [],
        "what describes the images; empty: the usual ones whose weights are here",
    ),
    "controls": Limits(
        True, "whether installed controls, which see no shapes, join the extractors named"
    ),
    "classifiers": Limits([], "what learns from the descriptions; empty: the usual six"),
    "class_weight": Limits(
        "none", "balanced: rare classes weigh more in classifiers that can", ("none", "balanced")
    ),
    "metric": Limits("", "what decides; left out: accuracy, or balanced_accuracy beyond 1:1.5"),
    "metrics": Limits([], "what is reported as well"),
    "folds": Limits(
        10, "outer folds; left out: 10, or what the smallest class allows", (), (2, 100)
    ),
    "inner_folds": Limits(3, "folds of the search inside a training fold", (), (2, 20)),
    "repeats": Limits(
        1, "how often the images are split anew; more repeats decide more", (), (1, 100)
    ),
    "nested": Limits(True, "repeat the whole choice inside every fold: what to expect, unbiased"),
    "search": Limits(
        "full", "halving: settings of classifiers, and pairs, that are behind stop early", SEARCHES
    ),
    "budget": Form(
        "",
        'time of the comparison, "90s", "30min" or "2h"; what is far behind stops early',
        words="a time such as 90s, 30min or 2h, of one second to a year",
        form=timed,
    ),
    "statistics": Limits(
        "strict", "tests; classic: those of the 2019 papers, to compare with", STATISTICS
    ),
    "alpha": Limits(0.05, "level of every test", (), (0.0001, 0.5)),
    "rope": Limits(0.01, "a difference in the metric that does not matter to you", (), (0.0, 0.5)),
    "permutations": Limits(
        0, "shufflings of the classes to test against chance, 200 for a paper", (), (0, 10_000)
    ),
    "seed": Limits(0, "seed of every random choice", (), (0, 2**32 - 1)),
    "n_jobs": Limits(-1, "processes, -1 for all cores; changes no number", (-1,), (1, 1024)),
    "backend": Limits("loky", "who works: processes here, or a backend of joblib, such as dask"),
    "scheduler": Limits("", 'with backend = "dask": its address, "tcp://10.0.0.1:8786"'),
    "test": Form(
        "",
        "images kept for the final check: folder, manifest, or share of them (0.2)",
        words="a folder, a manifest, or a share between 0 and 1, such as 0.2",
        form=kept,
    ),
    "scaling": Form(
        "auto",
        "what becomes black and white: auto, dtype, percentile, dataset or [low, high]",
        words=(
            "one of auto, dtype, percentile, dataset, [low, high] (low first) or a pair per channel"
        ),
        form=scaled,
    ),
    "channels": Form(
        "rgb",
        "channels seen: rgb, each (described one by one), or up to three indices or names",
        words="one of rgb, each, or a list of one to three different indices or names",
        form=seen,
    ),
    "planes": Limits("max", "what becomes of several planes", PLANES),
    "max_megapixels": Limits(100.0, "larger images are refused unread", (), (0.01, 10_000)),
    "engine": Limits("auto", "what runs networks; auto: Keras on a GPU, else ONNX", ENGINES),
    "unreadable": Limits("stop", "at images that cannot be read", ("stop", "skip")),
    "pictures": Limits(
        True, "whether report.html shows images and their names; false: hashes instead"
    ),
    "explain": Limits(0, "images per class whose decisive places the report shows", (), (0, 50)),
    "ignore": Form(
        (),
        'checks of the audit to leave out: ["FRM204"]',
        words=f"a list of codes of the audit ({', '.join(CODES)})",
        form=coded,
    ),
}
"""Every setting of a study: what it accepts and what it means, in the order of the file."""


@attrs.frozen(kw_only=True)
class Study:
    """What to compare, on which images, and how.

    `metric` and `folds` may be open: they are then settled by the images (see
    `frimcla.planning.settle`), and everything later works on a settled study.

    Attributes:
        images: Folder with one sub-folder of images per class, or a manifest.
        naming: What names and columns say of images.
        output: Folder for everything a run leaves.
        cache: Folder of features that several studies share, or None.
        extractors: What describes the images, controls last unless they were named.
        classifiers: What learns from the descriptions.
        class_weight: What was asked of all classifiers; their recipes have it already.
        metric: What decides; None where the images decide.
        metrics: What is reported as well.
        folds: Outer folds of the cross-validation; None where the images decide.
        inner_folds: Folds of the search for hyper-parameters inside a training fold.
        repeats: How often the images are split anew.
        nested: Whether what to expect is estimated by a nested study; settled to False where
            some class could not be learnt without two folds.
        search: ``"full"``, or ``"halving"``: searches halve their candidates, and pairs stop that
            are far behind.
        budget: Time of the comparison, as ``"30min"``; empty: all that it takes.
        statistics: ``"strict"``, or ``"classic"`` for the tables of 2019.
        alpha: Level of every test.
        rope: Half width of the region of practical equivalence, in the unit of the metric.
        permutations: Shufflings of the classes that the study is tested against.
        seed: Seed of every random choice.
        n_jobs: Processes; -1 for as many as there are cores. Changes no number.
        backend: Backend of joblib that works; likewise.
        scheduler: Address of the Dask scheduler, if that is the backend; else empty.
        test: Images kept for the final check: a folder or manifest, or a share, or None.
        policy: What extractors see; settled by the images like metric and folds.
        engine: What runs networks: ``"auto"``, ``"onnx"`` or ``"keras"``.
        left_out: Names of extractors that the default study would include, were their weights
            at hand.
        unreadable: ``"stop"`` before any fit at images that cannot be read, or ``"skip"``.
        pictures: Whether the report shows images and their names.
        explain: Images per class whose decisive places the report shows.
        ignore: Codes of checks that the audit leaves out.
        translated: As what a configuration of the old FrImCla was read, a line each; how a study
            was written down makes no other study of it.
    """

    images: Path
    output: Path
    extractors: tuple[Recipe, ...]
    classifiers: tuple[Recipe, ...]
    naming: Naming = attrs.field(factory=Naming)
    policy: Policy = attrs.field(factory=Policy)
    class_weight: str = "none"
    metric: Recipe | None = None
    metrics: tuple[Recipe, ...] = ()
    folds: int | None = None
    inner_folds: int = 3
    repeats: int = 1
    nested: bool = True
    search: str = "full"
    budget: str = ""
    statistics: str = "strict"
    alpha: float = 0.05
    rope: float = 0.01
    permutations: int = 0
    seed: int = 0
    n_jobs: int = -1
    backend: str = "loky"
    scheduler: str = ""
    test: Path | float | None = None
    cache: Path | None = None
    engine: str = "auto"
    left_out: tuple[str, ...] = ()
    unreadable: str = "stop"
    pictures: bool = True
    explain: int = 0
    ignore: tuple[str, ...] = ()
    translated: tuple[str, ...] = attrs.field(default=(), eq=False)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every extractor with every classifier, in the order of the study."""
        return tuple(
            Pair(extractor=extractor, classifier=classifier)
            for extractor in self.extractors
            for classifier in self.classifiers
        )

    @property
    def controls(self) -> tuple[Recipe, ...]:
        """Those of the extractors that are controls, named or not."""
        return tuple(recipe for recipe in self.extractors if _is_control(recipe))

    @property
    def judges(self) -> tuple[Recipe, ...]:
        """All metrics, the deciding one first, none twice."""
        deciding = (self.metric,) if self.metric else ()
        by_key = {recipe.key: recipe for recipe in (*deciding, *self.metrics)}
        return tuple(by_key.values())

    @property
    def halving(self) -> bool:
        """Whether searches halve their candidates."""
        return self.search == "halving"

    @property
    def seconds(self) -> float | None:
        """The budget in seconds; None where there is none."""
        return seconds_of(self.budget) if self.budget else None

    @property
    def races(self) -> bool:
        """Whether pairs stop that are far behind (`frimcla.stopping`)."""
        return self.halving or bool(self.budget)

    @property
    def deciding(self) -> Recipe:
        """The metric of a settled study."""
        assert self.metric is not None, "the study is not settled"
        return self.metric

    def changed(self, **settings: Any) -> Study:
        """Return the study with other settings."""
        return attrs.evolve(self, **settings)


def _is_control(recipe: Recipe) -> bool:
    return isinstance(recipe.component, Extractor) and recipe.component.control
