"""Words for what images are taken of: persons, slides, wells; and for mere parts and views.

Images of one person are alike because of the person, those of one slide because of the slide.
The larger a unit is, the smaller its rank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_RANKS = (
    "patient subject sub person donor participant volunteer individual animal mouse rat case",
    "slide smear specimen sample biopsy section",
    "plate well",
    "video movie clip recording frame scene site field fov",
    "block batch group",
)
_UNITS = {word: rank for rank, words in enumerate(_RANKS) for word in words.split()}
_PLURALS = {"mice": "mouse", "biopsies": "biopsy"}
_TAILS = ("id", "ids", "name", "no", "nr", "num", "number", "code", "key", "uid", "barcode")
_PARTS = _set(
    "channel ch tile patch crop slice view angle aug augmentation rot rotation flip copy fold "
    "part shard chunk row col column x y z t r c"
)
_VIEWS = _set(
    "left right l r od os cc mlo ap pa front back top bottom side lateral frontal dorsal ventral "
    "red green blue grey gray color colour grayscale greyscale segmented rgb dapi gfp rfp yfp cfp "
    "bf phase mask image images img label original flipped rotated"
)
_SPLITS = _set("train training test testing val valid validation dev holdout")
_SIZE = re.compile(r"\d+x\d*|x\d+", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+|\d+")
_NUMBERED = re.compile(r"\D*\d+")
_WORDS = re.compile(r"[^\W_]+")
_WELL = re.compile(r"[A-Pa-p]\d{1,2}")
MOMENTS = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"
    r"(?:\D{0,4}?[0-2]\d[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?)?(?:[-_.]?\d{3}|\d{6})?(?!\d)"
)
"""A date, alone or with the hour."""


def camel(text: str) -> str:
    """Return ``BloodImage`` as ``blood_image``; "" for text that is not words."""
    return "_".join(_words(text)) if "*" not in text else ""


def rank(word: str) -> int | None:
    """Return the rank of the unit that *word* names, or None where it names none."""
    words = _words(word)
    return _UNITS.get(_singular(words[-1])) if words else None


def column_rank(name: str) -> int | None:
    """Return the rank of the unit that a column's name says it holds, or None.

    ``PatientID``, ``slide no.`` and ``wells`` say so; ``well_type`` does not.
    """
    words = _words(name)
    while len(words) > 1 and words[-1] in _TAILS:
        words.pop()
    return _UNITS.get(_singular(words[-1])) if words else None


def says_part(word: str, values: Sequence[str]) -> bool:
    """Say whether *values* are parts or views of one thing, such as tiles, left or 40x."""
    found, last = set(values), _words(word)[-1:]
    if last and last[0] in _PARTS and all(map(_NUMBERED.fullmatch, found)):
        return True
    return all(value.lower() in _VIEWS or _SIZE.fullmatch(value) for value in found)


def splits(name: str) -> str:
    """Return what *name* says of training and test: their counters start again in each."""
    return " ".join(word for word in _WORDS.findall(name.lower()) if word in _SPLITS)


def is_well(values: Sequence[str]) -> bool:
    """Say whether all *values* are wells of a plate, such as A01, on two rows or more."""
    found = set(values)
    return len({value[:1] for value in found}) > 1 and all(_WELL.fullmatch(v) for v in found)


def _words(text: str) -> list[str]:
    return [found.lower() for found in _CAMEL.findall(text)]


def _singular(word: str) -> str:
    return _PLURALS.get(word) or (word if word in _UNITS else word.removesuffix("s"))
