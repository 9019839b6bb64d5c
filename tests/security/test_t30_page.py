"""T20-T36, T44 on the page of a model: what visitors send, and what they are shown."""

from __future__ import annotations

import csv
import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile import HOSTILE

pytest.importorskip("frimcla_web", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

from starlette.routing import Mount
from starlette.testclient import TestClient

import frimcla
from frimcla.testing import toy_dataset
from frimcla_web.app import application, routes_of
from frimcla_web.desk import Desk
from frimcla_web.door import Door
from frimcla_web.limits import Limits

CLASSES = ("<img src=x onerror=alert(1)>", "=cmd|'/C calc'!A0", "two\nlines")
STUDY = """
images = "index.csv"
extractors = ["colour_moments"]
classifiers = ["logistic_regression"]
controls = false
nested = false
pictures = false
metric = "accuracy"
folds = 3
n_jobs = 1
"""
HERE = "http://127.0.0.1:8000"
NAMES = (
    *("../../canary.png", "/tmp/canary.png", "C:\\canary.png", "..\\canary.png", ".htaccess"),
    *("x" * 300 + ".png", "a\x00b.png", "a\u202egnp.exe", "", " ", "con", "<b>&amp;</b>.png"),
    *("=1+1.png", "a\r\nx-evil: yes.png", "%2e%2e%2fcanary.png", "a.png;filename=b.png"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of classes with hostile names, trained."""
    home = tmp_path_factory.mktemp("page")
    toy_dataset(home / "cells", classes=len(CLASSES), count=6)
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["file", "class"])
    for name, folder in zip(CLASSES, sorted((home / "cells").iterdir()), strict=True):
        writer.writerows([path.relative_to(home), name] for path in sorted(folder.iterdir()))
    (home / "index.csv").write_text(rows.getvalue())
    (home / "study.toml").write_text(STUDY)
    frimcla.run(home / "study.toml")
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Desk:
    bundle = home / "results" / "model.frimcla"
    return Desk.of(bundle, frimcla.load(bundle), Limits(seconds=10, images=200))


@pytest.fixture(scope="module")
def page(desk: Desk) -> Iterator[TestClient]:
    client = TestClient(application(desk, Door()), base_url=HERE, raise_server_exceptions=True)
    with client:
        yield client


@pytest.fixture
def cell(home: Path) -> bytes:
    return next((home / "cells").rglob("*.png")).read_bytes()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """A file that nothing may touch, and places where nothing may appear."""
    path = tmp_path / "canary.png"
    path.write_bytes(b"alive")
    yield path
    assert path.read_bytes() == b"alive"
    assert not Path("/tmp/canary.png").exists()


def worker(desk: Desk) -> int:
    """Return the process that looks at images."""
    process = desk.workers.all[0].process
    assert process
    return process.pid


def peak(process: int) -> float:
    """Return the largest memory of a process so far, in MiB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def predicted(page: TestClient, *files: tuple[str, bytes]) -> list[dict]:
    answer = page.post("/api/predict", files=[("images", file) for file in files])
    assert answer.status_code == 200, answer.text
    return answer.json()["predictions"]


def csrf(page: TestClient) -> str:
    return page.get("/").text.partition('name="csrf" content="')[2].partition('"')[0]


def begun(page: TestClient, *files: tuple[str, bytes]) -> str:
    """Send images by the form; return the address of their page, once all are told."""
    form = {"csrf": csrf(page)}
    answer = page.post(
        "/jobs", data=form, files=[("images", f) for f in files], follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    until = time.monotonic() + 60
    while page.get(f"{address}/progress").json()["running"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    return address


def test_hostile_images_cost_neither_time_nor_memory_nor_others(page, desk, cell) -> None:
    """T20-T29: bombs, loops, lies: each gets a sentence, the good one its class."""
    one = worker(desk)
    Path(f"/proc/{one}/clear_refs").write_text("5")
    for name, content in HOSTILE.items():
        start = time.monotonic()
        bad, good = predicted(page, (name, content), ("good.png", cell))
        assert time.monotonic() - start < 10, name
        assert bad["problem"], name
        assert not bad["predicted"], name
        assert good["predicted"] in CLASSES, name
    assert worker(desk) == one, "one of them killed the process"
    assert peak(one) < 1024


def test_names_are_told_and_nothing_else(page, desk, cell, canary, monkeypatch) -> None:
    """T30: what visitors call files names no place."""
    monkeypatch.chdir(canary.parent)
    before = sorted(canary.parent.rglob("*"))

    for name in NAMES:
        told = [row["predicted"] for row in predicted(page, (name, cell), ("b.png", cell))]
        assert set(told) <= set(CLASSES), name
    address = begun(page, *[(name, cell) for name in NAMES if name.strip()])

    assert sorted(canary.parent.rglob("*")) == before
    kept = [path for path in desk.private.folder.rglob("*") if path.is_file()]
    assert all(stat.S_IMODE(path.parent.stat().st_mode) == 0o700 for path in kept)
    stems = {path.name.split(".")[0] for path in kept}
    assert all(len(stem) == 32 and int(stem, 16) >= 0 for stem in stems)
    shown = Shown.of(page.get(address).text)
    assert shown.scripts == shown.handlers == []
    page.post(f"{address}/forget", data={"csrf": csrf(page)})
    assert [path for path in desk.private.folder.rglob("*") if path.is_file()] == []


def test_ten_thousand_parts_are_refused(page) -> None:
    """T31; the length of bodies: plugins/frimcla_web/tests/test_guard.py."""
    parts = [("images", (f"{n}.png", b"x")) for n in range(10_000)]
    assert page.post("/api/predict", files=parts).status_code in {400, 413}
    fields = {f"field{n}": "x" for n in range(10_000)}
    assert page.post("/api/predict", data=fields, files=parts[:1]).status_code in {400, 413}
    assert page.get("/api/health").status_code == 200


def posts(routes, above: str = "") -> Iterator[str]:
    """Yield every address that changes something."""
    for route in routes:
        if isinstance(route, Mount):
            yield from posts(route.routes or (), above + route.path)
        elif "POST" in (route.methods or ()):
            yield above + route.path


def test_nothing_is_changed_for_another_page(page, desk, cell) -> None:
    """T32: every address that takes a form, with a foreign origin, a foreign name, no word."""
    address = begun(page, ("a.png", cell))
    name = address.rpartition("/")[2]
    found = [
        path.replace("{job}", name).replace("{number:int}", "0") for path in posts(routes_of(desk))
    ]
    assert {"/jobs", f"/jobs/{name}/forget", "/api/predict"} <= set(found)
    form = {"csrf": csrf(page), "label": CLASSES[0]}
    for path in found:
        files = [("images", ("a.png", cell))]
        foreign = page.post(path, data=form, files=files, headers={"origin": "http://evil.example"})
        assert foreign.status_code == 403, path
        rebound = page.post(path, data=form, files=files, headers={"host": "evil.example"})
        assert rebound.status_code == 400, path
        if not path.startswith("/api/"):
            taken = files if path.endswith(("/jobs", "/images")) else None
            wordless = page.post(path, data={"label": CLASSES[0]}, files=taken)
            assert wordless.status_code == 403, path
    assert page.get(f"{address}/progress").json()["all"] == 1


class Shown(HTMLParser):
    """What a browser would run of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []

    @classmethod
    def of(cls, text: str) -> Shown:
        shown = cls()
        shown.feed(text)
        return shown

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.scripts.append(str(attrs))
        self.handlers += [f"{tag} {n}" for n in given if n.startswith("on") or n == "style"]
        self.addresses += [v for n, v in given.items() if n in {"src", "href", "action"} and v]


def test_names_of_classes_are_text(page, cell) -> None:
    """T33-T35: on every page, and in the table."""
    address = begun(page, ("<script>alert(1)</script>.png", cell), ("b.png", b"text"))
    for path in ("/", "/model", address, f"{address}/images/0", f"{address}/images/0?look=1"):
        answer = page.get(path)
        assert answer.status_code == 200, path
        shown = Shown.of(answer.text)
        assert shown.scripts == shown.handlers == [], path
        assert all(one.startswith(("/", "#", "?")) for one in shown.addresses), path
        assert "onerror=alert(1)>" not in answer.text, path
    table = list(csv.reader(io.StringIO(page.get(f"{address}/predictions.csv").text)))
    assert "'=cmd|'/C calc'!A0" in table[0]
    assert [row for row in table for cell in row if cell.startswith(("=", "+", "@"))] == []


def zipped(members: dict[str, bytes], mode: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_zips_write_nowhere_else_and_unfold_to_no_more(page, desk, cell, canary) -> None:
    """T36: other places, links, bombs, zips in zips, more files than one may send."""
    inner = zipped({"cat/1.png": cell})
    attacks = {
        "slip": zipped({"../../canary.png": cell}),
        "absolute": zipped({str(canary): cell}),
        "windows": zipped({"C:\\canary.png": cell}),
        "link": zipped({"cat/a.png": str(canary).encode()}, stat.S_IFLNK | 0o777),
        "bomb": zipped({"cat/1.png": bytes(100 * 2**20)}),
        "many": zipped({f"{n}.png": b"" for n in range(201)}),
        "nested": zipped({"inner.zip": inner}),
        "cut": inner[:-30],
    }
    for name, content in attacks.items():
        start = time.monotonic()
        (row,) = predicted(page, (f"{name}.zip", content))
        assert row["problem"], name
        assert not row["predicted"], name
        assert time.monotonic() - start < 10, name
    (row,) = predicted(page, ("good.zip", inner))
    assert row["predicted"] in CLASSES
    assert [path for path in desk.private.folder.rglob("*") if path.suffix == ".zip"] == []


def test_no_place_of_this_machine_is_shown(page, desk, home, cell, monkeypatch) -> None:
    """T44: neither folders, nor the environment, nor what others sent."""
    monkeypatch.setenv("SECRET_OF_A_TEST", "4f1c9e77")
    address = begun(page, ("mine.png", cell), ("bad.png", b"no image"))
    paths = ("/", "/model", address, f"{address}/images/0", f"{address}/predictions.csv")
    for path in (*paths, "/api/health", "/api/openapi.json", "/nothing", "/static/nothing"):
        text = page.get(path).text
        for secret in (str(home), str(desk.private.folder), os.path.expanduser("~/"), "4f1c9e77"):
            assert secret not in text, (path, secret)
    page.cookies.clear()
    assert page.get(address).status_code == 404
    assert "mine.png" not in page.get(address).text
