"""The table of the README says what the menu says.

To write it anew, run this file: ``python tests/test_readme.py``.
"""

import json
import re
from pathlib import Path

from frimcla.params import limits_of
from frimcla_onnx.plugin import Network

README = Path(__file__).parents[1] / "README.md"
PLACE = re.compile(r"(?<=do not edit -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def table():
    rows = [["Parameter", "Meaning", "Default", "Accepts"], 4 * ["---"]]
    for name, limits in limits_of(Network).items():
        default = "must be written" if limits.required else f"`{json.dumps(limits.default)}`"
        accepts = "a file" if limits.path else f"{limits}"
        rows.append([f"`{name}`", limits.help, default, accepts])
    return "\n{}\n".format("".join(f"| {' | '.join(row)} |\n" for row in rows))


def test_readme_lists_every_parameter():
    found = PLACE.search(README.read_text(encoding="utf-8"))

    assert found
    assert found[0] == table(), "run: python tests/test_readme.py"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(PLACE.sub(lambda _: table(), text), encoding="utf-8")
