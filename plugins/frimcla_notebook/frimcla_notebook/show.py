"""What there is to look at, cell by cell: images, tables, plots, sentences, predictions.

Every function returns a page for the cell it ends. Nothing is decided here: what is said is what
the command line says.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from IPython.display import HTML
from markupsafe import Markup

import frimcla
from frimcla.announcing import announced
from frimcla.bundle import Model, Prediction
from frimcla.codes import CODES
from frimcla.contracts import Progress
from frimcla.extraction import Extracted
from frimcla.inspecting.thumbnails import thumbnail
from frimcla.intake import Opener
from frimcla.opening import Opened
from frimcla.paper_rows import BEST_ROW, NOTHING, rows_of
from frimcla.paper_table import caption
from frimcla.result import Result, warnings_of
from frimcla.saying import told
from frimcla.verdict_text import verdict_lines
from frimcla.workflow import Source

from .looks import framed, note

PER_CLASS = 6
"""Images of a class that are shown."""
PLOTS = {
    "scatter.png": "Every pair: its mean score and how sure that is. Ringed is what may be taken.",
    "differences.png": "Who is really better? Dark: the row beats the column, and it is no luck.",
    "probabilities.png": "How likely each other pair is worse than the best, as good, or better.",
}


def images(source: Source) -> HTML:
    """Show some images of every class, as extractors see them, and what a study begins with."""
    _, opened, _ = frimcla.check(source)
    return _page(
        _lines(announced(opened)),
        *(_sheet(opened, label) for label in opened.dataset.classes),
    )


def described(found: tuple[Opened, Extracted]) -> HTML:
    """Say how many numbers describe an image now, extractor by extractor."""
    opened, done = found
    first = [opened.dataset.images[0].key]
    rows = [
        (label, f"{opened.store.matrix(space, first).shape[1]:,}", space.recipe.component.summary)
        for label, space in opened.spaces.items()
    ]
    summary = (
        f"{done.computed} descriptions computed, {done.reused} were there already; "
        f"they lie in {opened.store.folder}"
    )
    head = ("extractor", "numbers per image", "what it is")
    return _page(_table(head, rows, left=(2,)), _lines([*opened.notices, summary]))


def table(result: Result) -> HTML:
    """Show the table of the paper: a row per extractor, a column per classifier."""
    rows = rows_of(result.verdict)
    head = ["extractor", *result.verdict.selection.classifiers, "test", "after post-hoc"]
    cells = [Markup("<th>{}</th>").format(name) for name in head[:-1]]
    cells.append(Markup("<th class='left'>{}</th>").format(head[-1]))
    body = [Markup("<tr>{}</tr>").format(Markup("").join(cells))]
    for row in rows:
        line = [Markup("<td>{}</td>").format("best of each" if row.name == BEST_ROW else row.name)]
        line += [
            Markup("<td class='{}'>{}</td>").format(
                "winner" if all_ else "best" if best else "", text
            )
            for text, best, all_ in row.cells
        ]
        line.append(Markup("<td>{}</td>").format("" if row.test == NOTHING else row.test))
        line.append(
            Markup("<td class='left'>{}</td>").format("" if row.order == NOTHING else row.order)
        )
        body.append(Markup("<tr>{}</tr>").format(Markup("").join(line)))
    whole = Markup("<div class='wide'><table>{}</table></div>").format(Markup("").join(body))
    return _page(whole, _soft(caption(result.verdict)))


def plots(result: Result) -> HTML:
    """Show what a comparison draws."""
    return _page(*(_figure(result.study.output / name, text) for name, text in PLOTS.items()))


def verdict(result: Result) -> HTML:
    """Say which pair to take and what to expect of it, and show what it confuses."""
    output, sentences = result.study.output, verdict_lines(result.outcome)
    head = Markup("<div class='verdict'>{}</div>").format(_lines(sentences))
    warned = [*warnings_of(result), *_audited(result)]
    return _page(
        head,
        *map(note, warned),
        _figure(
            output / "honest.png", "What the table shows of the best pair, and what to expect."
        ),
        _figure(output / "confusion.png", "What it confuses: rows are true classes."),
        _classes(result),
    )


def model(found: Model | Result) -> HTML:
    """Say what a trained model is, and how good it is expected to be."""
    trained = found.model if isinstance(found, Result) else found
    assert trained
    manifest = trained.manifest
    expected = f"{manifest.expected.metric} {told(manifest.expected)}"
    rows = [
        ("pair", manifest.label),
        ("classes", ", ".join(manifest.classes)),
        ("trained on", f"{manifest.trained_on['images']} images"),
        ("expected", f"{expected} ({manifest.expected.method})"),
    ]
    if isinstance(found, Result):
        rows.append(("file", str(found.model_path)))
    return _page(_table((), rows, left=(1,)))


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
    manifest = trained.manifest
    opener = Opener(readers=trained.readers, policy=manifest.policy, kind=manifest.saw)
    cards = Markup("").join(_card(one, trained.classes, opener) for one in found[:most])
    counts = {label: sum(one.predicted == label for one in found) for label in trained.classes}
    said = [f"{count} {label}" for label, count in counts.items()]
    bad = sum(bool(one.problem) for one in found)
    failed = f"; {bad} could not be read" if bad else ""
    more = f", {most} of them shown" if len(found) > most else ""
    summary = f"{len(found)} images{more}: {', '.join(said)}{failed}. By {manifest.label}."
    return _page(Markup("<div class='cards'>{}</div>").format(cards), _lines([summary]))


def _card(one: Prediction, classes: Sequence[str], opener: Opener) -> Markup:
    name = Path(one.file).name
    if one.problem:
        return Markup("<div class='card'><b>not read</b><small>{}: {}</small></div>").format(
            name, one.problem
        )
    picture = Markup("").join(
        Markup("<img src='{}' alt=''>").format(uri)
        for uri in thumbnail(opener.open([Path(one.file)], name=one.file)).uris[:1]
    )
    bars = Markup("").join(_bar(label, one.scores[label]) for label in classes)
    card = Markup("<div class='card'>{}<b>{}</b><small>{}</small>{}</div>")
    return card.format(picture, one.predicted, name, bars)


def _bar(label: str, score: float) -> Markup:
    if math.isnan(score):  # a classifier that offers no probabilities
        return Markup("")
    bar = Markup(
        "<div class='score'><span title='{0}'>{0}</span><i><i style='width:{1:.0f}%'></i></i>"
        "<span>{1:.0f} %</span></div>"
    )
    return bar.format(label, 100 * score)


def _sheet(opened: Opened, label: str) -> Markup:
    """Return some images of a class, evenly taken."""
    members = [image for image in opened.dataset.images if image.label == label]
    step = max(1, len(members) // PER_CLASS)
    shown = members[::step][:PER_CLASS]
    uris = [uri for image in shown for uri in thumbnail(opened.opener.picture(image)).uris[:1]]
    pictures = Markup("").join(Markup("<img src='{}' alt=''>").format(uri) for uri in uris)
    sheet = Markup("<div class='sheet'><b>{}</b> <small>{} images</small><div>{}</div></div>")
    return sheet.format(label, len(members), pictures)


def _audited(result: Result) -> Iterable[str]:
    """Say what an audit found that scores may suffer from."""
    for one in result.audit.findings if result.audit else ():
        if one.severity in {"error", "warning"}:
            yield f"{CODES[one.code]} ({one.code}): see the report"


def _figure(path: Path, text: str) -> Markup:
    if not path.exists():  # of a single pair, nothing is compared
        return Markup("")
    uri = "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
    figure = Markup("<figure><img src='{}' alt='{}'><figcaption>{}</figcaption></figure>")
    return figure.format(uri, text, text)


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], left: tuple[int, ...] = ()
) -> Markup:
    def line(cells: Sequence[str], tag: str) -> Markup:
        parts = [
            Markup(f"<{tag} class='{'left' if at in left else ''}'>{{}}</{tag}>").format(cell)
            for at, cell in enumerate(cells)
        ]
        return Markup("<tr>{}</tr>").format(Markup("").join(parts))

    lines = [*([line(head, "th")] if head else []), *(line(row, "td") for row in rows)]
    return Markup("<div class='wide'><table>{}</table></div>").format(Markup("").join(lines))


def _lines(texts: Iterable[str]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in texts)


def _soft(text: str) -> Markup:
    return Markup("<p class='soft'>{}</p>").format(text)


def _classes(result: Result) -> Markup:
    """Return the scores of the best pair class by class."""
    head = ("class", "precision", "sensitivity (recall)", "specificity", "F1", "images")
    rows = [
        (
            one.label,
            *map(_share, (one.precision, one.sensitivity, one.specificity, one.f1)),
            str(one.images),
        )
        for one in result.per_class
    ]
    return _table(head, rows)


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _page(*parts: Markup) -> HTML:
    return HTML(framed(Markup("").join(parts)))
