"""Before any page: is the request one of ours? After it: what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from urllib.parse import urlsplit

import attrs
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .door import Door
from .limits import Limits

KEY, SESSION = "frimcla-key", "frimcla-session"
CSRF, CSRF_HEADER = "csrf", "x-csrf"
READS = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # without any, browsers send forms of ours without origin
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
ENTER = (
    '<!doctype html><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=./">'
    '<a href="./">Go on</a>'
)
NEVER_KEPT = "no-store"
API = "/api/"
LONGEST = 2_000
"""Characters of a path; ours are shorter."""
TEXT = frozenset({b"utf-8", b"utf8"})
TOO_LARGE = "That is more than may be sent at a time; send fewer images, or smaller ones."


@attrs.frozen
class Guard:
    """Lets in what may come in, and nobody else; wraps a whole application.

    The order is: name, origin, key; only then is anything read or found.
    """

    app: ASGIApp
    door: Door
    limits: Limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no websockets here
            return
        connection = HTTPConnection(scope)
        scope["state"]["door"] = self.door
        session = connection.cookies.get(self.door.cookie(SESSION), "")
        new = not _is_session(session)
        scope["state"]["session"] = session = secrets.token_urlsafe(24) if new else session

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), scope, session if new else "")
            await send(message)

        refused = self._refusal(connection)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        with contextlib.suppress(ClientDisconnect):  # who left in the middle is no fault
            await self.app(scope, self._patient(receive), answer)

    def _refusal(self, connection: HTTPConnection) -> Response | None:
        headers, method = connection.headers, connection.scope["method"]
        if not self._called_rightly(headers):
            what = "This page does not answer to that name; use the address it printed."
            return _said(connection, 400, what)
        if _embedded(headers) or (method not in READS and not _same_origin(headers)):
            return _said(connection, 403, "This request comes from another page: refused.")
        if self.door.token and not self._has_key(connection):
            return self._welcome(connection)
        return self._unreadable(connection)

    def _unreadable(self, connection: HTTPConnection) -> Response | None:
        """Refuse what would take too long to read, before anything of it is."""
        if len(connection.scope["path"]) > LONGEST:
            return _said(connection, 414, "There is no such page: its address is too long.")
        if (size_said(connection.headers) or 0) > self.limits.body:
            return _said(connection, 413, TOO_LARGE)
        if _charset(connection.headers) not in TEXT:  # punycode takes seconds a megabyte
            return _said(connection, 415, "Send forms in UTF-8.")
        return None

    def _called_rightly(self, headers: Headers) -> bool:
        if len(headers.getlist("host")) != 1:
            return False
        name = _split(f"//{headers['host']}")
        return name is not None and self.door.answers_to(name)

    def _has_key(self, connection: HTTPConnection) -> bool:
        given = connection.cookies.get(self.door.cookie(KEY), "")
        if hmac.compare_digest(given.encode(), self.door.key.encode()):
            return True
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.door.opens(token.strip())

    def _welcome(self, connection: HTTPConnection) -> Response:
        """Give the key to who brings the token in the address; ask the others for it."""
        given = connection.query_params.get("token", "")
        if connection.scope["method"] in READS and given and self.door.admits(given):
            # A page, no redirect: one from elsewhere would lose the cookie it has just got.
            response = Response(ENTER, media_type="text/html")
            response.set_cookie(
                self.door.cookie(KEY), self.door.key, httponly=True, samesite="strict"
            )
            return response
        what = "Open the address that frimcla printed: it ends in ?token=..."
        return _said(connection, 401, what, {"www-authenticate": "Bearer"})

    def _dress(self, headers: MutableHeaders, scope: Scope, session: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", NEVER_KEPT)
        if session and not scope["path"].startswith(API):
            cookie = f"{self.door.cookie(SESSION)}={session}; HttpOnly; SameSite=Strict; Path=/"
            headers.append("set-cookie", cookie)

    def _patient(self, receive: Receive) -> Receive:
        """Wait for the next piece of a body, but not forever."""
        whole = False  # then who listens waits for the visitor to leave, however long

        async def piece() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self.limits.silence)
            except TimeoutError:
                raise HTTPException(408, "The upload stopped; try again.") from None
            whole = not message.get("more_body", False)
            return message

        return piece


def csrf_of(request: Request) -> str:
    """Return what a form of this visitor must bring back."""
    door: Door = request.state.door
    return door.signed("csrf", request.state.session)


def check_csrf(request: Request, form: FormData | None = None) -> None:
    """Make sure that a request was sent by a form or a script of ours.

    Raises:
        HTTPException: 403; it was not.
    """
    given = request.headers.get(CSRF_HEADER) or (form.get(CSRF) if form is not None else "") or ""
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(), csrf_of(request).encode()
    ):
        raise HTTPException(403, "This form is out of date; load the page again.")


def _embedded(headers: Headers) -> bool:
    """Say whether another page asks for this as a part of itself, and not a person who goes here.

    Of another port of this machine, too: its pages are sent our cookies.
    """
    elsewhere = headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"}
    return elsewhere and headers.get("sec-fetch-mode") != "navigate"


def _same_origin(headers: Headers) -> bool:
    """Say whether a browser sent this from a page of ours; programs send no origin."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or origin.lower().partition("://")[2] == headers.get("host", "").lower()


def _split(address: str) -> str | None:
    """Return the name in an address, without port and brackets; None where it is none."""
    try:
        found = urlsplit(address)
        _ = found.port  # raises where it is no number
    except ValueError:
        return None
    plain = not (found.path or found.query or found.fragment or "@" in found.netloc)
    return found.hostname if plain else None


def _is_session(value: str) -> bool:
    return (
        len(value) == 32 and value.isascii() and value.replace("-", "").replace("_", "").isalnum()
    )


def size_said(headers: Headers) -> int | None:
    """Return how many bytes a request says that it brings; None where it does not say."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else None


def _charset(headers: Headers) -> bytes:
    """Return how the text of a form is written; browsers do not say it, and mean UTF-8."""
    _, options = parse_options_header(headers.get("content-type", ""))
    return options.get(b"charset", b"utf-8").lower()


def asks_json(connection: HTTPConnection) -> bool:
    """Say whether a program asks, not a person."""
    accepts = connection.headers.get("accept", "")
    return API in connection.scope["path"] or "application/json" in accepts


def _said(
    connection: HTTPConnection, code: int, text: str, headers: dict[str, str] | None = None
) -> Response:
    if asks_json(connection):
        return JSONResponse({"error": text}, code, headers)
    return PlainTextResponse(text + "\n", code, headers)
