"""What users can write stands in the docs, and what the docs include is what is in the tree."""

import re
from pathlib import Path

import pytest

import frimcla
from frimcla import hookspecs
from frimcla.cli import main
from frimcla.study import SETTINGS

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="needs a checkout")


def text(*names):
    return "\n".join((ROOT / name).read_text("utf-8") for name in names)


@pytest.mark.parametrize("hook", [name for name in dir(hookspecs) if name.startswith("frimcla_")])
def test_every_hook_is_documented(hook):
    assert f"`{hook}`" in text("docs/hooks.md")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_stands_in_the_table_as_it_is(setting):
    assert re.search(
        rf"^\| `{setting}` \| .* \| {re.escape(SETTINGS[setting].help)} \|$",
        text("docs/settings.md"),
        re.MULTILINE,
    )


def commands(group, path=""):
    """Return every command by how it is called, those of groups included."""
    found = {}
    for name, command in group.commands.items():
        below = hasattr(command, "commands")
        found |= commands(command, f"{path}{name} ") if below else {path + name: command}
    return found


@pytest.mark.parametrize("command", commands(main))
def test_every_command_and_option_is_documented(command):
    (row,) = re.findall(rf"^\| `frimcla {command}\b.*$", text("docs/settings.md"), re.MULTILINE)

    for parameter in commands(main)[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in row


@pytest.mark.parametrize("name", frimcla.__all__)
def test_every_public_name_is_documented(name):
    documents = text("docs/settings.md", "docs/hooks.md", "docs/write-a-plugin.md", "README.md")

    assert f"frimcla.{name}" in documents or f"`{name}`" in documents


@pytest.mark.parametrize("name", re.findall(r"\w+", "classic keras notebook onnx sklearn web"))
def test_shipped_plugins_are_named_in_the_readme(name):
    assert f"frimcla-{name}" in text("README.md")


def test_included_files_exist_and_are_shown_whole():
    """Each include marker is followed by the file itself."""
    page = text("docs/write-a-plugin.md")
    included = re.findall(r"<!-- include (\S+) -->\n\n```\w*\n(.*?)```", page, re.DOTALL)

    assert len(included) == page.count("<!-- include ")
    for path, shown in included:
        assert shown == text(path), f"run tests/include.py: {path} changed"


def test_the_commands_of_the_readme_name_files_that_exist():
    commands = re.findall(r"```sh\n(python3 -m venv .*?)\n```", text("README.md"))

    assert len(commands) == 2
    for path in re.findall(r"\./\S+|tests/\S+\.py", " ".join(commands)):
        assert (ROOT / path).exists()
