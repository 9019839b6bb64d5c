"""Exports a model to ONNX and compares it with torch; run by `frimcla_torch.engine`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from frimcla.errors import FrimclaError
from frimcla_onnx.exports import answer

from .spec import Spec

TOLERANCE = 1e-5
"""Of the largest feature: what an exported model may differ by from torch."""
HOPELESS = 1e-3
"""What it may never differ by, however torch itself rounds."""
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
        difference, allowed, width = _difference(built, target)
        work = _work(target, built.side)
    except (ImportError, MemoryError, FrimclaError):
        raise  # of this machine, or said already
    except Exception as error:  # whatever an exporter of graphs may raise
        why = (str(error).strip().splitlines() or [""])[0][:200]
        return {"refused": f"{type(error).__name__}: {why}"}
    del held
    if not difference <= allowed:
        return {"refused": f"its export differs by {difference:.1g} of the largest feature"}
    return {
        "difference": difference,
        "features": width,
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


def _difference(built: Any, target: Path) -> tuple[float, float, int]:
    """Return how far the export is off on the probe images, how far it may be, and its width.

    Both as shares of the largest feature. It is off torch; where that is too much, off torch in
    double precision, and may be off twice as far as torch itself.
    """
    import numpy as np
    import torch

    from frimcla_onnx.fit import Fit
    from frimcla_onnx.probing import probe_images
    from frimcla_onnx.session import Session

    images = np.stack([Fit(built.side, "squash")(image) for image in probe_images()])

    def features(module: Any) -> Any:
        with torch.no_grad():
            parts = [module(torch.from_numpy(images[k : k + 2])) for k in range(0, len(images), 2)]
        return torch.cat(parts).numpy()

    def apart(rows: Any, truth: Any) -> float:
        return float(np.abs(rows - truth).max() / np.abs(truth).max())

    exported_rows, rows = Session(target)(images), features(built.module)
    found = apart(exported_rows, rows)
    if found <= TOLERANCE:
        return found, TOLERANCE, rows.shape[1]
    truth = features(built.module.double())
    allowed = max(TOLERANCE, min(2 * apart(rows, truth), HOPELESS))
    return apart(exported_rows, truth), allowed, rows.shape[1]


def _work(target: Path, side: int) -> float:
    import numpy as np
    import onnx

    from frimcla_onnx.counting import multiply_adds, tell_shapes
    from frimcla_onnx.trial import outcome

    model = onnx.load(target)
    counted = tell_shapes(model)
    shapes = outcome(model, np.zeros((1, side, side, 3), np.uint8)) if counted else []
    return float(multiply_adds(counted, [list(map(int, shape)) for shape in shapes]))
