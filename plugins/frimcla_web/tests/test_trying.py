import asyncio
import contextlib
import csv
import io
import os
import re
import signal
import zipfile

import pytest
from browsing import csrf, files, looked_at, named, posted, sent, waited
from click.testing import CliRunner
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

import frimcla
from frimcla.cli import main
from frimcla_web.app import application
from frimcla_web.desk import Desk
from frimcla_web.door import Door
from frimcla_web.jobs import Jobs
from frimcla_web.limits import Limits


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file.getvalue()


def rows_of(page, address):
    return list(csv.DictReader(io.StringIO(page.get(f"{address}/predictions.csv").text)))


def test_page_command_line_and_library_say_the_same(page, bundle, new, tmp_path):
    out = tmp_path / "predictions.csv"
    asked = ["predict", str(bundle), *map(str, new), "--coverage", "0.9", "--out", str(out)]
    said = CliRunner().invoke(main, asked)
    assert said.exit_code == 0, said.output
    answer = page.post("/api/predict", files=files(new)).json()

    address = looked_at(page, files(new))

    ours = rows_of(page, address)
    theirs = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [list(row)[-1] for row in ours] == ["corrected"] * 6
    assert [list(row.values())[1:-1] for row in ours] == [list(r.values())[1:] for r in theirs]
    assert [row["file"] for row in ours] == [path.name for path in new]
    for row, told in zip(answer["predictions"], frimcla.predict(bundle, new), strict=True):
        assert row["predicted"] == told.predicted
        assert row["scores"] == pytest.approx(told.scores, abs=1e-9)
        assert row["familiarity"] == pytest.approx(told.trust.familiarity, abs=1e-9)
        assert tuple(row["candidates"]) == told.trust.candidates


def test_each_image_has_a_card_with_words(page, new):
    address = looked_at(page, files(new[:2]))

    text = page.get(address).text

    assert text.count('class="card one') == 2
    assert re.search(r" sure\. Of \d+ images of the study where it was about as sure, \d", text)
    picture = page.get(f"{address}/images/0/small.webp")
    assert (picture.headers["content-type"], picture.content[8:12]) == ("image/webp", b"WEBP")
    assert page.get(f"{address}/images/0/large.webp").content[8:12] == b"WEBP"


def test_a_bad_file_among_good_ones_is_told_and_the_rest_goes_on(page, new):
    cut = new[0].read_bytes()[:500]

    address = looked_at(page, [named("cut.png", cut), *files(new[1:3]), named("a.png", b"words")])

    rows = rows_of(page, address)
    assert [bool(row["problem"]) for row in rows] == [True, False, False, True]
    assert rows[3]["problem"] == "is no image: it holds text; remove or replace it"
    assert "Is no image: it holds text; remove or replace it" in page.get(address).text


def test_in_folders_what_is_no_image_is_passed_over(page, new):
    good = named("cells/a.png", new[0].read_bytes())

    address = looked_at(page, [good, named("cells/notes.txt", b"words")])

    assert [row["file"] for row in rows_of(page, address)] == ["cells/a.png"]
    assert "1 other file in folders is no image, and was passed over." in page.get(address).text


def test_a_zip_is_unfolded_and_a_bomb_is_refused_in_its_card(page, new):
    good = named("good.zip", zipped({"a/1.png": new[0].read_bytes(), "a/read.me": b"x"}))
    bomb = named("bomb.zip", zipped({"a/1.png": bytes(70_000_000)}))
    outside = named("evil.zip", zipped({"../../1.png": new[0].read_bytes()}))

    rows = rows_of(page, looked_at(page, [good, bomb, outside]))

    found = {row["file"]: row["problem"] for row in rows}
    assert found["good.zip/a/1.png"] == ""
    assert found["bomb.zip"] == "unfolds to far more than its size: refused"
    assert found["evil.zip"] == "names a place outside the zip: refused; make it again"


def test_a_zip_that_is_wrong_a_thousand_times_is_told_once(page):
    wrong = named("wrong.zip", zipped({f"/{n}": b"" for n in range(1000)}))
    answer = page.post("/api/predict", files=[wrong])
    problems = [row["problem"] for row in answer.json()["predictions"]]
    assert problems == ["names a place outside the zip: refused; make it again"]


def test_zips_together_unfold_to_no_more_files_than_one_may(bundle, model, new):
    desk = Desk.of(bundle, model, Limits(images=5))
    words = [named(f"{n}.zip", zipped({f"{n}{i}.txt": b"" for i in range(3)})) for n in range(3)]
    with TestClient(application(desk, Door()), base_url="http://127.0.0.1:8000") as page:
        answer = page.post("/api/predict", files=[*words, *files(new[:1])])
        problems = {row["file"]: row["problem"] for row in answer.json()["predictions"]}
    assert problems["0.zip"] == "holds no images; put images into it"
    assert problems["1.zip"].startswith("unfolds to more than 2 files")
    assert problems[new[0].name] == ""


def test_what_is_only_announced_takes_nobodys_place(desk):
    """Else a few requests that bring nothing would keep everybody out."""

    async def receive():
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def come():
        request = Request({"type": "http", "headers": []}, receive)
        with contextlib.ExitStack() as stack:
            coming = [stack.enter_context(jobs.coming(request, 5000)) for _ in range(9)]
            for one in coming[:5]:
                await one.receive()
            with pytest.raises(HTTPException) as refused:
                await coming[5].receive()
            assert refused.value.status_code == 429
        jobs.check_room(5000)

    jobs = Jobs(desk.workers, desk.private, Limits(held=5000))
    asyncio.run(come())


def test_only_images_that_are_counted_are_sent(page, new):
    """What is sent beside a label is no part of what a visitor may have kept."""
    address = looked_at(page, files(new[:1]))
    for where in ("/images/0/label", "/confirm", "/forget"):
        answer = page.post(f"{address}{where}", data={"csrf": csrf(page)}, files=files(new[:1]))
        assert answer.status_code == 400, where
    assert page.get(address).status_code == 200


def test_names_are_text_and_no_formula(page, new):
    content = new[0].read_bytes()
    address = looked_at(page, [named("<img src=x onerror=alert(1)>.png", content)])
    formula = looked_at(page, [named("=1+1.png", content)])

    assert "<img src=x" not in page.get(address).text
    assert "&lt;img src=x" in page.get(address).text
    assert rows_of(page, formula)[0]["file"] == "'=1+1.png"


def test_a_worker_that_is_killed_comes_back_and_its_images_are_told(page, desk, new):
    answer = sent(page, files(new * 8))
    (worker,) = desk.workers.all
    os.kill(worker.process.pid, signal.SIGKILL)

    waited(page, answer.url.path)

    rows = rows_of(page, answer.url.path)
    assert len(rows) == 48
    assert all(row["predicted"] for row in rows)


def test_what_takes_too_long_is_told_in_a_sentence(bundle, model, new):
    desk = Desk.of(bundle, model, Limits(seconds=0.001))
    with TestClient(application(desk, Door()), base_url="http://localhost:8000") as page:
        rows = rows_of(page, looked_at(page, files(new[:1])))

    assert rows[0]["problem"].startswith("cannot be read within 0.001 seconds and 2,048 MiB;")


def test_labels_are_kept_counted_and_taken_home(page, new, model):
    address = looked_at(page, files(new))
    said = [row["predicted"] for row in rows_of(page, address)]
    other = next(label for label in model.classes if label != said[1])

    assert posted(page, f"{address}/images/0/label", label=said[0]).url.fragment == "image-0"
    headers = {"x-csrf": csrf(page), "accept": "application/json"}
    told = page.post(f"{address}/images/1/label", data={"label": other}, headers=headers).json()

    assert told["told"].startswith("Of 2 images that you labelled, 1 were right (50 %, 9 to 91 %).")
    assert [row["corrected"] for row in rows_of(page, address)] == [said[0], other, *[""] * 4]
    assert page.get(f"{address}?show=corrected").text.count('class="card one') == 2
    assert posted(page, f"{address}/images/0/label", label="dog").status_code == 422
    confirmed = posted(page, f"{address}/confirm?class={said[1]}").text
    agreed = sum(label == said[1] for label in said) - 1 + (said[0] != said[1])
    assert f"Of {agreed + 1} images that you labelled, {agreed} were right" in confirmed


def test_images_are_sorted_filtered_and_passed_through(page, new):
    address = looked_at(page, files(new))
    rows = rows_of(page, address)

    text = page.get(f"{address}?sort=name&class={rows[0]['predicted']}").text
    image = page.get(f"{address}/images/1?sort=name").text

    assert text.count('class="card one') == [r["predicted"] for r in rows].count(
        rows[0]["predicted"]
    )
    assert f'rel="prev" href="{address}/images/0?sort=name"' in image
    assert f'rel="next" href="{address}/images/2?sort=name"' in image
    assert page.get(f"{address}?sort=nonsense&page=0&class=%00&show=x").status_code == 200
    assert page.get(f"{address}/images/6").status_code == 404


def test_the_most_alike_of_the_study_stand_beside_an_image(page, new, model):
    address = looked_at(page, files(new[:1]))

    text = page.get(f"{address}/images/0").text

    assert text.count('<li><img src="data:image/webp;base64,') == 3
    (told,) = model.predict(new[:1])
    assert re.findall(r'alt=""><b>(\w+)</b>', text) == [one.label for one in told.nearest]


def test_where_it_looks_is_drawn_when_it_is_asked_for(page, new):
    address = looked_at(page, files(new[:1]))
    image = f"{address}/images/0"

    assert "map.webp" not in page.get(image).text
    assert "map.webp" in page.get(f"{image}?look=yes").text
    assert "A map is a hint where to look, not a proof." in page.get(f"{image}/map").text
    assert page.get(f"{image}/map.webp").content[8:12] == b"WEBP"


def test_forgotten_images_are_gone_with_their_files(page, desk, new):
    address = looked_at(page, files(new[:1]))
    room = desk.jobs.of(page.cookies["frimcla-session-8000"], address.split("/")[-1]).room
    assert any(room.iterdir())

    answer = posted(page, f"{address}/forget")

    assert "Your images were removed." in answer.text
    assert not room.exists()
    assert page.get(address).status_code == 404


def test_a_visitor_sees_own_images_only(page, new):
    address = looked_at(page, files(new[:1]))
    page.cookies.clear()

    for path in ("", "/progress", "/predictions.csv", "/images/0", "/images/0/small.webp"):
        assert page.get(f"{address}{path}").status_code == 404
    assert posted(page, f"{address}/forget").status_code == 404


def test_forms_of_others_are_refused(page, new):
    address = looked_at(page, files(new[:1]))

    for path in ("/jobs", f"{address}/images"):
        assert page.post(path, files=files(new[:1])).status_code == 403
    for one in ("/confirm", "/forget", "/images/0/label"):
        assert page.post(f"{address}{one}", data={"label": ""}).status_code == 403
        stranger = {"origin": "http://evil.example"}
        assert page.post(path, data={"csrf": csrf(page)}, headers=stranger).status_code == 403


def test_what_is_too_much_is_a_sentence_and_leaves_nothing(bundle, model, new):
    size = new[0].stat().st_size
    limits = Limits(images=2, body=3 * size, held=5 * size, waiting=1)
    desk = Desk.of(bundle, model, limits)
    with TestClient(application(desk, Door()), base_url="http://localhost:8000") as page:
        many = named("many.zip", zipped({f"{n}.png": b"x" for n in range(3)}))
        assert "more than 2 files" in page.get(looked_at(page, [many])).text
        large = sent(page, [named("a.png", b"x" * (4 * size))], accept="application/json")
        assert (large.status_code, list(large.json())) == (413, ["error"])
        looked_at(page, [named("a.png", b"x" * (2 * size))])
        kept = len(list(desk.private.folder.iterdir()))
        sent(page, [named("a.png", b"x" * (2 * size))])
        full = sent(page, [named("b.png", b"x" * (2 * size))])
        assert (full.status_code, full.headers["retry-after"]) == (429, "20")
        assert "There is no room for more images now" in full.text
        assert len(list(desk.private.folder.iterdir())) <= kept + 1
        with desk.turns.turn():
            assert sent(page, files(new[:1])).status_code == 429


def test_without_images_nothing_begins(page):
    answer = sent(page, [named("", b"")])

    assert answer.status_code == 422
    assert "Choose some images first." in answer.text
