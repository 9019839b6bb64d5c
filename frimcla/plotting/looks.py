"""Styles of matplotlib as declarations that a page's style sheet takes over."""

from __future__ import annotations

import re

from .palette import VARIABLES

_SIZE = re.compile(r"([\d.]+)px")


def look_of(style: str) -> str:
    """Return a style of matplotlib's as declarations in which colours are variables.

    Fonts are the page's. ``font: 9px ...``, which matplotlib wrote until 3.9, is taken apart.
    """
    found: dict[str, str] = {}
    for one in style.split(";"):
        key, _, value = (part.strip() for part in one.partition(":"))
        if key == "font":
            size = _SIZE.search(value)
            found["font-size"] = f"{float(size[1]) if size else 10:g}px"
            if "bold" in value or re.search(r"\b[67]00\b", value):
                found["font-weight"] = "700"
        elif key in ("fill", "stroke") and value.lower() in VARIABLES:
            found[key] = f"var({VARIABLES[value.lower()]})"
        elif key == "stroke-dasharray":
            found[key] = ",".join(f"{float(part):.3g}" for part in re.split(r"[ ,]+", value))
        elif key not in ("", "font-family"):
            found[key] = value
    return ";".join(f"{key}:{value}" for key, value in found.items())
