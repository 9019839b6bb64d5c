"""Output folders made up from scores, and what a page is made of."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import attrs
import numpy as np
from verdicts import outcome

from frimcla import paper_table
from frimcla.citing import bibliography
from frimcla.methods import methods_text
from frimcla.picturing import Album, write_album
from frimcla.picturing.album import Projection, Thumb
from frimcla.predictions import PairPredictions, write_predictions
from frimcla.references import REFERENCES
from frimcla.toml import write_study
from frimcla.verdict_json import verdict_json
from frimcla.verdict_text import verdict_text


def finished(folder: Path, scores, *, bytes_each: int = 1800, columns=None, **how) -> Path:
    """Write what a report reads of a study of these scores; predictions are drawn."""
    made = outcome(scores, **how)
    rng = np.random.default_rng(3)
    table = made.table
    n, k = len(table.truth), len(table.classes)
    pairs = {pair: said(table.truth, k, float(np.mean(one)), rng) for pair, one in scores.items()}
    keys = tuple(f"{number:x}".zfill(8) + "0" * 56 for number in range(n))
    names = tuple(
        f"{table.classes[label]}/secret_{number:04}.png"
        for number, label in enumerate(table.truth.tolist())
    )
    table = attrs.evolve(
        table, pairs=pairs, images=keys, names=names, units=np.arange(n), columns=columns or {}
    )
    made = attrs.evolve(made, table=table)
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "state": "done",
        "title": "secret_folder",
        "versions": {"python": "3.11", "frimcla": "2.0.0"},
        "engines": {},
        "seconds": {"list": 0.5},
        "extract": {"decoded": n, "computed": n, "reused": 0},
        "compare": {"fitted": 10, "reused": 0},
        "seen": ["8 bits, seen as they are"],
        "trained": None,
        "warnings": [f"{names[0]} = {names[1]} are the same image"],
        "unreadable": {},
        "near_duplicates": [],
    }
    texts = {
        "run.json": json.dumps(record),
        "verdict.json": verdict_json(made),
        "verdict.txt": verdict_text(made),
        "methods.txt": methods_text(made),
        "methods.bib": bibliography(methods_text(made), REFERENCES),
        "table.csv": paper_table.table_csv(made.verdict),
        "study.toml": write_study(made.study, folder),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    write_predictions(folder / "predictions.h5", table)
    write_album(folder / "album.h5", album(keys, bytes_each, rng))
    return folder


def said(truth, k: int, share: float, rng) -> PairPredictions:
    """Draw predictions that are right for about this share of the images."""
    wrong = rng.random(len(truth)) > share
    predicted = np.where(wrong, (truth + 1 + rng.integers(0, max(k - 1, 1), len(truth))) % k, truth)
    scores = rng.dirichlet(np.ones(k), len(truth)) * 0.4
    scores[np.arange(len(truth)), predicted] += 0.6
    return PairPredictions(
        predicted=predicted[None].astype(np.int16),
        probabilities=scores[None].astype(np.float32),
        chosen=(),
    )


def album(keys, size: int, rng) -> Album:
    """An album of thumbnails of so many bytes, which are no pictures, and a drawn projection."""
    thumbs = {key: Thumb(webp=rng.bytes(size), width=96, height=96) for key in keys}
    points = rng.normal(size=(len(keys), 2)).astype(np.float32)
    found = Projection(keys=keys, pca=points, tsne=points, shares=(0.4, 0.2), images=len(keys))
    return Album(thumbnails=thumbs, projection=found)


class Page(HTMLParser):
    """What a page is made of.

    Attributes:
        data: Attributes and text of each number, and the sections it stands in.
        texts: Text outside numbers, with the tags and classes around it.
        elements: Tag and attributes of every element.
        style, script, facts: Contents of these elements.
    """

    VOID = frozenset({"meta", "img", "br", "path", "use", "circle", "rect", "input", "link"})

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text("utf-8")
        self.data: list[tuple[dict[str, str], str]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.style = self.script = self.facts = ""
        self._around: list[tuple[str, dict[str, str]]] = []
        self.feed(self.source)

    def handle_starttag(self, tag, attributes) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self._around.append((tag, dict(attributes)))

    def handle_startendtag(self, tag, attributes) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag) -> None:
        while self._around and self._around.pop()[0] != tag:
            pass

    def handle_data(self, text) -> None:
        tag, attributes = self._around[-1] if self._around else ("", {})
        if tag == "style":
            self.style += text
        elif tag == "script" and attributes.get("type"):
            self.facts += text
        elif tag == "script":
            self.script += text
        elif tag == "data":
            self.data.append((attributes, text))
        else:
            around = [
                f"{tag}.{one.get('class', '')}#{one.get('id', '')}" for tag, one in self._around
            ]
            self.texts.append((tuple(around), text))
