"""Images that take long to paint."""

import shutil

import pytest

from frimcla.guiding.images import CELLS, FIRST_UNSEEN, UNSEEN
from frimcla.painting import write_images
from frimcla_notebook.slides import paint_slides


@pytest.fixture(scope="session")
def painted(tmp_path_factory):
    """Painted cells, a third of them, and painted slides: made once, so only to be read."""
    home = tmp_path_factory.mktemp("painted")
    write_images(home / CELLS)
    write_images(home / UNSEEN, count=2, start=FIRST_UNSEEN)
    shutil.copytree(
        home / CELLS, home / "fewer-cells", ignore=shutil.ignore_patterns("*_0[2-9]?.png")
    )
    paint_slides(home / "slides")
    return home
