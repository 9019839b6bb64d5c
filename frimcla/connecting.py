"""Which servers may be talked to for weights: https only, and the user's own mirror."""

from __future__ import annotations

import urllib.request
from typing import Any
from urllib.parse import urlsplit

from .errors import WeightsError

ELSEWHERE = "set FRIMCLA_WEIGHTS to a folder or an address that holds it"


def host_of(url: str) -> str:
    """Return the host in an address.

    Raises:
        WeightsError: It is no address.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError as error:
        raise WeightsError(f"{url} is no address ({error}); {ELSEWHERE}") from error


def refuse_unsafe(url: str, plain: str) -> str:
    """Return the host of an address from which weights may come.

    Raises:
        WeightsError: It is neither https, nor http to the host *plain*.
    """
    host = host_of(url)
    scheme = url.partition(":")[0].lower()
    if host and (scheme == "https" or (scheme == "http" and host == plain)):
        return host
    raise WeightsError(
        "weights come by https, or by http from the host in FRIMCLA_WEIGHTS "
        f"(got {scheme}://{host}); {ELSEWHERE}"
    )


def opener(plain: str) -> urllib.request.OpenerDirector:
    """Return what opens https, and http to the host *plain*, through proxies, and no more.

    The usual opener would follow a server to ``ftp:`` as well, and opens ``file:``.
    """
    found = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(plain),
    ):
        found.add_handler(handler)
    return found


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to another only where `refuse_unsafe` has nothing against it."""

    def __init__(self, plain: str) -> None:
        self.plain = plain

    def redirect_request(  # noqa: PLR0917 (theirs)
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request to follow with."""
        refuse_unsafe(newurl, self.plain)
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def http_error_302(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any
    ) -> Any:
        """Follow, or hang up."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except BaseException:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
