"""What the old FrImCla called extractors, classifiers and measures, in today's words.

A name that is none of the old ones passes as it is: the registry knows it, or says what is meant.
So do values of a wrong type, for the reader of settings says what they must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

NETWORKS = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "resnet": "resnet50",
    "inception": "inception_v3",
    "xception": "xception",
    "densenet": "densenet121",
}
DESCRIPTORS = {"haralick": "haralick", "hog": "hog", "haarhog": "haar_hog", "lbp": "lbp"}
GONE = {
    "annulus": "it compared rings of an image with a control image; name lab instead",
    "histonet": "its network was no part of it; name a network such as densenet121 instead",
    "mymodel": "it was a network of its author; an extractor of your own is a plugin of some "
    "twenty lines (docs/write-a-plugin.md)",
}
CLASSIFIERS = {
    "ExtraTrees": "extra_trees",
    "GradientBoost": "gradient_boosting",
    "KNN": "knn",
    "LogisticRegression": "logistic_regression",
    "MLP": "mlp",
    "RandomForest": "random_forest",
    "SVM": "svm",
}
MEASURES = ("accuracy", "f1", "recall", "precision", "auroc")
SEVERAL_LABELS = re.compile(rf"(cc|lp)({'|'.join(CLASSIFIERS)})|MLkNN|MLTSVM")
HISTOGRAM = re.compile(r"(lab|hsv)([0-9])([0-9])([0-9])")
YES_OR_NO = {"True": True, "true": True, "False": False, "false": False}


@attrs.frozen(kw_only=True)
class Translation:
    """Some of the old words in today's.

    Attributes:
        settings: Today's settings, unchecked.
        places: Where each of them stood: ``{"extractors[0]": "feature_extractors[1]"}``.
        problems: What cannot be translated: pairs of old place and sentence.
        notices: What does not mean the same as then: pairs of setting and sentence.
    """

    settings: dict[str, Any] = attrs.field(factory=dict)
    places: Mapping[str, str] = attrs.field(factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    notices: tuple[tuple[str, str], ...] = ()

    def __or__(self, other: Translation) -> Translation:
        """Return both as one."""
        return Translation(
            settings=self.settings | other.settings,
            places={**self.places, **other.places},
            problems=self.problems + other.problems,
            notices=self.notices + other.notices,
        )

    def place(self, where: str) -> str:
        """Return the old place of a place in the settings.

        >>> Translation(places={"extractors[0]": "old[1]"}).place("extractors[0].bins")
        'old[1].bins'
        """
        head, dot, rest = where.partition(".")
        return self.places.get(head, head) + dot + rest


def extractors(written: Any, where: str = "feature_extractors") -> Translation:
    """Translate a list of extractors: names, or lists of a name and a parameter.

    Args:
        written: ``[["vgg16", "False"], ["lab444", "4,4,4"], "hog"]``.
        where: What the list is called.
    """
    found = _each("extractors", where, written, _extractor)
    names = found.settings["extractors"]
    notices = _changed(names) if isinstance(names, list) else ()
    return attrs.evolve(found, notices=tuple(("extractors", notice) for notice in notices))


def classifiers(written: Any, where: str = "model_classifiers") -> Translation:
    """Translate a list of names of classifiers, called *where*."""
    return _each("classifiers", where, written, _classifier)


def metric(written: Any, where: str = "measure") -> Translation:
    """Translate the name of a measure, called *where*."""
    if written == "hamming":
        what = f"must be one of {', '.join(MEASURES)} (got 'hamming', for several labels per image)"
        return Translation(problems=((where, what),))
    notices = []
    if written in ("f1", "recall", "precision"):
        notices.append(
            f"{written} is the mean over the classes; then it was of the class that comes last in "
            "the alphabet, and failed for more than two; to judge one class: "
            f'metric = {{name = "{written}", positive = "CLASS"}}'
        )
    if written == "auroc":
        notices.append("auroc is of probabilities; then it was of predicted classes, and lower")
    return Translation(
        settings={"metric": written},
        places={"metric": where},
        notices=tuple(("metric", notice) for notice in notices),
    )


def yes_or_no(written: Any) -> Any:
    """Return true or false where it is spelled as text; anything else as it is."""
    return YES_OR_NO.get(written, written) if isinstance(written, str) else written


def _each(key: str, where: str, written: Any, renamed: Callable[[Any], Any]) -> Translation:
    places = {key: where}
    if not isinstance(written, (list, tuple)):
        return Translation(settings={key: written}, places=places)
    entries: list[Any] = []
    problems = []
    for at, entry in enumerate(written):
        try:
            today = renamed(entry)
        except ValueError as error:
            problems.append((f"{where}[{at}]", str(error)))
            continue
        places[f"{key}[{len(entries)}]"] = f"{where}[{at}]"
        entries.append(today)
    return Translation(settings={key: entries}, places=places, problems=tuple(problems))


def _extractor(entry: Any) -> Any:
    name, parameter = _parts(entry)
    if name in GONE:
        raise ValueError(f'"{name}" is not offered any more: {GONE[name]}')
    if histogram := HISTOGRAM.fullmatch(name):
        space, *digits = histogram.groups()
        bins = [int(digit) for digit in digits] if parameter is None else _numbers(parameter)
        return {"name": space, "bins": bins}
    if name in NETWORKS:
        head = False if parameter is None else yes_or_no(parameter)
        return NETWORKS[name] if head is False else {"name": NETWORKS[name], "head": head}
    if name == "overfeat" and parameter is not None:
        layers = _numbers(parameter)
        one = isinstance(layers, list) and len(layers) == 1
        return {"name": name, "layer": layers[0] if one else layers}
    if parameter is not None:
        raise ValueError(f'"{name}" takes no parameter here (got {parameter!r}); leave it out')
    return DESCRIPTORS.get(name, name)


def _parts(entry: Any) -> tuple[str, Any]:
    """Return name and parameter; None where there is none."""
    parts = [entry] if isinstance(entry, str) else entry
    listed = isinstance(parts, (list, tuple)) and 1 <= len(parts) <= 2
    if not listed or not isinstance(parts[0], str):
        what = 'must be a name or a list of a name and a parameter, such as ["vgg16", "False"]'
        raise ValueError(f"{what} (got {entry!r})")
    name, parameter = [*parts, None][:2]
    return name, None if parameter == "" else parameter


def _numbers(written: Any) -> Any:
    """Return the integers in ``"4, 4, 4"`` or ``"[-3]"``; anything else as it is."""
    try:
        return [int(part) for part in written.strip("[] ").split(",")]
    except (AttributeError, ValueError):
        return written


def _changed(entries: list[Any]) -> Iterator[str]:
    """Say which networks are not what they were then."""
    densenet = NETWORKS["densenet"]
    if plain := [name for name in entries if name in NETWORKS.values() and name != densenet]:
        yield (
            f"{', '.join(dict.fromkeys(plain))}: the features of the last layer; then they were "
            "the 1000 class probabilities of ImageNet, whatever the parameter (head = true)"
        )
    if densenet in entries:
        yield f"{densenet}: has trained weights; then densenet had random ones"
    if "googlenet" in entries:
        yield (
            "googlenet: the 1024 features of the last layer, of pixels prepared as it was trained; "
            "then the 1000 scores of pixels in RGB, with no mean subtracted"
        )
    if "overfeat" in entries:
        yield (
            "overfeat: the 4096 features of its last layer; the papers had the 3072 before them "
            '({name = "overfeat", layer = -3})'
        )


def _classifier(name: Any) -> Any:
    if isinstance(name, str) and (several := SEVERAL_LABELS.fullmatch(name)):
        instead = several[2] or "KNN or SVM"
        raise ValueError(f'"{name}" is for several labels per image; write {instead} for one')
    return CLASSIFIERS.get(name, name) if isinstance(name, str) else name
