"""The real user: 800 images of 512 pixels, the default study with one deep network.

    python benchmarks/user.py [--images 800] [--side 512] [--weights FILE] [--with SETTING]...

The descriptors of the default study, its controls, and MobileNetV2 (random weights unless a file is
named) with its six classifiers, ten folds, nested, on two cores; ``--with 'search = "halving"'``
adds a line to the study. Prints minutes, CPU minutes and peak memory per phase; all should take at
most 20 minutes and 2 GiB. Linux only.
"""

from common import parser, space_of, table, verdict, workplace, write_json
from observing import watch_study
from painted import paint

import frimcla

STUDY = """\
images = "images"
output = "results"
n_jobs = 2
extractors = [{extractors}, {{name = "mobilenet_v2", weights = "{weights}"}}]
{more}
"""


def main() -> None:
    """Paint, run, and print what each phase took."""
    found = parser(__doc__)
    found.add_argument("--images", type=int, default=800)
    found.add_argument("--side", type=int, default=512)
    found.add_argument("--weights", default="random")
    found.add_argument("--with", action="append", default=[], dest="more", metavar="SETTING")
    options = found.parse_args()
    with workplace() as folder:
        paint(folder / "images", options.images, options.side)
        usual = frimcla.read_study(folder / "images").extractors
        plain = [one for one in usual if not one.component.control and not one.component.weights]
        names = ", ".join(f'"{one.component.name}"' for one in plain)
        more = "\n".join(options.more)
        text = STUDY.format(extractors=names, weights=options.weights, more=more)
        (folder / "study.toml").write_text(text, "utf-8")
        space_of("mobilenet_v2", weights=options.weights)  # exported once, as a user's cache has it
        seen, phases = watch_study(folder / "study.toml", every=2)
    rows = [(one.name, one.seconds / 60, one.work / 60, one.peak) for one in phases]
    table(("phase", "minutes", "CPU minutes", "peak MiB"), rows)
    verdict("minutes", seen.seconds / 60, "at most 20")
    verdict("peak MiB", seen.peak.memory / 2**20, "at most 2048")
    write_json(options.json, {"benchmark": "user", "phases": rows})


if __name__ == "__main__":
    main()
