"""An application to a page in a browser: listens, says where, ends with Ctrl-C."""

from __future__ import annotations

import errno
import logging
import socket
import webbrowser
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from frimcla.errors import ConfigError

from .door import Door

FIRST, TRIED = 8000, 20
"""Ports that are tried where none is asked for."""
FIELDS = 64 * 1024
"""Bytes of the head of a request."""


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
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # names of files and visitors stay out of logs
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=FIELDS,
    )
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    server = _Server(config, lambda: _announce(door, opens=opens, say=say))
    try:
        server.run([sock])
    except KeyboardInterrupt:  # uvicorn raises it once more, after all was tidied
        say("Stopped.")


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def _announce(door: Door, *, opens: bool, say: Callable[[str], None]) -> None:
    say(f"The page: {door.address}\nStop it with Ctrl-C.")
    if opens:
        webbrowser.open(door.address)
