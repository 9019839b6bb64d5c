"""Memory of an extraction: does it grow with the images?

    python benchmarks/memory.py [--sizes 1000,4000,16000] [--json FILE]

Extracts MobileNet (alpha 0.25) and LAB features of more and more images, each time in a process
of its own, and prints the largest memory of it and its workers together. Linux only.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from common import CORES, parser, space_of, table, verdict, workplace, write_json
from observing import watch

WIDTH, HEIGHT = 320, 240
STUDY = """\
images = "images"
output = "results"
extractors = ["lab", {name = "mobilenet", alpha = 0.25, weights = "random"}]
engine = "onnx"
controls = false
"""
EXTRACT = "import frimcla, sys; frimcla.extract(sys.argv[1])"


def main() -> None:
    """Extract each size, and print the peaks and their ratio."""
    found = parser(__doc__)
    found.add_argument("--sizes", default="1000,4000,16000")
    options = found.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with workplace() as folder:
        space_of("mobilenet", weights="random", alpha=0.25)  # exported before anything is measured
        rows = [_measured(folder / str(size), size) for size in sizes]
    print(f"MobileNet (0.25) and LAB, {CORES} cores; memory in MiB, as {rows[0]['what']}")
    keys = ("images", "peak", "processes", "seconds", "rate")
    table(keys, [[row[key] for key in keys] for row in rows])
    peaks = [row["peak"] for row in rows]
    verdict(f"peak at {sizes[-1]} images / at {sizes[0]}", peaks[-1] / peaks[0], "at most 1.2")
    verdict("largest peak, MiB", max(peaks), "below 1536")
    write_json(options.json, {"benchmark": "memory", "runs": rows, "ratio": peaks[-1] / peaks[0]})


def _measured(folder: Path, size: int) -> dict[str, object]:
    """Extract *size* images in a process of its own."""
    _pictures(folder / "images", size)
    study = folder / "study.toml"
    study.write_text(STUDY, "utf-8")
    seen = watch([sys.executable, "-c", EXTRACT, study])
    peak = {"peak": seen.peak.memory / 2**20, "processes": seen.peak.processes}
    rate = {"seconds": seen.seconds, "rate": size / seen.seconds}
    return {"images": size, **peak, "what": seen.counted, **rate}


def _pictures(folder: Path, count: int) -> None:
    """Write JPEG images, each with a slope and noise of its own."""
    draw = np.random.default_rng(0)
    noise = draw.integers(0, 60, (2 * HEIGHT, 2 * WIDTH, 3), np.uint8)
    slope = np.linspace(0, 180, WIDTH, dtype=np.uint8)[None, :, None]
    for label in ("left", "right"):
        (folder / label).mkdir(parents=True)
    for number in range(count):
        top, left = draw.integers(0, (HEIGHT, WIDTH))
        picture = noise[top : top + HEIGHT, left : left + WIDTH] + slope
        picture[:8, :32] = np.frombuffer(draw.bytes(768), np.uint8).reshape(8, 32, 3)
        label = ("left", "right")[number % 2]
        cv2.imwrite(str(folder / label / f"{number:06}.jpg"), picture)


if __name__ == "__main__":
    main()
