"""How long a run takes that finds nothing changed.

The study is that of ``frimcla demo``: 180 painted cells, 20 pairs, 300 fits. Seconds of the
second run less those of starting up: of a process that imports what that run had imported at
its end. On a machine with other work, look at the seconds of CPU.

    python benchmarks/rerun.py [--images 60] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from frimcla.painting import write_images
from frimcla.starting import DEMO_STUDY

RUN = """
import sys, frimcla, frimcla.telling
from frimcla.cli import main
print(frimcla.telling.run(frimcla.run("study.toml")))
open("modules", "w").write("\\n".join(sys.modules))
"""
START = """
import importlib, sys
sys.path.pop(0)
for name in open("modules").read().split():
    try:
        importlib.import_module(name)
    except Exception:
        pass
"""


def spent(code: str, home: Path) -> tuple[float, float]:
    """Return the seconds, and those of CPU, that a program takes with all its workers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", code], cwd=home, check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def touched(home: Path) -> dict[str, int]:
    """Return when each file of the results was written."""
    return {str(path): path.stat().st_mtime_ns for path in (home / "results").rglob("*.*")}


def main() -> None:
    """Run the study twice and start up, each rerun beside a start."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--images", type=int, default=60, help="per class")
    options.add_argument("--json", type=Path, help="write what was measured to this file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="frimcla-bench-") as folder:
        home = Path(folder)
        write_images(home / "cells", count=chosen.images)
        (home / "study.toml").write_text(DEMO_STUDY)
        first = spent(RUN, home)
        before = touched(home)
        rounds = [(spent(RUN, home), spent(START, home)) for _ in range(3)]
        assert touched(home) == before, "a run with nothing to do has written something"
    rerun, start = (tuple(map(min, zip(*some, strict=True))) for some in zip(*rounds, strict=True))
    print("                      seconds   of CPU")
    for what, (seconds, cpu) in (("first run", first), ("rerun", rerun), ("start-up", start)):
        print(f"{what:<20}  {seconds:7.2f}  {cpu:7.2f}")
    less = [mine - theirs for mine, theirs in zip(rerun, start, strict=True)]
    print(f"rerun less start-up   {less[0]:7.2f}  {less[1]:7.2f}  (should be: below 2)")
    shares = [mine / theirs for mine, theirs in zip(less, first, strict=True)]
    print(f"  / first run         {shares[0]:7.4f}  {shares[1]:7.4f}")
    if chosen.json:
        found = {"first": first, "rerun": rerun, "start": start, "less": less}
        chosen.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
