"""Looks into a file of weights before any library does: numbers, side by side, and nothing else.

The format: https://github.com/huggingface/safetensors, eight bytes that tell the length of a
header, the header in JSON, and the numbers. Pickles of PyTorch, which run code, are none.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

from frimcla.errors import WeightsError, readable

LARGEST = 25_000_000
"""Bytes of a header; a hundred times that of a large model."""
BYTES = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "F16": 2,
    "BF16": 2,
    "I16": 2,
    "F32": 4,
    "I32": 4,
    "F64": 8,
    "I64": 8,
}


def check_weights_file(path: Path, label: str) -> None:
    """Make sure that a file is one of weights.

    Args:
        path: The file.
        label: Of the extractor.

    Raises:
        WeightsError: It is another file, is cut off, or declares more than it holds.
        OSError: It cannot be read.
    """
    try:
        _check(path)
    except ValueError as error:
        what = f"{label}: weights {readable(path.name)} {error}"
        raise WeightsError(f"{what}; name another file, of safetensors") from None


def _check(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= size - 8:
            raise ValueError("are no safetensors, or are cut off")
        if length > LARGEST:
            raise ValueError(f"have a header of {length:,} bytes, over {LARGEST:,}")
        content = file.read(length)
    spans = sorted(_span(tensor) for tensor in _tensors(content))
    ends = [0, *(end for _, end in spans)]
    if [start for start, _ in spans] != ends[:-1]:
        raise ValueError("hold tensors that overlap or leave gaps")
    if ends[-1] != size - 8 - length:
        raise ValueError(f"should be {8 + length + ends[-1]:,} bytes and are {size:,}")


def _tensors(content: bytes) -> list[Any]:
    """Return what a header says of each tensor."""
    try:
        header = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise ValueError("are no safetensors, or name a tensor twice") from None
    if not isinstance(header, dict):
        raise ValueError("are no safetensors")
    header.pop("__metadata__", None)
    return list(header.values())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("twice")
    return found


def _span(tensor: Any) -> tuple[int, int]:
    """Return where the numbers of a tensor begin and end."""
    try:
        start, end = tensor["data_offsets"]
        shape, each = tensor["shape"], BYTES[tensor["dtype"]]
        whole = all(type(number) is int and number >= 0 for number in (start, end, *shape))
        good = whole and end - start == prod(shape) * each
    except (KeyError, TypeError, ValueError):
        good = False
    if not good:
        raise ValueError("hold a tensor whose type, shape or place is none")
    return start, end
