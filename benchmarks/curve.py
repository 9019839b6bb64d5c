"""Draw the memory of a study over time, as `growth.py --keep FOLDER` writes it down.

python benchmarks/curve.py FOLDER/100000 docs/memory.png
"""

import argparse
import csv
import json
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

WORTH = 0.02
"""Share of the time from which on the name of a phase is written."""


def main() -> None:
    """Draw the curve, with the phases of ``run.json`` behind it."""
    found = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    found.add_argument("folder", type=Path)
    found.add_argument("picture", type=Path)
    options = found.parse_args()
    with (options.folder / "curve.csv").open(newline="") as file:
        looks = [(float(row["seconds"]), float(row["mebibytes"])) for row in csv.DictReader(file)]
    record = json.loads((options.folder / "results" / "run.json").read_text("utf-8"))
    minutes = [seconds / 60 for seconds, _ in looks]
    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    axes.plot(minutes, [memory for _, memory in looks], color="#0072B2", linewidth=1.2)
    top, begin = 1.2 * max(memory for _, memory in looks), 0.0
    for name, seconds in record["seconds"].items():
        end = begin + seconds / 60
        axes.axvline(end, color="0.85", linewidth=0.8, zorder=0)
        if end - begin > WORTH * minutes[-1]:
            axes.text((begin + end) / 2, 0.93 * top, name, ha="center", fontsize=9, color="0.3")
        begin = end
    axes.set(xlim=(0, minutes[-1]), ylim=(0, top), xlabel="minutes", ylabel="MiB, all processes")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(options.picture, dpi=110)


if __name__ == "__main__":
    main()
