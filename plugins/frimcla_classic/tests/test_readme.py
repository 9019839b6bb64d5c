"""The tables of the README say what the menu says.

To write them anew, run this file: ``python tests/test_readme.py``.
"""

import json
import re
from pathlib import Path
from pkgutil import resolve_name

from frimcla.params import limits_of
from frimcla.testing import toy_images
from frimcla_classic import plugin

README = Path(__file__).parents[1] / "README.md"
PLACE = re.compile(r"(?<=do not edit -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def rows(*lines):
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def source(component):
    text = resolve_name(component.factory).__doc__.split("Source:")[1]
    return " ".join(text.split()).removesuffix(", as above")


def tables():
    menu = list(plugin.frimcla_extractors())
    components, users = [], {}
    for component in menu:
        width = component.recipe().build()(toy_images(component.sees)).shape[1]
        summary = component.summary.replace("*", r"\*")
        components.append([f"`{component.name}`", summary, f"{width:,}", source(component)])
        for name, limits in limits_of(component.params).items():
            users.setdefault((name, limits), []).append(f"`{component.name}`")
    params = [
        [f"`{name}`", ", ".join(names), limits.help, f"`{json.dumps(limits.default)}`", f"{limits}"]
        for (name, limits), names in users.items()
    ]
    return "\n{}\n{}\n".format(
        rows(
            ["Extractor", "What it computes", "Numbers", "Source"],
            ["---", "---", "---:", "---"],
            *components,
        ),
        rows(["Parameter", "Of", "Meaning", "Default", "Accepts"], 5 * ["---"], *params),
    )


def test_readme_lists_every_extractor_and_parameter():
    found = PLACE.search(README.read_text(encoding="utf-8"))

    assert found
    assert found[0] == tables(), "run: python tests/test_readme.py"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(PLACE.sub(lambda _: tables(), text), encoding="utf-8")
