"""The style sheet of the page, and the policy that lets this sheet and this script act alone."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from frimcla.plotting.svg import Sheet

from .shown import Shown


def style_of(sheet: Sheet, shown: Shown) -> str:
    """Return the style sheet: of the page, of the plots, and every thumbnail once."""
    first = shown.first
    thumbs = "".join(
        f".t{first[key]}{{background-image:url({thumb.uri})"
        f"{';image-rendering:pixelated' if thumb.exact else ''}}}\n"
        for key, thumb in shown.thumbnails.items()
        if key in first
    )
    plots = _read("frimcla.plotting", "plots.css")
    return "\n".join([plots, template("page.css"), sheet.css, thumbs])


def template(name: str) -> str:
    """Return a file of the package's templates."""
    return _read("frimcla.reporting", f"templates/{name}")


def _read(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text("utf-8")


def policy_of(style: str, script: str) -> str:
    """Return the content security policy: nothing but this style, this script, pictures inside."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
