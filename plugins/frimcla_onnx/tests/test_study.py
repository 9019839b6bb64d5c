"""Studies and models that name an ONNX file, on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import made_networks as made
import numpy as np
import pytest
from click.testing import CliRunner

from frimcla.cli import main
from frimcla.testing import toy_dataset

NETWORK = '{name = "onnx", model = "network.onnx", side = 24, label = "Mine"}'
JOINED = (
    f'{{join = [{NETWORK}, {{name = "onnx", model = "network.onnx", side = 24, pooling = "max"}}]}}'
)


def frimcla(*command: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, command)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with images and a network in two files; its own cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    toy_dataset(tmp_path / "cells", count=6)
    made.with_data(tmp_path / "network.onnx")
    return tmp_path


def study(extractor: str, name: str = "study.toml") -> str:
    lines = ['images = "cells"', f"extractors = [{extractor}]", 'classifiers = ["knn"]']
    lines += ['metric = "accuracy"', "folds = 3", "controls = false"]
    Path(name).write_text("\n".join(lines))
    return name


def predicted(model: str) -> list[dict[str, object]]:
    return json.loads(frimcla("predict", model, "cells", "--json"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("extractor", [NETWORK, JOINED], ids=["alone", "joined"])
def test_a_model_finds_its_network_on_another_machine(home, monkeypatch, extractor) -> None:
    frimcla("run", study(extractor))
    before = predicted("results/model.frimcla")
    away = home / "elsewhere"
    (away / "mirror").mkdir(parents=True)
    shutil.move("results/model.frimcla", away)
    for name in ("network.onnx", "weights.bin"):
        shutil.move(name, away / "mirror")
    monkeypatch.setenv("FRIMCLA_CACHE", str(away / "cache"))
    model = "elsewhere/model.frimcla"

    missing = frimcla("predict", model, "cells", code=1)
    assert f"needs the file {home / 'network.onnx'} (it is not there; put network.onnx" in missing
    for name in ("network.onnx", "weights.bin"):
        shutil.copy(away / "mirror" / name, "elsewhere")
    assert predicted(model) == before  # beside the model
    for name in ("network.onnx", "weights.bin"):
        Path("elsewhere", name).unlink()
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(away / "mirror"))
    assert predicted(model) == before

    (away / "mirror" / "weights.bin").unlink()
    alone = frimcla("predict", model, "cells", code=1)
    assert 'network.onnx": its data in "weights.bin" are not there; put the file beside' in alone
    numbers = np.random.default_rng(9).normal(size=300).astype(np.float32)
    (away / "mirror" / "weights.bin").write_bytes(numbers.tobytes())
    changed = frimcla("predict", model, "cells", code=1)
    assert "its features are" in changed
    assert changed.endswith("; or put network.onnx back as it was\n")
    for said in (missing, alone, changed):
        assert said.startswith("Error: ")
        assert len(said.splitlines()) == 1


def test_all_that_is_wrong_is_told_before_anything_is_described(home) -> None:
    shutil.copy("network.onnx", "other.onnx")
    Path("network.h5").write_bytes(b"")
    Path("cut.onnx").write_bytes(Path("network.onnx").read_bytes()[:-9])
    wrong = [
        '{name = "onnx", model = "other.onnx", side = 32, label = "A"}',
        '{name = "onnx", model = "network.h5", label = "B"}',
        '{name = "onnx", model = "cut.onnx", label = "C"}',
    ]

    said, export = frimcla("run", study(", ".join(wrong)), code=1), "export the network to ONNX"

    assert [line.partition(" cannot be made: ")[2] for line in said.splitlines()[-2:]] == [
        f'model must be a file that ends in .onnx (got "network.h5"); {export}',
        '"cut.onnx": it is no ONNX model, or is cut off; name another file',
    ]
    assert frimcla("run", study(wrong[0]), code=1).endswith(
        'Error: onnx: "other.onnx": it takes images of 24 x 24; write side = 24\n'
    )
    assert not Path("results/features").exists()


def test_a_file_that_is_not_there_is_told_as_the_study_is_read(home) -> None:
    absent, unnamed = '{name = "onnx", model = "absent.onnx"}', '{name = "onnx", label = "B"}'

    said = frimcla("check", study(f"{absent}, {unnamed}"), code=1)

    assert f'extractors[0].model  must be a file, but "{home / "absent.onnx"}" is not there' in said
    assert "extractors[1].model  is missing; write the file: a network that takes" in said
