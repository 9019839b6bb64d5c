"""The studio as a visitor goes through it; processes are real, the browser is not."""

import asyncio
import contextlib
import html
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from frimcla import Registry
from frimcla.cli import main
from frimcla.codes import CODES
from frimcla.guiding.choosing import OURS
from frimcla.testing import toy_dataset
from frimcla.toml import literal
from frimcla_web.door import Door
from frimcla_web.limits import Limits
from frimcla_web.studio.app import STEPS, application
from frimcla_web.studio.runner import Runner
from frimcla_web.studio.shelf import Shelf
from frimcla_web.studio.status import Status, read_status

TOKEN = "a-word-to-come-in"
HERE = "http://127.0.0.1:8000"
FEW = {"extractors": ["colour_moments"], "classifiers": ["knn"], "metric": "", "folds": "3"}
SENT = ["/", "/images", *(f"/study/cells-study/{what}" for what in ("choices", "run", "stop"))]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The working folder of all studios here, with images in ``cells``."""
    home = tmp_path_factory.mktemp("studio")
    toy_dataset(home / "cells", classes=2, count=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")  # to start workers would take longer than the work
        yield home


@contextlib.contextmanager
def entered(start=".", host="127.0.0.1", stopped=lambda _: None):
    """Open a studio as somebody who knows the token."""
    door = Door.of(host, 8000, TOKEN)
    app = application(Registry.discover(), Path(start), door, Limits(), stopped=stopped)
    with TestClient(app, base_url=HERE) as client:
        enter(client)
        yield client


def enter(client):
    assert client.get(f"/?token={TOKEN}").status_code == 200


@pytest.fixture(scope="module")
def studio(home):
    """One for all tests: it looks at images in one process."""
    with entered() as client:
        yield client


@pytest.fixture
def page(studio):
    """The studio as a new visitor sees it, with no study in it."""
    studio.cookies.clear()
    enter(studio)
    for folder in Path().glob("*-study"):
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
    return studio


@pytest.fixture
def images(home, request):
    """Images that nobody has looked at."""
    name = f"images{abs(hash(request.node.name))}"
    return toy_dataset(home / name, classes=2, count=9)


@pytest.fixture
def hears_ctrl_c():
    """For ``preexec_fn``: shells start what runs in the background deaf to Ctrl-C."""
    return lambda: signal.signal(signal.SIGINT, signal.default_int_handler)


def csrf(page):
    found = re.search(r'name="csrf" content="(\w+)"', page.get("/").text)
    assert found
    return found[1]


def send(page, address, **data):
    return page.post(address, data={"csrf": csrf(page), **data})


def words(answer):
    """Return what is to be read on a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def told(answer):
    """Return what a page says is wrong."""
    found = re.search(r'<div class="wrong"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    return (
        html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip())
        if found
        else ""
    )


def waited(page, address, until):
    """Load a page anew, ever more patiently, until it says something."""
    pause, end = 0.05, time.monotonic() + 240
    while time.monotonic() < end:
        answer = page.get(address)
        if until in words(answer):
            return answer
        time.sleep(pause)
        pause = min(1.0, 1.3 * pause)
    raise AssertionError(f"no {until!r} after four minutes: {words(answer)[-800:]}")


def looked(page, path="cells"):
    """Choose images and wait for the look at them."""
    answer = send(page, "/", path=path)
    return waited(page, str(answer.url.path) + "?" + answer.url.query.decode(), "Look again")


def chosen(page, path="cells", **answers):
    """Go to the choices of a folder of images; return their address."""
    looked(page, path)
    answer = send(page, "/images", path=path, together="yes", **answers)
    assert answer.url.path.endswith("/choices"), told(answer)
    return answer.url.path


def kept_study(home, name="cells-study", **settings):
    """Leave a study that was chosen before, with settings that no page asks for."""
    settings = {"images": "../cells", "output": "results"} | settings
    lines = [f"{key} = {literal(value)}" for key, value in settings.items()]
    (home / name).mkdir()
    (home / name / "study.toml").write_text(OURS + "\n".join(lines) + "\n")
    return home / name


def written(images):
    """Return the study of some images, as it lies there."""
    return tomllib.loads(Path(f"{images.name}-study/study.toml").read_text())


def under_way(home):
    """Leave the trace of another program that runs a study of other images here."""
    folder = kept_study(home, "others-study")
    now = time.time()
    Status(state="running", study="", started=now, beat=now).write(folder)
    return folder


def test_from_a_folder_to_a_model_and_the_command_line_says_the_same(page, home):
    """The whole way: a study is stopped in the middle, gone on with, looked at, and tried."""
    settings = {"ignore": list(CODES), "pictures": False, "controls": False}
    kept_study(home, **settings)  # for the sake of time
    address = chosen(page)
    assert "What is to be compared?" in page.get(address).text
    answer = send(page, address, do="run", **FEW)
    assert answer.url.path == "/study/cells-study/running"
    assert "under way" in words(answer)
    again = send(page, address, do="run", **FEW)
    assert "cells is under way" in told(again)
    send(page, "/study/cells-study/stop")
    assert "The study was stopped" in words(page.get("/study/cells-study/running"))

    send(page, "/study/cells-study/run")
    waited(page, "/study/cells-study/running", "The study is finished")

    result = page.get("/study/cells-study/result")
    verdict = (home / "cells-study/results/verdict.txt").read_text().splitlines()
    assert all(line in words(result) for line in verdict)
    study = "cells-study/study.toml"
    said = CliRunner().invoke(main, ["run", study, "--output", "again"])
    assert said.exit_code == 0, said.output
    for name in ("scores.csv", "predictions.csv", "verdict.json"):
        ours, theirs = home / "cells-study/results" / name, home / "again" / name
        assert ours.read_bytes() == theirs.read_bytes()
    _grew_into_the_table(home)
    _report_is_no_page_of_ours(page)
    _model_can_be_taken_and_tried(page, home)


def _grew_into_the_table(home):
    table = read_status(home / "cells-study").table
    lines = (home / "cells-study/results/table.csv").read_text("utf-8-sig").splitlines()
    cells = {line.split(",")[0]: line.split(",")[1].split(" ")[0] for line in lines[1:]}
    assert table.classifiers == ["KNN"]
    assert [name for name, _ in table.rows] == ["ColourMoments"]
    for name, (cell,) in table.rows:
        assert (cell.shown, cell.done, cell.folds) == (cells[name], 3, 3)


def _report_is_no_page_of_ours(page):
    report = page.get("/study/cells-study/report")
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "<html" in report.text


def _model_can_be_taken_and_tried(page, home):
    taken = page.get("/study/cells-study/take/model.frimcla")
    assert taken.content == (home / "cells-study/results/model.frimcla").read_bytes()
    tried = page.get("/study/cells-study/try/")
    assert "stripes_1" in tried.text
    assert 'href="/study/cells-study/try/model"' in tried.text
    assert 'href="/study/cells-study/result"' in tried.text
    image = home / "cells/stripes_1/image_00.png"
    answer = page.post(
        "/study/cells-study/try/api/predict", files=[("images", (image.name, image.read_bytes()))]
    )
    assert answer.json()["predictions"][0]["predicted"] in {"stripes_1", "stripes_2"}


def test_a_study_whose_process_is_killed_says_so_and_can_go_on(page, home):
    kept_study(home)

    async def run_and_kill():
        runner = Runner(Shelf(Path()))
        (kept,) = Shelf(Path())
        await runner.start(kept)
        os.killpg(runner._process.pid, signal.SIGKILL)
        await runner._watch

    asyncio.run(run_and_kill())

    answer = page.get("/study/cells-study/running")
    assert "The study could not go on" in words(answer)
    assert "ended without a word" in told(answer)
    assert "Go on" in words(answer)


def test_a_study_ends_with_the_studio_and_what_is_finished_is_kept(page, home):
    kept_study(home)
    stopped = []

    with entered(stopped=stopped.append) as other:
        send(other, "/study/cells-study/run")
        assert "cells under way" in words(page.get("/"))

    assert stopped == [Path("cells-study/study.toml")]
    assert read_status(home / "cells-study").state == "stopped"
    assert "cells stopped; what is finished is kept" in words(page.get("/"))


def test_two_studies_at_once_are_refused(page, home):
    address = chosen(page)
    under_way(home)

    answer = send(page, address, do="run", **FEW)

    assert told(answer).startswith("one study at a time others is under way; wait")
    assert not (home / "cells-study/progress.json").exists()
    assert "others under way" in words(page.get("/"))


def test_a_study_that_nobody_is_at_any_more_was_stopped(page, home):
    folder = under_way(home)
    old = read_status(folder)
    Status(state="running", study="", started=old.started - 99, beat=old.beat - 99).write(folder)

    answer = page.get("/study/others-study/running")

    assert "The study was stopped" in words(answer)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "write its path"),
        ("nowhere", '"nowhere" is not there'),
        ("cells/stripes_1/image_00.png", "must be a folder with one sub-folder per class"),
        ("cells\0", '"cells\\x00" is not there'),
    ],
)
def test_what_is_no_folder_is_said_beside_the_field(page, path, sentence):
    answer = send(page, "/", path=path)

    assert sentence in told(answer)
    assert 'aria-invalid="true"' in answer.text
    assert page.get(str(answer.url)).status_code == 200  # loaded anew, nothing is sent again


def test_a_folder_without_classes_is_refused_and_nothing_is_written(page, home):
    before = sorted(home.iterdir())

    answer = send(page, "/", path="cells/stripes_1")
    answer = waited(page, f"/images?{answer.url.query.decode()}", "Choose other images")

    assert "class" in told(answer)
    assert sorted(home.iterdir()) == before


def test_every_file_that_cannot_be_read_is_named_and_may_be_left_out(page, images):
    for name in ("torn.png", "worn.png"):
        (images / "stripes_1" / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    answer = looked(page, images.name)
    assert "2 files cannot be read" in words(answer)
    assert all(name in words(answer) for name in ("stripes_1/torn.png", "stripes_1/worn.png"))
    assert "mend these files" in told(send(page, "/images", path=images.name))

    chosen(page, images.name, skip="yes")

    assert written(images)["unreadable"] == "skip"


def test_the_one_question_is_asked_and_its_answer_written(page, images):
    for folder in images.iterdir():
        for number, path in enumerate(sorted(folder.iterdir())):
            path.rename(folder / f"patient{number // 3:02}{folder.name[-1]}_{number}.png")
    shown = words(looked(page, images.name))
    assert "Do some images belong together?" in shown
    assert "stand on both sides" in shown

    for answer in ("no", "yes"):
        send(page, "/images", path=images.name, together=answer)

        assert (written(images)["groups"] == "none") is (answer == "no")
        text = page.get(f"/images?path={images.name}").text
        assert re.findall(r'value="(yes|no)" checked', text) == [answer]


def test_somebody_elses_study_is_left_alone(page, home):
    (home / "cells-study").mkdir()
    (home / "cells-study/study.toml").write_text("mine")
    looked(page)

    answer = send(page, "/images", path="cells")

    assert "was not written by clicking; rename it" in told(answer)
    assert (home / "cells-study/study.toml").read_text() == "mine"


def test_what_is_ticked_is_kept_and_what_cannot_be_had_refused(page, home):
    address = chosen(page)
    send(page, address, do="save", **FEW)
    text = page.get(address).text
    assert re.findall(r'name="(?:extractors|classifiers)" value="(\w+)" checked', text) == [
        "colour_moments",
        "knn",
    ]
    before = (home / "cells-study/study.toml").read_bytes()

    nothing = send(page, address, do="run", classifiers=[])
    unknown = send(page, address, do="run", **FEW | {"extractors": ["nonsense"]})

    assert "extractors is empty; tick at least one" in told(nothing)
    assert '"nonsense" is not installed' in told(unknown)
    assert (home / "cells-study/study.toml").read_bytes() == before
    assert 'value="lbp" checked' in page.get(f"{address}?preset=quick").text


def test_minutes_are_worked_out_beside(page):
    address = chosen(page)

    send(page, address, do="minutes", **FEW)

    assert "3 pairs on 18 images" in words(waited(page, address, "on this machine"))


def test_hostile_names_are_text(page, home):
    name = "<img src=x onerror=alert(1)>"
    toy_dataset(home / name, classes=2).joinpath("stripes_1").rename(home / name / name)

    folder, images = page.get("/"), looked(page, name)
    address = chosen(page, name)

    for answer in (folder, images, page.get(address), page.get(f"/images?path={name}")):
        assert "<img src=x" not in answer.text
        assert "onerror=alert" in html.unescape(answer.text)


@pytest.mark.parametrize(
    "below", ["..", "../..", "/etc", "cells/../..", "out", "out/etc", "\0", "~"]
)
def test_browsing_stays_below_where_it_begins(page, home, below):
    link = home / "out"
    link.unlink(missing_ok=True)
    link.symlink_to("/")

    assert page.get("/", params={"in": below}).status_code == 404
    assert "?in=out" not in page.get("/").text


@pytest.mark.parametrize("name", ["..", "%2e%2e", "cells", "cells-study%2f..", "x-study", "-study"])
def test_addresses_name_studies_and_nothing_else(page, home, name):
    (home / "x-study").symlink_to(under_way(home))
    for what in ("choices", "running", "result", "report", "take/model.frimcla", "try/"):
        assert page.get(f"/study/{name}/{what}").status_code == 404


@pytest.mark.parametrize("file", ["study.toml", "..%2fstudy.toml", "run.json", "%2fetc%2fpasswd"])
def test_only_known_files_are_sent(page, home, file):
    under_way(home)
    assert page.get(f"/study/others-study/take/{file}").status_code == 404
    assert page.get(f"/study/others-study/plot/{file}").status_code == 404


def test_images_elsewhere_are_not_shown_where_others_can_come_in(home, images):
    (home / "begins").mkdir()
    (home / "begins/link").symlink_to(images)
    name = images.name

    with entered(start="begins", host="0.0.0.0") as page:
        for path in (name, str(images), f"begins/../{name}", "begins/link"):
            for shown in (send(page, "/", path=path), page.get("/images", params={"path": path})):
                assert "must lie below the folder that is shown here" in told(shown)


def test_a_study_that_names_images_elsewhere_is_not_shown_there_either(home):
    """Whoever can write into the working folder may plant one."""
    (home / "planted").mkdir()
    kept_study(home)

    with entered(start="planted", host="0.0.0.0") as page:
        for step in ("choices", "running", "result"):
            shown = page.get(f"/study/cells-study/{step}")
            assert shown.status_code == 422
            assert "must lie below the folder that is shown here" in shown.text


@pytest.mark.parametrize("address", SENT)
def test_nobody_else_can_send_anything(page, home, address):
    kept_study(home)
    good = csrf(page)
    before = (home / "cells-study/study.toml").read_bytes()

    assert page.post(address, data={"path": "cells"}).status_code == 403
    assert page.post(address, data={"csrf": "0" * 64}).status_code == 403
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert page.post(address, data={"csrf": good}, headers=headers).status_code == 403
    page.cookies.clear()
    assert page.post(address, data={"csrf": good}).status_code == 401
    assert page.get("/").status_code == 401
    assert (home / "cells-study/study.toml").read_bytes() == before
    assert not (home / "cells-study/progress.json").exists()


def test_no_address_that_takes_something_was_forgotten_above(page):
    routes = [route for step in STEPS for route in step(None).routes]
    taking = [
        route.path.replace("{name}", "cells-study") for route in routes if "POST" in route.methods
    ]
    assert sorted(taking) == sorted(SENT)


def test_a_status_that_is_none_says_nothing(tmp_path):
    for text in ("", "[]", "{}", '{"state": "odd"}', "null", "{" * 9999):
        (tmp_path / "progress.json").write_text(text)
        assert read_status(tmp_path) is None


def test_the_command_needs_a_folder_and_always_has_a_token(home, hears_ctrl_c):
    said = CliRunner().invoke(main, ["studio", "nowhere", "--no-open"])
    assert said.exit_code == 1
    assert 'must be a folder (got "nowhere")' in said.output
    command = [Path(sys.executable).with_name("frimcla"), "studio", "--no-open"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 (it sets a signal, no more)
    ) as process:
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}$", line.strip())


def test_a_study_that_was_finished_elsewhere_is_found(page, home):
    folder = kept_study(home, extractors=["colour_moments"], classifiers=["knn"])
    Status(state="stopped", study="", started=1.0, beat=2.0).write(folder)
    (folder / "results").mkdir()
    (folder / "results/run.json").write_text('{"state": "done"}')

    assert "cells finished" in words(page.get("/"))
    assert "It was run elsewhere" in words(page.get("/study/cells-study/running"))


def test_images_that_are_called_alike_write_over_nothing_in_silence(page, home):
    chosen(page)
    toy_dataset(home / "begins2/cells", classes=2, count=9)

    shown = looked(page, "begins2/cells")

    assert "There is a study of other images that are called alike (cells)" in words(shown)
