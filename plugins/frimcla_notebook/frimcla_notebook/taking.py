"""Takes model and report from where the notebook runs to the person who reads it."""

from __future__ import annotations

from pathlib import Path

from IPython.display import HTML, FileLink, display

from frimcla.errors import ConfigError
from frimcla.result import Result

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
        display(FileLink(path.resolve().relative_to(Path.cwd()), result_html_prefix="Download "))
    else:
        display(HTML(f"<p>It lies in <code>{path.resolve()}</code></p>"))
