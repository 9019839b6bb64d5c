"""Folders of strangers that are opened in the studio: no file of theirs stops or leads it."""

import json
import os
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from frimcla import Registry
from frimcla.guiding.choosing import OURS
from frimcla_web.door import Door
from frimcla_web.limits import Limits
from frimcla_web.studio.app import application
from frimcla_web.studio.plain import LARGEST, is_plain, read_plain
from frimcla_web.studio.status import Status

TOKEN = "a-word-to-come-in"
STUDY = 'images = "../cells"\nextractors = ["colour_moments"]\nclassifiers = ["knn"]\n'
VERDICT = {
    "winner": "a + b",
    "recommended": [],
    "numbers": {"mean.a + b": {"unit": "share"}},
    "metric": "accuracy",
}
LEFT = {
    "progress.json": Status(state="done", study="", started=1, beat=2).json,
    "results/run.json": '{"state": "done", "warnings": []}',
    "results/verdict.json": json.dumps(VERDICT),
    "results/verdict.txt": "It is a + b.",
    "results/table.csv": "extractor,b,rank,time,size\na,1,2,3,4\n",
    "results/scatter.png": "a picture",
    "results/model.frimcla": "a model",
}
PAGES = ("/", *(f"/study/sent-study/{page}" for page in ("choices", "running", "result")))
pipes = pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among files")


@pytest.fixture
def sent(tmp_path, monkeypatch):
    """A finished study that somebody sent, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path("sent-study")
    (folder / "results").mkdir(parents=True)
    (folder / "study.toml").write_text(OURS + STUDY)
    for name, content in LEFT.items():
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def page(sent):
    app = application(Registry.discover(), Path(), Door.of("127.0.0.1", 8000, TOKEN), Limits())
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        client.get(f"/?token={TOKEN}")
        yield client


def shown(page):
    """Return how each page is answered; one that is not ours to see raises."""
    return [page.get(address).status_code for address in PAGES]


def test_as_it_was_left_it_is_shown(page) -> None:
    assert shown(page) == [200, 200, 200, 200]
    assert "It is a + b." in page.get("/study/sent-study/result").text


@pytest.mark.parametrize("name", ["progress.json", "results/run.json", "results/verdict.json"])
@pytest.mark.parametrize("content", ["[" * 200_000, "[]", "5", "{}", '{"state": ["done"]}'])
def test_what_says_something_else_stops_no_page(page, sent, name, content) -> None:
    (sent / name).write_text(content)
    assert set(shown(page)) <= {200, 303, 404}
    assert page.get("/").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        *({key: value} for key in ("started", "beat") for value in ("x", 1e300, float("inf"), -1)),
        *({"told": 5}, {"problem": ["a"]}, {"steps": [{"name": 1, "share": "x", "told": None}]}),
        {"table": {"metric": "m", "unit": "", "classifiers": 3, "rows": []}},
        {"state": "running", "beat": float("nan")},
    ],
)
def test_progress_that_cannot_be_is_none(page, sent, change) -> None:
    said = json.loads(LEFT["progress.json"]) | change
    (sent / "progress.json").write_text(json.dumps(said))
    assert Status.parse(json.dumps(said)) is None
    assert set(shown(page)) <= {200, 303}


@pipes
@pytest.mark.parametrize("name", ["study.toml", *LEFT])
def test_a_pipe_is_not_waited_for(page, sent, name) -> None:
    (sent / name).unlink()
    os.mkfifo(sent / name)
    assert set(shown(page)) <= {200, 303, 404}


@pipes
def test_no_link_is_followed(page, sent, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("4f1c9e77")
    addresses = [f"/study/sent-study/{one}" for one in ("result", "plot/scatter.png")]
    taken = [f"/study/sent-study/take/{name}" for name in ("model.frimcla", "table.csv")]
    for name, content in LEFT.items():
        (sent / name).unlink()
        (sent / name).symlink_to(secret)
        for address in [*PAGES, *addresses, *taken]:
            assert "4f1c9e77" not in page.get(address).text
        (sent / name).unlink()
        (sent / name).write_text(content)
    assert page.get(taken[0]).text == "a model"


@pipes
def test_only_plain_small_files_are_read(tmp_path) -> None:
    """A device never ends: it is not even opened."""
    (tmp_path / "device").symlink_to("/dev/zero")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(LARGEST + 1)
    for name in ("device", "large", "missing", "a\0b"):
        with pytest.raises(OSError, match=r".*"):
            read_plain(tmp_path / name)
    assert is_plain(tmp_path / "large")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text_stop_no_page(page) -> None:
    os.mkdir(b"\xe9tude")
    os.mkdir("cells")
    answer = page.get("/")
    assert answer.status_code == 200
    assert "cells" in answer.text


def test_a_name_that_no_disk_takes_is_no_study(page) -> None:
    assert page.get(f"/study/{'a' * 300}-study/running").status_code == 404
