"""The commands that work with a trained model."""

from __future__ import annotations

from pathlib import Path

import click

from .commands import leave, plain, warned
from .registry import Registry

bundle = click.argument("bundle", type=click.Path(path_type=Path))


@click.command()
@bundle
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write a CSV file instead of a table.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs, printed or written.")
@click.option(
    "--coverage",
    type=float,
    metavar="SHARE",
    help="Also list the classes each image may be of: 0.9 holds the right one in 90 %.",
)
@click.option(
    "--names", default="", metavar="PATTERN", help="Join files to images by their {channel}."
)
@click.pass_obj
def predict(
    registry: Registry,
    bundle: Path,
    *,
    images: tuple[Path, ...],
    out: Path | None,
    as_json: bool,
    coverage: float | None,
    names: str,
) -> None:
    """Predict IMAGES by the model in BUNDLE: files, folders searched to the bottom, manifests."""
    from . import answering, using
    from .bundle import load
    from .predicted import json_text
    from .progress import drawn
    from .trust import COVERAGE, check_coverage

    sure = COVERAGE if coverage is None else check_coverage(coverage)
    model = warned(load(bundle, registry))
    if out:
        using.check_target(out)
    with drawn() as progress:
        found = using.predict(model, images, names=names, coverage=sure, progress=progress)
    document = using.predictions_json(found, model, sure) if as_json else None
    if out and document:
        using.write_document(out, document)
    elif out:
        using.write_predictions(out, found, model.classes, candidates=coverage is not None)
    if document and not out:
        click.echo(json_text(document), nl=False)
    else:
        click.echo(plain(answering.predicted(found, model.classes, out, coverage=coverage)))
    leave(any(prediction.problem for prediction in found))


@click.command()
@bundle
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER|CSV")
@click.option("--classes", default="", metavar="PATTERN", help="Where names tell the class.")
@click.option(
    "--groups", multiple=True, metavar="COLUMN|PATTERN", help="Images that belong together."
)
@click.pass_obj
def evaluate(
    registry: Registry, bundle: Path, folder: Path, classes: str, groups: tuple[str, ...]
) -> None:
    """Score the model in BUNDLE on FOLDER, one sub-folder of images per class."""
    from . import answering, using
    from .bundle import load
    from .config import naming_of
    from .progress import drawn

    naming = naming_of(classes, groups)
    model = warned(load(bundle, registry))
    with drawn() as progress:
        found = using.evaluate(model, folder, naming=naming, registry=registry, progress=progress)
    click.echo(plain(answering.evaluation(found)))


@click.command()
@bundle
@click.pass_obj
def verify(registry: Registry, bundle: Path) -> None:
    """Check that BUNDLE is whole and can be used here, and say what it is."""
    from . import answering, using

    click.echo(plain(answering.model(warned(using.verify(bundle, registry=registry)))))
