"""The way to the menu imports no framework, so that the command line answers at once."""

import json
import pkgutil
import subprocess
import sys

import pytest

import frimcla

HEAVY = {
    *(
        "PIL",
        "cv2",
        "h5py",
        "imagecodecs",
        "joblib",
        "keras",
        "mahotas",
        "matplotlib",
        "numpy",
        "rich",
        "scipy",
    ),
    *("skimage", "sklearn", "skops", "tensorflow", "tifffile"),
}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import frimcla; dir(frimcla)", id="import"),
        pytest.param(
            "import frimcla.config, frimcla.toml, frimcla.listing, frimcla.reading", id="menu"
        ),
        pytest.param(
            "from frimcla.cli import main; from frimcla import Registry; Registry.discover()",
            id="discovery with what is installed",
        ),
        pytest.param(
            "import sys, frimcla.cli; sys.argv = ['frimcla', 'list-plugins', '--components']\n"
            "try: frimcla.cli.main()\nexcept SystemExit as end: assert not end.code, end",
            id="list-plugins",
        ),
    ],
)
def test_no_framework_on_the_way(code: str) -> None:
    code += "\nimport json; print(json.dumps([*sys.modules]))"

    run = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}"], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    assert HEAVY.isdisjoint(json.loads(run.stdout.splitlines()[-1]))


def test_commands_begin_without_scikit_learn() -> None:
    """It takes seconds; who needs it imports it when something is fitted."""
    code = "import sys, frimcla.workflow, frimcla.telling; print('sklearn' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "False\n"


@pytest.mark.parametrize("name", frimcla.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert callable(getattr(frimcla, name))
    assert name in dir(frimcla)


def test_no_late_name_is_hidden_by_a_module() -> None:
    """``import frimcla.run`` would replace the function ``frimcla.run``."""
    modules = {module.name for module in pkgutil.iter_modules(frimcla.__path__)}

    assert modules.isdisjoint(frimcla._LATER)


def test_the_version_is_that_of_the_distribution() -> None:
    assert frimcla.__version__.startswith("2.")


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'frimcla' has no attribute 'nope'$"):
        _ = frimcla.nope
