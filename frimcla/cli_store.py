"""``frimcla store``: what lies in folders of features."""

from __future__ import annotations

from pathlib import Path

import click

from .commands import leave, plain


@click.group()
def store() -> None:
    """Features on disk: see what is there, check it, make room."""


source = click.argument("source", type=click.Path(path_type=Path), metavar="OUTPUT|CACHE|CONFIG")


@store.command()
@source
def status(source: Path) -> None:
    """Show what is there, extractor by extractor."""
    from . import upkeep
    from .progress import drawn

    with drawn() as progress:
        found = {folder: upkeep.shelves(folder, progress) for folder in upkeep.stores_of(source)}
    click.echo(plain("\n\n".join(upkeep.told(folder, some) for folder, some in found.items())))


@store.command()
@source
def verify(source: Path) -> None:
    """Read every file, and name those that are damaged; the next run mends them."""
    from . import upkeep
    from .progress import drawn

    with drawn() as progress:
        stores = upkeep.stores_of(source)
        found = [one for folder in stores for one in upkeep.shelves(folder, progress)]
    damaged = [path for one in found for path in one.damaged]
    for path in damaged:
        click.echo(plain(f"damaged: {path}"))
    images = sum(one.images for one in found)
    good = f"{images:,} descriptions of images in {len(found)} spaces are as they were written"
    more = f"; {len(damaged)} files are not: the next run sets them aside and computes them again"
    click.echo(good + (more if damaged else ""))
    leave(bool(damaged))


@store.command()
@source
@click.option(
    "--keep",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="OUTPUT",
    help="Also remove what no run in these output folders has used.",
)
@click.option("--yes", is_flag=True, help="Remove it; without, only say what would be removed.")
def gc(source: Path, keep: tuple[Path, ...], yes: bool) -> None:
    """Make room: remove what was damaged, what killed runs left, and what no study uses."""
    from rich.filesize import decimal

    from . import upkeep

    stores = upkeep.stores_of(source)
    found = {folder: upkeep.unused(folder, upkeep.shelves(folder), keep) for folder in stores}
    size = decimal(upkeep.size_of(path for paths in found.values() for path in paths))
    for folder, paths in found.items():
        for path in paths:
            click.echo(plain(f"{'removed' if yes else 'would remove'}: {path}"))
        if yes and paths:
            upkeep.remove(folder, paths)
    if not any(found.values()):
        click.echo("nothing to remove")
    else:
        click.echo(f"{size}" + ("" if yes else "; add --yes to remove it"))
