import pytest
from browsing import files, named
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from frimcla_web.app import application, routes_of
from frimcla_web.desk import Desk
from frimcla_web.door import Door
from frimcla_web.limits import Limits


@pytest.fixture
def described(page):
    return page.get("/api/openapi.json").json()


def check(described, name, answer):
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    Draft202012Validator(schema).validate(answer.json())


def test_the_description_is_valid_and_names_every_address(described, desk):
    validate(described)

    served = {route.path for route in routes_of(desk) if route.path.startswith("/api")}
    assert set(described["paths"]) == served


def test_answers_are_as_described(page, described, desk, new):
    uploads = [*files(new[:2]), named("bad.png", b"words"), named("bad.zip", b"PK\x03\x04")]

    answer = page.post("/api/predict", files=uploads, data={"coverage": "0.8"})

    check(described, "Predictions", answer)
    assert answer.json()["coverage"] == 0.8
    rows = answer.json()["predictions"]
    assert [row["file"] for row in rows] == [new[0].name, new[1].name, "bad.png", "bad.zip"]
    assert [bool(row["problem"]) for row in rows] == [False, False, True, True]
    assert page.get("/api/health").json() == {"status": "ok", "model": desk.model.manifest.label}


def test_images_are_removed_before_the_answer(page, desk, new):
    before = set(desk.private.folder.iterdir())

    page.post("/api/predict", files=files(new[:2]))

    assert set(desk.private.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("code", "request_of"),
    [
        (400, {"content": b"--x", "headers": {"content-type": "multipart/form-data"}}),
        (413, {"content": b"x", "headers": {"content-length": str(2**30)}}),
        (415, {"json": {"images": []}}),
        (422, {"files": [("other", ("a.png", b"x"))]}),
        (422, {"files": [named("a.png", b"x")], "data": {"coverage": "1.5"}}),
        (422, {"files": [named("a.png", b"x")], "data": {"coverage": "high"}}),
        (422, {"files": [named("a.png", b"x")], "data": {"coverage": "nan"}}),
        (403, {"files": [named("a.png", b"x")], "headers": {"origin": "http://evil.example"}}),
    ],
)
def test_what_is_wrong_is_a_sentence(page, described, code, request_of):
    answer = page.post("/api/predict", **request_of)

    assert answer.status_code == code
    check(described, "Error", answer)
    assert len(answer.json()["error"]) > 20


def test_with_a_token_programs_bring_it(bundle, model, new):
    desk = Desk.of(bundle, model, Limits())
    door = Door.of("0.0.0.0", 8000, "long enough")
    page = TestClient(application(desk, door), base_url="http://192.0.2.7:8000")
    desk.private.remove()  # nothing gets as far as that
    right, wrong = ({"authorization": f"Bearer {word}"} for word in ("long enough", "guess"))

    assert page.get("/api/health").status_code == 401
    assert page.post("/api/predict", files=files(new[:1]), headers=wrong).status_code == 401
    assert page.get("/api/health", headers=right).status_code == 200
