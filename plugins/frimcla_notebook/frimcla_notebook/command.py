"""``frimcla notebook``: parses, calls, prints."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from frimcla import Registry
from frimcla.commands import plain


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path), metavar="FOLDER|CSV|ZIP")
@click.option("--out", type=click.Path(path_type=Path), help="The file; NAME.ipynb if left out.")
@click.pass_obj
def notebook(registry: Registry, dataset: Path, out: Path | None) -> None:
    """Write a notebook that compares and trains on these images.

    They lie in a FOLDER with one sub-folder per class, in a ZIP of it, or are listed in a CSV.
    Open it with Jupyter (pip install jupyterlab), choose, and run its cells.
    """
    from .writing import write_for

    written = write_for(dataset, out, registry)
    again = shlex.join(["jupyter", "lab", str(written.path)])
    click.echo(plain(f"{written.images}\nwrote {written.path}\nNext: {again}"))
