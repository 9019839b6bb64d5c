"""Exports a model to ONNX and compares it with torch; run by `frimcla_torch.engine`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from frimcla.errors import FrimclaError
from frimcla_onnx.exports import answer

from .spec import Spec

OPSET = 17


def main() -> None:
    """Export the model that is told to the file that is named."""
    answer(_export)


def _export(told: dict[str, Any], target: Path) -> dict[str, Any]:
    from .ready import operators

    held = operators()
    from .building import build

    files = told.pop("files")
    built = build(Spec(**told), files)
    try:
        _write(built, target)
        found = _agreement(built, target)
        work = _work(target, built.side)
    except (ImportError, MemoryError, FrimclaError):
        raise  # of this machine, or said already
    except Exception as error:  # whatever an exporter of graphs may raise
        why = (str(error).strip().splitlines() or [""])[0][:200]
        return {"refused": f"{type(error).__name__}: {why}"}
    del held
    if not found.good:
        return {"refused": f"its export differs by {found.difference:.1g} of the largest feature"}
    return {
        "difference": found.difference,
        "features": found.features,
        "multiply_adds": work,
        "side": built.side,
    }


def _write(built: Any, target: Path) -> None:
    import torch

    images = torch.zeros((2, built.side, built.side, 3), dtype=torch.uint8)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # on traces that hold for images of one size: they do
        torch.onnx.export(
            built.module,
            (images,),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=["images"],
            output_names=["features"],
            dynamic_axes={"images": {0: "n"}, "features": {0: "n"}},
        )


def _agreement(built: Any, target: Path) -> Any:
    import torch

    from frimcla_onnx.agreeing import agreement

    def features(module: Any, images: Any) -> Any:
        with torch.no_grad():
            parts = [module(torch.from_numpy(images[k : k + 2])) for k in range(0, len(images), 2)]
        return torch.cat(parts).numpy()

    return agreement(
        target,
        built.side,
        lambda images: features(built.module, images),
        lambda images: features(built.module.double(), images),
    )


def _work(target: Path, side: int) -> float:
    import numpy as np
    import onnx

    from frimcla_onnx.counting import multiply_adds, tell_shapes
    from frimcla_onnx.trial import outcome

    model = onnx.load(target)
    counted = tell_shapes(model)
    shapes = outcome(model, np.zeros((1, side, side, 3), np.uint8)) if counted else []
    return float(multiply_adds(counted, [list(map(int, shape)) for shape in shapes]))
