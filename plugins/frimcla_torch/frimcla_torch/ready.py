"""Makes torch ready to build models that others wrote down: offline, and without torchvision.

For the process that exports, and for no other.
"""

from __future__ import annotations

import os
from typing import Any

os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

# ruff: isort: split
import torch


def operators() -> Any:
    """Return operators that torchvision lacks here, to be held as long as it is used; or None.

    timm imports torchvision, and that ends with an error where it was built for another torch
    than the one that is installed: beside one for processors, say. What is missing are operators
    for boxes around objects, which no model here runs; declared, they need not be there.
    """
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library
    except ImportError:
        pass  # timm says so, and transformers does without
    return None
