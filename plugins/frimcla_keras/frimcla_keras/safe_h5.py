"""Looks into a file of weights before Keras does: HDF5 can be told to read any other file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla.errors import WeightsError

LARGEST = 4 * 2**30
"""Bytes of one file."""
FILTERS = frozenset({"gzip", "lzf", None})


def check_weights_file(path: Path, label: str) -> None:
    """Refuse what is no plain HDF5 file of numbers and names.

    Links, external storage and virtual datasets make HDF5 read other files of the disk, and
    unknown filters make it load code.

    Raises:
        WeightsError: One sentence.
    """
    import h5py

    def refuse(why: str) -> WeightsError:
        return WeightsError(f"{label}: weights {path.name} {why}; name a file of Keras weights")

    if path.suffix != ".h5":
        raise refuse("must end in .h5: models (.keras) and pickles may run code")
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(f"are over {LARGEST // 2**30} GiB")
        with h5py.File(path, "r") as file:
            problem = _problem(file, h5py, depth=0)
            if "model_config" in file.attrs:  # harmless here: only weights are read
                problem = problem or ""
    except OSError:
        raise refuse("are damaged, or no HDF5 file") from None
    except (RuntimeError, KeyError, ValueError, RecursionError):
        raise refuse("are damaged") from None
    if problem:
        raise refuse(problem)


def _problem(group: Any, h5py: Any, depth: int) -> str:
    if depth > 32:
        return "are nested too deeply"
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            return f"hold a link ({name})"
        item = group[name]
        if isinstance(item, h5py.Group):
            found = _problem(item, h5py, depth + 1)
        else:
            found = _problem_of(item)
        if found:
            return found
    return ""


def _problem_of(dataset: Any) -> str:
    if dataset.external or dataset.is_virtual:
        return f"read other files ({dataset.name})"
    if dataset.dtype.kind not in "fiuSO" or dataset.size * dataset.dtype.itemsize > LARGEST:
        return f"hold something strange ({dataset.name})"
    if dataset.compression not in FILTERS or dataset.scaleoffset is not None:
        return f"are compressed in a strange way ({dataset.name})"
    return ""
