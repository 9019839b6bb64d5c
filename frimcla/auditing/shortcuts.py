"""FRM201 to FRM206: what tells classes apart without a look at what the images show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np

from frimcla.contracts import Array
from frimcla.folds import fold_of
from frimcla.keys import seed_of
from frimcla.number import Number
from frimcla.opening import Opened
from frimcla.parallel import one_thread
from frimcla.stats.multiplicity import holm

from .apart import Apart, tells_apart
from .descriptions import DESCRIPTIONS
from .facts import Measured
from .findings import Finding, Severity, Suspect
from .shortcut_words import sentence

ENOUGH = 0.7
"""Area from which a finding is worth telling; see docs/audit.md for how it was chosen."""
PERHAPS_MEANT = ("FRM204", "FRM206")
"""What classes may be about: warnings, however sure."""
FEW = 10
"""Groups (or images, where there are none) of the smallest class below which shufflings are too
few to be sure of anything: what is large is told in a note."""
BLIND = 0.8
"""Area with shuffled classes above which nothing can stand out: most classes cannot move."""
ERROR, WARNING = 0.001, 0.05
"""Levels, by Holm over the checks."""
FOLDS = 5
SAMPLE = 2_000
"""Images that are looked at, at most: more would find what is too small to matter."""
SHOWN = 12
"""Images that are told best, in a finding."""


@attrs.frozen(kw_only=True, eq=False)
class _Sample:
    """The images that shortcuts are looked for in; arrays are (n,)."""

    images: tuple[Measured, ...]
    names: tuple[str, ...]
    classes: Array
    units: Array
    folds: Array
    grouped: bool
    of: int

    @property
    def few(self) -> bool:
        """Whether the smallest class has few groups."""
        pairs = np.unique(np.stack([self.classes, self.units]), axis=1)
        return bool(np.bincount(pairs[0]).min() < FEW)


def shortcuts(
    opened: Opened, images: Sequence[Measured], codes: Sequence[str]
) -> tuple[list[Finding], dict[str, str]]:
    """Look for shortcuts.

    Args:
        opened: The study.
        images: Those that could be measured.
        codes: Checks to make; p values are adjusted for their number.

    Returns:
        Findings, and why checks were left out, by code.
    """
    sample = _sample(opened, images)
    if sample is None:
        why = "needs two classes of at least two groups or images each"
        return [], dict.fromkeys(codes, why)
    found: dict[str, Apart] = {}
    with one_thread():  # the same numbers on every machine of a kind
        for code in codes:
            numbers = DESCRIPTIONS[code](sample.images)
            if not numbers.constant:
                found[code] = tells_apart(
                    numbers,
                    sample.classes,
                    sample.units,
                    sample.folds,
                    seed=seed_of(opened.study.seed, "audit", code),
                    enough=ENOUGH,
                )
    blind = [code for code, one in found.items() if one.area >= ENOUGH and one.chance > BLIND]
    why = "classes can hardly be shuffled: too few groups of several, or of one"
    seen = {code: one for code, one in found.items() if code not in blind}
    return list(_told(seen, codes, sample)), dict.fromkeys(blind, why)


def _sample(opened: Opened, images: Sequence[Measured]) -> _Sample | None:
    """Return at most `SAMPLE` images, of each class the same share; None if none can be split."""
    if not images:
        return None
    labels = np.array([one.image.label for one in images])
    rows = _drawn(labels, seed_of(opened.study.seed, "audit", "sample"))
    chosen = tuple(images[row] for row in rows)
    dataset = opened.dataset.of(tuple(one.image for one in chosen))
    folds = _folds(labels[rows], dataset.blocks, [i.key for i in dataset.images], opened)
    if folds is None:
        return None
    names, classes = np.unique(labels[rows], return_inverse=True)
    return _Sample(
        images=chosen,
        names=tuple(map(str, names)),
        classes=classes,
        units=np.unique(dataset.blocks, return_inverse=True)[1],
        folds=folds,
        grouped=bool(opened.dataset.grouped_by),
        of=len(images),
    )


def _drawn(labels: Array, seed: int) -> Array:
    """Return rows, sorted: all, or some of each class."""
    if len(labels) <= SAMPLE:
        return np.arange(len(labels))
    rng = np.random.default_rng(seed)
    parts = []
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        parts.append(rows[: max(2, len(rows) * SAMPLE // len(labels))])
    return np.sort(np.concatenate(parts))


def _folds(
    labels: Array, blocks: Sequence[str], keys: Sequence[str], opened: Opened
) -> Array | None:
    """Return `FOLDS` folds, or as many as there can be; None if there can be none."""
    if len(np.unique(labels)) < 2:
        return None
    for count in range(FOLDS, 1, -1):
        try:
            return fold_of(
                labels, blocks, keys, count, seed_of(opened.study.seed, "audit", "folds")
            )
        except ValueError:  # a class has fewer groups, or they are too unequal
            continue
    return None


def _told(found: Mapping[str, Apart], codes: Sequence[str], sample: _Sample) -> Iterator[Finding]:
    """Yield what is large enough and no accident, adjusted for all checks that were made."""
    raw = [found[code].p if code in found else 1.0 for code in codes]
    for code, p in zip(codes, holm(raw) if raw else raw, strict=True):
        if code in found and found[code].excess >= ENOUGH and (p < WARNING or sample.few):
            yield _finding(code, found[code], float(p), len(codes), sample)


def _finding(code: str, apart: Apart, p: float, checks: int, sample: _Sample) -> Finding:
    label, number = sample.names[apart.best], len(sample.images)
    return Finding(
        code=code,
        severity=_severity(code, p),
        sentence=sentence(
            code,
            label,
            apart,
            among=len(sample.names),
            doubtful=p >= WARNING,
            some=f" (of {number:,} of {sample.of:,} images)" if number < sample.of else "",
        ),
        numbers=_numbers(apart, p, checks, sample),
        suspects=tuple(_suspects(apart, sample)),
    )


def _severity(code: str, p: float) -> Severity:
    """Return how much it matters; colour and rough shape may be what classes are about."""
    if p >= WARNING:
        return Severity.NOTE
    return Severity.ERROR if p < ERROR and code not in PERHAPS_MEANT else Severity.WARNING


def _numbers(apart: Apart, p: float, checks: int, sample: _Sample) -> dict[str, Number]:
    area = "area under the ROC curve, this class against the others"
    folds = f"{int(sample.folds.max()) + 1} folds{' of groups' if sample.grouped else ''}"
    by = f"{apart.shufflings:,} shufflings of the classes"
    return {
        "area": Number(value=apart.area, unit="", metric=area, method=f"ridge regression, {folds}"),
        "chance": Number(value=apart.chance, unit="", metric=area, method=f"mean of {by}"),
        "p": Number(
            value=p, unit="p", metric=area, method=f"{by}, all classes, Holm over {checks} checks"
        ),
        "images": Number(
            value=len(sample.images), unit="count", metric="images", method="looked at"
        ),
    }


def _suspects(apart: Apart, sample: _Sample) -> Iterator[Suspect]:
    """Yield the images of the class that are told best."""
    ours = np.flatnonzero(sample.classes == apart.best)
    for row in ours[np.argsort(-apart.scores[ours], kind="stable")][:SHOWN]:
        image = sample.images[row].image
        yield Suspect(key=image.key, name=image.name, label=image.label)
