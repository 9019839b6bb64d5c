"""Whatever somebody writes, what reads it says what is wrong with it: `FrimclaError`, nothing else.

Longer: ``pytest tests/security/test_any_input.py --hypothesis-profile=long``.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toys import Toys

import frimcla
from frimcla.config import read_study, read_translated
from frimcla.errors import FrimclaError
from frimcla.index import read_index
from frimcla.old_config import KEYS, KEYS_OF_2017, is_old, translate
from frimcla.study import SETTINGS
from frimcla.syntax import parse

TOYS = frimcla.Registry.of(toys=Toys())
STUDY = """\ufeffimages = "cells" # a comment
extractors = ["edges", {name = "mean", label = "M", scale = 2.5}]
classifiers = ["nearest_mean"]
metrics = [{name = "f1", positive = "a"}]
folds = 10
groups = ["{patient}_*"]
test = 0.2
"""
JSON = '{"images": "cells", // a comment\n"folds": 3, "classes": "{class}_*", "seed": 1e3}'
OLD = """{"dataset_path": "cells", "output_path": "out", "expert": "True", "n_steps": 10,
"feature_extractors": [["vgg16", "False"], ["lab444", "4,4,4"], "hog", ["overfeat", "[-3]"]],
"model_classifiers": ["MLP", "SVM"], "training_size": 0.75, "measure": "f1"}"""
INDEX = '\ufefffile;class;well\r\n"a ""b"".png";"é, ;";3\r\nc.tif;d;\r\n'
quick = settings(
    max_examples=settings.default.max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Files are written into one folder, over each other."""

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars | st.sampled_from([*SETTINGS, *KEYS, "edges", "vgg16", "lab444", "name", "knn"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text() | st.sampled_from(["name", "label", "positive"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@st.composite
def changed(draw: st.DrawFn, text: str) -> bytes:
    """Draw a text with some of its bytes cut out, put twice, or replaced."""
    content = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 12))
        content[start:end] = draw(st.binary(max_size=6) | st.just(bytes(content[start:end]) * 2))
    return bytes(content)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "cells").mkdir()
    return tmp_path


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with contextlib.suppress(FrimclaError):
        read_study(path, TOYS)


@quick
@given(content=st.binary(max_size=200) | st.text().map(lambda text: text.encode()))
def test_any_bytes_as_a_study(here: Path, content: bytes) -> None:
    for name in ("study.toml", "study.json", "study"):
        read(here / name, content)


@quick
@given(toml=changed(STUDY), as_json=changed(JSON), old=changed(OLD))
def test_a_study_that_was_changed(here: Path, toml: bytes, as_json: bytes, old: bytes) -> None:
    read(here / "study.toml", toml)
    read(here / "study.json", as_json)
    read(here / "old.json", old)


def test_these_studies_are_read_up_to_what_is_not_installed(here: Path) -> None:
    """Or the test above would change what is refused at its first byte."""
    for name, text in (("study.toml", STUDY), ("study.json", JSON), ("old.json", OLD)):
        (here / name).write_text(text, "utf-8")
        assert len(parse(here / name)) > 3


@quick
@given(raw=st.dictionaries(st.sampled_from([*SETTINGS]) | st.text(), values, max_size=8))
def test_any_values_of_settings(here: Path, raw: dict[str, Any]) -> None:
    read(here / "study.json", json.dumps({"images": "cells", **raw}).encode())


@quick
@given(raw=st.dictionaries(st.sampled_from([*KEYS, *KEYS_OF_2017]) | st.text(), values, min_size=1))
def test_any_values_of_an_old_configuration(here: Path, raw: dict[str, Any]) -> None:
    if is_old(raw):
        with contextlib.suppress(FrimclaError):
            read_translated("old.json", translate(raw), TOYS)
    read(here / "old.json", json.dumps({"expert": True, **raw}).encode())


@quick
@given(content=st.binary(max_size=200) | st.text().map(lambda t: t.encode()) | changed(INDEX))
def test_any_bytes_as_a_list_of_images(here: Path, content: bytes) -> None:
    path = here / "index.csv"
    path.write_bytes(content)
    for labelled in (True, False):
        with contextlib.suppress(FrimclaError):
            rows, bad = read_index(path, labelled=labelled)
            assert all("\0" not in str(row) for row in rows)
            assert all(where and what for where, what in bad)
