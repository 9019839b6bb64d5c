"""Connections: who asks for nothing is not waited for."""

import asyncio
import contextlib
import time

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from frimcla_web import serving

ASKED = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def slow(scope, receive, send) -> None:
    await asyncio.sleep(3 * serving.HEAD)  # a prediction may take its time
    await PlainTextResponse("here")(scope, receive, send)


async def said(*pieces: bytes) -> bytes:
    """Return all that is answered, until the other side closes; a piece every now and then."""
    config = uvicorn.Config(slow, http=serving._Connection, lifespan="off", timeout_keep_alive=1)
    config.load()
    state = ServerState()

    def connection() -> serving._Connection:
        return serving._Connection(config, state, {})

    async with await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.3 * serving.HEAD)
                await writer.drain()
        heard = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return heard


@pytest.mark.parametrize("pieces", [(), (b"GET",), [b"x"] * 100])
def test_who_asks_for_nothing_is_not_waited_for(monkeypatch, pieces) -> None:
    monkeypatch.setattr(serving, "HEAD", 0.2)
    begun = time.monotonic()
    with contextlib.suppress(ConnectionError):
        assert asyncio.run(said(*pieces)) == b""
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("pieces", [(ASKED,), (ASKED[:9], ASKED[9:]), (ASKED, ASKED)])
def test_who_asks_is_answered_however_long_it_takes(monkeypatch, pieces) -> None:
    monkeypatch.setattr(serving, "HEAD", 0.2)
    assert asyncio.run(said(*pieces)).endswith(b"here")
