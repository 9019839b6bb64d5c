"""The plots of the page, from what the story says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from frimcla.auditing.learning_curve import Curve
from frimcla.contracts import Array
from frimcla.errors import readable
from frimcla.number import Number
from frimcla.picturing.album import Projection
from frimcla.plotting.cloud import Cloud, cloud
from frimcla.plotting.estimates import Estimate, Priced
from frimcla.plotting.forest import forest
from frimcla.plotting.growth import Learning, growth
from frimcla.plotting.honest import honest
from frimcla.plotting.pareto import pareto
from frimcla.plotting.svg import Drawing, Sheet
from frimcla.saying import told

from .galleries import Galleries
from .marking import shown as written
from .story import Story


def axis_of(story: Story) -> str:
    """Return what scores are called on an axis."""
    return f"{story.metric} (%)" if story.percent else story.metric


def honest_plot(story: Story, sheet: Sheet) -> Drawing:
    """Draw the honest number beside the one in the table."""
    rows = [("in the table", story.numbers["naive"]), ("to expect on new images", story.expected)]
    if f"tested.{story.metric}" in story.numbers:
        rows.append(("on images kept until the end", story.numbers[f"tested.{story.metric}"]))
    return honest(
        sheet,
        "honest",
        [_row(story, name, number) for name, number in rows],
        axis=axis_of(story),
        baseline=_scaled(story, story.numbers["baseline"].value),
    )


def forests(story: Story, sheet: Sheet) -> Iterator[Drawing]:
    """Draw all pairs, once for wide windows and once for phones."""
    standing = story.standing
    rows = [
        _row(story, readable(name), story.numbers[f"mean.{name}"], standing[name])
        for name in story.pairs
    ]
    low, high = story.expected.low, story.expected.high
    expected = None
    if low is not None and high is not None:
        expected = (_scaled(story, low), _scaled(story, high))
    for narrow in (False, True):
        yield forest(
            sheet,
            "forest-narrow" if narrow else "forest",
            rows,
            axis=axis_of(story),
            expected=expected,
            baseline=_scaled(story, story.numbers["baseline"].value),
            narrow=narrow,
        )


def pareto_plot(story: Story, sheet: Sheet) -> Drawing:
    """Draw what pairs cost against how good they are."""
    names = list(story.pairs)
    points = []
    for name in names:
        work, mean = story.numbers[f"price_work.{name}"], story.numbers[f"mean.{name}"]
        cost = f"{work.value:,.0f} million" if work.value else "no network"
        points.append(
            Priced(
                name=readable(name),
                cost=work.value,
                score=_scaled(story, mean.value),
                said=f"{written(mean)}, {cost}",
            )
        )
    return pareto(
        sheet,
        "pareto",
        points,
        axis=axis_of(story),
        winner=names.index(story.verdict["winner"]),
        cheapest=names.index(story.verdict["cheapest"]),
        lower_is_better=not story.verdict["higher_is_better"],
    )


def growth_plot(story: Story, sheet: Sheet) -> Drawing | None:
    """Draw the learning curve of the audit; None where it drew none."""
    if story.audit is None or story.audit.curve is None:
        return None
    curve = Curve.of(story.audit.curve)
    scale = 100 if curve.unit == "share" else 1
    ahead, learnt = curve.ahead, np.array(curve.sizes, float)
    at = np.concatenate([learnt, [one.images for one in ahead]])
    unknown = [None] * len(learnt)  # the law has no interval where scores themselves have

    def column(values: Sequence[float | None]) -> Array:
        return scale * np.array([np.nan if one is None else one for one in values], float)

    found = Learning(
        sizes=learnt,
        scores=column(curve.scores),
        low=column(curve.low),
        high=column(curve.high),
        present=float(curve.images),
        at=at,
        law=column([*curve.at(learnt).tolist(), *(one.score for one in ahead)]),
        law_low=column([*unknown, *(one.low for one in ahead)]),
        law_high=column([*unknown, *(one.high for one in ahead)]),
    )
    return growth(sheet, "growth", found, axis=axis_of(story))


def clouds(
    story: Story, found: Projection, galleries: Galleries, sheet: Sheet
) -> Iterator[tuple[str, Cloud, Sequence[int]]]:
    """Yield (name, view, rows of its marks) of the features in two dimensions."""
    by_key: dict[str, int] = {}
    for row, key in enumerate(story.table.images):
        by_key.setdefault(key, row)
    kept = [place for place, key in enumerate(found.keys) if key in by_key]
    rows = [by_key[found.keys[place]] for place in kept]
    wrong = np.array([galleries.truth[row] != galleries.said[row] for row in rows])
    members = np.array([int(story.table.truth[row]) for row in rows])
    for name, points in (("tsne", found.tsne), ("pca", found.pca)):
        view = cloud(
            sheet,
            name,
            points[kept],
            members,
            [readable(label) for label in story.table.classes],
            wrong=wrong,
        )
        yield name, view, rows


def places_of(view: Cloud, rows: Sequence[int]) -> Mapping[str, Any]:
    """Return where the marks of a view lie, for the script."""
    x, y = (np.round(view.places[:, axis], 1).tolist() for axis in (0, 1))
    return {"rows": list(rows), "x": x, "y": y}


def _row(story: Story, name: str, number: Number, standing: str = "") -> Estimate:
    low, high = number.low, number.high
    return Estimate(
        name=name,
        value=_scaled(story, number.value),
        low=None if low is None else _scaled(story, low),
        high=None if high is None else _scaled(story, high),
        said=told(number).replace("95 % interval ", ""),
        standing=standing,
    )


def _scaled(story: Story, value: float) -> float:
    return 100 * value if story.percent else value


def markup(drawing: Drawing) -> Markup:
    """Return a plot as it is put into the page; every name in it is escaped already."""
    return Markup(drawing.markup)
