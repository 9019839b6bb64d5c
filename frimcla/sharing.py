"""Folds in a file that all workers of a comparison see, so that a task need not carry them.

A plan grows with the images, and there are as many tasks as pairs and splits: each names the file.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import attrs
import numpy as np

from .folds import Plan
from .shards import Arrays, read_arrays, text, words, write_arrays

ROWS = ("folds", "inside", "between", "whole")


@attrs.frozen(kw_only=True, eq=False)
class SharedPlan(Plan):
    """A plan that goes to other processes as the name of its file.

    Attributes:
        file: Where `write` puts it; a new name for each plan, which workers remember.
    """

    file: Path

    @classmethod
    def at(cls, file: Path, plan: Plan) -> SharedPlan:
        """Return *plan* as one that lies, or will lie, in *file*, an absolute path."""
        return cls(file=file, **attrs.asdict(plan, recurse=False))

    def write(self) -> None:
        """Put it into its file, before any task goes out."""
        classes, codes = np.unique(np.array(self.labels), return_inverse=True)
        arrays = {name: getattr(self, name) for name in ROWS}
        arrays |= {"classes": text(classes.tolist()), "labels": codes.astype(np.int32)}
        facts = {"data": self.data, "inner_folds": self.inner_folds, "seed": self.seed}
        write_arrays(self.file, Arrays(arrays=arrays, facts=facts))

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        """Pickle as what reads the file."""
        return _read, (self.file,)


@lru_cache(maxsize=2)  # all tasks of a comparison have the same one
def _read(file: Path) -> SharedPlan:
    content = read_arrays(file)
    classes = words(content.arrays["classes"])
    return SharedPlan(
        file=file,
        labels=tuple(classes[code] for code in content.arrays["labels"].tolist()),
        **{name: content.arrays[name] for name in ROWS},  # type: ignore[arg-type]
        **content.facts,
    )
