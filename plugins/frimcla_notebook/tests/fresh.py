"""A notebook in an empty environment: ``python plugins/frimcla_notebook/tests/fresh.py``.

Nothing but Jupyter's kernel is installed; the notebook's own first cell installs FrImCla from a
copy of the checkout, as it would in Colab. Needs a package index and some minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIRST = ROOT / "notebooks/01_compare_and_train.ipynb"
RUN = """
import nbclient, nbformat
book = nbformat.read("book.ipynb", 4)
(first,) = [cell for cell in book.cells if cell.source.startswith("# Installs")]
first.source = first.source.replace('SOURCE = ""', {line!r})
nbclient.NotebookClient(book, timeout=1200, kernel_name="python3").execute()
nbformat.write(book, "book.ipynb")
"""


def main() -> None:
    """Install a kernel alone, run the notebook, look at what it left."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        python = home / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", "ipykernel", "nbclient"], check=True)
        ignored = shutil.ignore_patterns(".git", ".venv*", "build", "*.egg-info", ".*_cache")
        shutil.copytree(ROOT, home / "source", ignore=ignored)
        work = home / "work"
        work.mkdir()
        shutil.copy(FIRST, work / "book.ipynb")
        code = RUN.format(line=f"SOURCE = {str(home / 'source')!r}")
        environment = {**os.environ, "FRIMCLA_CACHE": str(home / "cache")}
        subprocess.run([python, "-c", code], cwd=work, env=environment, check=True)
        verdict = (work / "painted-cells-study/results/verdict.txt").read_text("utf-8")
        print(verdict)
        assert "expect accuracy" in verdict
        assert (work / "painted-cells-study/results/model.frimcla").is_file()
    print("1 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
