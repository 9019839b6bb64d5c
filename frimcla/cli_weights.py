"""``frimcla weights``: trained weights of networks."""

from __future__ import annotations

import click

from .commands import plain
from .registry import Registry


@click.group()
def weights() -> None:
    """Trained weights of networks: list them, fetch them once."""


@weights.command("list")
@click.option("--json", "as_json", is_flag=True, help="All of it, for programs.")
@click.pass_obj
def list_weights(registry: Registry, as_json: bool) -> None:
    """List the extractors that need trained weights, and which are at hand."""
    from . import listing

    click.echo(plain(listing.trained_json(registry) if as_json else listing.trained(registry)))


@weights.command()
@click.argument("targets", nargs=-1, required=True, metavar="CONFIG|EXTRACTOR...")
@click.pass_obj
def fetch(registry: Registry, targets: tuple[str, ...]) -> None:
    """Fetch what extractors need. The only command that ever opens a connection."""
    from . import fetching
    from .progress import drawn

    with drawn() as progress:
        fetched = fetching.fetch_all(targets, registry=registry, progress=progress)
    for line in fetched.told:
        click.echo(plain(line))
    fetched.check()
