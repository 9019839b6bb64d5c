"""A small plugin whose extractors need trained weights, and a server that has them.

The server is a real one on this machine; how it misbehaves is set on its `Shelf`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs

import frimcla
from frimcla.weights import HDF5, Weights

CONTENT = HDF5 + (bytes(range(256)) * 1200)[len(HDF5) :]
CUT = 100_000
FILES = ("tiny_1.0.h5", "tiny_0.5.h5", "other.h5")


@attrs.frozen
class Width:
    width: float = frimcla.param(1.0, "share of the channels", between=(0.25, 1))


def tiny(values):
    """Needs one file per width; for a quarter of the channels nothing is published."""
    if values["width"] < 0.5:
        return None
    return weights(f"tiny_{values['width']}.h5", sha256=hashlib.sha256(CONTENT).hexdigest())


def other(values):
    return weights("other.h5", md5=hashlib.md5(CONTENT).hexdigest())


def weights(file="tiny_1.0.h5", at="https://weights.invalid", **hashes):
    url = f"{at}/{file}"
    size = len(CONTENT)
    return Weights(file=file, url=url, size=size, features=12, licence="CC BY 4.0", **hashes)


class Weighty:
    """The plugin."""

    @frimcla.hookimpl
    def frimcla_extractors(self):
        yield frimcla.Extractor(
            name="tiny", factory="a:b", params=Width, weights="weighty:tiny", summary="a network"
        )
        yield frimcla.Extractor(
            name="other", factory="a:b", weights="weighty:other", summary="another"
        )
        yield frimcla.Extractor(name="plain", factory="a:b", summary="no network")


PLUGIN = Weighty()


def leave_home(monkeypatch, folder: Path) -> None:
    """Look for weights below *folder* only, and at no proxy or mirror of this machine."""
    for name in [*os.environ]:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)
    monkeypatch.setenv("FRIMCLA_CACHE", str(folder / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(folder / "keras"))


def install(folder: Path) -> Path:
    """Make *folder* one from which Python finds the plugin installed."""
    info = folder / "weighty-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: weighty\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[frimcla]\nweighty = weighty:PLUGIN\n")
    return folder


@attrs.define
class Shelf:
    """What a server has, how it gives it away, and what it was asked."""

    content: bytes = CONTENT
    version: str = '"one"'
    ranges: bool = True
    compares: bool = True  # whether it obeys If-Range
    cuts: list = attrs.field(factory=list)  # bytes after which the next answers break off
    statuses: list = attrs.field(factory=list)  # of the next answers, before any content
    length: int | None = None  # what it announces instead of the truth
    chunked: bool = False
    sends_to: str = ""
    pause: threading.Event | None = None  # waits for it after the first cut
    asked: list = attrs.field(factory=list)
    poured: bool = False
    address: str = ""


def _handler(shelf: Shelf) -> type:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.close_connection = True
            shelf.asked.append((self.path, self.headers.get("Range", "")))
            if shelf.statuses:
                return self.tell(shelf.statuses.pop(0))
            if shelf.sends_to:
                return self.tell(302, Location=shelf.sends_to)
            if not self.path.endswith(FILES):
                return self.tell(404)
            start, status = self.start()
            if status == 416:
                return self.tell(416)
            self.give(shelf.content[start:], start, status)

        def start(self):
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            same = self.headers.get("If-Range") == shelf.version or not shelf.compares
            if not (asked and shelf.ranges and same):
                return 0, 200
            start = int(asked[1])
            return start, 206 if start < len(shelf.content) else 416

        def tell(self, status, **headers):
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def give(self, body, start, status):
            length = len(body) if shelf.length is None else shelf.length
            size = {"Transfer_Encoding": "chunked"} if shelf.chunked else {}
            if status == 206:
                size["Content_Range"] = f"bytes {start}-{start + length - 1}/{start + length}"
            version = {"ETag": shelf.version} if shelf.version else {}
            self.tell(status, **{"Content-Length": str(length)}, **size, **version)
            with contextlib.suppress(OSError):
                self.pour(body[: shelf.cuts.pop(0)] if shelf.cuts else body)

        def pour(self, body):
            if shelf.chunked:
                body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            self.wfile.write(body)
            self.wfile.flush()
            shelf.poured = True
            if shelf.pause:
                shelf.pause.wait(20)

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Keep quiet: that others hang up is what the tests are about."""


@contextlib.contextmanager
def serving(shelf: Shelf, context=None):
    """Serve a shelf on this machine; by https where a context is given."""
    server = _Server(("127.0.0.1", 0), _handler(shelf))
    if context:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    scheme = "https" if context else "http"
    shelf.address = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        if shelf.pause:
            shelf.pause.set()
        server.shutdown()
        server.server_close()
        thread.join()
