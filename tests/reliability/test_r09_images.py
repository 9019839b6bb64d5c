"""R9: images that are deleted or changed while they are studied."""

from __future__ import annotations

from .conftest import Bench, Tally, some
from .study import fresh

NAME = "stripes_2/image_03.png"
WHEN = """
import sys
from pathlib import Path

def hear(event, args):
    if event == "os.rename" and str(args[1]).endswith({after!r}):
        {what}

path = Path("cells") / {name!r}
other = Path("cells/stripes_1/image_01.png").read_bytes()
sys.addaudithook(hear)
"""
DONE = {
    "deleted": ("path.unlink(missing_ok=True)", "cannot be opened (No such file or directory)"),
    "changed": (
        "path.write_bytes(other)",
        "changed while the study ran; run the same command again",
    ),
}
PHASES = ("run.json", "predictions.h5")
"""Files that are there before images are described, and before they are audited."""


def test_it_is_told_which(bench: Bench, tally: Tally) -> None:
    """In a sentence; with the image as it was, the study ends as ever."""
    image = bench.home / "cells" / NAME
    content, output = image.read_bytes(), bench.results
    cases = [(what, after) for after in PHASES for what in DONE]
    for what, after in cases[: some(2, 4)]:
        does, told = DONE[what]
        try:
            with tally:
                done = bench.warm(
                    "run",
                    "study.toml",
                    "--output",
                    str(fresh(output)),
                    first=WHEN.format(after=after, what=does, name=NAME),
                )
                assert done.code == 1, done.said
                assert f"{NAME}  {told}" in done.sentence
        finally:
            image.write_bytes(content)
    bench.assert_finished(output)
