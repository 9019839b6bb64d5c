"""What grows faster than the images? A whole study on 1, 2, 4 and 8 times as many.

    python benchmarks/growth.py [--sizes 1000,2000,4000,8000] [--json FILE]

Runs `frimcla.run` on painted images, each time in a process of its own: colours, local binary
patterns and the controls, three classifiers, three folds. Prints, for each phase, its seconds, its
CPU seconds and its peak memory, and how CPU seconds grow: the exponent of the images, by least
squares on the logarithms; 1 is linear. Phases that never take a second are told, not judged.
With ``--sizes 100000 --keep FOLDER`` it is the large study of docs/scaling.md. Linux only.
"""

import os
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from common import parser, table, workplace, write_json
from observing import Watched, watch_study
from painted import paint

STUDY = """\
images = "images"
output = "results"
folds = 3
nested = false
explain = 2
extractors = [{name = "lab", bins = [4, 4, 4]}, "lbp"]
classifiers = [
  {name = "logistic_regression", C = 1.0},
  {name = "extra_trees", n_estimators = 25, max_features = "sqrt"},
  {name = "knn", n_neighbors = 15},
]
"""
LONG = 1.0
"""CPU seconds below which the growth of a phase is noise."""


def main() -> None:
    """Run each size, and print the tables."""
    found = parser(__doc__)
    found.add_argument("--sizes", default="1000,2000,4000,8000")
    found.add_argument("--keep", type=Path, metavar="FOLDER", help="leave studies and curves there")
    options = found.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with workplace() as scratch:
        folder = options.keep or scratch
        rows = [row for size in sizes for row in _measured(folder / str(size), size)]
    columns = ("images", "phase", "seconds", "CPU s", "peak MiB")
    table(columns, [list(row.values()) for row in rows])
    growth = {name: _exponent(rows, name) for name in dict.fromkeys(row["name"] for row in rows)}
    if len(sizes) > 1:
        print()
        table(
            ("phase", "grows as images to the"),
            [[name, power or "-"] for name, power in growth.items()],
        )
    write_json(options.json, {"benchmark": "growth", "rows": rows, "exponents": growth})


def _measured(folder: Path, size: int) -> list[dict[str, Any]]:
    """Run a study of *size* images; return a row per phase, and one of all."""
    if not (folder / "images").exists():
        paint(folder / "images", size)
    study = folder / "study.toml"
    study.write_text(STUDY, "utf-8")
    seen, phases = watch_study(study)
    _curve(folder / "curve.csv", seen)
    return [{"images": size, **attrs.asdict(phase)} for phase in phases]


def _exponent(rows: list[dict[str, Any]], phase: str) -> float | None:
    """Return the power of the images that the CPU seconds of a phase grow by."""
    mine = [(r["images"], r["work"]) for r in rows if r["name"] == phase and r["work"] > 0]
    if len(mine) < 2 or max(work for _, work in mine) < LONG:
        return None
    images, work = np.log(np.array(mine, float)).T
    return float(np.polyfit(images, work, 1)[0])


def _curve(path: Path, seen: Watched) -> None:
    """Write memory over time."""
    lines = ["seconds,mebibytes,processes,cpu_seconds"]
    for one in seen.looks:
        lines.append(f"{one.at:.1f},{one.memory / 2**20:.1f},{one.processes},{one.work:.1f}")
    path.write_text(os.linesep.join([*lines, ""]), "utf-8")


if __name__ == "__main__":
    main()
