"""Weights that lie in other files, put into the model: what runs needs no other file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onnx import TensorProto

from .checking import bytes_of
from .outside import part
from .refusing import RefusedError, named


def embed(target: Any, tensor: Any, model: Path) -> None:
    """Make *target* a copy of *tensor* whose numbers are in it, wherever they were.

    Raises:
        RefusedError: As `place`, or the file does not hold as many as the tensor declares.
    """
    target.CopyFrom(tensor)
    if tensor.data_location != TensorProto.EXTERNAL:
        return
    told = {entry.key: entry.value for entry in tensor.external_data}
    size = bytes_of(tensor)
    try:
        start, length = int(told.get("offset") or 0), int(told.get("length") or size)
        location = told["location"]
    except (KeyError, ValueError):
        what = f"where the data of its tensor {named(tensor.name)} lie is misspelt"
        raise RefusedError(f"{what}; export it again") from None
    if length != size:
        what = (
            f"its tensor {named(tensor.name)} is {size:,} bytes by its shape, and {length:,} long"
        )
        raise RefusedError(f"{what}; export it again")
    target.ClearField("external_data")
    target.ClearField("data_location")
    target.raw_data = part(model, location, start, size)
