"""How often does each test call one of two equally good classifiers better?

    python benchmarks/type_one_error.py [--simulations 1000] [--jobs 1] [--json FILE]

Prints a Markdown table: rates of false alarms at a nominal .05 with their Monte-Carlo standard
errors, beside those measured for the design where there are any. About six minutes on one core.
"""

import argparse
import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from common import parser, write_json
from exchangeable import COLUMNS, FOLDS, study
from false_alarms import ALPHA, alarms

from frimcla.parallel import cut, unordered
from frimcla.progress import drawn

ONE, TEN = "Two candidates, one 10-fold cross-validation", "Two candidates, 10 x 10 folds"
ANCHORS = {  # source: design measurement, other generators of exchangeable classifiers
    (ONE, "paired t"): (0.065, 0.058, 0.132),
    (ONE, "unpaired t"): (0.068, 0.048, 0.135),
    (ONE, "exact Wilcoxon"): (0.064, 0.060, 0.128),
    (ONE, "Nadeau-Bengio"): (0.011, 0.020, 0.048),
    (TEN, "paired t"): (0.561, 0.538, 0.645),
    (TEN, "Nadeau-Bengio"): (0.045, 0.043, 0.123),
}
ROBUST = 0.5 * ALPHA, 1.5 * ALPHA
"""Rates that count as near the level (Bradley, Br. J. Math. Stat. Psychol. 31, 1978, 144)."""
AT_ONCE = 10
EVERY = 10.0
"""Seconds between two lines of progress."""

Row = tuple[str, str]


class Task(NamedTuple):
    """Some simulations of one column; every one has a seed of its own: seed, column, number."""

    seed: int
    column: int
    changed: dict[str, float]
    numbers: tuple[int, ...]


class Done(NamedTuple):
    """How often each test rejected, and the sum of mean accuracies."""

    column: int
    rejected: Counter[Row]
    accuracy: tuple[float, ...]


def main() -> None:
    """Simulate, print the table, and write the counts."""
    options = _options()
    changed = {
        name: value
        for name in ("features", "shared")
        if (value := getattr(options, name)) is not None
    }
    parts = cut(range(options.simulations), AT_ONCE)
    tasks = [Task(options.seed, at, changed, part) for at in range(len(COLUMNS)) for part in parts]
    counts: list[Counter[Row]] = [Counter() for _ in COLUMNS]
    means: list[list[float]] = [[] for _ in COLUMNS]
    total = options.simulations * len(COLUMNS)
    for done in _told(unordered(simulated, tasks, options.jobs), total):
        counts[done.column].update(done.rejected)
        means[done.column] += done.accuracy
    _print(counts, options.simulations)
    accuracies = [float(np.mean(np.sort(mean))) for mean in means]  # sorted: whatever came first
    print("\nMean accuracy:", ", ".join(map(_three, accuracies)))
    rejected = [{" | ".join(row): count for row, count in one.items()} for one in counts]
    said = {"seed": options.seed, "simulations": options.simulations, **changed}
    results = {"columns": [column.name for column in COLUMNS], "rejected": rejected}
    write_json(options.json, {"benchmark": "type_one_error", **said, **results})


def _options() -> argparse.Namespace:
    found = parser(__doc__)
    found.add_argument("--simulations", type=int, default=1000, help="data sets of each column")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--jobs", type=int, default=1, help="processes; the numbers stay the same")
    found.add_argument("--features", type=int, help="in each set, instead of the column's own")
    found.add_argument("--shared", type=float, help="share of common noise, 0 to 1 (0.5)")
    return found.parse_args()


def simulated(task: Task) -> Done:
    """Draw the data sets of a task, and count who rejects."""
    gc.freeze()  # statsmodels collects garbage at every correction: 60 ms, were all objects seen
    column = COLUMNS[task.column]._replace(**task.changed)
    rejected: Counter[Row] = Counter()
    accuracy = []
    for number in task.numbers:
        found = study(column, np.random.default_rng([task.seed, task.column, number]))
        accuracy.append(float(found.folds[:FOLDS].mean()))
        for part, answers in alarms(found).items():
            rejected.update({(part, name): int(one) for name, one in answers.items()})
    return Done(task.column, rejected, tuple(accuracy))


def _told(results: Iterator[Done], total: int) -> Iterator[Done]:
    """Pass on results, and draw how far they are; in lines where there is no terminal."""
    start = said = time.monotonic()
    count = 0
    with drawn() as show:
        for done in results:
            yield done
            count, now = count + len(done.accuracy), time.monotonic()
            if show:
                show("Simulating", count, total)
            elif now - said >= EVERY or count == total:
                said, pace = now, (now - start) / count
                left = f"{1 / pace:.1f}/s, {pace * (total - count) / 60:.1f} min left"
                print(f"{count} of {total}, {left}", file=sys.stderr, flush=True)


def _print(counts: list[Counter[Row]], simulations: int) -> None:
    """Print the table: ours with its standard error, the design's, and what to make of it."""
    names = " | ".join(f"{column.name} | design" for column in COLUMNS)
    print(f"| test | {names} | reading |\n|---|" + "--:|--:|" * len(COLUMNS) + "---|")
    heading = ""
    for row in counts[0]:
        if row[0] != heading:
            heading = row[0]
            print(f"| **{heading}** |" + " |" * (2 * len(COLUMNS) + 1))
        rates = [count[row] / simulations for count in counts]
        anchors = ANCHORS.get(row, ())
        cells = [_short(rate, simulations) for rate in rates]
        beside = [_three(one) for one in anchors] or [""] * len(rates)
        both = [cell for pair in zip(cells, beside, strict=True) for cell in pair]
        print("| " + " | ".join([row[1], *both, reading(rates)]) + " |")


def reading(rates: list[float]) -> str:
    """Return one word where all columns agree, else one for each."""
    words = [_word(rate) for rate in rates]
    return words[0] if len(set(words)) == 1 else ", ".join(words)


def _word(rate: float) -> str:
    low, high = ROBUST
    return "conservative" if rate < low else "liberal" if rate > high else "near"


def _short(rate: float, simulations: int) -> str:
    error = (rate * (1 - rate) / simulations) ** 0.5
    return f"{_three(rate)} ± {_three(error)}"


def _three(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


if __name__ == "__main__":
    main()
