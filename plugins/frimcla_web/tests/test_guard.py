"""Who may come in, and what a browser may do with the answer."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from frimcla.errors import ConfigError
from frimcla_web import pages
from frimcla_web.door import Door
from frimcla_web.guard import Guard, check_csrf, csrf_of
from frimcla_web.limits import Limits
from frimcla_web.receiving import form_of

TOKEN = "a-long-token"
LIMITS = Limits(body=1000, files=3, fields=3)


async def form(request: Request) -> PlainTextResponse:
    if request.method == "GET":
        return PlainTextResponse(csrf_of(request))
    async with form_of(request, LIMITS) as given:
        check_csrf(request, given)
    request.app.state.done.append("posted")
    return PlainTextResponse("done")


def visitor(**door: object) -> TestClient:
    routes = [Route("/", form, methods=["GET", "POST"])]
    inner = Starlette(routes=routes, exception_handlers={HTTPException: pages.refused})
    inner.state.done = []
    app = Guard(RequestBodyLimitMiddleware(inner, LIMITS.body), Door(**door), LIMITS)
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    client.done = inner.state.done
    return client


def posted(client: TestClient, csrf: str, **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/", data={"csrf": csrf}, headers=names).status_code


def test_a_form_of_ours_is_taken() -> None:
    client = visitor()
    assert posted(client, client.get("/").text, origin="http://127.0.0.1:8000") == 200
    assert client.done == ["posted"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        *({"origin": one} for one in ("http://[", "", "//", "http://127.0.0.1:8000/")),
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_what_another_page_sends_is_refused(headers: dict[str, str]) -> None:
    client = visitor()
    assert posted(client, client.get("/").text, **headers) == 403
    assert client.done == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_shows_nothing_of_ours_as_a_part_of_itself(site: str) -> None:
    """Not even one on another port, whose requests bring our cookies; people may follow links."""
    client = visitor()
    parts = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    assert client.get("/", headers=parts).status_code == 403
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200


@pytest.mark.parametrize("csrf", ["", "x", "é", "0" * 64])
def test_without_the_word_of_the_form_nothing_is_done(csrf: str) -> None:
    client = visitor()
    client.get("/")
    assert posted(client, csrf) == 403
    assert client.done == []


def test_the_word_of_another_visitor_is_none() -> None:
    client = visitor()
    word = client.get("/").text
    client.cookies.clear()
    assert posted(client, word) == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "127.0.0.1:x", "", "[::1", "/"],
)
def test_by_a_foreign_name_nobody_is_answered(host: str) -> None:
    """A foreign name that leads here (DNS rebinding) would make its pages same-origin."""
    assert visitor().get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_by_its_own_names_it_is(host: str) -> None:
    assert visitor().get("/", headers={"host": host}).status_code == 200


def test_where_others_are_let_in_addresses_and_given_names_will_do() -> None:
    door = {"host": "0.0.0.0", "token": TOKEN, "names": ("cells.lab",)}
    key = {"authorization": f"Bearer {TOKEN}"}
    for host, code in {"10.0.0.7:8000": 200, "cells.lab": 200, "evil.example": 400}.items():
        assert visitor(**door).get("/", headers={"host": host, **key}).status_code == code


def test_without_the_token_nobody_comes_in() -> None:
    client = visitor(token=TOKEN)
    assert client.get("/").status_code == 401
    assert client.get("/?token=wrong").status_code == 401
    assert client.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert posted(client, "") == 401
    assert client.get("/?token=" + TOKEN + "%C3%A9").status_code == 401


def test_two_pages_of_one_machine_leave_each_other_their_cookies() -> None:
    """A browser sends the cookies of one port to all others, and keeps one of each name."""
    one, other = visitor(token=TOKEN), visitor(token=TOKEN, port=8001)
    other.cookies = one.cookies
    one.get(f"/?token={TOKEN}")
    session = one.get("/").text
    other.get(f"/?token={TOKEN}")
    assert other.get("/").status_code == 200
    assert one.get("/").text == session


def test_the_token_in_the_address_becomes_a_key() -> None:
    client = visitor(token=TOKEN)
    welcome = client.get(f"/?token={TOKEN}")
    assert TOKEN not in welcome.text
    cookie = welcome.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert TOKEN not in cookie
    assert client.get("/").status_code == 200


def test_a_browser_is_opened_with_a_word_that_lets_in_once() -> None:
    """Not with the token: everybody on this machine sees how programs were started."""
    door = Door.of("127.0.0.1", 8000, TOKEN)
    address = door.ticket()
    assert TOKEN not in address
    app = Guard(Starlette(routes=[Route("/", form)]), door, LIMITS)
    for expected in (200, 401):
        assert (
            TestClient(app, base_url="http://127.0.0.1:8000").get(address).status_code == expected
        )
    assert Door().ticket() == Door().address


def test_others_are_let_in_only_with_a_token() -> None:
    for host in ("0.0.0.0", "192.168.1.7", "::"):
        with pytest.raises(ConfigError, match="choose a token"):
            Door.of(host, 8000, "")
    with pytest.raises(ConfigError, match="at least 8"):
        Door.of("127.0.0.1", 8000, "short")
    assert Door.of("0.0.0.0", 8000, TOKEN).token == TOKEN


def test_the_door_keeps_its_secrets_to_itself() -> None:
    assert TOKEN not in repr(Door(token=TOKEN))
    assert "secret" not in repr(Door())


def test_every_answer_says_what_a_browser_may_do_with_it() -> None:
    client = visitor()
    answers = [client.get("/"), client.get("/none"), client.get("/", headers={"host": "x.y"})]
    for answer in answers:
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers


def test_too_much_is_refused() -> None:
    client = visitor()
    csrf = client.get("/").text
    assert client.post("/", data={"csrf": csrf, "more": "x" * 2000}).status_code == 413
    many = [("images", (f"{n}.png", b"")) for n in range(4)]
    assert client.post("/", data={"csrf": csrf}, files=many).status_code == 400
    assert client.done == []


def test_who_sends_nothing_more_is_not_waited_for() -> None:
    """A body that stops coming: the form is read as long as pieces come, and no longer."""
    inner = Starlette(
        routes=[Route("/", form, methods=["POST"])],
        exception_handlers={HTTPException: pages.refused},
    )
    app = Guard(inner, Door(), Limits(silence=0.05))
    sent, pieces = [], [b"--x\r\n"]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"multipart/form-data; boundary=x"),
        ],
        "state": {},
    }

    async def receive() -> dict:
        if not pieces:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": pieces.pop(), "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(app(scope, receive, send), 10))

    assert sent[0]["status"] == 408


@pytest.mark.parametrize("charset", ["punycode", "undefined", "unicode_escape", "idna", "x"])
def test_only_plain_text_is_decoded(charset: str) -> None:
    """A megabyte of punycode would keep everybody waiting for ten seconds."""
    client = visitor()
    csrf = client.get("/").text
    body = f'--B\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n--B--\r\n'
    kind = "multipart/form-data; boundary=B; charset="
    sent = client.post("/", content=body, headers={"content-type": kind + charset})
    assert sent.status_code == 415
    assert client.post("/", content=body, headers={"content-type": kind + "UTF-8"}).text == "done"


def test_an_address_without_end_is_none() -> None:
    assert visitor().get("/" + "9" * 5000).status_code == 414


def test_who_leaves_in_the_middle_of_a_form_is_no_fault_of_the_page() -> None:
    """Else every one of them would leave a traceback of a page where the page was started."""
    kind = (b"content-type", b"multipart/form-data; boundary=B")
    headers = [(b"host", b"127.0.0.1:8000"), kind]
    asked = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "state": {}}

    async def gone() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        pass

    asyncio.run(visitor().app({**asked, "headers": headers}, gone, send))
