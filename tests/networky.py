"""A small real plugin whose extractor prepares images and runs by one of two engines."""

from __future__ import annotations

import json
import os
import threading

import attrs
import numpy as np

import frimcla
from frimcla.errors import PluginError
from frimcla.weights import Weights


@attrs.frozen
class Thumb:
    """Every *step*-th pixel of the top left 16 x 16."""

    side: int = 16

    def __call__(self, image):
        _log("prepare", os.getpid())
        rows, columns = (np.arange(self.side) % length for length in image.shape[:2])
        return np.ascontiguousarray(image[rows][:, columns])


@attrs.define(slots=False)
class Network:
    """Describes the thumb; the engine only shows in the last number."""

    scale: float
    engine: str
    threads: int
    prepare: Thumb = attrs.field(factory=Thumb)
    batch: int = 5

    def __call__(self, images):
        _log("describe", [len(images), os.getpid(), threading.get_ident()])
        small = np.stack([self.prepare(image) for image in images]).astype(np.float32)
        steps = np.abs(np.diff(small, axis=2)).mean(axis=(1, 2, 3))
        engine = np.full(len(small), {"onnx": 1.0, "keras": 2.0}[self.engine], np.float32)
        return np.stack([steps * self.scale, small.std(axis=(1, 2, 3)), engine], axis=1)


def make(*, scale, engine, threads):
    return Network(scale, engine, threads)


def decide(wanted, values):
    """Onnx, unless Keras is wanted; or what the environment says."""
    said = os.environ.get("NETWORKY", "")
    if said == "broken":
        raise PluginError(f"net (scale {values['scale']}): cannot be exported")
    if said == "raises":
        raise RuntimeError("no such luck")
    if said == "keras":
        return "keras", "net runs by Keras, slower: its export failed"
    return ("keras" if wanted == "keras" else "onnx"), ""


def weights(values):
    return Weights(
        file="net.h5",
        url="https://weights.invalid/net.h5",
        size=58_000_000,
        features=3,
        licence="MIT",
    )


def passport(values):
    return frimcla.Passport(
        code="MIT",
        year=2014,
        sees="16 x 16, RGB",
        features=3,
        trained_on="Thumbs-1k",
        cites=(
            frimcla.Reference(
                "thumb2014a",
                "inproceedings",
                {"author": "Thumb, Tom", "title": "Small {I}mages", "year": "2014"},
            ),
        ),
    )


def work(values):
    """Millions, as if a larger scale took more."""
    return 4.5 * values["scale"]


@attrs.frozen
class Scale:
    scale: float = frimcla.param(1.0, "factor of the first number", between=(0, 10))


@frimcla.hookimpl
def frimcla_extractors():
    for name, needs in (("net", ""), ("published", "networky:weights")):
        yield frimcla.Extractor(
            name=name,
            factory="networky:make",
            params=Scale,
            engine="networky:decide",
            weights=needs,
            work="networky:work",
            passport="networky:passport",
            suggested=True,
            summary="steps in a thumb",
        )


def _log(event, what):
    if path := os.environ.get("NETWORKY_LOG"):
        with open(path, "a") as file:
            file.write(json.dumps([event, what]) + "\n")


def logged(path):
    """Return what was logged, by event."""
    found = {}
    for line in path.read_text().splitlines():
        event, what = json.loads(line)
        found.setdefault(event, []).append(what)
    return found


def touch(path):
    """Make an empty file: a task that can be seen to have run."""
    with open(path, "w"):
        return path
