"""Predicting with any pair: the trained one, or one that is trained beside the results."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

import frimcla
from frimcla.bundle import Model, Prediction
from frimcla.commands import plain
from frimcla.contracts import Array
from frimcla.errors import ConfigError, DatasetError
from frimcla.files import sha256
from frimcla.judging import labels_of
from frimcla.recipes import Pair
from frimcla.study import RECORD, Study
from frimcla.syntax import parse
from frimcla.using import check_target, write_predictions

from .old_studies import PARAMETERS, asked, compared

ONE_PAIR = PARAMETERS | {"feature_extractors[0]": "featExt", "model_classifiers[0]": "classi"}
RESULTS = "predictionResults.csv"


def predicted(
    function: str, arguments: Mapping[str, Any], images: Mapping[str, Any]
) -> list[Array]:
    """Predict images with the pair that arguments of an old function name.

    Args:
        function: Its name, of which problems are told.
        arguments: By the key that a configuration has for them, the pair in lists of one.
        images: Images and folders, by what the function calls them.

    Raises:
        FrimclaError: There was no comparison, or something is wrong; every problem.
    """
    order = asked(function, arguments, parameters=ONE_PAIR, problems=_missing(images))
    beside = Beside(study=compared(function, order), pair=order.pairs[0])
    if beside.failed:
        what = f"the pair {beside.label} failed: {beside.failed}; name another"
        raise ConfigError(function, [("classi", what)])
    table = order.output / RESULTS
    _check_table(function, table)
    model = frimcla.load(beside.ready())
    found = frimcla.predict(model, list(images.values()))
    write_predictions(table, found, model.classes)
    if found and all(one.problem for one in found):
        raise DatasetError("the list of images", [(one.file, one.problem) for one in found])
    for one in found:
        print(plain(_told(one, model)))
    return [np.array([one.predicted]) for one in found]


@attrs.frozen(kw_only=True)
class Beside:
    """A pair, to be predicted with whether or not it is the one that was trained.

    Attributes:
        study: What was compared last.
        pair: The pair; it may be none of those that were compared.
    """

    study: Study
    pair: Pair

    @property
    def label(self) -> str:
        """What tables call it."""
        return " + ".join(labels_of(self.pair))

    @property
    def failed(self) -> str:
        """Why the pair could not be compared; empty where it could, or was not tried."""
        return str(_record(self.study)["failed"].get(self.label, ""))

    @property
    def trained(self) -> Path | None:
        """The model of the study, if it is of this pair and was trained since the comparison."""
        home = self.study.output
        model = home / "model.frimcla"
        is_it = _record(self.study)["trained"] == self.label and self._compared
        return model if is_it and model.is_file() else None

    @property
    def path(self) -> Path:
        """Where a model of the pair lies beside the results: another study, another file."""
        home = self.study.output
        facts = (
            (home / "study.toml").read_text("utf-8"),
            _record(self.study)["data"],
            self.pair.extractor.key,
            self.pair.classifier.key,
        )
        name = re.sub(r"\W+", "_", self.label.lower()).strip("_")
        digest = sha256("\n".join(facts).encode())[:12]
        return home / "pairs" / f"{name}-{digest}.frimcla"

    def ready(self) -> Path:
        """Return the file of a model of the pair, trained if it is not there yet."""
        if self.trained:
            return self.trained
        found = self.path.is_file()
        what = "it was trained beside the results before" if found else "training it beside them"
        print(plain(f"{self.label} is not the trained pair of the results; {what}: {self.path}"))
        if not found:
            frimcla.train(self._study, pair=self.label, model=self.path)
        return self.path

    @property
    def _study(self) -> Study:
        """The study that was compared; of the pair alone where that was not part of it."""
        if self._compared:
            return self.study
        pair = self.pair
        return self.study.changed(extractors=(pair.extractor,), classifiers=(pair.classifier,))

    @property
    def _compared(self) -> bool:
        """Whether a pair of the study is called the same and describes images the same way."""
        extractor = self.pair.extractor.key
        return (labels_of(self.pair), extractor) in [
            (labels_of(pair), pair.extractor.key) for pair in self.study.pairs
        ]


def _record(study: Study) -> dict[str, Any]:
    return parse(study.output / RECORD)


def _missing(images: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter, path in images.items():
        if not isinstance(path, (str, os.PathLike)):
            yield parameter, f"must be an image or a folder of images (got {path!r})"
        elif not path or not os.path.exists(path):
            what = f'"{os.fspath(path)}" is not there; name an image or a folder of images'
            yield parameter, what


def _check_table(function: str, table: Path) -> None:
    try:
        check_target(table)
    except ConfigError:
        what = "is there already and holds other predictions than today's; rename or remove it"
        raise ConfigError(function, [(str(table), what)]) from None


def _told(one: Prediction, model: Model) -> str:
    """Say what an image is, as then: ``dog:488.jpg`` where it lies in the folder of a class."""
    path = Path(one.file).absolute()
    name = f"{path.parent.name}:{path.name}" if path.parent.name in model.classes else path.name
    if one.problem:
        return f"[INFO] no class predicted for the image {name}: {one.problem}"
    return f"[INFO] class predicted for the image {name}: ['{one.predicted}']"
