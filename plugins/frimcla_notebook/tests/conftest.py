"""Small studies: starting worker processes would take longer than the work."""

import shutil

import pytest

from frimcla.painting import write_images
from frimcla_notebook.slides import paint_slides
from frimcla_notebook.sources import CELLS


@pytest.fixture(autouse=True, scope="module")
def _one_core():
    """Let joblib see one core, here and in what tests start; changes no number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        yield


@pytest.fixture(scope="session")
def painted(tmp_path_factory):
    """Painted cells, a third of them, and painted slides: made once, so only to be read."""
    home = tmp_path_factory.mktemp("painted")
    write_images(home / CELLS)
    shutil.copytree(
        home / CELLS, home / "fewer-cells", ignore=shutil.ignore_patterns("*_0[2-9]?.png")
    )
    paint_slides(home / "slides")
    return home
