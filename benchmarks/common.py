"""What the benchmarks share: photographs, extractors, decoding alone, medians and tables."""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from frimcla.components import Extractor
from frimcla.dataset import Image
from frimcla.decoding import Shard, look
from frimcla.engines import settle_engines
from frimcla.extraction import extract
from frimcla.gathering import scan
from frimcla.intake import Opener
from frimcla.parallel import unordered, workers
from frimcla.policy import Policy
from frimcla.reading import Readers
from frimcla.registry import Registry
from frimcla.spaces import Space
from frimcla.store import PER_SHARD, FeatureStore

T = TypeVar("T")
WIDTH, HEIGHT, QUALITY = 500, 375, 90
CORES = workers(-1)
POLICY = Policy(scaling="dtype")
OPENER = Opener(readers=Readers.built_in(), policy=POLICY)


def parser(about: str) -> argparse.ArgumentParser:
    """Return a parser with what all benchmarks take."""
    found = argparse.ArgumentParser(description=about.partition("\n")[0])
    found.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    return found


@contextmanager
def workplace() -> Iterator[Path]:
    """Yield a folder that is removed at the end; it holds the cache unless FRIMCLA_CACHE is set."""
    with tempfile.TemporaryDirectory(prefix="frimcla-bench-") as folder:
        os.environ.setdefault("FRIMCLA_CACHE", str(Path(folder) / "cache"))
        yield Path(folder)


def photographs(folder: Path, count: int, seed: int = 0) -> tuple[Image, ...]:
    """Write *count* JPEG photographs of 500 x 375 pixels in two class folders; return them.

    Cut from the two photographs that scikit-learn brings; as large as a photograph of a pet.
    """
    from sklearn.datasets import load_sample_image

    draw = np.random.default_rng(seed)
    for label in ("china", "flower"):
        (folder / label).mkdir(parents=True)
    for number in range(count):
        label = ("china", "flower")[number % 2]
        picture = _variant(load_sample_image(f"{label}.jpg"), draw)
        path = folder / label / f"{number:06}.jpg"
        cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return scan(folder).images


def _variant(photograph: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return a part of *photograph*, perhaps mirrored, brighter or darker."""
    width = int(draw.integers(WIDTH - 100, WIDTH + 60))
    height = width * HEIGHT // WIDTH
    top = int(draw.integers(0, photograph.shape[0] - height + 1))
    left = int(draw.integers(0, photograph.shape[1] - width + 1))
    part = photograph[top : top + height, left : left + width]
    part = part[:, ::-1] if draw.random() < 0.5 else part
    light = draw.uniform(0.7, 1.3)
    return cv2.resize(cv2.convertScaleAbs(part, alpha=light), (WIDTH, HEIGHT))


def space_of(name: str, engine: str = "onnx", **values: object) -> Space:
    """Return the space of an extractor, its network exported if it has one."""
    recipe = Registry.discover().find(Extractor, name).recipe(**values)
    engines, notices = settle_engines([recipe], engine)
    for notice in notices:
        print("note:", notice)
    return Space(recipe=recipe, policy=POLICY, engine=engines[recipe.label])


def extracted(images: Sequence[Image], spaces: Sequence[Space]) -> tuple[float, int]:
    """Describe *images* into a fresh store; return the seconds and how many were decoded."""
    with tempfile.TemporaryDirectory(prefix="frimcla-bench-") as folder:
        store = FeatureStore(Path(folder))
        seconds, done = timed(lambda: extract(images, spaces, store, opener=OPENER, n_jobs=-1))
    assert done.computed == len(images) * len(spaces), done
    return seconds, done.decoded


def warmed(images: Sequence[Image], spaces: Sequence[Space]) -> None:
    """Start the workers of an extraction, and let them import what they need."""
    shards = [Shard(images=(image,), spaces=tuple(spaces), opener=OPENER) for image in images]
    list(unordered(look, shards[: 4 * CORES], -1))


def pixels_of(image: Image) -> np.ndarray:
    """Read, hash and decode an image as extractors see it."""
    return OPENER.picture(image, known=True).views()[0]


def decoded(task: tuple[tuple[Image, ...], Callable[[np.ndarray], np.ndarray]]) -> int:
    """Read, hash, decode and fit a shard of images, and let them go."""
    images, fit = task
    for image in images:
        fit(pixels_of(image))
    return len(images)


def decoding(images: Sequence[Image], fit: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the seconds that decoding alone takes, on all cores."""
    size = min(PER_SHARD, -(-len(images) // CORES))  # no core idle, even with few images
    cuts = range(0, len(images), size)
    shards = [(tuple(images[cut : cut + size]), fit) for cut in cuts]
    seconds, counts = timed(lambda: list(unordered(decoded, shards, -1)))
    assert sum(counts) == len(images)
    return seconds


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the wall seconds of *work*, and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_turn(
    parts: dict[str, Callable[[], float]], repeats: int, work: dict[str, list[float]] | None = None
) -> dict[str, list[float]]:
    """Measure A, B, C, A, B, C ...: what slows the machine for a while slows them all.

    The CPU seconds of each are added to *work*: other programs hardly change those.
    """
    found: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(repeats):
        for name, part in parts.items():
            before = work_done()
            found[name].append(part())
            if work is not None:
                work.setdefault(name, []).append(work_done() - before)
    return found


def tree(root: int) -> list[int]:
    """Return a process and all below it; Linux only."""
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]  # names may hold anything
        except OSError:  # it ended
            continue
        children[int(parent)].append(int(stat.parent.name))
    found = [root]
    for pid in found:  # grows while it is walked
        found += children[pid]
    return found


def work_done() -> float:
    """Return the CPU seconds of this process and the living ones below it; 0 where unknown."""
    if not Path("/proc/self/stat").exists():
        return 0.0
    ticks = 0
    for pid in tree(os.getpid()):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def medians(found: dict[str, list[float]]) -> dict[str, float]:
    """Return the median of each part."""
    return {name: statistics.median(values) for name, values in found.items()}


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows below columns, numbers with three digits that count."""
    texts = [list(columns), *([_short(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *rest]))


def _short(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.0f}" if abs(cell) >= 100 else f"{cell:.3g}"


def verdict(what: str, value: float, target: str) -> None:
    """Print a ratio and what it should be."""
    print(f"{what}: {value:.2f} ({target})")


def write_json(path: Path | None, results: dict[str, object]) -> None:
    """Write results, and where they were measured."""
    if path:
        machine = {
            "cores": CORES,
            "machine": platform.machine(),
            "python": platform.python_version(),
        }
        path.write_text(json.dumps({"machine": machine, **results}, indent=1) + "\n", "utf-8")
