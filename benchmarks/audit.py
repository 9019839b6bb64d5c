"""Does `frimcla audit` find planted faults, and does it stay silent without?

    python benchmarks/audit.py [--seeds 20] [--images 200] [--jobs 1] [--json FILE]

Draws data sets of two and of four classes, plants one fault in each, and prints how many are
found; then how many clean ones have an error. It fails if a stamp or a format is missed, or more
than one clean set in twenty has an error. A stamp at a different place in every image is not what
the checks are made for; it is counted all the same. Six minutes on one core. Where FRIMCLA_DATA
names the folder of public images, all findings on these are printed as well.
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from audit_images import blurred, images_of, stamped, write
from common import parser, table, write_json

from frimcla.auditing import told
from frimcla.auditing.findings import Audit, Severity
from frimcla.auditing.sources import audited
from frimcla.config import read_study
from frimcla.naming import Naming
from frimcla.parallel import unordered
from frimcla.registry import Registry

FAULTS = {
    "stamp of 3 % on 60 % of a class": ("FRM204", "FRM205", "FRM206"),
    "the same, anywhere": ("FRM204", "FRM205", "FRM206"),
    "one class as JPEG, others PNG": ("FRM203",),
    "5 images out of focus": ("FRM304",),
}
"""Codes by which a fault is found; of shortcuts, as an error."""
MUST = ("stamp of 3 % on 60 % of a class", "one class as JPEG, others PNG")
SOFT = {3, 40, 77, 110, 150}
"""Numbers of images that are put out of focus."""
PUBLIC = {
    "dogs_vs_cats/train": (),
    "wbc_smear/dataset1": (),
    "chula_rbc12": ("{smear}_*_*",),
    "bccd_cells": ("BloodImage_{smear}_*",),
    "bee_pollen": ("*{frame:d}-*",),
    "sbs_translocation_2ch/tiles_2ch_uint8": ("well-{well}_*",),
    "nuclear_protein_16bit": (),
    "pneumoniamnist_subset/train": (),
}
"""Folders of public images, and their groups."""


class Task(NamedTuple):
    """A clean data set, and all faults planted in it."""

    classes: int
    seed: int
    images: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, audit, print; return 1 if too much is missed or made up."""
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--images", type=int, default=200)
    options.add_argument("--jobs", type=int, default=1, help="processes; the numbers stay the same")
    chosen = options.parse_args(arguments)
    tasks = [Task(k, seed, chosen.images) for k in (2, 4) for seed in range(chosen.seeds)]
    done = dict(unordered(judged, tasks, chosen.jobs))
    counts = defaultdict(int)
    for task, found in done.items():
        for what, yes in found.items():
            counts[what, task.classes] += yes
    rows = [[what, *(f"{counts[what, k]}/{chosen.seeds}" for k in (2, 4))] for what in FAULTS]
    rows.append(["false errors, clean", *(f"{counts['clean', k]}/{chosen.seeds}" for k in (2, 4))])
    rows.append(["warnings, clean", *(f"{counts['warned', k]}/{chosen.seeds}" for k in (2, 4))])
    table(["planted", "2 classes", "4 classes"], rows)
    write_json(chosen.json, {"rows": rows})
    public()
    missed = any(counts[what, k] < chosen.seeds for what in MUST for k in (2, 4))
    made_up = any(20 * counts["clean", k] > chosen.seeds for k in (2, 4))
    return int(missed or made_up)


def judged(task: Task) -> tuple[Task, dict[str, int]]:
    """Return which faults are found in a data set, and what is found in the clean one."""
    clean = images_of(task.classes, task.images, task.seed)
    planted = dict(
        zip(
            FAULTS,
            (
                (stamped(clean, task.seed, anywhere=False), ""),
                (stamped(clean, task.seed, anywhere=True), ""),
                (clean, "class_0"),
                (blurred(clean, SOFT), ""),
            ),
            strict=True,
        )
    )
    found = {what: int(seen(audit_of(*images), FAULTS[what])) for what, images in planted.items()}
    audit = audit_of(clean, "")
    warned = any(one.severity == Severity.WARNING for one in audit.findings)
    return task, found | {"clean": int(audit.failed), "warned": int(warned)}


def audit_of(images: list, jpeg: str) -> Audit:
    """Write images, and audit them."""
    with tempfile.TemporaryDirectory(prefix="frimcla-bench-") as folder:
        return audited_folder(write(Path(folder) / "cells", images, jpeg))


def audited_folder(folder: Path, groups: tuple[str, ...] = ()) -> Audit:
    """Audit a folder of images without a study of its own."""
    registry = Registry.discover()
    study = read_study(folder, registry).changed(naming=Naming(groups=groups), n_jobs=1)
    return audited(study, registry)


def seen(audit: Audit, codes: Sequence[str]) -> bool:
    """Say whether one of the checks fired, and not in a note only."""
    return any(one.code in codes and one.severity != Severity.NOTE for one in audit.findings)


def public() -> None:
    """Print the findings on public images, where they are."""
    where = Path(os.environ.get("FRIMCLA_DATA", ""))
    for name, groups in PUBLIC.items() if os.environ.get("FRIMCLA_DATA") else ():
        print(f"\n{name}")
        for line in told(audited_folder(where / name, groups)):
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
