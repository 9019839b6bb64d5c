"""The tables of the README are generated from the menu.

After a change of the menu: ``python tests/test_readme.py``.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from frimcla.components import Classifier, Metric
from frimcla.params import limits_of
from frimcla_sklearn import plugin

README = Path(__file__).parents[1] / "README.md"
MORE_CLASSES = {
    "accuracy": "all images alike",
    "balanced_accuracy": "mean over the classes in the truth",
    "cohen_kappa": "one number for all classes",
    "matthews_corrcoef": "one number for all classes",
    "log_loss": "all images alike",
}
"""Of metrics without `positive`; those with it average over the classes in the truth."""


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    titles = head.split(", ")
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def code(value: object) -> str:
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def classifier(component: Classifier) -> Iterator[object]:
    grids = [
        " x ".join(f"`{name}` {', '.join(map(code, values))}" for name, values in grid)
        for grid in component.search
    ]
    yield from (code(component.name), component.label, component.summary)
    yield "; ".join(grids)
    yield "yes" if hasattr(component.recipe().build(seed=0), "steps") else "no"
    yield "yes" if component.suggested else "no"
    yield component.effort


def parameters(component: Classifier) -> Iterator[list[str]]:
    for name, limits in limits_of(component.params).items():
        searched = "yes" if name in component.searched else "no"
        yield [
            component.label,
            code(name),
            code(limits.default),
            str(limits),
            searched,
            limits.help,
        ]


def metric(component: Metric) -> Iterator[str]:
    summary, bounds = component.summary.rsplit(", ", 1)
    single = "positive" in limits_of(component.params)
    yield from (code(component.name), component.label, summary, bounds)
    yield "higher" if component.greater_is_better else "lower"
    yield "probabilities" if component.needs_probabilities else "labels"
    yield "mean over the classes in the truth" if single else MORE_CLASSES[component.name]
    yield "yes" if single else "no"


def tables() -> dict[str, str]:
    offered = list(plugin.frimcla_classifiers())
    return {
        "classifiers": table(
            "name, label, what it is, values searched, scales, in the default study, effort",
            map(classifier, offered),
        ),
        "parameters": table(
            "of, parameter, default, accepted, searched, meaning",
            (row for component in offered for row in parameters(component)),
        ),
        "metrics": table(
            "name, label, what it is, range, better, judges, more than two classes, `positive`",
            map(metric, plugin.frimcla_metrics()),
        ),
    }


def filled(text: str) -> str:
    for name, content in tables().items():
        before, mark, rest = text.partition(f"<!-- {name} -->")
        _, end, after = rest.partition("<!-- end -->")
        assert end, f"the README has no place for {name}"
        text = f"{before}{mark}\n{content}\n{end}{after}"
    return text


def test_the_readme_is_up_to_date():
    text = README.read_text(encoding="utf-8")

    assert filled(text) == text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
