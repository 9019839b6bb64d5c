"""Hostile images are refused in one sentence, within 10 s and 1 GiB."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import HARMLESS, HOSTILE

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="needs a system that tells its memory")

READ = """
import json, pathlib, resource, sys, time
import frimcla.readers.ordinary, frimcla.readers.tiff
from frimcla import Registry
from frimcla.errors import ImageError
from frimcla.readers import plugin
from frimcla.reading import Readers

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # libraries map much and touch little
readers = Readers.of(Registry.of(builtin=plugin))
for path in map(pathlib.Path, sys.argv[1:]):
    content, start = path.read_bytes(), time.monotonic()
    try:
        said = str(readers.stack(content, path.name, max_megapixels=100).pixels.shape)
    except ImageError as error:
        said = str(error)
    status = pathlib.Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])  # ru_maxrss would be the parent's
    print(json.dumps([path.name, said, time.monotonic() - start, peak]), flush=True)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, tuple[str, float, float]]:
    """What one process said of each file in turn, its seconds, and the process's peak in MiB."""
    folder = tmp_path_factory.mktemp("hostile")
    contents = HOSTILE | {name: content for name, (content, _) in HARMLESS.items()}
    paths = [folder / name for name in contents]
    for path in paths:
        path.write_bytes(contents[path.name])
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", READ, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert run.stderr == ""
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return {name: (said, seconds, peak / 1024) for name, said, seconds, peak in rows}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_at_little_cost(told, name: str) -> None:
    said, seconds, peak = told[name]

    assert re.fullmatch(r"(is|has|holds|promises|lacks) \S[^\n]{6,240}", said)
    assert not re.search(r"0x|BytesIO|Traceback", said)
    assert seconds < 10
    assert peak < 1024


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_hostile_is_read(told, name: str) -> None:
    said, seconds, peak = told[name]

    assert said == str(HARMLESS[name][1])
    assert seconds < 10
    assert peak < 1024


def test_sizes_are_told(told) -> None:
    assert told["20000 x 20000.tif"][0] == (
        "is 20000 x 20000: more than 100 megapixels; cut or shrink it"
    )
    assert told["circle.tif"][0] == ("is TIFF, but damaged (its pages go in a circle); replace it")
    assert told["OME, planes elsewhere.tif"][0] == (
        "lacks 19999 of its 20000 planes, which may be in other files; save it as one file"
    )
