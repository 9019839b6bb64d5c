"""The web page under load: many clients at once against one, mixed images, a worker killed.

A model of painted cells is served on loopback. First one client asks for predictions, as fast as
it is answered; then fifty do, for five minutes. Claims: fifty together get at least 0.8 of the
images a second that one gets; nobody gets an error of the server (5xx); memory at the end is
within 10 % of that after a fifth of the time; a killed worker comes back. Linux only (/proc).

    python benchmarks/serve.py
    python benchmarks/serve.py --seconds 60 --clients 20 --extractor lbp
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs
import httpx2
import numpy as np
from common import parser, workplace
from PIL import Image

import frimcla
from frimcla import painting

SIDES = (64, 128, 500, 1200)
AT_ONCE = (1, 4, 16)
STUDY = """
images = "cells"
extractors = ["{}"]
classifiers = ["logistic_regression"]
metric = "accuracy"
folds = 3
"""
FAIR, GROWTH = 0.8, 1.1


@attrs.define
class Seen:
    """What clients saw: images told, answers by status, seconds of each answer."""

    images: int = 0
    problems: int = 0
    statuses: Counter[int] = attrs.field(factory=Counter)
    waited: list[float] = attrs.field(factory=list)


def files() -> list[tuple[str, bytes]]:
    """Return images of mixed sizes, and some that are none."""
    draw = np.random.default_rng(0)
    found = [("text.png", b"no image"), ("cut.png", b""), ("cut.jpg", b"")]
    for number, side in enumerate(SIDES):
        pixels = (
            draw.integers(0, 255, (side // 8, side // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
        )
        for suffix in ("png", "jpeg"):
            out = io.BytesIO()
            Image.fromarray(pixels).save(out, suffix)
            found.append((f"{number}.{suffix}", out.getvalue()))
    found[1] = ("cut.png", found[5][1][:300])
    found[2] = ("cut.jpg", found[6][1][:300])
    return found


def requests() -> Iterator[list[tuple[str, tuple[str, bytes]]]]:
    """Yield forms, the same ones in the same order for everybody."""
    pool, draw = files(), np.random.default_rng(1)
    forms = [
        [("images", pool[n]) for n in draw.integers(0, len(pool), AT_ONCE[k % len(AT_ONCE)])]
        for k in range(60)
    ]
    return itertools.cycle(forms)


async def client(address: str, until: float, seen: Seen, skip: int) -> None:
    """Ask until the time is over."""
    forms = itertools.islice(requests(), skip, None)
    async with httpx2.AsyncClient(base_url=address, timeout=300) as session:
        while time.monotonic() < until:
            form, begun = next(forms), time.monotonic()
            answer = await session.post("/api/predict", files=form)
            seen.waited.append(time.monotonic() - begun)
            seen.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                rows = answer.json()["predictions"]
                seen.images += len(rows)
                seen.problems += sum(bool(row["problem"]) for row in rows)


async def load(address: str, count: int, seconds: float) -> tuple[Seen, float]:
    """Let *count* clients ask; return what they saw, and images a second."""
    seen, begun = Seen(), time.monotonic()
    until = begun + seconds
    await asyncio.gather(*(client(address, until, seen, skip=7 * n % 60) for n in range(count)))
    return seen, seen.images / (time.monotonic() - begun)


async def watched(
    address: str, server: int, asked: argparse.Namespace
) -> tuple[Seen, float, int, int]:
    """Load the page; kill a worker in the middle; return also the memory early and at the end."""
    task = asyncio.create_task(load(address, asked.clients, asked.seconds))
    await asyncio.sleep(asked.seconds / 5)
    early = memory(server)
    await asyncio.sleep(asked.seconds * 3 / 10)
    os.kill(children(server)[0], signal.SIGKILL)
    await asyncio.sleep(asked.seconds * 45 / 100)
    late = memory(server)
    seen, rate = await task
    return seen, rate, early, late


def children(process: int) -> list[int]:
    """Return the processes that a process started."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    return [int(one) for one in told.split()]


def memory(process: int) -> int:
    """Return the resident bytes of a process and its children."""
    found = 0
    for one in (process, *children(process)):
        lines = Path(f"/proc/{one}/status").read_text("ascii", "replace").splitlines()
        found += next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return found


def served(bundle: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the page; return its process and address."""
    command = [sys.executable, "-m", "frimcla", "serve", str(bundle)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    address = next(line.split()[-1] for line in process.stdout if "http://" in line)
    return process, address


def main() -> int:
    """Print what was measured; fail where a claim does not hold."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--clients", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=300)
    arguments.add_argument("--extractor", default="haralick")
    asked = arguments.parse_args()
    with workplace() as folder:
        painting.write_images(folder / "cells", count=20)
        (folder / "study.toml").write_text(STUDY.format(asked.extractor))
        bundle = frimcla.run(folder / "study.toml").model_path
        server, address = served(bundle)
        try:
            asyncio.run(load(address, 1, 5))  # what is loaded once does not count
            one, alone = asyncio.run(load(address, 1, asked.seconds / 5))
            many, together, early, late = asyncio.run(watched(address, server.pid, asked))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    claims = {
        f"images a second: one client {alone:.1f}, {asked.clients} clients {together:.1f}, "
        f"ratio {together / alone:.2f} (at least {FAIR})": together >= FAIR * alone,
        f"answers {dict(many.statuses)}, none of 500 and above": max(many.statuses) < 500,
        f"memory {early / 2**20:.0f} MiB early, {late / 2**20:.0f} MiB late, "
        f"ratio {late / early:.3f} (at most {GROWTH})": late <= GROWTH * early,
    }
    print(f"{asked.extractor}: {one.images + many.images:,} images told, ", end="")
    print(f"{one.problems + many.problems:,} of them bad; a worker was killed")
    print(
        f"an answer took {np.median(many.waited):.2f} s (median), {max(many.waited):.2f} s at most"
    )
    for claim, holds in claims.items():
        print(f"{'holds' if holds else 'FAILS'}  {claim}")
    return int(not all(claims.values()))


if __name__ == "__main__":
    sys.exit(main())
