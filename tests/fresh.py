"""Wheels into an empty environment, used as a stranger would: ``python tests/fresh.py``.

Builds every distribution, installs them one by one in a new virtual environment with no
checkout in sight, and checks what each state answers. Needs a package index and some minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECTS = [ROOT, *sorted(ROOT.glob("plugins/*/")), *sorted(ROOT.glob("examples/*/"))]
HEAVY = {"opencv-python", "opencv-python-headless", "tensorflow", "torch", "onnxruntime"}
DEEP = """
images = "frimcla-demo/cells"
output = "deep"
folds = 3
extractors = [{name = "mobilenet", alpha = 0.25, weights = "random"}]
controls = false
classifiers = ["knn"]
metric = "accuracy"
"""


class Fresh:
    """An empty environment in an empty folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.wheels = home / "wheels"
        venv.create(home / "env", with_pip=True)
        self.bin = home / "env" / ("Scripts" if os.name == "nt" else "bin")

    def build(self) -> None:
        """Make a wheel of every distribution from a copy that is then deleted."""
        copy = self.home / "copy"
        ignored = shutil.ignore_patterns(".git", ".venv*", "build", "*.egg-info", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=ignored)
        for project in PROJECTS:
            place = copy / project.relative_to(ROOT)
            self.pip("wheel", "-q", "--no-deps", "-w", self.wheels, place)
        shutil.rmtree(copy)

    def pip(self, *args: object) -> None:
        """Run pip; its failure is ours."""
        subprocess.run([self.bin / "python", "-m", "pip", *map(str, args)], check=True)

    def install(self, *names: str) -> None:
        """Install distributions from the wheels, what they need from the index."""
        self.pip("install", "-q", "--find-links", self.wheels, *names)

    def installed(self) -> set[str]:
        """Return the names of all installed distributions."""
        command = [self.bin / "python", "-m", "pip", "list", "--format=freeze"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return {line.partition("==")[0].lower() for line in done.stdout.splitlines()}

    def frimcla(self, *args: str, code: int = 0, says: str = "") -> str:
        """Run the command line; check its exit code and something it says."""
        done = subprocess.run(
            [self.bin / "frimcla", *args],
            cwd=self.home,
            env={**os.environ, "FRIMCLA_CACHE": str(self.home / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
        text = done.stdout + done.stderr
        print(f"$ frimcla {' '.join(args)}\n{text}", flush=True)
        assert done.returncode == code, f"exit {done.returncode} instead of {code}"
        assert says in text, f"does not say: {says}"
        assert "Traceback" not in text
        return text


def main() -> None:
    """Walk through the states of an installation."""
    with tempfile.TemporaryDirectory() as folder:
        walk(Fresh(Path(folder)))
    print("1 passed, 0 failed")


def walk(fresh: Fresh) -> None:
    """Install and remove, one by one."""
    fresh.build()
    fresh.install("frimcla")
    assert not HEAVY & fresh.installed(), "the core alone must stay light"
    fresh.frimcla("list-plugins", says="no plugin is installed")
    brings = 'no active plugin brings extractors; install "frimcla-classic"'
    fresh.frimcla("demo", "early", code=1, says='unknown extractor "lab": ' + brings)

    fresh.install("frimcla-classic")
    fresh.frimcla("list-plugins", says="9 extractors")
    brings = 'no active plugin brings classifiers; install "frimcla-sklearn"'
    fresh.frimcla("demo", "early", code=1, says=brings)

    fresh.install("frimcla[standard]")
    fresh.frimcla("demo", says="Take LBP + ")
    fresh.frimcla("report", "frimcla-demo/results", says="wrote frimcla-demo/results/report.html")
    fresh.frimcla("audit", "frimcla-demo/results", says="15 checks made")
    model = "frimcla-demo/results/model.frimcla"
    fresh.frimcla("predict", model, "frimcla-demo/unseen", says="spindle_1000.png")
    fresh.frimcla("evaluate", model, "frimcla-demo/unseen", says="true \\ predicted")
    fresh.frimcla("verify", model, says="whole: every member is there")

    fresh.frimcla("list-plugins", says="40 extractors")
    fresh.frimcla("weights", "list", says="vgg16")
    lacks = "vgg16 needs vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5 (58.9 MB)"
    (fresh.home / "vgg.toml").write_text('images = "frimcla-demo/cells"\nextractors = ["vgg16"]\n')
    fresh.frimcla("run", "vgg.toml", code=1, says=lacks)
    (fresh.home / "deep.toml").write_text(DEEP)
    fresh.frimcla("run", "deep.toml", says="Take MobileNet(weights=random, alpha=0.25) + KNN")
    deep = "deep/model.frimcla"
    fresh.frimcla("predict", deep, "frimcla-demo/unseen", says="spindle_1000.png")
    fresh.pip("uninstall", "-q", "-y", "tensorflow", "tf2onnx")  # what is exported needs neither
    fresh.frimcla("predict", deep, "frimcla-demo/unseen", says="spindle_1000.png")

    assert not {"ipywidgets", "nbformat"} & fresh.installed(), "notebooks are asked for"
    fresh.install("frimcla-notebook")
    fresh.frimcla("list-plugins", says="1 command")
    fresh.frimcla("notebook", "frimcla-demo/cells", says="wrote cells.ipynb")

    assert not {"starlette", "uvicorn"} & fresh.installed(), "pages are asked for"
    fresh.install("frimcla-web")
    fresh.frimcla("serve", "--help", says="--token")

    fresh.install("frimcla-gabor", "frimcla-nearest-mean", "frimcla-error-rate")
    (fresh.home / "mine.toml").write_text(
        'images = "frimcla-demo/cells"\noutput = "mine"\nfolds = 3\n'
        'extractors = ["gabor_energy"]\ncontrols = false\n'
        'classifiers = ["nearest_mean"]\nmetric = "error_rate"\n'
    )
    fresh.frimcla("run", "mine.toml", says="Take gabor_energy + nearest_mean: expect error_rate")
    fresh.frimcla("predict", "mine/model.frimcla", "frimcla-demo/unseen", says="spindle_1000.png")

    fresh.pip("uninstall", "-q", "-y", "frimcla-nearest-mean", "frimcla-classic")
    needs = 'needs the classifier nearest_mean of the plugin "nearest_mean": '
    command = ["predict", "mine/model.frimcla", "frimcla-demo/unseen"]
    fresh.frimcla(*command, code=1, says=needs + "pip install frimcla-nearest-mean")
    needs = 'needs the extractor lbp of the plugin "classic": pip install frimcla-classic'
    fresh.frimcla("predict", model, "frimcla-demo/unseen", code=1, says=needs)
    fresh.frimcla("run", "frimcla-demo/study.toml", code=1, says='unknown extractor "lab"')


if __name__ == "__main__":
    sys.exit(main())
