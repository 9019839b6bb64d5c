"""Extraction from end to end: against the bare engine, and against a plain Keras script.

    python benchmarks/extract.py [--networks densenet121,...] [--images 256] [--json FILE]

Prints images per second. The bound is what the bare engine on ready arrays and decoding alone,
both on all cores, leave possible together: 1 / (1 / bare + 1 / decode). The share of it that is
reached should be at least 0.95, and the plain script should take at least twice as long.

With ``--engine keras`` networks are run by Keras, which is for machines with a GPU. There the bound
is the slower of the two, which then do not share the cores.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from common import (
    CORES,
    decoding,
    extracted,
    in_turn,
    medians,
    parser,
    photographs,
    pixels_of,
    space_of,
    table,
    timed,
    verdict,
    warmed,
    workplace,
    write_json,
)
from plain import NETWORKS

DEFAULT = "densenet121,resnet50,inception_v3,mobilenet_v2,vgg16"
BATCH = 16
COLUMNS = {
    "network": "network",
    "session": "session",
    "library": "library",
    "decode": "decode",
    "bound": "bound",
    "end_to_end": "end to end",
    "share": "share",
    "load": "load s",
    "share_loaded": "share but load",
    "work_share": "share of CPU",
    "plain": "plain",
    "ratio": "ratio",
    "plain_setup": "its set-up s",
}


def main() -> None:
    """Measure every network, and print the table and the two ratios."""
    options = _options()
    with workplace() as folder:
        images = photographs(folder / "images", options.images)
        rows = [_measured(name, images, options) for name in options.networks]
    shown = {key: title for key, title in COLUMNS.items() if any(key in row for row in rows)}
    print(f"images per second; {len(images)} images, {CORES} cores, engine {options.engine}")
    table(list(shown.values()), [[row.get(key, "-") for key in shown] for row in rows])
    worst = min(rows, key=lambda row: row["share"])
    verdict(f"smallest share of the bound ({worst['network']})", worst["share"], "at least 0.95")
    results = {"benchmark": "extract", "images": len(images), "networks": rows}
    if ratios := [row["ratio"] for row in rows if "ratio" in row]:
        results["ratio"] = math.exp(statistics.fmean(map(math.log, ratios)))
        verdict("end to end / plain, geometric mean", results["ratio"], "at least 2")
    write_json(options.json, results)


def _options() -> argparse.Namespace:
    found = parser(__doc__)
    found.add_argument("--networks", default=DEFAULT, type=lambda text: text.split(","))
    found.add_argument("--images", type=int, default=256)
    found.add_argument("--plain-images", type=int, default=64, help="0: no plain script")
    found.add_argument("--repeats", type=int, default=3)
    found.add_argument("--engine", choices=("onnx", "keras"), default="onnx")
    options = found.parse_args()
    if unknown := set(options.networks) - NETWORKS.keys():
        found.error(f"no network {sorted(unknown)[0]}; choose from {', '.join(NETWORKS)}")
    return options


def _measured(name: str, images: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Measure all parts of one network in turn."""
    space = space_of(name, options.engine, weights="random")
    network = space.build(threads=CORES)
    fit = network.prepare
    ready = np.stack([fit(pixels_of(image)) for image in images])
    setups: list[float] = []
    some = [str(i.files[0]) for i in images[:: max(1, len(images) // max(1, options.plain_images))]]
    parts: dict[str, Callable[[], float]] = {
        **{part: _timing(run, ready) for part, run in _bare(network, space.engine).items()},
        "decode": lambda: decoding(images, fit),
        "load": lambda: timed(lambda: space.build(threads=CORES)(ready[:2]))[0],
        "end_to_end": lambda: extracted(images, [space])[0],
    }
    if options.plain_images:
        parts["plain"] = lambda: _plain(name, some[: options.plain_images], setups)
    warmed(images, [space])
    work: dict[str, list[float]] = {}
    seconds = in_turn(parts, options.repeats, work)
    row = {"network": name, "engine": space.engine, "seconds": seconds, "cpu_seconds": work}
    row |= _work_share(medians(work))
    if setups:
        row["plain_setup"] = statistics.median(setups)
    plain = min(len(some), options.plain_images)
    return row | _rates(medians(seconds), len(images), plain, beside=_beside(space.engine))


def _work_share(work: dict[str, float]) -> dict[str, float]:
    """Return the share of the CPU seconds that goes into the network and into decoding."""
    bare = work.get("session", work["library"])
    return {"work_share": (bare + work["decode"]) / work["end_to_end"]} if bare else {}


def _beside(engine: str) -> bool:
    """Say whether the network leaves the cores to decoding: it runs on a GPU."""
    if engine != "keras":
        return False
    from frimcla_keras.graph import on_gpu

    return on_gpu()


def _rates(middle: dict[str, float], count: int, plain: int, *, beside: bool) -> dict[str, float]:
    """Return images per second of each part, and what follows from them."""
    rates = {name: count / seconds for name, seconds in middle.items() if name != "load"}
    bare = max(rates.get("session", 0.0), rates["library"])
    decode = rates["decode"]
    rates["bound"] = min(bare, decode) if beside else 1 / (1 / bare + 1 / decode)
    rates["share"] = rates["end_to_end"] / rates["bound"]
    rates["load"] = middle["load"]
    loaded = middle["end_to_end"] - middle["load"]  # it waits for the network once, at the start
    rates["share_loaded"] = count / loaded / rates["bound"]
    if "plain" in middle:
        rates["plain"] = plain / middle["plain"]
        rates["ratio"] = rates["end_to_end"] / rates["plain"]
    return rates


def _timing(run: Callable[[np.ndarray], object], ready: np.ndarray) -> Callable[[], float]:
    """Return what times *run* on all images; its first call is done before."""
    run(ready[: 2 * BATCH])
    return lambda: timed(lambda: run(ready))[0]


def _bare(network: Any, engine: str) -> dict[str, Callable[[np.ndarray], object]]:
    """Return what runs the network on ready arrays: FrImCla's session, and the bare library."""
    if engine == "keras":
        return {"library": _by_keras(network)}

    from frimcla_keras.exports import exported
    from frimcla_onnx.session import Session, onnxruntime  # from there: it is told not to call home

    path = str(exported(network.spec).path)
    usual = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = usual.get_inputs()[0].name

    def library(ready: np.ndarray) -> None:
        for start in range(0, len(ready), BATCH):
            usual.run(None, {name: ready[start : start + BATCH]})

    return {"session": Session(path, threads=CORES), "library": library}


def _by_keras(network: Any) -> Callable[[np.ndarray], object]:
    """Return the bare model as a traced function, in batches of FrImCla's size.

    The last batch is not filled up: have --images divide by 64.
    """
    from frimcla_keras.graph import build

    # ruff: isort: split
    import tensorflow as tf

    model = tf.function(build(network.spec), reduce_retracing=True)

    def library(ready: np.ndarray) -> None:
        for start in range(0, len(ready), network.batch):
            np.asarray(model(ready[start : start + network.batch], training=False))

    return library


def _plain(name: str, paths: list[str], setups: list[float]) -> float:
    """Return the seconds of the plain script's extraction; note those before it."""
    script = Path(__file__).with_name("plain.py")
    done = subprocess.run(
        [sys.executable, script, name, *paths], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the plain script failed:\n{done.stderr[-2000:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    setups.append(said["import"] + said["build"] + said["first_call"])
    return float(said["extract"])


if __name__ == "__main__":
    main()
