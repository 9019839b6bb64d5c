"""How large the report is and how long it takes: 800 images of 12 classes, 72 pairs.

Everything in the output folder is made up: what is measured is the page alone.

    python benchmarks/report.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from reports import finished
from verdicts import SIX, TWELVE, grid

from frimcla.reporting import report

MOST, THUMBS = 5_000_000, 2_200_000
"""Bytes of the page, and of all thumbnails, at most."""


def main() -> int:
    """Print bytes and seconds; fail where the page is too large."""
    classes = {f"class {number:02}": 67 for number in range(12)}
    images = sum(classes.values())
    with tempfile.TemporaryDirectory() as folder:
        made = finished(
            Path(folder) / "out", grid(TWELVE, SIX), classes=classes, bytes_each=THUMBS // images
        )
        start = time.perf_counter()
        size = report(made).stat().st_size
        seconds = time.perf_counter() - start
    print(f"{images} images, {len(classes)} classes, 72 pairs, {THUMBS:,} bytes of thumbnails:")
    print(f"{size:,} bytes of {MOST:,} allowed, written in {seconds:.1f} s")
    return int(size > MOST)


if __name__ == "__main__":
    sys.exit(main())
