"""What a visitor does, without a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

File = tuple[str, tuple[str, bytes]]


def files(paths: Iterable[Path]) -> list[File]:
    """Return files as a form sends them."""
    return [named(path.name, path.read_bytes()) for path in paths]


def named(name: str, content: bytes) -> File:
    return "images", (name, content)


def csrf(page: TestClient, address: str = "/") -> str:
    """Return what forms of a page bring back."""
    found = re.search(r'name="csrf" content="(\w+)"', page.get(address).text)
    assert found
    return found[1]


def sent(page: TestClient, uploads: Sequence[File], **headers: str) -> Any:
    """Send images by the form of the first page."""
    return page.post("/jobs", data={"csrf": csrf(page)}, files=uploads, headers=headers)


def looked_at(page: TestClient, uploads: Sequence[File]) -> str:
    """Send images, wait for what is said of them, and return the job's address."""
    answer = sent(page, uploads)
    assert answer.status_code == 200, answer.text
    address = str(answer.url.path)
    waited(page, address)
    return address


def waited(page: TestClient, address: str) -> None:
    for _ in range(600):
        if not page.get(f"{address}/progress").json()["running"]:
            return
        time.sleep(0.05)
    raise AssertionError("still running after 30 seconds")


def posted(page: TestClient, address: str, **data: str) -> Any:
    """Send another form."""
    return page.post(address, data={"csrf": csrf(page), **data})
