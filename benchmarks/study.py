"""A whole study against a plain script that does less: where do the seconds go?

    python benchmarks/study.py [--images 600] [--side 256] [--repeats 3] [--json FILE]

Two descriptors and three classifiers with their searches, 10 folds, not nested, on painted images;
and the same by a script of OpenCV, scikit-image and scikit-learn (``plain_study.py``), in turn.
Prints seconds per phase, and two ratios: of what both do (files to predictions), and of all, for
the study also tests, estimates, audits, trains, and writes a report. Linux only.
"""

import json
import subprocess
import sys
from pathlib import Path

from common import CORES, medians, parser, table, verdict, workplace, write_json
from observing import watch_study
from painted import paint

STUDY = """\
images = "images"
output = "results"
controls = false
nested = false
folds = 10
extractors = [{name = "lab", bins = [4, 4, 4]}, "lbp"]
classifiers = ["knn", "logistic_regression", {name = "extra_trees", n_estimators = 50}]
"""
SHARED = ("list", "extract", "plan", "compare")
"""Phases that do what the plain script does."""


def main() -> None:
    """Run both in turn, and print phases and ratios."""
    found = parser(__doc__)
    found.add_argument("--images", type=int, default=600)
    found.add_argument("--side", type=int, default=256)
    found.add_argument("--repeats", type=int, default=3)
    options = found.parse_args()
    phases: dict[str, list[float]] = {}
    with workplace() as folder:
        paint(folder / "images", options.images, options.side)
        (folder / "study.toml").write_text(STUDY, "utf-8")
        for _ in range(options.repeats):
            for name, seconds in (_study(folder) | _plain(folder)).items():
                phases.setdefault(name, []).append(seconds)
    middle = medians(phases)
    print(f"{options.images} images, {CORES} cores; medians of {options.repeats}")
    table(("", "seconds"), [(name, value) for name, value in middle.items()])
    plain = middle["plain: describe"] + middle["plain: compare"]
    same = sum(middle[phase] for phase in SHARED)
    ratios = {"same": same / plain, "all": middle["all"] / plain}
    verdict("files to predictions: study / plain script", ratios["same"], "at most 1")
    verdict("all that a study does / plain script", ratios["all"], "told")
    verdict("share of CPU: CPU seconds / seconds x cores", middle["share"], "told")
    write_json(options.json, {"benchmark": "study", "seconds": phases, "ratios": ratios})


def _study(folder: Path) -> dict[str, float]:
    """Run the study anew; return seconds per phase, of all, and the share of CPU that it used."""
    seen, phases = watch_study(folder / "study.toml")
    share = seen.work / (seen.seconds * CORES)
    return {**{phase.name: phase.seconds for phase in phases}, "share": share}


def _plain(folder: Path) -> dict[str, float]:
    script = Path(__file__).with_name("plain_study.py")
    command = [sys.executable, script, folder / "images"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return {f"plain: {name}": seconds for name, seconds in said.items()}


if __name__ == "__main__":
    main()
