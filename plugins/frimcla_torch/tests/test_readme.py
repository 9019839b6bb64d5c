"""The tables of the README say what the menu says.

To write them anew, run this file: ``python tests/test_readme.py``.
"""

import json
import re
from pathlib import Path

from frimcla.params import limits_of
from frimcla_torch.plugin import HuggingFace, Timm
from frimcla_torch.published import known_as, names_of, paper_of

README = Path(__file__).parents[1] / "README.md"
PLACE = re.compile(r"(?<=do not edit -->\n).*?(?=<!-- end of table -->)", re.DOTALL)
HEAD = ["Extractor", "Model", "Side", "Numbers", "MB", "Weights", "Year", "Source"]


def rows(*lines):
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def model(source, name):
    known = known_as(source, name)
    paper = dict(paper_of(known.paper)[0].fields)
    number = paper["journal"].rpartition(":")[2]
    cited = f"[{paper['author'].partition(',')[0]} et al.](https://arxiv.org/abs/{number})"
    numbers = [f"{known.side}", f"{known.features:,}", f"{known.size / 1e6:,.0f}"]
    return [f"`{source}`", f"`{name}`", *numbers, known.licence, f"{known.year}", cited]


def tables():
    sources = ("timm", "huggingface")
    models = [model(source, name) for source in sources for name in names_of(source)]
    only = limits_of(HuggingFace).keys() - limits_of(Timm).keys()
    params = []
    for name, limits in limits_of(HuggingFace).items():
        of = " of `huggingface`" if name in only else ""
        default = "must be written" if limits.required else f"`{json.dumps(limits.default)}`"
        accepts = "a file" if limits.path and not limits.choices else f"{limits}"
        params.append([f"`{name}`{of}", limits.help, default, accepts])
    return "\n{}\n{}\n".format(
        rows(HEAD, ["---", "---", "---:", "---:", "---:", "---", "---:", "---"], *models),
        rows(["Parameter", "Meaning", "Default", "Accepts"], 4 * ["---"], *params),
    )


def test_readme_lists_every_model_and_parameter():
    found = PLACE.search(README.read_text(encoding="utf-8"))

    assert found
    assert found[0] == tables(), "run: python tests/test_readme.py"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(PLACE.sub(lambda _: tables(), text), encoding="utf-8")
