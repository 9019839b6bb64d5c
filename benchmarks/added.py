"""Ten images added to ten thousand: is anything described twice?

    python benchmarks/added.py [--images 10000] [--added 10] [--json FILE]

Describes painted images by colours and local binary patterns, adds some, and describes again. What
is counted must be exact: as many images are decoded as were added. The seconds of the second time
are what it takes to hash all files and to read the store.
"""

import shutil
from pathlib import Path

from common import parser, table, timed, verdict, workplace, write_json
from painted import paint

import frimcla

STUDY = """\
images = "images"
output = "results"
controls = false
extractors = [{name = "lab", bins = [4, 4, 4]}, "lbp"]
"""


def main() -> None:
    """Describe, add, describe again; print what was decoded."""
    found = parser(__doc__)
    found.add_argument("--images", type=int, default=10_000)
    found.add_argument("--added", type=int, default=10)
    options = found.parse_args()
    with workplace() as folder:
        paint(folder / "images", options.images)
        (folder / "study.toml").write_text(STUDY, "utf-8")
        first = _described(folder)
        _add(folder, options.added)
        second = _described(folder)
    rows = [(name, *one) for name, one in (("first", first), ("with some added", second))]
    table(("", "seconds", "decoded", "computed", "reused"), rows)
    verdict("decoded / added", second[1] / options.added, "exactly 1")
    assert second[1] == options.added, second
    results = {"images": options.images, "added": options.added, "first": first, "second": second}
    write_json(options.json, {"benchmark": "added", **results})


def _add(folder: Path, count: int) -> None:
    """Paint others and put them beside those that are there."""
    paint(folder / "more", count, seed=1)
    for path in (folder / "more").rglob("*.jpg"):
        target = folder / "images" / path.parent.name / f"added-{path.name}"
        shutil.move(path, target)


def _described(folder: Path) -> tuple[float, int, int, int]:
    """Return seconds, images decoded, and rows computed and found."""
    seconds, (_, done) = timed(lambda: frimcla.extract(folder / "study.toml"))
    return seconds, done.decoded, done.computed, done.reused


if __name__ == "__main__":
    main()
