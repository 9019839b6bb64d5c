"""``frimcla extractors``: what may describe images, and under which licences."""

from __future__ import annotations

import click

from .commands import plain
from .registry import Registry


@click.command()
@click.argument("name", required=False)
@click.option(
    "--licence",
    type=click.Choice(["permissive"]),
    help="Only code and weights that may be used for anything.",
)
@click.option("--offline", is_flag=True, help="Only what needs no weights, or has them here.")
@click.option("--max-mb", type=click.FloatRange(min=0), help="Megabytes of weights, at most.")
@click.option("--json", "as_json", is_flag=True, help="All of it, for programs.")
@click.pass_obj
def extractors(
    registry: Registry,
    *,
    name: str | None,
    licence: str | None,
    offline: bool,
    max_mb: float | None,
    as_json: bool,
) -> None:
    """List what may describe images, or show the passport of one.

    Origin, licences of code and weights, size, work, and whom to cite.
    """
    from . import catalogue

    wanted = catalogue.Wanted(permissive=licence is not None, offline=offline, max_mb=max_mb)
    if name and wanted != catalogue.Wanted():
        raise click.UsageError("NAME shows one extractor, and takes no --licence and the like")
    if name:
        entry = catalogue.entry(registry, name)
        said = catalogue.as_json([entry]) if as_json else catalogue.passport(entry)
    else:
        found = catalogue.entries(registry, wanted)
        said = catalogue.as_json(found) if as_json else catalogue.listed(registry, found)
    click.echo(plain(said))
