"""What there is to look at, cell by cell: images, tables, plots, sentences, predictions.

Every function returns a page for the cell it ends. Nothing is decided here: what is said is what
the command line says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from IPython.display import HTML
from markupsafe import Markup

import frimcla
from frimcla import answering, telling
from frimcla.announcing import announced
from frimcla.bundle import Model
from frimcla.contracts import Progress
from frimcla.extraction import Extracted
from frimcla.opening import Opened
from frimcla.paper_rows import BEST_ROW, NOTHING, Row, rows_of
from frimcla.paper_table import caption
from frimcla.predictions import Labels
from frimcla.result import Result, warnings_of
from frimcla.saying import amount, told
from frimcla.using import Evaluation
from frimcla.verdict_text import verdict_lines
from frimcla.workflow import Source

from .cards import cards, sheet
from .looks import Cell, figure, grid, left, lines, note, page, soft

PLOTS = {
    "scatter.png": "Every pair: its mean score and how sure that is. Ringed is what may be taken.",
    "differences.png": "Who is really better? Dark: the row beats the column, and it is no luck.",
    "probabilities.png": "How likely each other pair is worse than the best, as good, or better.",
}
SCORES = ("precision", "sensitivity (recall)", "specificity", "F1", "images")


def images(source: Source) -> HTML:
    """Show some images of every class, as extractors see them, and what a study begins with."""
    _, opened, _ = frimcla.check(source)
    sheets = (sheet(opened, label) for label in opened.dataset.classes)
    return page(lines(announced(opened)), *sheets)


def described(found: tuple[Opened, Extracted]) -> HTML:
    """Say how many numbers describe an image now, extractor by extractor."""
    opened, done = found
    rows = [
        (
            label,
            f"{opened.store.width(space):,}",
            left(space.recipe.component.summary),
        )
        for label, space in opened.spaces.items()
    ]
    summary = (
        f"{done.computed} descriptions computed, {done.reused} were there already; "
        f"they lie in {opened.store.folder}"
    )
    head = ("extractor", "numbers per image", left("what it is"))
    return page(grid(head, rows), lines([*opened.notices, *done.notices, summary]))


def table(result: Result) -> HTML:
    """Show the table of the paper: a row per extractor, a column per classifier."""
    head = ["extractor", *result.verdict.selection.classifiers, "test", left("after post-hoc")]
    rows = [_line(row) for row in rows_of(result.verdict)]
    return page(grid(head, rows), soft(caption(result.verdict)))


def _line(row: Row) -> list[Cell]:
    cells: list[Cell] = [
        (text, "winner" if winner else "best" if best else "") for text, best, winner in row.cells
    ]
    test, order = (text if text != NOTHING else "" for text in (row.test, row.order))
    return ["best of each" if row.name == BEST_ROW else row.name, *cells, test, left(order)]


def beside(results: Mapping[str, Result]) -> HTML:
    """Show what several studies of the same pairs say, each a column under its name."""
    first = next(iter(results.values()))
    rows = [
        (" + ".join(pair), *(_mean(result, pair) for result in results.values()))
        for pair in first.selection.cells
    ]
    return page(grid((first.outcome.metric, *results), rows))


def _mean(result: Result, pair: Labels) -> str:
    cell = result.selection.cells.get(pair)
    return amount(cell.mean, percent=result.outcome.percent) if cell else "-"


def plots(result: Result) -> HTML:
    """Show what a comparison draws."""
    return page(*(figure(result.study.output / name, text) for name, text in PLOTS.items()))


def verdict(result: Result) -> HTML:
    """Say which pair to take and what to expect of it, and show what it confuses."""
    output = result.study.output
    return page(
        _told(result),
        *map(note, [*warnings_of(result), *telling.audited(result.audit, output)]),
        figure(output / "honest.png", "What the table shows of the best pair, and what to expect."),
        figure(output / "confusion.png", "What it confuses: rows are true classes."),
        _classes(result),
    )


def sentences(result: Result) -> HTML:
    """Say which pair to take and what to expect of it, and nothing else."""
    return page(_told(result))


def _told(result: Result) -> Markup:
    told = lines(verdict_lines(result.outcome))
    return Markup("<div class='verdict'>{}</div>").format(told)


def _classes(result: Result) -> Markup:
    """Return the scores of the best pair class by class."""
    rows = []
    for one in result.per_class:
        shares = (one.precision, one.sensitivity, one.specificity, one.f1)
        cells = ("-" if math.isnan(share) else f"{share:.3f}" for share in shares)
        rows.append((one.label, *cells, str(one.images)))
    return grid(("class", *SCORES), rows)


def model(found: Model | Result) -> HTML:
    """Say what a trained model is, and how good it is expected to be."""
    trained = found.model if isinstance(found, Result) else found
    assert trained
    manifest = trained.manifest
    expected = f"{manifest.expected.metric} {told(manifest.expected)}"
    facts = {
        "pair": manifest.label,
        "classes": ", ".join(manifest.classes),
        "trained on": f"{manifest.trained_on['images']} images",
        "expected": f"{expected} ({manifest.expected.method})",
        **({"file": str(found.model_path)} if isinstance(found, Result) else {}),
    }
    return page(grid((), [(name, left(text)) for name, text in facts.items()]))


def predictions(
    bundle: str | Path | Model,
    paths: str | Path | Sequence[str | Path],
    *,
    most: int = 24,
    progress: Progress | None = None,
) -> HTML:
    """Predict images, files or folders, and show each with a bar per class.

    Args:
        bundle: A trained model or its file.
        paths: Images and folders.
        most: Images shown; all are predicted, and counted below.
        progress: Called as images are done.

    Raises:
        FrimclaError: The model cannot be used, or a path is not there.
    """
    trained = bundle if isinstance(bundle, Model) else frimcla.load(bundle)
    found = frimcla.predict(trained, paths, progress=progress)
    counts = {label: sum(one.predicted == label for one in found) for label in trained.classes}
    bad = sum(bool(one.problem) for one in found)
    said = [f"{count} {label}" for label, count in counts.items() if count]
    said += [f"{bad} could not be read"] if bad else []
    number = "1 image" if len(found) == 1 else f"{len(found)} images"
    more = f", {most} of them shown" if len(found) > most else ""
    summary = f"{number}{more}: {', '.join(said)}."
    manifest = trained.manifest
    expected = f"{manifest.expected.metric} {told(manifest.expected)}"
    by = f"By {manifest.label}, of which {expected} is expected on new images."
    return page(cards(found[:most], trained), lines([summary, by]))


def evaluation(found: Evaluation) -> HTML:
    """Say how often a model is right on images whose classes are known."""
    return page(Markup("<pre>{}</pre>").format(answering.evaluation(found)))
