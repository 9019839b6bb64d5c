"""Looks through an ONNX file before any library does. Holds none of it in memory.

ONNX files are Protocol Buffers: fields with a number, some of which hold fields. A small file
may hold millions of empty ones, for each of which a library takes a hundred times its bytes; so
they are counted first. What is looked for are the files that hold a part of the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import attrs

from .refusing import RefusedError

MOST = 1_000_000
"""Fields of a file; a network of a thousand layers has some hundred thousand."""
DEEPEST = 30
"""Fields within fields; graphs without loops need 6."""
HOLDS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "tensor": {13: "entry"},
    "sparse": {1: "tensor", 2: "tensor"},
    "function": {7: "node", 11: "attribute"},
    "training": {1: "graph", 2: "graph"},
}
"""What each kind of message holds, by number (onnx.proto)."""
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
KEY, VALUE = 1, 2
LONGEST = 4096
"""Bytes of the place of a file."""
NO_MODEL = "it is no ONNX model, or is cut off; name another file"


def locations(path: Path) -> list[str]:
    """Return where the data lie that a model has in other files, as it says, sorted.

    Raises:
        RefusedError: It is no ONNX model, or would take far more memory than its bytes.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        walk = _Walk(file)
        walk.through("model", path.stat().st_size, 0)
    if not walk.has_graph:
        raise RefusedError(NO_MODEL)
    return sorted(walk.found)


@attrs.define
class _Walk:
    file: BinaryIO
    at: int = 0
    fields: int = 0
    has_graph: bool = False
    found: set[str] = attrs.field(factory=set)

    def through(self, kind: str, end: int, depth: int) -> None:
        """Go through the fields of one message, which ends at *end*."""
        if depth > DEEPEST:
            raise RefusedError(f"its parts are nested over {DEEPEST} deep; name another file")
        key = ""
        while self.at < end:
            field, wire = divmod(self._varint(end), 8)
            self._count()
            if wire != BYTES:
                self._skip_number(wire, end)
                continue
            stop = self._varint(end) + self.at
            if stop > end or not field:
                raise RefusedError(NO_MODEL)
            inner = HOLDS.get(kind, {}).get(field)
            self.has_graph |= inner == "graph" and depth == 0
            if inner:
                self.through(inner, stop, depth + 1)
            elif kind == "entry" and field in {KEY, VALUE}:
                text = self._text(stop)
                key = text if field == KEY else key
                if field == VALUE and key == "location":
                    self.found.add(text)
            self._go(stop)

    def _count(self) -> None:
        self.fields += 1
        if self.fields > MOST:
            raise RefusedError(f"it has over {MOST:,} parts; name another file")

    def _skip_number(self, wire: int, end: int) -> None:
        if wire == VARINT:
            self._varint(end)
        elif wire in {FIXED64, FIXED32}:
            self._go(self.at + (8 if wire == FIXED64 else 4))
        else:
            raise RefusedError(NO_MODEL)
        if self.at > end:
            raise RefusedError(NO_MODEL)

    def _text(self, stop: int) -> str:
        if stop - self.at > LONGEST:
            raise RefusedError(f"it names a file in over {LONGEST:,} letters; name another file")
        content = self.file.read(stop - self.at)
        self.at += len(content)
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise RefusedError(NO_MODEL) from None

    def _varint(self, end: int) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.file.read(1) if self.at < end else b""
            if not byte:
                break
            self.at += 1
            value |= (byte[0] & 127) << shift
            if byte[0] < 128:
                return value
        raise RefusedError(NO_MODEL)

    def _go(self, place: int) -> None:
        if place != self.at:
            self.file.seek(place)
            self.at = place
