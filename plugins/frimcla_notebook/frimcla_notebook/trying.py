"""A button to pick images, and what the model says of them: below a trained model."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from IPython.display import display

import frimcla
from frimcla import FrimclaError

from . import show
from .looks import framed, problem
from .sources import uploaded_name


class Trial:
    """Predicts the images that are picked."""

    def __init__(self, bundle: str | Path) -> None:
        """Load the model.

        Raises:
            BundleError: It cannot be used.
        """
        self._model = frimcla.load(bundle)
        self._upload: Any = widgets.FileUpload(
            multiple=True, description="Try images", layout=widgets.Layout(width="180px")
        )
        self._shown: Any = widgets.HTML()
        self._upload.observe(lambda _: self._predict(), "value")

    def _ipython_display_(self) -> None:
        display(widgets.VBox([self._upload, self._shown]))

    def _predict(self) -> None:
        """Predict what was picked; files are looked at and forgotten."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = enumerate(self._upload.value)
                paths = [_kept(Path(folder) / str(number), file) for number, file in files]
                if paths:
                    self._shown.value = show.predictions(self._model, paths).data
        except (FrimclaError, OSError) as error:
            self._shown.value = framed(problem(str(error)))


def _kept(folder: Path, file: Any) -> Path:
    folder.mkdir()
    path = folder / uploaded_name(file["name"], "image")
    path.write_bytes(bytes(file["content"]))
    return path
