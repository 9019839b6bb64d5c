"""The ``frimcla`` command, and its studies. Parses, calls the library, prints. Decides nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_extractors import extractors
from .cli_models import evaluate, predict, verify
from .cli_store import store
from .cli_weights import weights
from .commands import Commands, installed, leave, plain, registry_of
from .errors import PluginError, did_you_mean
from .registry import Registry

if TYPE_CHECKING:
    from .opening import Opened


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--no-plugin", "disabled", multiple=True, metavar="NAME", help="Leave this plugin out."
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.version_option(package_name="frimcla")
@click.pass_context
def main(ctx: click.Context, disabled: tuple[str, ...], debug: bool) -> None:
    """Find the best way to classify your images, and how far to trust it.

    Start with:  frimcla demo,  or  frimcla run FOLDER  (one sub-folder of images per class).
    """
    registry = registry_of(ctx)
    names = [plugin.name for plugin in registry.plugins]
    for name in disabled:
        if name not in names:
            raise PluginError(f'--no-plugin: "{name}" is not installed{did_you_mean(name, names)}')


config = click.argument("config", type=click.Path(path_type=Path), metavar="CONFIG|FOLDER|CSV")
output = click.option("--output", type=click.Path(path_type=Path), help="Instead of the setting.")
pictures = click.option(
    "--no-images",
    "pictures",
    flag_value=False,
    default=None,
    type=bool,
    help="Leave pictures and names of files out of the report.",
)
opens = click.option(
    "--open", "opens", is_flag=True, help="Then show the model on a page, in a browser."
)


@main.command()
@click.option("--components", is_flag=True, help="Also list what each plugin offers.")
@click.option("--json", "as_json", is_flag=True, help="All of it, for programs.")
@click.pass_obj
def list_plugins(registry: Registry, components: bool, as_json: bool) -> None:
    """List installed plugins, broken ones included."""
    from . import listing

    text = listing.listed_json(registry) if as_json else plain(listing.listed(registry, components))
    click.echo(text)


@main.command()
@click.argument("dataset", type=click.Path(path_type=Path), required=False)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="OLD.json",
    help="Translate a configuration of the old FrImCla instead.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("study.toml"), help="The file."
)
@click.option(
    "--groups",
    multiple=True,
    metavar="COLUMN|PATTERN|none",
    help="What folds must not split; asked for where names suggest it.",
)
@click.option("--classes", default="", metavar="PATTERN", help="Where names tell the class.")
@click.pass_obj
def init(
    registry: Registry,
    *,
    dataset: Path | None,
    source: Path | None,
    out: Path,
    groups: tuple[str, ...],
    classes: str,
) -> None:
    """Write a study.toml for the images in DATASET (a folder, or a manifest), to be edited."""
    if (dataset is None) == (source is None):
        raise click.UsageError("give DATASET or --from OLD.json, one of the two")
    from . import starting

    path = starting.init(
        dataset, out, source=source, groups=groups, classes=classes, ask=_asked, registry=registry
    )
    click.echo(f"wrote {path}\nNext: frimcla check {path}, then frimcla run {path}")


@main.command()
@config
@click.option("--rehearse", is_flag=True, help="Estimate the time from 8 images and one fold.")
@click.pass_obj
def check(registry: Registry, config: Path, rehearse: bool) -> None:
    """Check a study and print its plan, without computing it."""
    from . import telling, workflow

    study, opened, cost = workflow.check(config, rehearsal=rehearse, registry=registry)
    click.echo(plain(telling.plan(study, opened, cost)))


@main.command()
@config
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("inspection"), help="The folder."
)
@click.pass_obj
def inspect(registry: Registry, config: Path, out: Path) -> None:
    """Draw what extractors see: a contact sheet per class, with facts and warnings."""
    from . import inspecting
    from .progress import drawn

    with drawn() as progress:
        found = inspecting.inspect(config, out, registry=registry, progress=progress)
    click.echo(plain("\n".join(inspecting.told(found))))
    leave(found.refused)


@main.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="OUTPUT|CONFIG|FOLDER|CSV")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave this check out.")
@click.pass_obj
def audit(registry: Registry, source: Path, ignore: tuple[str, ...]) -> None:
    """Look for shortcuts, copies and images of no use; of a finished run, in its results too."""
    from . import auditing
    from .progress import drawn

    with drawn() as progress:
        found = auditing.audit(source, ignore=ignore, registry=registry, progress=progress)
    click.echo(plain("\n".join(auditing.told(found))))
    leave(found.failed)


@main.command()
@config
@output
@click.pass_obj
def extract(registry: Registry, config: Path, output: Path | None) -> None:
    """Describe every image by every extractor."""
    from . import telling, workflow
    from .progress import drawn

    with drawn() as progress:
        opened, done = workflow.extract(
            config, registry=registry, output=output, progress=progress, tell=_announce
        )
    click.echo(plain(telling.extraction(opened, done)))


@main.command()
@config
@output
@pictures
@click.pass_obj
def compare(registry: Registry, config: Path, output: Path | None, pictures: bool | None) -> None:
    """Cross-validate every extractor with every classifier."""
    from . import telling, workflow
    from .progress import drawn

    with drawn() as progress:
        result = workflow.compare(
            config,
            registry=registry,
            output=output,
            pictures=pictures,
            progress=progress,
            tell=_announce,
        )
    click.echo(plain(telling.comparison(result)))
    leave(bool(result.selection.failed))


@main.command()
@config
@output
@click.option("--pair", default="", metavar="PAIR", help='"LAB444 + SVM"; the best if left out.')
@click.option("--cheapest", is_flag=True, help="The cheapest recommended pair instead.")
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="Write the model to this file, and leave all results as they are.",
)
@click.option(
    "--with-examples",
    is_flag=True,
    help="Put small pictures of training images into the model, to be shown beside predictions.",
)
@pictures
@opens
@click.pass_obj
def train(
    registry: Registry,
    config: Path,
    *,
    output: Path | None,
    pictures: bool | None,
    pair: str,
    cheapest: bool,
    model: Path | None,
    with_examples: bool,
    opens: bool,
) -> None:
    """Train the best pair, or the one named, on all images."""
    if pair and cheapest:
        raise click.UsageError("give --pair or --cheapest, not both")
    from . import telling, workflow
    from .progress import drawn

    page = _page(opens)
    with drawn() as progress:
        result = workflow.train(
            config,
            pair=pair,
            cheapest=cheapest,
            model=model,
            with_examples=with_examples,
            registry=registry,
            output=output,
            pictures=pictures,
            progress=progress,
            tell=_announce,
        )
    click.echo(plain(telling.training(result)))
    _open(page, result.model_path)


@main.command()
@config
@output
@pictures
@opens
@click.pass_obj
def run(
    registry: Registry, config: Path, output: Path | None, pictures: bool | None, opens: bool
) -> None:
    """Compare every pair, train the best, and write it all down."""
    from . import telling, workflow
    from .progress import drawn

    page = _page(opens)
    with drawn() as progress:
        result = workflow.run(
            config,
            registry=registry,
            output=output,
            pictures=pictures,
            progress=progress,
            tell=_announce,
        )
    click.echo(plain(telling.run(result)))
    _open(page, result.model_path)
    leave(bool(result.selection.failed))


@main.command()
@click.argument("output", type=click.Path(path_type=Path))
@pictures
def report(output: Path, pictures: bool | None) -> None:
    """Write the report of a finished study in OUTPUT again: one file for everybody."""
    from . import reporting
    from .progress import drawn

    with drawn() as progress:
        path = reporting.report(output, pictures=pictures, progress=progress)
    click.echo(plain(f"wrote {path}"))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("frimcla-demo"))
@click.pass_obj
def demo(registry: Registry, folder: Path) -> None:
    """Paint cells, study them, and predict some: everything in a minute, offline."""
    from . import starting, telling
    from .progress import drawn

    with drawn() as progress:
        shown = starting.demo(folder, registry=registry, progress=progress, tell=_announce)
    click.echo(plain(telling.demonstration(shown)))


for command in (extractors, predict, evaluate, store, verify, weights):
    main.add_command(command)


def _asked(question: str) -> bool | None:
    """Ask at a terminal; elsewhere say what would be asked, and leave it open."""
    if sys.stdin.isatty():
        return click.confirm(plain(question), default=True)
    click.echo(plain(f"warning: {question} (--groups)"))
    return None


def _page(opens: bool) -> click.Command | None:
    """Find what shows a model, before anything is computed."""
    return installed("serve", "frimcla-web") if opens else None


def _open(page: click.Command | None, model: Path) -> None:
    if page:
        click.get_current_context().invoke(page, bundle=model, opens=True)


def _announce(opened: Opened) -> None:
    """Print what a study begins with, before anything is computed."""
    from .announcing import announced

    click.echo(plain("\n".join(announced(opened))))
