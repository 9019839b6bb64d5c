"""An application to a page in a browser: listens, says where, ends with Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import webbrowser
from collections.abc import Callable
from types import FrameType

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from frimcla.errors import ConfigError

from .door import Door

FIRST, TRIED = 8000, 20
"""Ports that are tried where none is asked for."""
FIELDS = 64 * 1024
"""Bytes of the head of a request."""
HEAD = 15.0
"""Seconds within which it must be there: who says nothing takes the place of others."""


def listening(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: An address of this machine, or a name of it.
        port: Which; None for the first free one from `FIRST`.

    Raises:
        ConfigError: It cannot.
    """
    ports = [port] if port is not None else list(range(FIRST, FIRST + TRIED))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for one in ports:
        try:
            return socket.create_server((host, one), family=family, backlog=512)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES} and one != ports[-1]:
                continue
            raise _refusal(host, one, error) from None
    raise AssertionError("no port was tried")


def _refusal(host: str, port: int, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        return ConfigError("the page", [("--port", f"{port} is taken; choose another")])
    if error.errno == errno.EACCES:
        return ConfigError(
            "the page", [("--port", f"{port} is not allowed; choose one above 1023")]
        )
    what = f'is no address of this machine (got "{host}"); leave it out, or give one that is'
    return ConfigError("the page", [("--host", what)])


def serve(
    app: ASGIApp, sock: socket.socket, door: Door, *, opens: bool, say: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C.

    Args:
        app: The application, guarded.
        sock: Where it listens.
        door: Who may come in; knows the address.
        opens: Whether to open a browser.
        say: Called once, with the address, when the page can be visited.
    """
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # names of files and visitors stay out of logs
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=FIELDS,
    )
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    server = _Server(config, lambda: _announce(door, opens=opens, say=say))
    try:
        server.run([sock])
    except KeyboardInterrupt:  # uvicorn raises it once more, after all was tidied
        say("Stopped.")


class _Connection(H11Protocol):
    """Is closed where nobody asks for anything; a byte now and then is not asking."""

    _closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._closing is None:
            self._closing = self.loop.call_later(HEAD, self.timeout_keep_alive_handler)

    def _wait_no_more(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; who presses Ctrl-C again breaks off what is under way, and that is no fault."""
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def _announce(door: Door, *, opens: bool, say: Callable[[str], None]) -> None:
    say(f"The page: {door.address}\nStop it with Ctrl-C.")
    if opens:
        webbrowser.open(door.ticket())
