"""How long until something is said? Three commands against the bare imports of what they stand on.

    python benchmarks/start.py [--runs 20] [--json FILE]

``frimcla --help`` and ``list-plugins`` stand on attrs, click and pluggy; ``check`` on 100 images
also on NumPy, Pillow, and what scikit-learn needs to plan folds and to score. Each is a process of
its own, in turn, its bytecode compiled before, as pip does for whoever installs; the ratios are
those of the fastest runs, and should be at most 2.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from common import in_turn, parser, table, timed, verdict, workplace, write_json
from painted import paint

FRIMCLA = str(Path(sys.executable).with_name("frimcla"))
LIGHT = "attrs, click, pluggy"
HEAVY = f"{LIGHT}, numpy, PIL.Image, sklearn.model_selection, sklearn.metrics"
IMAGES = 100


def main() -> None:
    """Take turns, and print times and ratios."""
    found = parser(__doc__)
    found.add_argument("--runs", type=int, default=20)
    options = found.parse_args()
    with workplace() as folder:
        paint(folder / "images", IMAGES)
        commands = {
            "--help": ((FRIMCLA, "--help"), LIGHT),
            "list-plugins": ((FRIMCLA, "list-plugins"), LIGHT),
            "check": ((FRIMCLA, "check", str(folder / "images")), HEAVY),
        }
        parts = {name: partial(_seconds, command) for name, (command, _) in commands.items()}
        for imports in (LIGHT, HEAVY):
            parts[imports] = partial(_seconds, (sys.executable, "-c", f"import {imports}"))
        for part in parts.values():
            part()
        seconds = {name: min(times) for name, times in in_turn(parts, options.runs).items()}
    table(("", "ms"), [(name, 1000 * fastest) for name, fastest in seconds.items()])
    ratios = {name: seconds[name] / seconds[bare] for name, (_, bare) in commands.items()}
    for name, ratio in ratios.items():
        verdict(f"{name} / bare imports", ratio, "at most 2")
    write_json(options.json, {"benchmark": "start", "seconds": seconds, "ratios": ratios})


def _seconds(command: Sequence[str]) -> float:
    """Return the wall seconds of one run that may keep and find what Python compiled."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL, env=kept)
    return timed(run)[0]


if __name__ == "__main__":
    main()
