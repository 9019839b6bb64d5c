"""Templates, and what every page is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.filters import do_urlencode
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from .guard import TOO_LARGE, asks_json, csrf_of
from .wording import begun

BUG = "Something went wrong here; try again."
NOTHING_SAID = "This cannot be done; go back and try something else."


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("frimcla_web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["begun"] = begun
    made.filters["asking"] = with_query
    return made


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page.

    Args:
        request: What is answered.
        template: Its file.
        status: Of HTTP.
        values: What it shows, besides `base`, which stands before every address; `above`, the
            address of the page to which this one belongs, if any; and `csrf`.
    """
    text = fragment(request, template, **values)
    return HTMLResponse(text.encode(errors="replace"), status)  # names on disks may be no text


def fragment(request: Request, template: str, **values: Any) -> str:
    """Return a page, or a part of one, as text."""
    given = {
        "base": request.scope.get("root_path", ""),
        "above": getattr(request.state, "above", ""),
        "csrf": csrf_of(request),
    }
    return _environment().get_template(template).render(given, **values)


def with_query(address: str, query: Mapping[str, str]) -> str:
    """Return an address with what is asked there."""
    return f"{address}?{do_urlencode(query)}" if query else address


def seen(address: str) -> Response:
    """Send a visitor to another page, after a form."""
    return RedirectResponse(address, 303)


def static() -> StaticFiles:
    """Return what serves style sheet and script."""
    return StaticFiles(directory=str(files("frimcla_web") / "static"))


async def refused(request: Request, error: Exception) -> Response:
    """Answer what went wrong in a sentence: a page, or JSON where a program asked."""
    code = getattr(error, "status_code", 500)
    text = str(getattr(error, "detail", "")) if code != 500 else BUG
    text = TOO_LARGE if text == "Content Too Large" else text
    headers = getattr(error, "headers", None)
    if asks_json(request):
        return JSONResponse({"error": text}, code, headers)
    answer = page(request, "problem.html", status=code, text=text or NOTHING_SAID)
    answer.headers.update(headers or {})
    return answer
