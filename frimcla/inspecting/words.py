"""Names of files and classes as they may stand in pictures, pages and names of files."""

from __future__ import annotations

import re
import unicodedata

TIMES, DASH = "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
LONGEST = 40
"""Letters of a class in the name of a file."""


def begun(text: str) -> str:
    """Return *text* with a capital in front, as a sentence begins."""
    return text[:1].upper() + text[1:]


def times(sides: tuple[int, int]) -> str:
    """Return width and height as people write them."""
    return f"{sides[0]} {TIMES} {sides[1]}"


def slug(label: str) -> str:
    """Return a name that every system can write; several classes may have the same."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST] or "class"


def shortened(text: str, most: int) -> str:
    """Return the ends of *text*, where names differ, in at most *most* letters."""
    if len(text) <= most:
        return text
    tail = (most - 1) * 2 // 3
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def count(number: int, noun: str) -> str:
    """Return ``"1 image"``, ``"2 images"``, ``"10,000 images"``."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def amount(value: float) -> str:
    """Return a stored value as a person would write it."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"
