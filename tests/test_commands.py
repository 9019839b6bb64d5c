"""Commands that plugins add to the command line."""

import sys

import click
import pytest
from click.testing import CliRunner
from toys import Toys

import frimcla
from frimcla import Registry
from frimcla.cli import main
from frimcla.errors import ConfigError


@click.command()
@click.argument("name")
@click.pass_obj
def greet(registry, name):
    """Greet somebody."""
    if name == "nobody":
        raise ConfigError("the command line", [("NAME", "must be somebody")])
    click.echo(f"hello {name}, from {', '.join(plugin.name for plugin in registry.plugins)}")


@click.command()
@click.argument("bundle")
@click.option("--open/--no-open", "opens", default=False)
@click.option("--workers", type=int, default=1)
def serve(bundle, opens, workers):
    """Show a model."""
    click.echo(f"shown: {bundle} {opens} {workers}")


def offering(name="greet_me", factory=f"{__name__}:greet"):
    class Plugin:
        @frimcla.hookimpl
        def frimcla_commands(self):
            yield frimcla.Command(name=name, factory=factory, summary="Greet somebody, briefly")

    return Plugin()


def call(*args, **plugins):
    return CliRunner().invoke(main, args, obj=Registry.of(**plugins))


@pytest.fixture
def greeting():
    return offering(factory=greet)


def test_a_command_of_a_plugin_is_called_with_the_registry(greeting):
    done = call("greet-me", "Ann", polite=greeting)

    assert (done.exit_code, done.output) == (0, "hello Ann, from polite\n")


def test_it_stands_in_the_help_by_its_summary_without_being_imported():
    told = call("--help", polite=offering(factory="nowhere:at_all")).output

    assert "  greet-me      Greet somebody, briefly\n" in told
    assert told.index("greet-me") < told.index("init")


def test_its_own_help_is_the_commands_own(greeting):
    assert "Greet somebody." in call("greet-me", "--help", polite=greeting).output


def test_what_a_user_can_mend_is_a_sentence(greeting):
    done = call("greet-me", "nobody", polite=greeting)

    assert done.exit_code == 1
    assert done.output == ("Error: the command line has 1 problem\n  NAME  must be somebody\n")


def test_a_command_of_the_core_cannot_be_replaced(greeting):
    done = call("run", "--help", polite=offering(name="run", factory=greet))

    assert "Compare every pair" in done.output


def test_where_nothing_shows_a_model_open_is_refused_before_anything_is_computed(tmp_path):
    done = call("run", str(tmp_path / "nowhere"), "--open", polite=offering())

    assert done.exit_code == 1
    assert done.output == (
        'Error: no active plugin offers the command "serve"; pip install frimcla-web\n'
    )


def test_open_shows_the_model_by_the_command_of_a_plugin(cells, tmp_path):
    shown = offering(name="serve", factory=serve)
    options = ["--output", str(tmp_path / "results"), "--open"]
    (tmp_path / "study.toml").write_text(
        f'images = "{cells}"\nextractors = ["edges"]\nclassifiers = ["nearest_mean"]\n'
        'metric = "accuracy"\nfolds = 3\nn_jobs = 1\nnested = false\n'
    )

    done = call("run", str(tmp_path / "study.toml"), *options, toys=Toys(), page=shown)

    assert done.exit_code == 0, done.output
    assert done.output.endswith(f"shown: {tmp_path / 'results' / 'model.frimcla'} True 1\n")


def test_two_plugins_with_one_command_are_both_named(greeting):
    done = call("greet-me", "Ann", polite=greeting, rude=greeting)

    assert done.exit_code == 1
    assert done.output == (
        'Error: the command "greet-me" is offered twice; '
        "add --no-plugin polite or --no-plugin rude\n"
    )


def test_a_command_that_cannot_be_imported_names_its_plugin():
    done = call("greet-me", polite=offering(factory="nowhere:at_all"))

    assert done.exit_code == 1
    assert done.output == (
        "Error: command greet-me cannot be loaded: No module named 'nowhere'; "
        "reinstall the plugin polite\n"
    )


def test_what_is_no_command_names_its_plugin():
    done = call("greet-me", polite=offering(factory="json:dumps"))

    assert done.exit_code == 1
    assert "the plugin polite offers <function dumps at " in done.output
    assert done.output.endswith("as the command greet-me; its author must name a click command\n")


def test_an_unknown_command_is_wrong_usage(greeting):
    done = call("greet-you", polite=greeting)

    assert done.exit_code == 2
    assert "No such command 'greet-you'" in done.output


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(0)", "0"),
        ("raise RuntimeError('no')", "no"),
        ("x = (", "was never closed"),
    ],
)
def test_whatever_importing_a_command_raises_is_a_sentence(tmp_path, monkeypatch, code, why):
    (tmp_path / "odd_command.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "odd_command", raising=False)
    done = call("greet-me", polite=offering(factory="odd_command:greet"))

    assert done.exit_code == 1
    assert done.output.startswith("Error: command greet-me cannot be loaded: ")
    assert why in done.output


def test_what_click_has_to_say_is_said(greeting):
    @click.command()
    def refuse():
        raise click.ClickException("not today")

    done = call("greet-me", polite=offering(factory=refuse))

    assert (done.exit_code, done.output) == (1, "Error: not today\n")


def test_a_summary_cannot_move_the_cursor():
    class Loud:
        @frimcla.hookimpl
        def frimcla_commands(self):
            yield frimcla.Command(name="loud", factory=greet, summary="\x1b[31mred\x07\u202e")

    for args in (["--help"], ["list-plugins", "--components"]):
        assert not {"\x1b", "\x07", "\u202e"} & set(call(*args, loud=Loud()).output)
