"""A network in ONNX Runtime, on as many cores as wanted, and silent towards the network.

The one module of a plugin that other plugins may import.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # from 1.29 on, the import alone writes and calls home
import onnxruntime

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST, MOST = 2, 8
"""Images per run. A single one would be multiplied by other code, and come out different in its
last bits; more are no faster, and take memory for each thread."""
ERRORS_ONLY = 3


def loaded(model: str | bytes) -> Any:
    """Return what ONNX Runtime makes of a model, a file or its content, on one core.

    Raises:
        Exception: Of a class of its own; it is no model, or is not run.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Session:
    """A network with one input, images, and one output, features.

    One that takes a certain number of images at once gets that number, the last ones filled up.
    Each of *threads* threads runs images of its own on one core: nothing waits for anything,
    and a row is computed the same way whatever stands beside it.
    """

    def __init__(self, path: str | Path, *, threads: int = 1) -> None:
        """Load a network.

        Args:
            path: An ONNX file.
            threads: Cores to use.

        Raises:
            ValueError: It is no network with one input and one output.
        """
        try:
            self._session = loaded(str(path))
        except Exception as error:  # the classes of its errors have no public name
            raise ValueError(f"{path} cannot be run: {error}") from None
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            has = f"{len(inputs)} inputs and {len(outputs)} outputs"
            raise ValueError(f"{path} has {has}; it must have one of each")
        self._input: str = inputs[0].name
        first = inputs[0].shape[0] if inputs[0].shape else None
        self._fixed = first if isinstance(first, int) else 0
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def __call__(self, images: Array | Sequence[Array]) -> Array:
        """Return features ``float32`` (n, d) of n images of the shape the network takes."""
        stacked = np.asarray(images)
        size = self._fixed or max(FEWEST, min(MOST, len(stacked) // (4 * self._threads)))
        count = -(-len(stacked) // size) if self._fixed else len(stacked) // size
        pieces = np.array_split(stacked, max(1, count))
        run = map if self._pool is None else self._pool.map
        return np.concatenate(list(run(self._run, pieces)))

    def _run(self, images: Array) -> Array:
        lacking = (self._fixed or FEWEST) - len(images)
        fed = images
        if lacking > 0:
            fed = np.concatenate([images, np.repeat(images[:1], lacking, axis=0)])
        return self._session.run(None, {self._input: fed})[0][: len(images)]  # type: ignore[no-any-return]
