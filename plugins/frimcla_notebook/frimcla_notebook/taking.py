"""Takes model and report from where the notebook runs to the person who reads it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from IPython.display import display
from markupsafe import Markup

from frimcla.errors import ConfigError
from frimcla.result import Result

from .looks import lines, page
from .sources import in_colab


def take(result: Result) -> None:
    """Offer the trained model and the report for download.

    Raises:
        ConfigError: There is none yet.
    """
    paths = [result.model_path, result.study.output / "report.html"]
    for path in paths:
        if not path.is_file():
            raise ConfigError("the notebook", [(str(path), "is not there; run the cells above")])
    for path in paths:
        _offer(path)


def _offer(path: Path) -> None:
    """Show a link; in Colab, whose files no link reaches, download it."""
    if in_colab():
        from google.colab import files

        files.download(str(path))
    elif path.resolve().is_relative_to(Path.cwd()):
        display(page(_link(path.resolve().relative_to(Path.cwd()))))
    else:  # a notebook server shows nothing but what lies below where it was started
        display(page(lines([f"It lies in {path.resolve()}"])))


def _link(path: Path) -> Markup:
    address = quote(path.as_posix())
    return Markup("<a class='take' href='{}' download>Download {}</a>").format(address, path)
