"""The tables of the README say what the menu says.

To write them anew, run this file: ``python tests/test_readme.py``.
"""

import json
import re
from pathlib import Path

from frimcla.params import limits_of
from frimcla_keras import plugin
from frimcla_keras.networks import NETS
from frimcla_keras.papers import paper_of
from frimcla_keras.published import _published

README = Path(__file__).parents[1] / "README.md"
PLACE = re.compile(r"(?<=do not edit -->\n).*?(?=<!-- end of table -->)", re.DOTALL)
SIZES = ("Parameters / 10⁶", "Work / 10⁶")


def rows(*lines):
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def paper(cls):
    fields = dict(paper_of(cls).fields)
    first, *others = [author.split(",")[0] for author in fields["author"].split(" and ")]
    more = "" if not others else f" & {others[0]}" if len(others) == 1 else " et al."
    return f"[{first}{more} {fields['year']}](https://arxiv.org/abs/{fields['eprint']})"


def network(net):
    published = _published()[net.cls]["1.0"]["no_top"]
    millions, work = (published[what] / 1e6 for what in ("parameters", "multiply_adds"))
    label = f"**{net.label}**" if net.suggested else net.label
    numbers = [f"{net.side}", f"{net.features:,}", f"{millions:.1f}", f"{work:,.0f}"]
    return [f"`{net.name}`", label, *numbers, net.licence, paper(net.cls)]


def tables():
    users = {}
    for component in plugin.frimcla_extractors():
        for name, limits in limits_of(component.params).items():
            users.setdefault((name, limits), []).append(f"`{component.name}`")
    params = [
        [
            f"`{name}`" + ("" if len(names) > len(NETS) / 2 else f" of {', '.join(names)}"),
            *(limits.help, f"`{json.dumps(limits.default)}`", f"{limits}"),
        ]
        for (name, limits), names in users.items()
    ]
    return "\n{}\n{}\n".format(
        rows(
            ["Extractor", "Label", "Side", "Numbers", *SIZES, "Weights", "Source"],
            ["---", "---", "---:", "---:", "---:", "---:", "---", "---"],
            *map(network, NETS),
        ),
        rows(["Parameter", "Meaning", "Default", "Accepts"], 4 * ["---"], *params),
    )


def test_readme_lists_every_network_and_parameter():
    found = PLACE.search(README.read_text(encoding="utf-8"))

    assert found
    assert found[0] == tables(), "run: python tests/test_readme.py"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(PLACE.sub(lambda _: tables(), text), encoding="utf-8")
