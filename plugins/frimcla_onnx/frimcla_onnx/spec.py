"""Which part of which file is asked for: enough to prepare it in another process. Light."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from frimcla.files import sha256_of_file
from frimcla.keys import digest

from .exports import Order
from .outside import digests
from .refusing import RefusedError, named
from .wire import locations

REVISION = 1
"""Raise it when the same specification gives another network."""
MADE_BY = ("frimcla-onnx", "onnx", "onnxruntime")
SECONDS = 120
"""For a network to be read, cut and tried."""


@attrs.frozen(kw_only=True)
class Spec:
    """A network in a file, and what of it is wanted.

    Attributes:
        model: The file.
        side: Width and height of the images it is given.
        mean: Taken off red, green and blue, 0 to 1.
        std: What they are divided by then.
        layer: A tensor or node, or empty.
        pooling: ``"avg"``, ``"max"`` or ``"first"``.
    """

    model: str
    side: int
    mean: tuple[float, ...] = attrs.field(converter=tuple)
    std: tuple[float, ...] = attrs.field(converter=tuple)
    layer: str
    pooling: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Spec:
        """Return what arguments mean.

        Raises:
            ValueError: No file is named, or one of another kind.
        """
        spec = cls(**{field.name: values[field.name] for field in attrs.fields(cls)})
        if not spec.model:
            how = '{name = "onnx", model = "network.onnx"}'
            raise ValueError(f"model must be a file, .onnx; write {how}")
        if spec.path.suffix.lower() != ".onnx":
            what = f"model must be a file that ends in .onnx (got {named(spec.path.name)})"
            raise ValueError(f"{what}; export the network to ONNX")
        return spec

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.model)

    @property
    def order(self) -> Order:
        """What is done once with the file, by a process of its own.

        Raises:
            OSError: The file is not there.
            RefusedError: It is no model, or its data lie elsewhere.
        """
        content, data = sha256_of_file(self.path), digests(self.path, _locations(self.path))
        asked = {**attrs.asdict(self), "content": content, "data": data}
        counts = {key: value for key, value in asked.items() if key != "model"}
        size = sum((self.path.parent / name).stat().st_size for name in (self.path.name, *data))
        return Order(
            key=f"onnx-{digest([REVISION, counts])}",
            by="frimcla_onnx.taking:main",
            told=asked,
            made_by=MADE_BY,
            memory=2**30 + 6 * size + 2000 * self.side**2,
            seconds=SECONDS,
        )


def contents(model: str) -> dict[str, str]:
    """Return the SHA-256 of the files beside *model* that hold a part of it, by their place.

    Of what would be refused the reason: a study stops at it before it computes anything.
    """
    try:
        return {f"data {name}": sha for name, sha in _data(Path(model)).items()}
    except RefusedError as error:
        return {"data": str(error)}


def _data(path: Path) -> dict[str, str]:
    return digests(path, _locations(path))


def _locations(path: Path) -> list[str]:
    found = path.stat()
    return _read(path, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=128)  # asked for with every key
def _read(path: Path, _: tuple[int, ...]) -> list[str]:
    return locations(path)
