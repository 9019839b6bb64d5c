"""What a comparison leaves: predictions, tables, plots and a record, each written whole."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from . import paper_table, plots, tables, verdict_plots
from .citing import bibliography
from .class_tables import class_csv
from .files import write_atomically
from .methods import methods_text, references
from .outcome import Outcome
from .per_class import per_class
from .scoring import Judge, confusion_of
from .study import RECORD
from .toml import write_study
from .verdict_json import verdict_json
from .verdict_text import verdict_text


@attrs.frozen
class Clock:
    """Seconds per phase."""

    seconds: dict[str, float] = attrs.field(factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the seconds of a block to a phase."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[name] = round(self.seconds.get(name, 0) + spent, 2)


def write_record(output: Path, facts: Mapping[str, Any]) -> None:
    """Write ``run.json``: the one file with dates and seconds in it."""
    write_text(output / RECORD, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8."""
    write_atomically(path, text.encode())


def write_comparison(outcome: Outcome) -> None:
    """Write everything that is computed from the table of predictions."""
    study, table, selection = outcome.study, outcome.table, outcome.selection
    output, groups = study.output, outcome.groups
    judges = [Judge.of(recipe) for recipe in study.judges]
    write_text(output / "study.toml", write_study(study, output))
    write_text(output / "scores.csv", tables.scores_csv(table, judges))
    write_text(output / "predictions.csv", tables.predictions_csv(table, selection.winner))
    if groups:
        write_text(output / "groups.csv", tables.groups_csv(groups))
    else:
        (output / "groups.csv").unlink(missing_ok=True)  # of a run before, with groups
    write_text(output / "table.md", paper_table.table_markdown(outcome.verdict))
    write_text(output / "table.csv", paper_table.table_csv(outcome.verdict))
    write_text(output / "table.tex", paper_table.table_latex(outcome.verdict))
    plots.scatter(output / "scatter.png", outcome.verdict, len(table.images))
    for name, draw in (
        ("differences.png", verdict_plots.differences),
        ("probabilities.png", verdict_plots.probabilities),
    ):
        if len(selection.cells) > 1:
            draw(output / name, outcome)
        else:
            (output / name).unlink(missing_ok=True)  # of a run before, with more pairs
    answers = table.answers(selection.winner)
    write_text(output / "per_class.csv", class_csv(per_class(answers)))
    plots.confusion(
        output / "confusion.png",
        confusion_of(answers),
        table.classes,
        f"{' + '.join(selection.winner)}, out of fold",
    )
    write_verdict(outcome)


def write_verdict(outcome: Outcome) -> None:
    """Write what was decided; again, once images kept until the end have had their word."""
    output = outcome.study.output
    write_text(output / "verdict.json", verdict_json(outcome))
    write_text(output / "verdict.txt", verdict_text(outcome))
    methods = methods_text(outcome)
    write_text(output / "methods.txt", methods)
    write_text(output / "methods.bib", bibliography(methods, references(outcome)))
    verdict_plots.honest(output / "honest.png", outcome)
