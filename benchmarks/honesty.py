"""Does the accuracy of the winner hold on new images? Simulated studies whose truth is known.

    python benchmarks/honesty.py [--sets 1000] [--jobs 1] [--seed 0] [--large] [--json FILE]
    python benchmarks/honesty.py --halving [--sets 1000]
    python benchmarks/honesty.py --broken [--sets 200]

Each data set is a study: 12 extractors x 6 learners, ten stratified folds, the best of 72 is chosen
and three estimates are made of its accuracy: its mean score (naive), BBC-CV and nested
cross-validation. Then new cases tell the truth. The first command prints bias and coverage of each
beside the numbers measured for the design, and whether every gate is kept; it fails if one is not.
The second does the same with candidates that race (search = "halving"), for the same gates. The
third makes studies with a mistake in them, and fails if the gates do not see it.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from honesty_broken import BROKEN, verdict
from honesty_data import NULL, STRONG, WEAK, Scenario
from honesty_estimates import Task, Way, outcome
from honesty_gates import Gate, Summary, gates, percent, points, summary, with_error

from frimcla.parallel import unordered
from frimcla.progress import drawn

SETS, BROKEN_SETS = 1000, 200
STUDIES = (
    (NULL, 60),
    (NULL, 100),
    (NULL, 200),
    (WEAK, 100),
    (WEAK, 200),
    (STRONG, 100),
    (STRONG, 200),
)
LARGE = ((NULL, 600), (STRONG, 600))
ANCHORS: dict[tuple[str, int], tuple[str, ...]] = {
    ("null", 60): ("+16.2", "+2.7 (0.3)", "-0.6 (0.6)", "28 %", "94 %", "-"),
    ("null", 100): ("+13.0", "+2.5 (0.2)", "+0.0 (0.4)", "27 %", "96 %", "97 %"),
    ("null", 200): ("+9.1", "+1.7 (0.1)", "-0.4 (0.4)", "27 %", "96 %", "-"),
    ("null", 600): ("+5.3", "+1.1 (0.1)", "-", "24 %", "95 %", "-"),
    ("weak", 100): ("+8.2", "-0.4 (0.3)", "-0.8 (0.4)", "68 %", "94 %", "96 %"),
    ("weak", 200): ("+4.8", "-0.2 (0.2)", "-0.4 (0.5)", "75 %", "95 %", "-"),
    ("strong", 100): ("+3.3", "-0.3 (0.1)", "+0.1 (0.2)", "45 %", "94 %", "92 %"),
    ("strong", 200): ("+2.2", "-0.1 (0.1)", "-0.1 (0.2)", "57 %", "98 %", "-"),
    ("strong", 600): ("+1.1", "-0.1 (0.1)", "-", "77 %", "95 %", "-"),
}
"""Design measurement: by another program, with scenarios of the same names and other data."""
COLUMNS = (
    "scenario",
    "images",
    "naive bias",
    "BBC-CV bias",
    "nested bias",
    "of which smaller training sets",
    "naive covers",
    "BBC-CV covers",
    "nested covers",
    "folds gone through",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print, and return 1 if a gate is broken or a mistake is not seen."""
    options = _options(arguments)
    start = time.perf_counter()
    kept = (_mistakes if options.broken else _gated)(options)
    print(f"\n{time.perf_counter() - start:.0f} s, seed {options.seed}")
    return 0 if kept else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    found = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    found.add_argument(
        "--sets", type=int, help=f"of each scenario; {SETS}, or {BROKEN_SETS} with --broken"
    )
    found.add_argument("--jobs", type=int, default=1, help="processes; the numbers stay the same")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--halving", action="store_true", help="candidates far behind stop")
    found.add_argument("--large", action="store_true", help="600 images as well")
    found.add_argument("--broken", action="store_true", help="studies with a mistake in them")
    found.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    options = found.parse_args(arguments)
    options.sets = options.sets or (BROKEN_SETS if options.broken else SETS)
    if options.sets < 2:
        found.error("--sets: 2 or more")
    return options


def _gated(options: argparse.Namespace) -> bool:
    """Simulate all scenarios, print the table and the gates; return whether all are kept."""
    studies = STUDIES + (LARGE if options.large else ())
    way = Way(races=options.halving)
    found = [simulated(scenario, n, options, way) for scenario, n in studies]
    print(f"{options.sets} data sets each; bias in percentage points (SE); intervals of 95 %\n")
    table(COLUMNS, [row for one in found for row in _rows(one)])
    checked = [gate for one in found for gate in gates(one)]
    print()
    table(("gate", "kept in", "broken in"), _told(checked))
    broken = sum(not gate.kept for gate in checked)
    print(f"\n{len(checked)} gates: {len(checked) - broken} kept, {broken} broken")
    _write(options, {"summaries": found, "gates": checked})
    return not broken


def _rows(found: Summary) -> list[tuple[str, ...]]:
    """Return the row of a scenario, and below it what was measured for the design."""
    name, n = found.scenario.name, found.n
    three = (found.naive, found.bbc, found.nested)
    smaller = "-" if found.scenario.null else points(found.nested.bias - found.own.bias)
    row = (
        name,
        str(n),
        *map(with_error, three),
        smaller,
        *(percent(one.coverage) for one in three),
        percent(found.through),
    )
    anchor = ANCHORS[name, n]
    return [row, ("design measurement", "", *anchor[:3], "", *anchor[3:], "")]


def _told(checked: Sequence[Gate]) -> list[tuple[str, ...]]:
    """Return a row for each claim: in how many scenarios it holds, and where it does not."""
    told = []
    for claim in dict.fromkeys(gate.claim for gate in checked):
        mine = [gate for gate in checked if gate.claim == claim]
        broken = [f"**{gate.where}: {gate.found}**" for gate in mine if not gate.kept]
        kept = f"{len(mine) - len(broken)} of {len(mine)} scenarios"
        told.append((claim, kept, "; ".join(broken) or "none"))
    return told


def _mistakes(options: argparse.Namespace) -> bool:
    """Simulate studies with mistakes; return whether the gates saw all that they must."""
    verdicts = []
    for broken in BROKEN:
        both = [
            simulated(broken.scenario, broken.n, options, way, f"{broken.name[:24]}, {what}")
            for what, way in (("right", broken.right), ("wrong", broken.wrong))
        ]
        verdicts.append(verdict(broken, *both))
    print(f"{options.sets} data sets each; bias in percentage points (SE)\n")
    table(
        ("mistake", "scenario, images", "bias without it", "with it", "gate that caught it"),
        [one.row for one in verdicts],
    )
    _write(options, {"mistakes": verdicts})
    return all(one.kept for one in verdicts)


def simulated(
    scenario: Scenario,
    n: int,
    options: argparse.Namespace,
    way: Way | None = None,
    name: str = "",
) -> Summary:
    """Do all studies of one scenario; tell on standard error how far it is."""
    tasks = [
        Task(scenario, n, number, options.seed, way or Way()) for number in range(options.sets)
    ]
    name = name or f"{scenario.name} {n}"
    outcomes, start = [], time.perf_counter()
    with drawn() as show:
        for one in unordered(outcome, tasks, options.jobs):
            outcomes.append(one)
            (show or _lines(start))(name, len(outcomes), len(tasks))
    return summary(scenario, n, outcomes)


def _lines(start: float) -> Callable[[str, int, int], None]:
    """Return what tells of progress in a log: a line for each fifth, with rate and time left."""

    def show(name: str, done: int, total: int) -> None:
        if done * 5 // total == (done - 1) * 5 // total:
            return
        rate = done / (time.perf_counter() - start)
        left = f"{(total - done) / rate:.0f} s left"
        print(f"{name}: {done}/{total}, {rate:.1f}/s, {left}", file=sys.stderr, flush=True)

    return show


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    for row in (columns, ["---"] * len(columns), *rows):
        print(f"| {' | '.join(row)} |")


def _write(options: argparse.Namespace, results: dict[str, object]) -> None:
    if options.json:
        about = {"benchmark": "honesty", "sets": options.sets, "seed": options.seed}
        options.json.write_text(json.dumps(_plain({**about, **results}), indent=1) + "\n", "utf-8")


def _plain(value: object) -> object:
    """Return tuples with names as dictionaries, all the way down."""
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


if __name__ == "__main__":
    sys.exit(main())
