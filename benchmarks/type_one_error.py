"""How often does each test call one of two equally good classifiers better?

    python benchmarks/type_one_error.py [--simulations 1000] [--jobs 1] [--json FILE]

Prints a Markdown table: rates of false alarms at a nominal .05 with their Monte-Carlo standard
errors, beside those measured for the design where there are any. About ... minutes on one core.
"""

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from common import parser, write_json
from exchangeable import COLUMNS, FOLDS, Column, study
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
    """Some simulations of one column; every one has a seed of its own."""

    seed: int
    column: int
    features: int
    numbers: tuple[int, ...]


class Done(NamedTuple):
    """How often each test rejected, and the sum of mean accuracies."""

    column: int
    simulations: int
    rejected: Counter[Row]
    accuracy: tuple[float, ...]


def main() -> None:
    """Simulate, print the table, and write the counts."""
    found = parser(__doc__)
    found.add_argument("--simulations", type=int, default=1000, help="data sets of each column")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--jobs", type=int, default=1, help="processes; the numbers stay the same")
    found.add_argument("--features", type=int, default=0, help="in each set; 0: the column's own")
    options = found.parse_args()
    parts = cut(range(options.simulations), AT_ONCE)
    columns = range(len(COLUMNS))
    tasks = [Task(options.seed, at, options.features, part) for at in columns for part in parts]
    counts: list[Counter[Row]] = [Counter() for _ in COLUMNS]
    means: list[list[float]] = [[] for _ in COLUMNS]
    for done in _told(unordered(simulated, tasks, options.jobs), len(tasks)):
        counts[done.column].update(done.rejected)
        means[done.column] += done.accuracy
    _print(counts, options.simulations)
    for column, mean in zip(COLUMNS, means, strict=True):
        print(f"mean accuracy, {column.name}: {np.mean(np.sort(mean)):.3f}")
    rows = [{" | ".join(row): count for row, count in one.items()} for one in counts]
    results = dict(zip((column.name for column in COLUMNS), rows, strict=True))
    said = {"seed": options.seed, "simulations": options.simulations, "rejected": results}
    write_json(options.json, {"benchmark": "type_one_error", **said})


def simulated(task: Task) -> Done:
    """Draw the data sets of a task, and count who rejects."""
    gc.freeze()  # statsmodels collects garbage at every correction: 60 ms, were all objects seen
    column = COLUMNS[task.column]
    column = column._replace(features=task.features or column.features)
    found = [_one(column, task, number) for number in task.numbers]
    rejected = Counter[Row]()
    for rows, _ in found:
        rejected.update(rows)
    return Done(task.column, len(found), rejected, tuple(mean for _, mean in found))


def _one(column: Column, task: Task, number: int) -> tuple[dict[Row, int], float]:
    drawn_once = study(column, np.random.default_rng([task.seed, task.column, number]))
    found = alarms(drawn_once)
    rows = {(part, name): int(one) for part, of in found.items() for name, one in of.items()}
    return rows, float(drawn_once.folds[:FOLDS].mean())


def _told(results: Iterator[Done], tasks: int) -> Iterator[Done]:
    """Pass on results, and draw how far they are; in lines where there is no terminal."""
    start = said = time.monotonic()
    with drawn() as show:
        for number, done in enumerate(results, 1):
            yield done
            now = time.monotonic()
            if show:
                show("Simulating", number * AT_ONCE, tasks * AT_ONCE)
            elif now - said >= EVERY or number == tasks:
                said, pace = now, (now - start) / number
                rate, left = AT_ONCE / pace, pace * (tasks - number) / 60
                line = f"{number * AT_ONCE} of {tasks * AT_ONCE}, {rate:.1f}/s, {left:.1f} min left"
                print(line, file=sys.stderr, flush=True)


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
