"""``frimcla serve`` and ``frimcla studio``: parse, call, print."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from frimcla import Registry
from frimcla.commands import plain, warned


def _say(text: str) -> None:
    click.echo(plain(text))


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(1, 65535), help="The first free one from 8000.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Others need --token.")
@click.option("--token", default="", envvar="FRIMCLA_TOKEN", help="What visitors must know.")
@click.option("--name", "names", multiple=True, help="Another name by which the page is called.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that look at images.",
)
@click.option("--open/--no-open", "opens", default=False, help="Open a browser.")
@click.pass_obj
def serve(
    registry: Registry,
    *,
    bundle: Path,
    port: int | None,
    host: str,
    token: str,
    names: tuple[str, ...],
    workers: int,
    opens: bool,
) -> None:
    """Show the model in BUNDLE on a web page, to be tried on images.

    Images stay on this machine: they lie in a private folder, and are removed afterwards.
    """
    from frimcla.bundle import load

    from . import serving
    from .app import application
    from .desk import Desk
    from .door import Door
    from .limits import Limits

    Door.of(host, 1, token)  # before anything is loaded
    model = warned(load(bundle, registry))
    sock = serving.listening(host, port)
    door = Door.of(host, sock.getsockname()[1], token, names)
    without = click.get_current_context().find_root().params["disabled"]
    desk = Desk.of(bundle, model, Limits(), workers, without)
    serving.serve(application(desk, door), sock, door, opens=opens, say=_say)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--port", type=click.IntRange(1, 65535), help="The first free one from 8000.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Others can come in, too.")
@click.option(
    "--token", default="", envvar="FRIMCLA_TOKEN", help="What visitors must know; else drawn."
)
@click.option("--name", "names", multiple=True, help="Another name by which the pages are called.")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser.")
@click.pass_obj
def studio(
    registry: Registry,
    *,
    folder: Path,
    port: int | None,
    host: str,
    token: str,
    names: tuple[str, ...],
    opens: bool,
) -> None:
    """Lead from a folder of images to a trained model, in a browser.

    Images are chosen below FOLDER (the working folder, if left out). Studies are written to the
    working folder; closing the page stops nothing.
    """
    import secrets

    from frimcla.errors import ConfigError

    from . import serving
    from .door import Door
    from .limits import Limits
    from .studio.app import application

    token = token or secrets.token_urlsafe(24)
    Door.of(host, 1, token)  # before anything is looked at
    if not folder.is_dir():
        what = f'must be a folder (got "{folder}"); leave it out to begin in this one'
        raise ConfigError("the studio", [("FOLDER", what)])
    sock = serving.listening(host, port)
    door = Door.of(host, sock.getsockname()[1], token, names)
    without = click.get_current_context().find_root().params["disabled"]

    def stopped(study: Path) -> None:
        _say(
            f"The study was stopped; what is finished is kept. To go on: "
            f"{shlex.join(['frimcla', 'run', str(study)])}"
        )

    app = application(registry, folder, door, Limits(), without=without, stopped=stopped)
    serving.serve(app, sock, door, opens=opens, say=_say)
