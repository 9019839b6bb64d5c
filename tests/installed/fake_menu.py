"""A plugin with parameters of every sort, for the tests of study files."""

import attrs

import frimcla
from frimcla import param


@attrs.frozen
class Lab:
    bins: tuple = param((8, 8, 8), "bins per channel", between=(1, 256))
    share: float = param(1e-7, "share of pixels")
    mask: bool = param(True, "ignore black pixels")
    w: str = param("", "file of weights", path=True)


@attrs.frozen
class Machine:
    cost: float = param(1.0, "cost", between=(0, 100))
    kernel: str = param("rbf", "kernel", choices=("rbf", "linear"))
    depth: int = param(3, "levels", optional=True)


Many = attrs.make_class("Many", {f"p{i}": param(i, "one of many") for i in range(13)})


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(
        name="lab", suggested=True, factory="a:b", params=Lab, label="LAB{bins}", summary="s"
    )
    yield frimcla.Extractor(name="hsv", suggested=True, factory="a:b", label="HSV", summary="s")
    yield frimcla.Extractor(name="many", factory="a:b", params=Many, suggested=False, summary="s")


@frimcla.hookimpl
def frimcla_classifiers():
    yield frimcla.Classifier(
        name="svm",
        suggested=True,
        factory="a:b",
        params=Machine,
        search={"cost": (1, 9)},
        summary="s",
    )


@frimcla.hookimpl
def frimcla_metrics():
    yield frimcla.Metric(name="accuracy", factory="a:b", summary="s")
    yield frimcla.Metric(name="f1", factory="a:b", summary="s")
