"""Writes the notebooks in this folder from their pages: ``python notebooks/write.py``."""

from pathlib import Path

from frimcla_notebook.writing import write_all

if __name__ == "__main__":
    write_all(Path(__file__).parent)
