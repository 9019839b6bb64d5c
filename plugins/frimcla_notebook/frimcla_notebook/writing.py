"""Notebooks as files: pages of Markdown, whose Python blocks become cells."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs

from frimcla import Registry
from frimcla.announcing import images as told
from frimcla.files import check_new, write_atomically
from frimcla.guiding.images import found_at, opened
from frimcla.toml import relative

REPOSITORY = "frimcla/frimcla"
"""Owner and name on GitHub, from where Colab opens notebooks; who publishes them sets it."""
NAMES = (
    "01_compare_and_train",
    "02_predict_images",
    "03_dogs_and_cats",
    "04_bioimages_with_groups",
    "05_write_a_plugin",
)
FIRST = NAMES[0]
PARAMETERS = "parameters"
"""Tag of the cell with what may be changed; papermill knows it, too."""
_CODE = re.compile(r"^```python( parameters)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]]*)\]\((\w+\.png)\)")


@attrs.frozen(kw_only=True)
class Written:
    """What was written for a folder of images.

    Attributes:
        path: The notebook.
        images: What the images are, in words.
    """

    path: Path
    images: str


def notebook(name: str, values: Mapping[str, Any] | None = None, *, badge: bool = True) -> str:
    """Return a notebook as text.

    Args:
        name: One of `NAMES`.
        values: By name of a variable of the parameters' cell: what to write instead.
        badge: Whether to show the button that opens it in Colab.
    """
    import nbformat

    cells = list(_cells(name, values or {}, badge))
    for number, cell in enumerate(cells):
        cell["id"] = f"{name[:2]}-{number:02}"  # nbformat would draw one: files must not differ
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    book = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(book)
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def write_for(dataset: str | Path, out: str | Path | None, registry: Registry) -> Written:
    """Write the first notebook for somebody's images.

    Args:
        dataset: A folder with one sub-folder per class, a manifest, or a zip.
        out: The file; ``NAME.ipynb`` in the working folder if None.
        registry: What plugins offer.

    Raises:
        ConfigError: The file is there already, or cannot be written where it is to be.
        DatasetError: The images cannot be studied; every problem.
    """
    source = Path(dataset)
    name = source.stem if source.is_file() else source.resolve().name
    target = Path(out) if out else Path(f"{name}.ipynb")
    check_new("notebook", target, ".ipynb", source)
    images = found_at(source)
    found = opened(images, registry)
    values = {"IMAGES": relative(images, target.parent), "CHOICE": {}, "NEW": ""}
    write_atomically(target, notebook(FIRST, values, badge=False).encode())
    return Written(path=target, images=told(found.dataset))


def write_all(folder: Path) -> None:
    """Write every notebook, as it lies in the project's folder ``notebooks``."""
    for name in NAMES:
        write_atomically(folder / f"{name}.ipynb", notebook(name).encode())


def _cells(name: str, values: Mapping[str, Any], badge: bool) -> Iterator[Any]:
    import nbformat

    text = _page(f"{name}.md").replace("{badge}\n", _badge(name) if badge else "")
    text = text.replace("{install}\n", f"```python\n{_page('install.py.txt')}```\n")
    at = 0
    for match in _CODE.finditer(text):
        yield from _prose(text[at : match.start()])
        code = match[2].rstrip("\n")
        if match[1]:
            cell = nbformat.v4.new_code_cell(_set(code, values))
            cell.metadata["tags"] = [PARAMETERS]
            yield cell
        else:
            yield nbformat.v4.new_code_cell(code)
        at = match.end()
    yield from _prose(text[at:])


def _prose(text: str) -> Iterator[Any]:
    import nbformat

    if text.strip():
        yield nbformat.v4.new_markdown_cell(_PICTURE.sub(_embedded, text.strip()))


def _embedded(match: re.Match[str]) -> str:
    """Put a picture into the text itself: Colab does not have the files beside a notebook."""
    content = (files("frimcla_notebook") / "pages" / match[2]).read_bytes()
    return f"![{match[1]}](data:image/png;base64,{base64.b64encode(content).decode()})"


def _set(code: str, values: Mapping[str, Any]) -> str:
    """Return the parameters' cell with other values."""
    lines = code.split("\n")
    for node in reversed(ast.parse(code).body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in values:
                lines[node.lineno - 1 : node.end_lineno] = [f"{name} = {values[name]!r}"]
    return "\n".join(lines)


def _badge(name: str) -> str:
    page = f"https://colab.research.google.com/github/{REPOSITORY}/blob/main/notebooks/{name}.ipynb"
    picture = "https://colab.research.google.com/assets/colab-badge.svg"
    return f"[![Open in Colab]({picture})]({page})\n"


def _page(name: str) -> str:
    return (files("frimcla_notebook") / "pages" / name).read_text("utf-8")
