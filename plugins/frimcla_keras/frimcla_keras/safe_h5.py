"""Looks into a file of weights before Keras does: HDF5 can be told to read any other file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frimcla.errors import WeightsError

LARGEST = 4 * 2**30
"""Bytes of one file."""
FILTERS = frozenset({1, 2, 3, 32000})
"""Those that come with HDF5 and h5py: gzip, shuffle, checksum, lzf. Others are code to be found."""


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
            seen: dict[Any, int] = {file: 0}
            problem = _problem(file, h5py, seen, depth=0)
            if sum(seen.values()) > LARGEST:
                problem = problem or f"hold over {LARGEST // 2**30} GiB of numbers"
    except OSError:
        raise refuse("are damaged, or no HDF5 file") from None
    except Exception:  # h5py tells of damage in many classes
        raise refuse("are damaged") from None
    if problem:
        raise refuse(problem)


def _problem(group: Any, h5py: Any, seen: dict[Any, int], depth: int) -> str:
    if depth > 32:
        return "are nested too deeply"
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            return f"hold a link ({name})"
        item = group[name]
        if item in seen:  # a loop, or one thing by many ways
            return f"hold a link ({name})"
        seen[item] = getattr(item, "nbytes", 0)
        if isinstance(item, h5py.Group):
            found = _problem(item, h5py, seen, depth + 1)
        else:
            found = _problem_of(item, h5py)
        if found:
            return found
    return ""


def _problem_of(item: Any, h5py: Any) -> str:
    if not isinstance(item, h5py.Dataset):
        return f"hold something strange ({item.name})"
    plan = item.id.get_create_plist()
    if plan.get_external_count() or item.is_virtual:
        return f"read other files ({item.name})"
    plain = item.dtype.kind in "fiuS" or h5py.check_string_dtype(item.dtype)
    if not plain or item.shape is None or item.nbytes > LARGEST:
        return f"hold something strange ({item.name})"
    if any(plan.get_filter(k)[0] not in FILTERS for k in range(plan.get_nfilters())):
        return f"are compressed in a strange way ({item.name})"
    return ""
