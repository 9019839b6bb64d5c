"""The process that looks at images: reads orders from one pipe, a line each, answers on another.

It alone decodes what strangers send; a bound on its memory, and a clock in `workers`, keep what
goes wrong in it. Lines are JSON: nothing that it says can run where it is read.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from frimcla import FrimclaError, Registry, load
from frimcla.bundle import Model, Prediction
from frimcla.errors import ImageError
from frimcla.inspecting.thumbnails import Thumbnail, thumbnail
from frimcla.picturing.thumbs import Size, kept
from frimcla.predicted import predictions_json

from .limiting import bound_memory
from .mapping import mapped
from .talking import answers, say

SIZE = Size(192, 82)
"""Of small copies."""
LARGER = Size(1000, 88)
"""Of the copy that is looked at by itself."""


def main() -> None:
    """Load the model, say so, and answer until the orders end."""
    asked = _arguments()
    out = answers()
    try:
        model = _opened(asked)
    except FrimclaError as error:
        say(out, {"refused": str(error)})
        return
    bound_memory(asked.memory)
    say(out, {"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        try:
            say(out, DOES[order["do"]](model, order))
        except FrimclaError as error:
            say(out, {"refused": str(error)})
        except MemoryError:
            say(out, {"refused": "needs more memory than one image may have"})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--megapixels", type=float, required=True)
    parser.add_argument("--no-plugin", action="append", default=[])
    return parser.parse_args()


def _opened(asked: argparse.Namespace) -> Model:
    model = load(asked.bundle, Registry.discover(asked.no_plugin))
    policy = model.manifest.policy
    bounded = min(policy.max_megapixels, asked.megapixels)  # in no key: it changes no pixel
    manifest = attrs.evolve(model.manifest, policy=attrs.evolve(policy, max_megapixels=bounded))
    return attrs.evolve(model, manifest=manifest)


def _predict(model: Model, order: dict[str, Any]) -> dict[str, Any]:
    """Predict files; with small copies of them where these are asked for."""
    files = [Path(path) for path in order["files"]]
    found = model.predict(files, coverage=order["coverage"])
    rows = predictions_json(found, model, order["coverage"])["predictions"]
    answer: dict[str, Any] = {"predictions": rows}
    if order["pictures"]:
        answer["pictures"] = _pictures(model, files, found)
        answer["nearest"] = [
            [{"label": one.label, "picture": _text(one.picture)} for one in said.nearest]
            for said in found
        ]
    return answer


def _pictures(model: Model, files: Sequence[Path], found: Sequence[Prediction]) -> list[str | None]:
    return [
        None if said.problem else _copy(model, path)
        for path, said in zip(files, found, strict=True)
    ]


def _copy(model: Model, path: Path) -> str | None:
    try:
        picture = model.describer.opener.open([path], name="")
        return _text(kept(thumbnail(picture), SIZE).webp)
    except ImageError:  # gone meanwhile: it was forgotten
        return None


def _show(model: Model, order: dict[str, Any]) -> dict[str, Any]:
    """Copy one image, as extractors see it, as large as a page shows it."""
    seen = model.describer.opener.open([Path(order["file"])], name="")
    copy = Thumbnail(views=tuple(seen.views("rgb8")), names=(), exact=False)
    return {"picture": _text(kept(copy, LARGER).webp)}


def _map(model: Model, order: dict[str, Any]) -> dict[str, Any]:
    """Find where the model looks in one image."""
    drawn, sentences = mapped(model, Path(order["file"]))
    return {"picture": _text(drawn), "sentences": list(sentences)}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


DOES = {"predict": _predict, "show": _show, "map": _map}


if __name__ == "__main__":
    main()
