"""The group of all commands: those of the core and of plugins; errors become sentences here."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Any

import click

from .components import Command
from .errors import FrimclaError, PluginError, readable
from .recipes import load
from .registry import Registry

if TYPE_CHECKING:
    from .model import Model

STUDIES = {"compare", "demo", "extract", "fetch", "run", "train"}
"""Commands that keep what is finished."""
FAILED = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE})
"""What no program can help: the disk, or the network behind it."""
BUG, INTERRUPTED = 70, 130
"""Exit codes beside 0 (done), 1 (refused or failed, in words) and 2 (wrong usage)."""


class Commands(click.Group):
    """Turns what goes wrong into a sentence and an exit code, in one place; asks plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands of the core and of plugins."""
        return sorted({*super().list_commands(ctx), *_offered(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command; one of a plugin is only described, and imported to be called."""
        own = super().get_command(ctx, name)
        if own or name not in _offered(ctx):
            return own
        return click.Command(name, short_help=plain(_offered(ctx)[name][0].summary))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, and what it is called with."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is None or super().get_command(ctx, name):
            return name, command, rest
        return name, _imported(name, _offered(ctx)[name]), rest

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and leave with its exit code."""
        try:
            sys.exit(super().main(*args, **{**kwargs, "standalone_mode": False}) or 0)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except FrimclaError as error:
            if "--debug" in sys.argv:
                raise
            click.echo(plain(f"Error: {error}"), err=True)
            sys.exit(1)
        except OSError as error:
            if (error.filename is None and error.errno not in FAILED) or "--debug" in sys.argv:
                _report_bug()
                sys.exit(BUG)
            if error.filename is None:  # of reading and writing the system tells no more
                what = f"a disk failed ({error.strerror}); look after it and run the same command"
                click.echo(f"Error: {what} again", err=True)
            else:
                click.echo(plain(f"Error: {error.filename}: {error.strerror}"), err=True)
            sys.exit(1)
        except (KeyboardInterrupt, click.Abort):
            import shlex

            again = shlex.join(["frimcla", *sys.argv[1:]])
            kept = " What is finished is kept; to" if STUDIES & set(sys.argv) else " To"
            click.echo(f"\nStopped.{kept} go on: {again}", err=True)
            sys.exit(INTERRUPTED)
        except Exception:
            _report_bug()
            sys.exit(BUG)


def registry_of(ctx: click.Context) -> Registry:
    """Return what plugins offer, found once per call of the command line."""
    if ctx.obj is None:
        ctx.obj = Registry.discover(ctx.params.get("disabled", ()))
    return ctx.obj  # type: ignore[no-any-return]


def installed(name: str, package: str) -> click.Command:
    """Return a command that some plugin is to offer.

    Args:
        name: What is typed.
        package: What to install where no plugin offers it.

    Raises:
        PluginError: None does, several do, or it cannot be imported.
    """
    root = click.get_current_context().find_root()
    offered = _offered(root).get(name)
    if not offered:
        hint = f"pip install {package}{registry_of(root).not_active()}"
        raise PluginError(f'no active plugin offers the command "{name}"; {hint}')
    return _imported(name, offered)


def _offered(ctx: click.Context) -> dict[str, list[Command]]:
    """Return the commands that plugins offer by what is typed; two may be called alike."""
    found: dict[str, list[Command]] = {}
    for component in registry_of(ctx).all(Command).values():
        found.setdefault(component.called, []).append(component)
    return found


def _imported(name: str, offered: list[Command]) -> click.Command:
    """Import the command that plugins offer under *name*.

    Raises:
        PluginError: Several do, or it cannot be imported, or is no command.
    """
    if len(offered) > 1:
        ways = " or ".join(f"--no-plugin {one.plugin}" for one in offered)
        raise PluginError(f'the command "{name}" is offered twice; add {ways}')
    (component,) = offered
    try:
        command = load(component.factory)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # even SystemExit, which would end it without a word
        why = str(error) or type(error).__name__
        hint = f"reinstall the plugin {component.plugin}"
        raise PluginError(f"command {name} cannot be loaded: {why}; {hint}") from error
    if not isinstance(command, click.Command):
        what = f"the plugin {component.plugin} offers {command!r} as the command {name}"
        raise PluginError(f"{what}; its author must name a click command")
    return command


def plain(text: str) -> str:
    """Return *text* with names of files and classes made harmless to a terminal."""
    return "\n".join(map(readable, text.split("\n")))


def warned(model: Model) -> Model:
    """Print what a user should know of a model, where it mixes with no answer."""
    for notice in model.notices:
        click.echo(plain(f"warning: {notice}"), err=True)
    return model


def leave(failed: bool) -> None:
    """End the command with exit code 1 where some of its work failed, which was told before."""
    if failed:
        click.get_current_context().exit(1)


def _report_bug() -> None:
    import platform
    import traceback
    from importlib.metadata import version

    traceback.print_exc()
    click.echo(
        f"This is a bug in FrimCla {version('frimcla')} or in a plugin, not in your data. "
        f"Please report the lines above (Python {platform.python_version()}, "
        f"{platform.system()}).",
        err=True,
    )
