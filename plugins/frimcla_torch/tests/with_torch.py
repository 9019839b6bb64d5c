"""Installs torch, timm and transformers into ``.venv-torch``, and runs what needs them there.

``python plugins/frimcla_torch/tests/with_torch.py``, from the checkout; a gigabyte, once.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).parents[3]
PLACE = HOME / ".venv-torch"
PLUGINS = [str(HOME / "plugins" / f"frimcla_{name}") for name in ("onnx", "sklearn", "torch")]
STEPS = (
    ["torch==2.13.0"],  # by itself: what others ask for would bring one for graphics cards
    ["--no-deps", "torchvision==0.28.0", "timm==1.0.31", "transformers==5.24.0"],
    ["huggingface_hub", "onnx", "pyyaml", "regex", "safetensors", "tokenizers", "tqdm"],
    [f"{HOME}[test]", *PLUGINS],
)


def main() -> None:
    """Install, and run."""
    python = PLACE / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(PLACE, with_pip=True)
    for step in STEPS:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *step], check=True)
    tests = Path(__file__).with_name("test_with_torch.py")
    done = subprocess.run([python, "-P", "-m", "pytest", "-q", tests], cwd=HOME, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
