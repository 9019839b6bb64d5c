"""T08: ONNX files from strangers, which would read other files, never end, or take all memory."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import attrs
import made_networks as made
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from frimcla.engines import engine_of
from frimcla.errors import PluginError
from frimcla_onnx.exports import exported
from frimcla_onnx.spec import Spec

SECRET = bytes(range(256)) * 8
SHAPE = [1, 3, made.SIDE, made.SIDE]


def told(order, path: Path, **values) -> str:
    """Return the sentence in which a file is refused by a study; make sure that it costs little."""
    start, around = time.monotonic(), {*path.parent.rglob("*")}
    with pytest.raises(PluginError) as caught:
        engine_of(order(path, **values), "auto")
    sentence = str(caught.value)
    assert sentence.startswith('onnx: "network.onnx": ')
    assert sentence.isprintable()
    assert len(sentence) < 700
    assert time.monotonic() - start < 10
    assert {*path.parent.rglob("*")} == around
    return sentence


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for the model, and a secret beside it."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "model").mkdir()
    return tmp_path / "model"


def link(home: Path) -> str:
    (home / "weights.bin").unlink()
    (home / "weights.bin").symlink_to(home.parent / "secret")
    return "weights.bin"


def linked_folder(home: Path) -> str:
    (home / "inner").symlink_to(home.parent)
    return "inner/secret"


def hard_link(home: Path) -> str:
    (home / "weights.bin").unlink()
    os.link(home.parent / "secret", home / "weights.bin")
    return "weights.bin"


def pipe(home: Path) -> str:
    os.mkfifo(home / "pipe")
    return "pipe"


PLACES = {
    "absolute": (lambda home: str(home.parent / "secret"), "must lie in its own folder"),
    "above": (lambda _: "../secret", "must lie in its own folder"),
    "above by a way round": (lambda _: "a/../../secret", "must lie in its own folder"),
    "of Windows": (lambda _: "C:\\secret", "must lie in its own folder"),
    "nowhere": (lambda _: "", "must lie in its own folder"),
    "the folder": (lambda _: ".", "must lie in its own folder"),
    "a null": (lambda _: "a\0b", "must lie in its own folder"),
    "link": (link, "are a link; put a copy in its place"),
    "linked folder": (linked_folder, "are a link; put a copy in its place"),
    "hard link": (hard_link, "have another name elsewhere (hard link)"),
    "pipe": (pipe, "are no file"),
    "missing": (lambda _: "other.bin", "are not there; put the file beside it"),
    "lines": (lambda _: "\n\x1b[31mother\u202e", '"\\n\\x1b[31mother\\u202e" are not there'),
}


@pytest.mark.parametrize("name", PLACES)
def test_data_elsewhere_are_not_read(order, home, name) -> None:
    find, what = PLACES[name]
    path = made.with_data(home / "network.onnx")
    location = find(home)
    if not (home / "weights.bin").exists():
        (home / "weights.bin").write_bytes(SECRET)
    content = made.network()
    made.outside(content.graph.initializer[0], location, 0, 864)
    made.save(path, content)

    assert what in told(order, path)


def test_data_beside_the_model_are_a_part_of_it(order, home) -> None:
    path = made.with_data(home / "network.onnx")
    (home / "inner").mkdir()
    plain = made.classifier(home / "inner" / "network.onnx")

    rows, others = (
        order(one).build(engine=engine_of(order(one), "auto")[0], threads=1)(
            [np.full((24, 24, 3), 90, np.uint8)]
        )
        for one in (path, plain)
    )

    np.testing.assert_array_equal(rows, others)
    before = order(path).key
    (home / "weights.bin").write_bytes(SECRET)
    assert order(path).key != before


@pytest.mark.parametrize(
    ("offset", "length", "what"),
    [
        (1_000_000, 864, "end before byte 1,000,864"),
        (-8, 864, "end before byte"),
        (2**62, 864, "end before byte"),
        (100, 864, "end before byte 964"),
        (0, 10**12, "is 864 bytes by its shape, and 1,000,000,000,000 long"),
        ("x", 864, "is misspelt"),
        ("9" * 4000, 864, "end before byte"),
    ],
)
def test_data_that_are_not_there_are_not_read(refusal, home, offset, length, what) -> None:
    path = made.with_data(home / "network.onnx")
    content = made.network()
    made.outside(content.graph.initializer[0], "weights.bin", offset, length)

    assert what in refusal(made.save(path, content))


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    made.classifier(path)
    path.write_bytes(path.read_bytes()[:-20])


def pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps({"network": np.zeros(9)}))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("network", bytes(999))


def deep(path: Path) -> None:
    """Sub-graphs in nodes in sub-graphs."""
    inner = b""
    for _ in range(2000):
        for field in (7, 5, 1):
            inner = field_of(6 if field == 7 else field, inner)
    path.write_bytes(field_of(7, inner))


def crowded(path: Path) -> None:
    """Two bytes for each node, for which a library takes hundreds."""
    path.write_bytes(field_of(7, field_of(1, b"") * 2_000_000))


def long_number(path: Path) -> None:
    path.write_bytes(b"\xff" * 100)


def field_of(number: int, content: bytes) -> bytes:
    """Return a field of Protocol Buffers."""
    length, head = len(content), bytes([8 * number + 2])
    while length > 127:
        head += bytes([length % 128 + 128])
        length //= 128
    return head + bytes([length]) + content


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (nothing, "is no ONNX model"),
        (cut, "is no ONNX model, or is cut off"),
        (pickled, "is no ONNX model"),
        (zipped, "is no ONNX model"),
        (deep, "are nested over 30 deep"),
        (crowded, "has over 1,000,000 parts"),
        (long_number, "is no ONNX model"),
    ],
)
def test_what_is_no_model_is_refused_before_a_library_sees_it(order, home, write, what) -> None:
    path = home / "network.onnx"
    write(path)

    assert what in told(order, path)


def with_node(node, **numbers):
    content = made.network()
    content.graph.node.insert(0, node)
    for name, array in numbers.items():
        content.graph.initializer.append(numpy_helper.from_array(array, name))
    content.graph.node[1].input[0] = node.output[0]
    return content


def repeated(operator: str):
    body = helper.make_graph([], "body", [], [])
    return with_node(helper.make_node(operator, ["images"], ["again"], body=body))


def huge():
    content = made.network()
    kernel = content.graph.initializer[0]
    kernel.dims[:] = [10**6, 10**6, 3, 3]
    return content


def axes():
    content = made.network()
    content.graph.initializer[0].dims[:] = [2**62] * 2000
    return content


def huge_constant():
    tensor = TensorProto(name="much", dims=[10**12], data_type=TensorProto.FLOAT)
    return with_node(helper.make_node("Constant", [], ["much"], value=tensor))


def negative():
    content = made.network()
    content.graph.initializer[0].dims[:] = [-8, 3, 3, 3]
    return content


def words():
    content = made.network()
    content.graph.initializer.append(numpy_helper.from_array(np.array(["a"], object), "words"))
    return content


def sparse():
    content = made.network()
    values = numpy_helper.from_array(np.ones(1, np.float32), "much")
    places = numpy_helper.from_array(np.zeros(1, np.int64))
    content.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [10**12]))
    return content


def own_function():
    content = made.network()
    opsets = [helper.make_opsetid("", 17)]
    content.functions.append(helper.make_function("own", "F", ["x"], ["y"], [], opsets))
    return content


def circle():
    content = made.network()
    content.graph.node[0].input[0] = "positive"
    content.graph.node.insert(2, helper.make_node("Add", ["positive", "images"], ["added"]))
    content.graph.node[3].input[0] = "added"
    return content


HOSTILE = {
    "domain": (
        lambda: with_node(helper.make_node("Evil", ["images"], ["x"], domain="own\n")),
        'operator "Evil" of "own\\n" is none of ONNX\'s',
    ),
    "operator": (lambda: with_node(helper.make_node("Evil", ["images"], ["x"])), '"Evil" is none'),
    "loop": (lambda: repeated("Loop"), 'decides or repeats something as it runs ("Loop")'),
    "scan": (lambda: repeated("Scan"), '"Scan"'),
    "if": (lambda: repeated("If"), '"If"'),
    "functions": (own_function, "functions of its own"),
    "sparse": (sparse, "holds sparse tensors"),
    "huge": (huge, '"kernel" is 36,000,000,000,000 bytes by its shape, and holds 864'),
    "huge constant": (huge_constant, '"much" is 4,000,000,000,000 bytes by its shape'),
    "axes": (axes, '"kernel" has 2,000 axes; export it again'),
    "negative": (negative, '"kernel" holds no numbers'),
    "words": (words, '"words" holds no numbers'),
    "circle": (circle, "it does not run"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_not_end_or_take_all_memory_is_refused(refusal, home, name) -> None:
    make, what = HOSTILE[name]

    said = refusal(made.save(home / "network.onnx", make()))

    assert what in said
    assert said.isprintable()


def grown(length: int):
    """A tensor that is only made as the model runs."""
    shape = numpy_helper.from_array(np.array([length], np.int64), "length")
    content = made.network()
    content.graph.initializer.append(shape)
    content.graph.node.insert(0, helper.make_node("ConstantOfShape", ["length"], ["much"]))
    content.graph.node.insert(1, helper.make_node("ReduceSum", ["much"], ["sum"], keepdims=0))
    content.graph.node.insert(2, helper.make_node("Add", ["images", "sum"], ["added"]))
    content.graph.node[3].input[0] = "added"
    return content


ALONE = """
import json, resource, sys
from pathlib import Path
from frimcla_onnx.engine import decide
from frimcla_onnx.plugin import Network
from frimcla.errors import PluginError
import attrs

try:
    said = decide("auto", attrs.asdict(Network(model=sys.argv[1], side=24)))
except PluginError as error:
    said = str(error)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(json.dumps([said, int(peak), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
"""A study's process, which remembers the most memory that it and those it started took."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda path: made.save(path, grown(10**12)), id="terabytes"),
        pytest.param(lambda path: made.save(path, grown(10**9)), id="4 GB, which may be there"),
        pytest.param(crowded, id="crowded"),
    ],
)
def test_memory_has_bounds_while_it_is_tried(home, write) -> None:
    path, start = home / "network.onnx", time.monotonic()
    write(path)

    done = subprocess.run(
        [sys.executable, "-P", "-c", ALONE, str(path)], capture_output=True, text=True, check=True
    )

    said, own, others = json.loads(done.stdout)
    assert said.startswith('onnx: "network.onnx": it ')
    assert own < 2**20  # KiB
    assert others < 2**20
    assert time.monotonic() - start < 10


def test_what_takes_too_long_is_given_up(order, home) -> None:
    path = made.classifier(home / "network.onnx")
    new = order(path, std=(0.3, 0.3, 0.3))
    asked = attrs.evolve(Spec.of(new.arguments).order, seconds=0.01)

    assert exported(asked).why == "it was given up after 0.01 seconds"
    assert engine_of(new, "auto") == ("onnx", "")  # that was no answer for ever


def test_names_of_tensors_are_one_line(refusal, home) -> None:
    content = made.network()
    content.graph.node[-1].output[0] = content.graph.output[0].name = "a\n\x1b[31m\u202e" * 50
    content.graph.node[-2].op_type = "Relu"
    del content.graph.node[-2].input[1:]

    said = refusal(made.save(home / "network.onnx", content))

    assert said.startswith("no dense layer leads to its output; write layer = one of its tensors")
    assert said.isprintable()
    assert len(said) < 600
